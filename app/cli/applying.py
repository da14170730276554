"""`baton apply` and `baton export`: configuration as code."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from app.accounts import Accounts
from app.bootstrap import Baton
from app.cli import blueprint, live
from app.cli.applying_hooks import apply_hook
from app.cli.changes import Change, as_yaml, diff, report, verdict
from app.cli.context import attached
from app.cli.installing import install_at
from app.cli.output import say
from app.configuring import ConnectionSpec, Invalid, save_connection, save_document
from app.configuring.hooks import HookSpec
from app.configuring.problems import Several
from app.flows import drift
from app.store import connections, documents, hooks
from app.store.connections import Connection
from app.store.db import Database, Tx

BY = "baton apply"
LACKING = "has no writable field"
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What there shall be, checked in itself, secrets filled in."""

    connections: list[ConnectionSpec]
    documents: list[blueprint.Entry]
    hooks: Mapping[str, HookSpec]


class _NotMeant(Exception):
    """All was checked in a dry run: now roll it back."""


def apply(
    file: File,
    *,
    diff_: Diff = False,
    map_: Map = None,
    dry_run: DryRun = False,
    install: Install = False,
    as_json: AsJson = False,
) -> None:
    """Make connections, documents and hooks be as a file says: all of it or nothing.

    Applying the same file again changes nothing. What the file does not name stays as it is, and
    so does, with --map, what belongs to the environment and is there already: a connection that a
    name was mapped to, and hooks. Mappings are checked against the fields as the vendors describe
    them now.
    """
    names = _names(map_ or [])
    told = blueprint.renamed(blueprint.read(file), names)
    trial = dry_run or diff_
    with attached() as baton:
        kept = _kept(baton.database, set(names.values()), told)
        wanted = _wanted(blueprint.without(told, kept))
        for spec in wanted.connections if install else ():
            connector = live.connector_of(baton, spec.name, spec)
            install_at(spec.name, connector, dry_run=trial, aside=as_json)
        schemas = live.schemas(baton, wanted.connections, wanted.documents)
        with _hinting(file, install=install, trial=trial):
            changes, wakes = _save(baton, wanted, schemas, dry_run=trial)
        stay = [Change(f"{what} {name}", "kept") for what, name in sorted(kept)]
        report([*stay, *changes], as_json=as_json)
        if not trial:
            baton.wake(wakes)
            for job in sorted(wake.removeprefix("job:") for wake in wakes if wake[:4] == "job:"):
                line = f"job {job} brings all records under the new version: baton jobs watch {job}"
                say(line, error=True)
    if diff_ and any(one.verdict in {"new", "changed"} for one in changes):
        raise typer.Exit(DIFFERENT)


@contextmanager
def _hinting(file: Path, *, install: bool, trial: bool) -> Iterator[None]:
    """Say how the fields that Baton makes itself come to be where a mapping names them."""
    try:
        yield
    except Invalid as error:
        if any(LACKING in one.message for one in error.problems) and (trial or not install):
            tip = f"Baton's own fields are put there by: baton apply -f {file} --install"
            say(tip if install else f"{tip} (with --dry-run it shows each)", error=True)
        raise


def _names(told: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in told]
    for old, _, new in pairs:
        if not old or not new:
            raise typer.BadParameter("write it as OLD=NEW", param_hint="--map")
    return {old: new for old, _, new in pairs}


def _wanted(told: blueprint.Blueprint) -> _Wanted:
    """Raises: Invalid, Failed."""
    specs = blueprint.specs(told, os.environ)
    return _Wanted(specs, told.documents, blueprint.hook_specs(told, os.environ))


def _kept(database: Database, names: set[str], wanted: blueprint.Blueprint) -> set[tuple[str, str]]:
    """Those connections, and hooks, that are there: what their environment says of them stays."""
    if not names:
        return set()
    with database.begin() as tx:
        there = {one.name for one in connections.every(tx)} & names
        told = {one.name for one in hooks.every(tx)} & wanted.hooks.keys()
    return {*(("connection", one) for one in there), *(("hook", one) for one in told)}


def export() -> None:
    """Print connections, active documents and hooks as YAML; secrets are left out as ${…}."""
    with attached() as baton, baton.database.begin() as tx:
        found = [
            (one, sorted(baton.vault.open(one.secret, one.name))) for one in connections.every(tx)
        ]
        rules = [(one, documents.body(tx, one)) for one in documents.active(tx)]
        body = blueprint.written(found, rules, hooks.every(tx))
    say(as_yaml(body).rstrip())


def _documents(tx: Tx, wanted: _Wanted, wakes: set[str]) -> list[Change]:
    """Raises: Several, with what is wrong in any of them."""
    changes: list[Change] = []
    wrong: list[Invalid] = []
    for entry in wanted.documents:
        try:
            changes.append(_document(tx, entry, wakes))
        except Invalid as error:
            wrong.append(error)
    if wrong:
        raise Several(wrong)
    return changes


def _save(
    baton: Baton,
    wanted: _Wanted,
    schemas: live.Schemas,
    *,
    dry_run: bool,
) -> tuple[list[Change], set[str]]:
    changes: list[Change] = []
    wakes: set[str] = set()
    with suppress(_NotMeant), baton.database.begin() as tx:
        changes += (_connection(tx, baton.accounts, spec) for spec in wanted.connections)
        for (name, kind), fields in schemas.items():
            wakes |= drift.keep(tx, name, kind, fields)
        changes += _documents(tx, wanted, wakes)
        for name, hook in wanted.hooks.items():
            change, lanes = apply_hook(tx, baton, name, hook, by=BY)
            changes.append(change)
            wakes |= lanes
        if dry_run:
            raise _NotMeant
    return changes, wakes


def _connection(tx: Tx, accounts: Accounts, spec: ConnectionSpec) -> Change:
    before = connections.get(tx, spec.name)
    after = save_connection(tx, accounts, spec, by=BY)
    lines = list(diff(_shown(before), _shown(after)))
    if before is not None and before.secret != after.secret:
        lines.append("secrets change")
    return Change(f"connection {spec.name}", verdict(before, lines), tuple(lines))


def _document(tx: Tx, entry: blueprint.Entry, wakes: set[str]) -> Change:
    found = documents.get(tx, entry.kind, entry.name)
    before = found if found is not None and found.active else None
    saved = save_document(tx, entry.kind, entry.name, blueprint.body_of(entry), by=BY)
    wakes |= saved.wakes
    lines = [*diff({} if before is None else before.body, saved.document.body)]
    lines += [f"warning: {one.pointer}: {one.message}" for one in saved.warnings]
    became = "same" if not saved.changed else verdict(before, ["changed"])
    return Change(f"{entry.kind} {entry.name}", became, tuple(lines))


def _shown(one: Connection | None) -> dict[str, Any]:
    if one is None:
        return {}
    parts: dict[str, Any] = {"vendor": one.vendor, "role": one.role}
    return {**parts, "settings": dict(one.settings), "options": dict(one.options)}


def add_to(cli: typer.Typer) -> None:
    cli.command()(apply)
    cli.command()(export)
