"""The account written down and read back, for the state file.

Kept: records with their history, associations and their limits, schema, pipelines, owners, lists,
forms, events, timelines, imports and exports, tokens, the journal, and the app's webhook settings.
Not kept: what is under way, and limits used.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from connectors.hubspot.sandbox.custom_types import CustomType
from connectors.hubspot.sandbox.event_definitions import EventDefinition
from connectors.hubspot.sandbox.events import Event, Events
from connectors.hubspot.sandbox.forms import Forms
from connectors.hubspot.sandbox.jobs import Jobs
from connectors.hubspot.sandbox.journal import Entry, Journal, Wanted
from connectors.hubspot.sandbox.journal_filters import Filter
from connectors.hubspot.sandbox.links import Definition, Links
from connectors.hubspot.sandbox.lists import Lists
from connectors.hubspot.sandbox.marketing_campaigns import MarketingCampaigns
from connectors.hubspot.sandbox.marketing_events import MarketingEvents
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.owners import Owners
from connectors.hubspot.sandbox.pipelines import Pipeline
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.properties import Schema
from connectors.hubspot.sandbox.records import History, Record, Table, Version
from connectors.hubspot.sandbox.timeline import Timeline
from connectors.hubspot.sandbox.tokens import Tokens

PARTS: dict[str, TypeAdapter[Any]] = {
    "custom": TypeAdapter(dict[str, CustomType]),
    "definitions": TypeAdapter(dict[str, EventDefinition]),
    "blocked_emails": TypeAdapter(set[str]),
    "schemas": TypeAdapter(dict[str, Schema]),
    "pipelines": TypeAdapter(dict[str, dict[str, Pipeline]]),
    "owners": TypeAdapter(Owners),
    "lists": TypeAdapter(Lists),
    "forms": TypeAdapter(Forms),
    "marketing_campaigns": TypeAdapter(MarketingCampaigns),
    "marketing_events": TypeAdapter(MarketingEvents),
    "jobs": TypeAdapter(Jobs),
    "timeline": TypeAdapter(Timeline),
    "tokens": TypeAdapter(Tokens),
}
TYPES = TypeAdapter(list[ObjectType])
DEFINITIONS = TypeAdapter(list[Definition])
EVENTS = TypeAdapter(list[Event])
ENTRIES = TypeAdapter(list[Entry])
SPECS = TypeAdapter(list[tuple[str, int]])
WANTED = TypeAdapter(dict[int, Wanted])
FILTERS = TypeAdapter(list[Filter])
SNAPSHOTS = TypeAdapter(dict[str, tuple[int, bool]])
MAXIMA = TypeAdapter(list[tuple[tuple[str, int], int]])
HISTORY = TypeAdapter(dict[str, list[Version]])
SETTINGS = ("target_url", "subscriptions", "webhook_concurrency", "webhook_settings_ms")


def keep(portal: Portal) -> Iterator[dict[str, Any]]:
    """First what records rest on, then the records, then what hangs between them."""
    types = [table.type for table in portal.tables.values()]
    yield {"types": TYPES.dump_python(types, mode="json")}
    for name, adapter in PARTS.items():
        yield {"part": name, "value": adapter.dump_python(getattr(portal, name), mode="json")}
    yield {"settings": portal.config.model_dump(mode="json", include=set(SETTINGS))}
    for table in portal.tables.values():
        yield {"table": table.type.name, "next_id": table.next_id, "aliases": table.aliases}
        yield from (_record_line(record) for record in map(table.records.glance, table.records))
    definitions = list(portal.links.definitions.values())
    maxima = list(portal.links.maxima.items())
    yield {"definitions": DEFINITIONS.dump_python(definitions, mode="json"), "maxima": maxima}
    for (source, target), shelf in portal.links.ends.items():
        for source_id, ends in shelf.items():
            for target_id, specs in ends.items():
                yield {"link": [source, source_id, target, target_id], "specs": list(specs)}
    events = portal.events
    shown = EVENTS.dump_python(events.all, mode="json")
    yield {"events": shown, "types_of": list(events.types), "seen": sorted(events.seen)}
    journal = portal.journal
    entries = journal.kept(portal.now_ms())
    yield {
        "journal": ENTRIES.dump_python(entries, mode="json"), "next_id": journal.next_id,
        "subscriptions": WANTED.dump_python(journal.subscriptions, mode="json"),
        "filters": FILTERS.dump_python(list(journal.filters.values()), mode="json"),
        "next_filter_id": journal.next_filter_id, "snapshots": journal.snapshots,
    }  # fmt: skip


def restore(portal: Portal, lines: Iterable[Mapping[str, Any]]) -> None:
    """Instead of whatever the account holds."""
    portal.empty()
    for line in lines:
        match line:
            case {"record": _}:
                _record(portal, line)
            case {"link": _}:
                _link(portal, line)
            case {"table": name, "next_id": next_id, "aliases": aliases}:
                portal.tables[name] = Table(
                    portal.types[name], portal.config.live_records, dict(aliases), next_id
                )
            case {"part": name, "value": value}:
                setattr(portal, name, PARTS[name].validate_python(value))
            case _:
                _other(portal, line)
    _rejoin(portal)


def _other(portal: Portal, line: Mapping[str, Any]) -> None:
    """Lines of which there is one each."""
    match line:
        case {"types": given}:
            _types(portal, TYPES.validate_python(given))
        case {"settings": given}:
            _settings(portal, given)
        case {"definitions": given}:
            found = DEFINITIONS.validate_python(given)
            portal.links = Links(portal.config.live_records)
            for one in found:
                portal.links.put(one)
            portal.links.maxima = dict(MAXIMA.validate_python(line.get("maxima", [])))
        case {"events": given}:
            portal.events = _events(EVENTS.validate_python(given), line)
        case {"journal": given}:
            _journal(portal.journal, ENTRIES.validate_python(given), line)
        case _:
            raise ValueError(f"unknown line with {', '.join(line)}")


def _journal(journal: Journal, entries: list[Entry], line: Mapping[str, Any]) -> None:
    journal.entries = entries
    journal.subscriptions = WANTED.validate_python(line["subscriptions"])
    journal.next_id = line["next_id"]
    journal.filters = {one.id: one for one in FILTERS.validate_python(line.get("filters", []))}
    journal.next_filter_id = line.get("next_filter_id", journal.next_filter_id)
    journal.snapshots = SNAPSHOTS.validate_python(line.get("snapshots", {}))


def _link(portal: Portal, line: Mapping[str, Any]) -> None:
    source, source_id, target, target_id = line["link"]
    ends = portal.links.held(source, source_id, target)
    ends[target_id] = dict.fromkeys(SPECS.validate_python(line["specs"]))


def _types(portal: Portal, given: list[ObjectType]) -> None:
    for kind in given:
        if portal.types.find(kind.name) is None:
            portal.types.add(kind)


def _settings(portal: Portal, given: Mapping[str, Any]) -> None:
    """Those that were not set at this start."""
    free = {k: v for k, v in given.items() if k not in portal.config.model_fields_set}
    portal.config = type(portal.config).model_validate({**portal.config.model_dump(), **free})


def _record_line(record: Record) -> dict[str, Any]:
    return {
        "record": record.id, "type": record.type.name, "created_ms": record.created_ms,
        "updated_ms": record.updated_ms, "archived_ms": record.archived_ms,
        "values": record.values, "log": record.log,
        "history": HISTORY.dump_python(dict(record.history), mode="json"),
    }  # fmt: skip


def _record(portal: Portal, line: Mapping[str, Any]) -> None:
    kind = portal.types[line["type"]]
    portal.tables[kind.name].add(Record(
        line["record"], kind, line["created_ms"], line["updated_ms"], dict(line["values"]),
        History(HISTORY.validate_python(line["history"])), line["archived_ms"], list(line["log"]),
    ))  # fmt: skip


def _events(found: list[Event], line: Mapping[str, Any]) -> Events:
    events = Events(found, types=dict.fromkeys(line["types_of"]), seen=set(line["seen"]))
    for event in found:
        events.by_object.setdefault((event.object_type, event.object_id), []).append(event)
    return events


def _rejoin(portal: Portal) -> None:
    """Object types are compared by identity: all parts must hold the account's own.

    Custom types that were archived have records, but no name any more.
    """
    for listing in portal.lists.all.values():
        listing.kind = portal.tables[listing.kind.name].type
    for custom in portal.custom.values():
        if custom.archived:
            portal.types.remove(custom.as_type())
