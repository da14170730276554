"""`baton install`: put what Baton needs into a vendor's account."""

from collections.abc import Sequence
from typing import Annotated, Protocol, runtime_checkable

import typer

from app.bootstrap import Baton
from app.cli.context import attached
from app.cli.output import say

Name = Annotated[str, typer.Argument(metavar="CONNECTION")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what is missing.")]


@runtime_checkable
class Installs(Protocol):
    """A connector that can make its fields and properties itself. May be repeated."""

    def install(self, *, dry_run: bool = False) -> Sequence[str]: ...


def install(connection: Name, *, dry_run: DryRun = False) -> None:
    """Create the fields and properties that Baton needs in a vendor's account. Repeatable."""
    with attached() as baton:
        install_into(baton, connection, dry_run=dry_run)


def install_into(baton: Baton, connection: str, *, dry_run: bool = False) -> None:
    """Install, and say what came of it."""
    connector = baton.accounts.connector(connection)
    if not isinstance(connector, Installs):
        say(f"{connection}: its connector installs nothing; see the connector's README")
        return
    made = connector.install(dry_run=dry_run)
    verb = "would create" if dry_run else "created"
    say(f"{connection}: {verb} {', '.join(made)}" if made else f"{connection}: all is there")


def add_to(cli: typer.Typer) -> None:
    cli.command()(install)
