"""`baton migrate`: the database's schema."""

from typing import Annotated

import typer

from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.output import say
from app.store import migrate as revisions

Check = Annotated[bool, typer.Option("--check", help="Change nothing; fail if there is work.")]


def migrate(*, check: Check = False) -> None:
    """Bring the database to this release's schema. Old and new processes may run meanwhile."""
    with attached(migrating=False) as baton:
        before, wanted = revisions.state(baton.database)
        if check and before != wanted:
            raise Failed(f"at revision {before or 'none'}, {wanted} is needed: run `baton migrate`")
        if before != wanted:
            revisions.upgrade(baton.database)
    moved = "" if before == wanted else f" (was at {before or 'none'})"
    say(f"the database is at revision {wanted}{moved}")


def add_to(cli: typer.Typer) -> None:
    cli.command()(migrate)
