"""`baton apply` and `baton export`: configuration as code."""

import difflib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from app.accounts import Accounts
from app.bootstrap import Baton
from app.cli import blueprint, live
from app.cli.context import attached
from app.cli.installing import install_at
from app.cli.output import say, say_json
from app.configuring import ConnectionSpec, save_connection, save_document
from app.flows import drift
from app.store import connections, documents
from app.store.connections import Connection
from app.store.db import Database, Tx

BY = "baton apply"
DIFFERENT = 2  # as diff tools end; 0: nothing would change, 1: it can't be applied
File = Annotated[
    Path, typer.Option("--file", "-f", exists=True, dir_okay=False, help="What there shall be.")
]
Diff = Annotated[
    bool, typer.Option("--diff", help="As --dry-run; ends with 2 where something would change.")
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="OLD=NEW", help="The file's connection OLD is NEW here."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, change nothing.")]
Install = Annotated[
    bool, typer.Option("--install", help="First install what Baton needs inside the vendors.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class _NotMeant(Exception):
    """All was checked in a dry run: now roll it back."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a connection or document: `new`, `changed`, `same`, `kept`; and details."""

    what: str
    verdict: str
    lines: tuple[str, ...] = ()


def apply(
    file: File,
    *,
    diff: Diff = False,
    map_: Map = None,
    dry_run: DryRun = False,
    install: Install = False,
    as_json: AsJson = False,
) -> None:
    """Make connections and documents be as a file says: all of it or nothing.

    Applying the same file again changes nothing. What the file does not name stays as it is, and
    so does a connection that a name was mapped to and that is there already. Mappings are checked
    against the fields as the vendors describe them now.
    """
    names = _names(map_ or [])
    wanted = blueprint.renamed(blueprint.read(file), names)
    trial = dry_run or diff
    with attached() as baton:
        kept = _kept(baton.database, set(names.values()))
        wanted = blueprint.without(wanted, kept)
        specs = blueprint.specs(wanted, os.environ)
        for spec in specs if install and not trial else ():
            install_at(spec.name, live.connector_of(baton, spec.name, spec), aside=as_json)
        schemas = live.schemas(baton, specs, wanted.documents)
        changes, wakes = _save(baton, wanted, specs, schemas, dry_run=trial)
        _report([*(Change(f"connection {n}", "kept") for n in sorted(kept)), *changes],
                as_json=as_json)  # fmt: skip
        if not trial:
            baton.wake(wakes)
            for job in sorted(wake.removeprefix("job:") for wake in wakes if wake[:4] == "job:"):
                told = f"job {job} brings all records under the new version: baton jobs watch {job}"
                say(told, error=True)
    if diff and any(one.verdict in {"new", "changed"} for one in changes):
        raise typer.Exit(DIFFERENT)


def _names(told: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in told]
    for old, _, new in pairs:
        if not old or not new:
            raise typer.BadParameter("write it as OLD=NEW", param_hint="--map")
    return {old: new for old, _, new in pairs}


def _kept(database: Database, names: set[str]) -> set[str]:
    """Those connections that are there: what their environment says of them stays."""
    with database.begin() as tx:
        return {one.name for one in connections.every(tx)} & names


def export() -> None:
    """Print connections and active documents as YAML; secrets are left out as ${…}."""
    with attached() as baton, baton.database.begin() as tx:
        found = [
            (one, sorted(baton.vault.open(one.secret, one.name))) for one in connections.every(tx)
        ]
        rules = [(one, documents.body(tx, one)) for one in documents.active(tx)]
        body = blueprint.written(found, rules)
    say(_yaml(body).rstrip())


def _save(
    baton: Baton,
    wanted: blueprint.Blueprint,
    specs: list[ConnectionSpec],
    schemas: live.Schemas,
    *,
    dry_run: bool,
) -> tuple[list[Change], set[str]]:
    changes: list[Change] = []
    wakes: set[str] = set()
    with suppress(_NotMeant), baton.database.begin() as tx:
        changes += (_connection(tx, baton.accounts, spec) for spec in specs)
        for (name, kind), fields in schemas.items():
            wakes |= drift.keep(tx, name, kind, fields)
        changes += (_document(tx, entry, wakes) for entry in wanted.documents)
        if dry_run:
            raise _NotMeant
    return changes, wakes


def _connection(tx: Tx, accounts: Accounts, spec: ConnectionSpec) -> Change:
    before = connections.get(tx, spec.name)
    after = save_connection(tx, accounts, spec, by=BY)
    lines = list(_diff(_shown(before), _shown(after)))
    if before is not None and before.secret != after.secret:
        lines.append("secrets change")
    return Change(f"connection {spec.name}", _verdict(before, lines), tuple(lines))


def _document(tx: Tx, entry: blueprint.Entry, wakes: set[str]) -> Change:
    found = documents.get(tx, entry.kind, entry.name)
    before = found if found is not None and found.active else None
    saved = save_document(tx, entry.kind, entry.name, blueprint.body_of(entry), by=BY)
    wakes |= saved.wakes
    lines = [*_diff({} if before is None else before.body, saved.document.body)]
    lines += [f"warning: {one.pointer}: {one.message}" for one in saved.warnings]
    verdict = "same" if not saved.changed else _verdict(before, ["changed"])
    return Change(f"{entry.kind} {entry.name}", verdict, tuple(lines))


def _verdict(before: object | None, lines: list[str]) -> str:
    if before is None:
        return "new"
    return "changed" if lines else "same"


def _shown(one: Connection | None) -> dict[str, Any]:
    if one is None:
        return {}
    parts: dict[str, Any] = {"vendor": one.vendor, "role": one.role}
    return {**parts, "settings": dict(one.settings), "options": dict(one.options)}


def _diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The lines that differ, in YAML; nothing of what is new as a whole."""
    if not before or before == after:
        return
    old, new = _yaml(before).splitlines(), _yaml(after).splitlines()
    compared = difflib.unified_diff(old, new, lineterm="", n=1)
    yield from (line for line in compared if not line.startswith(("---", "+++")))


def _yaml(body: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(body), sort_keys=False, allow_unicode=True, width=100)


def _report(changes: list[Change], *, as_json: bool) -> None:
    if as_json:
        rows = [{"what": c.what, "verdict": c.verdict, "lines": c.lines} for c in changes]
        say_json(rows)
        return
    for change in changes:
        say(f"{change.verdict:8} {change.what}")
        for line in change.lines:
            say(f"         {line}")


def add_to(cli: typer.Typer) -> None:
    cli.command()(apply)
    cli.command()(export)
