"""`baton keys`: who may use the API."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.output import say, say_json, say_rows
from app.store import api_keys
from app.store.api_keys import UserRole

cli = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Role = Annotated[UserRole, typer.Option(help="What the key may do.")]
Days = Annotated[int | None, typer.Option("--days", min=1, help="Life in days; else for ever.")]
COLUMNS = ("id", "name", "role", "created_at", "expires_at", "used_at", "revoked_at")


@cli.command()
def create(name: str, role: Role = "admin", days: Days = None, *, as_json: AsJson = False) -> None:
    """Make a key and print it. It can't be shown again: only its hash is kept."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with attached() as baton, baton.database.begin() as tx:
        key = api_keys.create(tx, name, role, expires_at)
    if as_json:
        say_json({"key": key, "name": name, "role": role, "expires_at": expires_at})
    else:
        say(key)


@cli.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """All keys, without what opens the door."""
    with attached() as baton, baton.database.begin() as tx:
        rows = api_keys.every(tx)
    say_rows(COLUMNS, rows, as_json=as_json)


@cli.command()
def revoke(key_id: Annotated[str, typer.Argument(help="As `baton keys list` shows it.")]) -> None:
    """End a key's life at once."""
    with attached() as baton, baton.database.begin() as tx:
        if not api_keys.revoke(tx, key_id):
            raise Failed(f"there is no live key {key_id!r}; `baton keys list` shows them")
    say(f"revoked {key_id}")


def add_to(cli_of_baton: typer.Typer) -> None:
    cli_of_baton.add_typer(cli, name="keys")
