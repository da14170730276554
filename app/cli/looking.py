"""`baton replay`: look again at what is known."""

from collections.abc import Iterable, Iterator
from typing import Annotated
from uuid import UUID, uuid4

import typer

from app.bootstrap import Baton
from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.output import say
from app.domain.link import Link
from app.flows import rules as rules_
from app.store import connections, inbox, links
from app.store.db import Tx
from connectors.base import Ref

PAGE = 500
Person = Annotated[str | None, typer.Option(help="E-mail address, or Baton's id of the person.")]
Connection = Annotated[str | None, typer.Option(help="Only records at this connection.")]


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
    with baton.database.begin() as tx:
        kinds = list(dict.fromkeys(plan.kind for plan in rules_.load(tx).plans))
    for kind in kinds:
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


def add_to(cli: typer.Typer) -> None:
    cli.command()(replay)
