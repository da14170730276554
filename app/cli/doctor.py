"""`baton doctor`: is everything as it must be? Each finding says what to do."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer
from pydantic import SecretStr

from app.bootstrap import Baton
from app.cli.context import attached, read_settings
from app.cli.expected import EXPECTED, explained
from app.cli.output import say, say_json
from app.settings import Settings
from app.store import connections, feeds, migrate, revisiting
from connectors import registry
from connectors.base import ConnectorError
from connectors.capabilities import Probes

MASKED = "********"
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    text: str


def doctor(*, as_json: AsJson = False) -> None:
    """Check settings, data directory, database, connectors, connections and waiting lanes.

    Signs in at every connection. Exits 1 when something is wrong.
    """
    settings = read_settings()
    findings = [_folder(settings), *_connectors()]
    try:
        with attached(migrating=False) as baton:
            findings += _findings(baton)
    except EXPECTED as error:
        findings.append(Finding("database", ok=False, text=explained(error)))
    _report(settings, findings, as_json=as_json)
    if not all(one.ok for one in findings):
        raise typer.Exit(1)


def _findings(baton: Baton) -> Iterator[Finding]:
    revision, wanted = migrate.state(baton.database)
    if revision != wanted:
        text = f"at revision {revision or 'none'}, {wanted} is needed: run `baton migrate`"
        yield Finding("database", ok=False, text=text)
        return
    yield Finding("database", ok=True, text=f"reachable, revision {revision}")
    with baton.database.begin() as tx:
        found = connections.every(tx)
        lanes = revisiting.waiting_lanes(tx)
        read = feeds.of(tx)
    yield from (_connection(baton, one) for one in found)
    for row in read:
        if row["reason"]:
            yield Finding(f"feed {row['connection']} {row['name']}", ok=False, text=row["reason"])
    for lane in lanes:
        until = f"until {lane['not_before']:%H:%M:%SZ}: " if lane["not_before"] else ""
        yield Finding(f"lane {lane['name']}", ok=False, text=f"waits {until}{lane['reason']}")


def _connection(baton: Baton, one: connections.Connection) -> Finding:
    what = f"connection {one.name}"
    if one.state != "active":
        return Finding(what, ok=False, text=f"{one.state}: {one.reason or 'by a person'}")
    try:
        connector = baton.accounts.connector(one.name)
        account = connector.probe() if isinstance(connector, Probes) else None
    except (ConnectorError, registry.UnknownVendor, RuntimeError) as error:
        return Finding(what, ok=False, text=f"{type(error).__name__}: {error}")
    if account is None:
        return Finding(what, ok=True, text="active; can't be tested")
    used = "" if account.api_used is None else f", {account.api_used}/{account.api_limit} calls"
    return Finding(what, ok=True, text=f"signed in: {account.name or account.id}{used}")


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    if settings.database_url is not None:
        return Finding("data directory", ok=True, text=f"{folder} (not needed: own database)")
    there = folder if folder.exists() else folder.parent
    ok = there.is_dir() and os.access(there, os.W_OK)
    text = str(folder) if ok else f"{folder} can't be written; set BATON_DATA_DIR"
    return Finding("data directory", ok=ok, text=text)


def _connectors() -> Iterator[Finding]:
    found = registry.load()
    yield Finding("connectors", ok=True, text=", ".join(sorted(found.vendors)))
    for entry, reason in found.broken.items():
        yield Finding(f"connector {entry}", ok=False, text=reason)


def _shown(settings: Settings) -> dict[str, str]:
    values = {name: getattr(settings, name) for name in sorted(type(settings).model_fields)}
    return {
        f"BATON_{name.upper()}": MASKED if isinstance(value, SecretStr) else _text(value)
        for name, value in values.items()
    }


def _text(value: object) -> str:
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return "" if value is None else str(value)


def _report(settings: Settings, findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        rows = [{"what": one.what, "ok": one.ok, "text": one.text} for one in findings]
        say_json({"settings": _shown(settings), "findings": rows})
        return
    for name, value in _shown(settings).items():
        say(f"     {name}={value}")
    for one in findings:
        say(f"{'ok' if one.ok else '!!':4} {one.what}: {one.text}")


def add_to(cli: typer.Typer) -> None:
    cli.command()(doctor)
