"""`baton install`, `baton uninstall`: what Baton needs inside a vendor's account, in and out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import attached
from app.cli.output import say
from connectors.capabilities import Installs, Uninstalls, WritesProjects

Name = Annotated[str, typer.Argument(metavar="CONNECTION", help="Its name, such as salesforce.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show what there is to do; the vendor checks it too.")
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Yes, remove it, and with it what its fields hold.")
]
To = Annotated[Path, typer.Option("--to", help="The folder to write them into.")]
PublicUrl = Annotated[
    str | None,
    typer.Option("--public-url", help="Where the vendor reaches Baton; else BATON_PUBLIC_URL."),
]
STAYS = ("same ", "keep ")  # lines of what is not touched


def install(connection: Name, *, dry_run: DryRun = False) -> None:
    """Put what Baton needs into a vendor's account: fields, keys, pages, subscriptions.

    May be repeated: what is there stays as it is. With --dry-run every component is shown as
    create, change, same or keep (somebody else made it), and nothing is changed.
    """
    with attached() as baton:
        install_at(connection, baton.accounts.connector(connection), dry_run=dry_run)


def install_at(
    connection: str, connector: object, *, dry_run: bool = False, aside: bool = False
) -> None:
    """Install, and say what came of it; aside where the output is for a program."""
    if not isinstance(connector, Installs):
        text = f"{connection}: its connector installs nothing; see the connector's README"
        say(text, error=aside)
        return
    lines = connector.install(dry_run=dry_run)
    _tell(connection, lines, "all is there", dry_run=dry_run, aside=aside)


def uninstall(connection: Name, *, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Take out of a vendor's account what `baton install` put there, and nothing else.

    What is in the fields is lost. Without --yes, or with --dry-run, it is only shown.
    """
    with attached() as baton:
        connector = baton.accounts.connector(connection)
        if not isinstance(connector, Uninstalls):
            say(f"{connection}: its connector removes nothing; see the connector's README")
            return
        dry_run = dry_run or not yes
        lines = connector.uninstall(dry_run=dry_run)
    _tell(connection, lines, "nothing of Baton's is there", dry_run=dry_run)
    if dry_run and not yes and any(not line.startswith(STAYS) for line in lines):
        say(f"{connection}: what is in these fields will be lost; to remove them: --yes")


def project(connection: Name, *, to: To, public_url: PublicUrl = None) -> None:
    """Write the files of an app that the vendor's own tool uploads: scopes, webhooks, card.

    For HubSpot: `hs project upload` in that folder. Files that are there are written anew.
    """
    with attached() as baton:
        connector = baton.accounts.connector(connection)
        address = (public_url or baton.settings.public_url).rstrip("/")
    if not isinstance(connector, WritesProjects):
        say(f"{connection}: its vendor has no such projects; see the connector's README")
        return
    made = connector.project(address)
    for path, body in made.items():
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_text(body, "utf-8")
    say(f"{connection}: {len(made)} files in {to}, for {address}")
    for path in made:
        say(f"  {path}")


def _tell(
    connection: str, lines: Sequence[str], nothing: str, *, dry_run: bool, aside: bool = False
) -> None:
    """The lines, under a line that says how many things are to do, or were done."""
    todo = sum(not line.startswith(STAYS) for line in lines)
    if dry_run:
        said = f"{todo} to do, nothing was changed" if todo else nothing
    else:
        said = f"{todo} done" if todo else nothing
    say(f"{connection}: {said}", error=aside)
    for line in lines:
        say(f"  {line}", error=aside)


def add_to(cli: typer.Typer) -> None:
    cli.command()(install)
    cli.command()(uninstall)
    cli.command()(project)
