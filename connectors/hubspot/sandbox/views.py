"""Records as the API shows them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from connectors.hubspot.sandbox import linking
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Record

Get = Callable[[Record, str], str | None]
CREATION_EPOCH = "hs_lifecyclestage_"  # creation echoes these dates as epoch ms, reads do not


def current(record: Record, name: str) -> str | None:
    return record.values.get(name)


def envelope(portal: Portal, record: Record, properties: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": record.id,
        "properties": properties,
        "createdAt": iso(record.created_ms),
        "updatedAt": iso(record.updated_ms),
        "archived": record.archived_ms is not None,
    }
    if record.archived_ms is not None:
        shown["archivedAt"] = iso(record.archived_ms)
    if portal.config.url_in_records:
        account = portal.config.portal_id
        page = f"https://app.hubspot.com/contacts/{account}/record/{record.type.id}/{record.id}"
        shown["url"] = page
    return shown


def read(
    portal: Portal, record: Record, names: Iterable[str], history: Iterable[str] = (),
    get: Get = current,
) -> dict[str, Any]:  # fmt: skip
    """What was asked for plus the system properties: empty ones null, unknown ones left out."""
    schema = portal.schema(record.type)
    asked = [n for n in dict.fromkeys(names) if schema.live(n) is not None]
    wanted = dict.fromkeys([*(asked or record.type.shown), *history, *record.type.system])
    values = {n: get(record, n) for n in sorted(wanted) if schema.live(n) is not None}
    shown = envelope(portal, record, values)
    if kept := [n for n in dict.fromkeys(history) if schema.live(n) is not None]:
        shown["propertiesWithHistory"] = {
            n: [version.as_json() for version in record.history.get(n, ())] for n in kept
        }
    return shown


def creation(portal: Portal, record: Record) -> dict[str, Any]:
    """Everything that is set, calculated properties too."""
    values: dict[str, Any] = dict(sorted(record.values.items()))
    for name, value in values.items():
        if name.startswith(CREATION_EPOCH):
            values[name] = str(to_ms(value))
    return envelope(portal, record, values)


def change(portal: Portal, record: Record, changed: Iterable[str]) -> dict[str, Any]:
    """Mostly what was changed, and the system properties."""
    names = sorted({*changed, *record.type.system})
    return envelope(portal, record, {n: record.values.get(n, "") for n in names})


def with_associations(
    portal: Portal, shown: dict[str, Any], record: Record, targets: Sequence[ObjectType]
) -> dict[str, Any]:
    """Adds `associations`, keyed by plural name; types without any are left out."""
    named = portal.links.definitions
    found: dict[str, Any] = {}
    for target in targets:
        rows = [
            {"id": other_id, "type": linking.type_name(portal, named[spec])}
            for other_id, specs in portal.links.of(record.type.name, record.id, target.name).items()
            for spec in specs
        ]
        if rows:
            found[target.name] = {"results": rows}
    if found:
        shown["associations"] = found
    return shown
