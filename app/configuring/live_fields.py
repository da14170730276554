"""A mapping is checked against the fields as its vendors describe them now, not ten minutes ago.

Called before a document is checked or saved: the looks are made between transactions.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from app.flows import drift
from app.store import connections
from app.store.db import Database, Tx
from connectors.base import ConnectorError, Field, Kind
from connectors.capabilities import DescribesFields
from mappings.document import MappingDocument
from mappings.finding import Finding, warning
from mappings.sides import ROLES, Role

Opened: TypeAlias = Callable[[str], object]  # the open connector of a connection
FRESH_S = 10.0  # who checks again and again while typing makes no call each time


def refresh(
    database: Database, opened: Opened, kind: str, body: Mapping[str, Any]
) -> tuple[set[str], list[Finding]]:
    """Read and store the fields that a mapping names, where they were not read just now; other
    documents need none. The lanes to wake, and warnings of sides that can't be asked: what was
    read last counts, or nothing.
    """
    of = body.get("kind")
    if kind != "mapping" or not isinstance(of, str):
        return set(), []
    with database.begin() as tx:
        wanted = {role: name for role, name in sides(body) if _is_due(tx, name, of)}
    found: dict[str, list[Field]] = {}
    warnings: list[Finding] = []
    for role, name in wanted.items():
        try:
            connector = opened(name)
            if isinstance(connector, DescribesFields):
                found[name] = list(connector.describe(of))
        except ConnectorError as error:
            told = f'the fields of {of} at "{name}" can\'t be read now, what was read last counts'
            warnings.append(warning(f"/{role}", f"{told}: {error}"))
    with database.begin() as tx:
        wakes = [drift.keep(tx, name, of, fields) for name, fields in found.items()]
    return set().union(*wakes), warnings


def sides(body: Mapping[str, Any]) -> Iterator[tuple[Role, str]]:
    """The connections that a mapping names, as far as it can be read."""
    for role in ROLES:
        yield role, str(body.get(role, MappingDocument.model_fields[role].default))


def _is_due(tx: Tx, name: str, kind: Kind) -> bool:
    one = connections.get(tx, name)
    is_asked = one is not None and one.state == "active"
    return is_asked and not connections.described_since(tx, name, kind, FRESH_S)
