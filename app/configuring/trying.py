"""Try a connection out: sign in, read schema and owners. First the calls, then what to keep."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from app.configuring.connections import resume
from app.flows import drift
from app.store import connections, links
from app.store.db import Tx
from connectors.base import Account, AuthLost, ConnectorError, Field, Kind, Owner
from connectors.capabilities import DescribesFields, ListsOwners, Probes


@dataclass(frozen=True, slots=True)
class Tried:
    """What the attempt showed. `error` is why signing in failed; `problems` are lesser ones."""

    account: Account | None = None
    error: ConnectorError | None = None
    fields: Mapping[Kind, Sequence[Field]] = field(default_factory=dict)
    owners: Sequence[Owner] | None = None
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.error is None


def try_out(connector: object) -> Tried:
    """Call the vendor, outside of any transaction. Whatever it says is in the answer."""
    try:
        account = connector.probe() if isinstance(connector, Probes) else None
    except ConnectorError as error:
        return Tried(error=error)
    fields: dict[Kind, Sequence[Field]] = {}
    owners: Sequence[Owner] | None = None
    problems: list[str] = []
    if isinstance(connector, DescribesFields):
        for kind in connector.kinds():
            try:
                fields[kind] = connector.describe(kind)
            except ConnectorError as error:
                problems.append(f"the fields of {kind} can't be read: {error}")
    if isinstance(connector, ListsOwners):
        try:
            owners = connector.owners()
        except ConnectorError as error:
            problems.append(f"the owners can't be read: {error}")
    return Tried(account, None, fields, owners, tuple(problems))


def keep_tried(tx: Tx, name: str, tried: Tried) -> set[str]:
    """Store what the attempt showed; answer the lanes to wake. Raises: Missing."""
    if tried.error is not None:
        if isinstance(tried.error, AuthLost):
            connections.set_state(tx, name, "needs_attention", str(tried.error))
        return set()
    if tried.account is not None:
        connections.checked(tx, name, asdict(tried.account))
    wakes: set[str] = set()
    for kind, fields in tried.fields.items():
        wakes |= drift.keep(tx, name, kind, fields)
    if tried.owners is not None and connections.save_owners(tx, name, tried.owners):
        for one in connections.every(tx):
            links.retry_unmapped(tx, one.name)
    found = connections.get(tx, name)
    if found is not None and found.state == "needs_attention":
        wakes |= resume(tx, name)
    return wakes
