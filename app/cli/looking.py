"""`baton replay` and `baton backfill`: look again at what is known, or at all there is."""

import time
from collections.abc import Iterable, Iterator
from typing import Annotated
from uuid import UUID, uuid4

import typer

from app.bootstrap import Baton
from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.output import Meter, progress, say
from app.domain.link import Link
from app.flows.read import KINDS
from app.store import connections, inbox, links, revisiting
from app.store.db import Tx
from connectors.base import Kind, Ref

PAGE = 500
WAIT_S = 0.5
Person = Annotated[str | None, typer.Option(help="E-mail address, or Baton's id of the person.")]
Connection = Annotated[str | None, typer.Option(help="Only records at this connection.")]
Name = Annotated[str, typer.Argument(metavar="CONNECTION")]
What = Annotated[str, typer.Argument(metavar="KIND", help="person, company or opportunity.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Leave the reading to running workers.")]


def replay(*, person: Person = None, connection: Connection = None) -> None:
    """Have records looked at again: one person's, or all that are known at a connection.

    Each look is like a webhook about the record. It is done by whichever process works.
    """
    if person is None and connection is None:
        raise Failed("say whose records: --person, --connection, or both")
    count, wakes = 0, set[str]()
    with attached() as baton:
        with baton.database.begin() as tx:
            if connection is not None and connections.get(tx, connection) is None:
                raise Failed(f"there is no connection {connection!r}")
        for ids in _pages(baton, person):
            with baton.database.begin() as tx:
                refs = list(_refs(links.read(tx, ids).values(), connection))
                inbox.add_hints(tx, [(name, ref, uuid4(), None) for name, ref in refs])
            count += len(refs)
            wakes |= {f"fetch:{name}" for name, _ in refs}
        baton.wake(wakes)
    say(f"{count} records will be looked at again")


def _pages(baton: Baton, person: str | None) -> Iterator[list[UUID]]:
    if person is not None:
        with baton.database.begin() as tx:
            yield _people(tx, person)
        return
    for kind in KINDS:
        after: UUID | None = None
        while True:
            with baton.database.begin() as tx:
                ids = links.page_ids(tx, kind, after, PAGE)
            if not ids:
                break
            yield ids
            after = ids[-1]


def _people(tx: Tx, person: str) -> list[UUID]:
    try:
        ids = list(links.existing(tx, [UUID(person)]))
    except ValueError:
        email = person.strip().lower()
        ids = links.by_email(tx, "person", [email]).get(email, [])
    if not ids:
        raise Failed(f"nobody is known as {person!r}")
    return ids


def _refs(found: Iterable[Link], connection: str | None) -> Iterator[tuple[str, Ref]]:
    for link in found:
        for side in link.sides.values():
            if side.ref is not None and connection in {None, side.connection}:
                yield side.connection, side.ref


def backfill(connection: Name, kind: What, *, no_wait: NoWait = False) -> None:
    """Read all records of a kind again, from the beginning. What is the same changes nothing."""
    feed = f"changes:{_kind(kind)}"
    with attached() as baton:
        with baton.database.begin() as tx:
            found = connections.get(tx, connection)
            if found is None:
                raise Failed(f"there is no connection {connection!r}")
            if not revisiting.read_again(tx, connection, [feed]):
                raise Failed(f"{connection} does not read {kind} records: no mapping asks for them")
        lane = f"read:{connection}:{feed}"
        if no_wait or found.state != "active":
            baton.wake({lane})
            say(f"will be read by a running worker (connection: {found.state})")
            return
        with progress(f"backfill {connection} {kind}") as show:
            pages = _read(baton, connection, feed, show)
    say(f"{pages} pages read; what changed is delivered by whichever process works")


def _read(baton: Baton, connection: str, feed: str, show: Meter) -> int:
    """Read page by page till the feed has caught up; answer the pages. Raises: Failed."""
    lane, pages = f"read:{connection}:{feed}", 0
    baton.lanes.drain(f"read:{connection}:owners")  # records name them, so they are read first
    while True:
        with baton.database.begin() as tx:
            row = next(r for r in connections.feeds(tx, connection) if r["name"] == feed)
            due = connections.due_feed(tx, connection, feed)
        if row["reason"]:
            raise Failed(f"{connection}: {feed}: {row['reason']}")
        if due is None:
            return pages
        with baton.database.lane_lock(lane) as got:
            stepped = got and baton.lanes.step(lane)
        if stepped:
            pages += 1
            show(pages, f"{pages} pages")
        else:
            show(pages, _held_up(baton, lane))
            time.sleep(WAIT_S)


def _held_up(baton: Baton, lane: str) -> str:
    with baton.database.begin() as tx:
        waiting = {row["name"]: row["reason"] for row in revisiting.waiting_lanes(tx)}
    return f"waits: {waiting[lane]}" if lane in waiting else "another process reads"


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise Failed(f"no kind {text!r}; there are {', '.join(KINDS)}")


def add_to(cli: typer.Typer) -> None:
    cli.command()(replay)
    cli.command()(backfill)
