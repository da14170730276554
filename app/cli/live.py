"""The vendors' fields as they are described now, for documents that are about to be checked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from app.bootstrap import Baton
from app.cli.blueprint import SIDES, Entry, body_of
from app.cli.output import say
from app.configuring import MASK, ConnectionSpec
from app.store import connections
from app.store.connections import Connection
from connectors.base import ConnectorError, Field, Kind
from connectors.capabilities import DescribesFields

Schemas: TypeAlias = Mapping[tuple[str, Kind], Sequence[Field]]


def schemas(
    baton: Baton, specs: Sequence[ConnectionSpec], entries: Sequence[Entry]
) -> dict[tuple[str, Kind], Sequence[Field]]:
    """What every connection of a mapping shows, by connection and kind. One that can't be asked
    is named in a warning, and what is stored counts.
    """
    given = {spec.name: spec for spec in specs}
    found: dict[tuple[str, Kind], Sequence[Field]] = {}
    for name, kind in sorted(_wanted(entries)):
        try:
            connector = connector_of(baton, name, given.get(name))
            if isinstance(connector, DescribesFields):
                found[name, kind] = connector.describe(kind)
        except ConnectorError as error:
            say(f"warning: {name}: the fields of {kind} can't be read now: {error}", error=True)
    return found


def _wanted(entries: Sequence[Entry]) -> set[tuple[str, Kind]]:
    bodies = [body_of(one) for one in entries if one.kind == "mapping"]
    return {
        (str(body.get(role, default)), str(body["kind"]))
        for body in bodies
        for role, default in SIDES.items()
        if isinstance(body.get("kind"), str)
    }


def connector_of(baton: Baton, name: str, spec: ConnectionSpec | None) -> object | None:
    """The connector as it will be; None where there is none, or its settings are wrong (saving
    says how).
    """
    with baton.database.begin() as tx:
        stored = connections.get(tx, name)
    if spec is None:
        return None if stored is None else baton.accounts.connector(name)
    kept = {} if stored is None else baton.vault.open(stored.secret, name)
    given = {n: kept.get(n, "") if v == MASK else v for n, v in (spec.secrets or kept).items()}
    now = datetime.now(UTC)
    draft = Connection(
        name, spec.vendor, spec.role, spec.settings, {}, (), {}, None, "active", None, None, now,
        now, None,
    )  # fmt: skip
    try:
        return baton.accounts.open(draft, given)
    except (LookupError, ValueError):
        return None
