"""`baton erase` and `baton erasures`: somebody goes everywhere, for good; and the receipts."""

from typing import Annotated
from uuid import UUID

import typer

from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.output import say, say_json, say_rows
from app.flows.asked import named
from app.store import tombstones
from app.store.db import Tx
from app.web.api.erasures import AtSystem, Erased, ErasureView, WouldErase, erase_all, view

BY = "baton"
SHOWN = ("id", "at", "by", "source", "kind", "systems", "completed_at")
MOST = 100  # receipts that are listed
Who = Annotated[str, typer.Argument(metavar="WHO", help="E-mail, Baton's id, or a vendor's id.")]
Kind_ = Annotated[str, typer.Option("--kind", help="What has that e-mail or vendor's id.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, it is only said what would go.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, do nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def erase(
    who: Who, *, kind: Kind_ = "person", yes: Yes = False, dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Erase somebody here and in all systems, for good: nobody can take it back.

    No feed, webhook or backfill makes them anew. By e-mail: all who have that address; where
    nobody has it, nobody comes in with it.
    """
    who = who.strip()
    asks = dry_run or not yes
    with attached() as baton:
        with baton.database.begin() as tx:
            ids, nobodys = _meant(tx, who, kind)
            done, wakes = erase_all(tx, ids, nobodys, by=BY, dry_run=asks, kind=kind)
        baton.wake(wakes)
    if as_json:
        say_json(done.model_dump(mode="json"))
    elif done.would is not None:
        _foretell(done.would, nobodys)
    else:
        _receipts(done)
    if asks and not dry_run:
        raise Failed("nothing was erased; add --yes to erase this")


def _meant(tx: Tx, who: str, kind: str) -> tuple[list[UUID], str | None]:
    """Whom to erase, or the address that nobody has. Raises: Failed."""
    ids = named(tx, who, kind)
    if "@" in who:
        return ids, None if ids else who.lower()
    if not ids:
        raise Failed(f"Baton knows no {kind} {who!r}; `baton why {who}` says what it knows")
    if len(ids) > 1:
        told = ", ".join(map(str, ids))
        raise Failed(f"{who!r} names several, so say which one by Baton's id: {told}")
    return ids, None


def _foretell(would: WouldErase, nobodys: str | None) -> None:
    if nobodys is not None:
        say(f"nobody has the address {nobodys}; nobody would come in with it any more")
        return
    say(f"would erase {', '.join(map(str, would.people))}")
    say(f"  in the systems: {', '.join(would.records) or 'nothing'}")
    rows = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in would.rows.items() if n)
    say(f"  here: {rows or 'no rows besides'}")
    if would.same_email:
        say(f"  not erased, though of the same address: {', '.join(map(str, would.same_email))}")


def _receipts(done: Erased) -> None:
    if not done.erasures:
        say("that address is kept out already")
    for one in done.erasures:
        say(f"erased here; receipt {one.id}")
        for system in one.systems:
            say(f"  {_standing(system)}")
    if any(one.systems for one in done.erasures):
        say("the systems' records go as whichever process works erases them; see `baton erasures`")


def _standing(system: AtSystem) -> str:
    reason = f" ({system.reason})" if system.reason else ""
    return f"{system.connection}: {system.state.replace('_', ' ')}{reason}"


def erasures(*, as_json: AsJson = False) -> None:
    """Receipts of who was erased, newest first: how it stands in each system."""
    with attached() as baton, baton.database.begin() as tx:
        found = [view(one) for one in tombstones.listed(tx, None, MOST)]
    if as_json:
        say_json([one.model_dump(mode="json") for one in found])
        return
    say_rows(SHOWN, [_row(one) for one in found], as_json=False)


def _row(one: ErasureView) -> dict[str, object]:
    return {**one.model_dump(), "systems": "; ".join(map(_standing, one.systems))}


def add_to(cli: typer.Typer) -> None:
    cli.command()(erase)
    cli.command()(erasures)
