"""Save a connection: checked by its vendor's models, its secrets sealed, its feeds in place."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.accounts import Accounts
from app.configuring.problems import InUse, Invalid, Missing, scrubbed, validated
from app.flows import campaigns, read
from app.flows import rules as rules_
from app.flows.options import Options
from app.store import connections, feeds, journal, lanes, links, revisiting
from app.store.connections import Connection, ConnectionRole
from app.store.db import Tx
from app.store.journal import Line
from app.vault import NoKeyError
from connectors import registry
from connectors.base import Rejected
from connectors.registry import UnknownVendor
from connectors.vendor import Vendor
from mappings.finding import error

SLUG = r"^[a-z][a-z0-9_-]{0,39}$"  # it stands in addresses, and between colons in names of lanes
MASK = "********"  # in place of a secret that is stored: "as it is"
Slug = Annotated[str, Field(pattern=SLUG)]


class ConnectionSpec(BaseModel):
    """What an admin says about a connection. Without `secrets`, or where one is masked, those
    that are stored stay.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Slug
    vendor: str
    role: ConnectionRole
    settings: dict[str, Any] = Field(default_factory=dict)
    options: Options = Options.model_validate({})
    secrets: dict[str, str] | None = Field(default=None, repr=False)


def save_connection(
    tx: Tx, accounts: Accounts, spec: ConnectionSpec, *, by: str = ""
) -> Connection:
    """Check and store a connection with its feeds; saving the same again changes nothing.

    Makes no request. Raises: Invalid.
    """
    what = f'connection "{spec.name}"'
    vendor = _vendor(spec, what)
    before = connections.get(tx, spec.name)
    if before is not None and before.vendor != spec.vendor:
        tip = f"it is a connection to {before.vendor}; make a new one, under another name"
        raise Invalid(what, [error("/vendor", tip)])
    kept = _kept_secrets(accounts, before, spec, what)
    secrets = _secrets(spec, kept)
    validated(vendor.settings, spec.settings, what=what, under="/settings")
    validated(vendor.secrets, secrets, what=what, under="/secrets", secrets=secrets.values())
    connector = _opened(accounts, spec, secrets, what)
    options = spec.options.model_dump(mode="json")
    able, forms = accounts.able(connector), accounts.forms(connector)
    new_secrets = before is None or secrets != kept
    if before is None or new_secrets or _differs(before, spec, options, able, forms):
        connections.put(
            tx,
            spec.name,
            vendor=spec.vendor,
            role=spec.role,
            settings=spec.settings,
            options=options,
            capabilities=able,
            forms=forms,
            secret=accounts.vault.lock(secrets, spec.name) if new_secrets else None,
        )
        if before is not None and before.state == "needs_attention":
            resume(tx, spec.name)
        detail = {"by": by, "new": before is None, "secrets": new_secrets}
        journal.write(tx, [Line("connection_saved", None, spec.name, None, detail)])
    refresh_feeds(tx, spec.name, read.own_feeds(connector))
    return _get(tx, spec.name)


def remove_connection(tx: Tx, name: str, *, by: str = "") -> None:
    """Forget a connection. Raises: Missing, InUse (an active mapping or campaign names it)."""
    _get(tx, name)
    for plan in rules_.load(tx).plans:
        if name in {plan.document.ma, plan.document.sfa}:
            raise InUse(f'the active mapping "{plan.name}" uses the connection "{name}"')
    for terms in campaigns.every(tx):
        if terms.document.enabled and name in terms.connections:
            raise InUse(f'the active campaign "{terms.name}" uses the connection "{name}"')
    connections.remove(tx, name)
    journal.write(tx, [Line("connection_removed", None, name, None, {"by": by})])


def pause(tx: Tx, name: str, reason: str | None = None) -> Connection:
    """Send and read nothing any more; what arrives is kept. Raises: Missing."""
    _get(tx, name)
    connections.set_state(tx, name, "paused", reason)
    return _get(tx, name)


def resume(tx: Tx, name: str) -> set[str]:
    """Go on with everything that waited; answer the lanes to wake. Raises: Missing."""
    _get(tx, name)
    connections.set_state(tx, name, "active", None)
    revisiting.forget_waits(tx, name)
    links.wake_sides(tx, name, ["paused"])
    return {lane for lane in lanes.due(tx) if lane.split(":")[1:2] == [name]}


def refresh_feeds(tx: Tx, name: str, own: Sequence[str] | None = None) -> None:
    """Have the feeds that capabilities and mappings call for (the connector's own: as they are)."""
    one = _get(tx, name)
    if own is None:
        own = [row["name"] for row in feeds.of(tx, name) if read.is_own(row["name"])]
    wanted = read.feeds_of(rules_.load(tx), one, own)
    feeds.ensure_feeds(tx, name, [*wanted, *campaigns.feeds_of(tx, one)])


def _get(tx: Tx, name: str) -> Connection:
    found = connections.get(tx, name)
    if found is None:
        raise Missing(f'there is no connection "{name}"')
    return found


def _vendor(spec: ConnectionSpec, what: str) -> Vendor:
    try:
        vendor = registry.vendor(spec.vendor)
    except UnknownVendor as caught:
        raise Invalid(what, [error("/vendor", str(caught))]) from None
    if spec.role not in vendor.roles:
        roles = " or ".join(sorted(vendor.roles))
        raise Invalid(what, [error("/role", f"{vendor.label} can be {roles} only")])
    return vendor


def _kept_secrets(
    accounts: Accounts, before: Connection | None, spec: ConnectionSpec, what: str
) -> dict[str, str]:
    """The stored secrets. A lost key does not matter where all secrets are given anew."""
    try:
        return {} if before is None else accounts.vault.open(before.secret, before.name)
    except NoKeyError as caught:
        if spec.secrets is not None and MASK not in spec.secrets.values():
            return {}
        raise Invalid(what, [error("/secrets", str(caught))]) from None


def _secrets(spec: ConnectionSpec, kept: Mapping[str, str]) -> dict[str, str]:
    if spec.secrets is None:
        return dict(kept)
    given = {n: kept.get(n) if v == MASK else v for n, v in spec.secrets.items()}
    return {name: value for name, value in given.items() if value is not None}


def _opened(
    accounts: Accounts, spec: ConnectionSpec, secrets: Mapping[str, str], what: str
) -> object:
    now = datetime.now(UTC)
    draft = Connection(
        spec.name, spec.vendor, spec.role, spec.settings, {}, (), {}, None, "active", None, None,
        now, now, None,
    )  # fmt: skip
    try:
        return accounts.open(draft, secrets)
    except Rejected as caught:
        message = scrubbed(str(caught), secrets.values())
        raise Invalid(what, [error("", message)]) from None


def _differs(
    before: Connection,
    spec: ConnectionSpec,
    options: Mapping[str, Any],
    able: tuple[str, ...],
    forms: Mapping[str, bool],
) -> bool:
    stored = (before.role, before.settings, before.options, list(before.capabilities), before.forms)
    return stored != (spec.role, spec.settings, options, list(able), dict(forms))
