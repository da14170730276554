"""Change Data Capture: what happened in one transaction, as change events.

Source: Change Data Capture Developer Guide ("ChangeEventHeader Fields", "Merged Change Events",
"Gap Events", "Overflow Events"), Pub/Sub API docs.
"""

import random
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.events.avro import event_name
from connectors.salesforce.sandbox.events.bus import Event
from connectors.salesforce.sandbox.events.diffs import difference
from connectors.salesforce.sandbox.events.schemas import Schemas
from connectors.salesforce.sandbox.org import Happened, Org
from connectors.salesforce.sandbox.schema import SObject

ALL_CHANGES = "/data/ChangeEvents"
FIRST_COMMIT = 1_100_000_000_000
SILENT = {"SystemModstamp", "IsDeleted"}
UI_CLIENT = "SfdcInternalAPI/"


@dataclass(slots=True)
class Draft:
    """A change event in the making; `key` is what events to be merged have in common."""

    kind: str
    made: SObject
    ids: list[str]
    sequence: int
    user_id: str
    origin: str
    values: Mapping[str, Any] = field(default_factory=dict)
    changed: Sequence[str] = ()
    differences: Sequence[str] = ()  # fields whose value is a difference
    key: Any = None


class Capture:
    """Makes the change events of an org."""

    def __init__(self, config: Callable[[], Config], schemas: Schemas) -> None:
        self._config = config
        self._schemas = schemas
        self._commits = FIRST_COMMIT
        self._chance = random.Random(config().event_seed)  # noqa: S311  repeatable, no secret

    def events(self, org: Org, happened: Sequence[Happened]) -> list[Event]:
        """One transaction's events, in order."""
        config = self._config()
        entities = set(config.cdc_entities)
        drafts: list[Draft] = []
        mergeable: dict[Any, Draft] = {}
        flooded: dict[str, SObject] = {}
        changes = 0
        for sequence, one in enumerate(happened, 1):
            if one.row.object.name not in entities:
                continue
            draft = _draft(one, sequence, config)
            if draft is None:
                continue
            changes += max(1, len(draft.changed))
            if changes > config.cdc_overflow_at:
                flooded[draft.made.name] = draft.made
            elif config.cdc_merge and draft.key in mergeable:
                mergeable[draft.key].ids += draft.ids
            else:
                drafts.append(draft)
                if draft.key is not None:
                    mergeable[draft.key] = draft
        last = len(happened)
        for number, made in enumerate(flooded.values(), last + 1):
            drafts.append(gap("GAP_OVERFLOW", made, [], happened[-1].actor.user_id, number))
        return self.finished(org, drafts)

    def finished(self, org: Org, drafts: Iterable[Draft]) -> list[Event]:
        """Drafts of one transaction as events."""
        bits = self._chance.getrandbits(128)
        transaction = {
            "transactionKey": str(uuid.UUID(int=bits & ~(0xFFFF << 112))),
            "commitTimestamp": int(org.now()) * 1000,
        }
        return [self._event(org, draft, transaction) for draft in drafts]

    def _event(self, org: Org, draft: Draft, transaction: Mapping[str, Any]) -> Event:
        schema = self._schemas.change(org, draft.made)
        self._commits += self._chance.randint(1, 1000)
        nulled = [name for name in draft.changed if draft.values.get(name) is None]
        header = {
            "entityName": draft.made.name,
            "recordIds": draft.ids,
            "changeType": draft.kind,
            "changeOrigin": draft.origin,
            **transaction,
            "sequenceNumber": draft.sequence,
            "commitNumber": self._commits,
            "commitUser": draft.user_id,
            "nulledFields": schema.bitmap(nulled),
            "diffFields": schema.bitmap(draft.differences),
            "changedFields": schema.bitmap(draft.changed),
        }
        topics = (topic_of(draft.made.name), ALL_CHANGES)
        values = draft.values
        return Event(topics, schema, lambda: schema.record(header, values), org.now())


def topic_of(entity: str) -> str:
    return f"/data/{event_name(entity)}"


def gap(kind: str, made: SObject, ids: list[str], user_id: str, sequence: int = 1) -> Draft:
    """A gap or overflow event: a header and nothing else."""
    return Draft(kind, made, ids, sequence, user_id, "")


def _draft(one: Happened, sequence: int, config: Config) -> Draft | None:
    made, actor = one.row.object, one.actor
    origin = actor.origin
    if actor.source == "CRM_UI":  # so in the guide's examples of changes made in the UI
        origin = f"com/salesforce/api/soap/{config.latest_version}.0;client={UI_CLIENT}"
    draft = Draft(one.kind, made, [one.row.id], sequence, actor.user_id, origin)
    if one.kind == "CREATE":
        draft.values = one.changes
    elif one.kind == "UNDELETE":
        draft.values = dict(one.row.fields)
    elif one.kind == "DELETE":
        draft.key = (made.name, one.kind, actor.user_id, origin)
    else:
        _describe_update(draft, one, shortens=config.cdc_text_differences)
        if not draft.changed:
            return None
    return draft


def _describe_update(draft: Draft, one: Happened, *, shortens: bool) -> None:
    """The fields that are new; LastModifiedDate always, unless the system itself was at work."""
    changed = [
        name
        for name, value in one.changes.items()
        if name not in SILENT and one.before.get(name) != value
    ]
    if "LastModifiedDate" in one.changes and "LastModifiedDate" not in changed:
        changed.append("LastModifiedDate")
    draft.changed = changed
    draft.values = {name: one.changes[name] for name in changed}
    if shortens:
        _shorten(draft, one)
    same = tuple((name, repr(value)) for name, value in sorted(draft.values.items()))
    draft.key = (draft.made.name, one.kind, draft.user_id, draft.origin, same)


def _shorten(draft: Draft, one: Happened) -> None:
    """Large text as a difference, where that is shorter."""
    fields, found = one.row.object.fields, {}
    for name, value in draft.values.items():
        shorter = difference(fields[name], one.before.get(name), value) if name in fields else None
        if shorter is not None:
            found[name] = shorter
    draft.values, draft.differences = {**draft.values, **found}, list(found)
