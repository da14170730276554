"""`baton demo`: see it work, without an account anywhere."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.ending import stop_like_ctrl_c
from app.demo.run import Options, run

Once = Annotated[bool, typer.Option("--once", help="End when all arrived; 1 if something did not.")]
AsJson = Annotated[bool, typer.Option("--json", help="The last line is the result as JSON.")]
People = Annotated[int, typer.Option(min=5, max=5000, help="How many contacts.")]
Seed = Annotated[int, typer.Option(help="The same number plays the same play.")]
Keep = Annotated[
    Path | None, typer.Option(help="Keep data, logs and configuration in this folder.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Of the dashboard; 0: any free one.")]
KillAfter = Annotated[float | None, typer.Option("--kill-after", hidden=True)]


def demo(
    *,
    once: Once = False,
    as_json: AsJson = False,
    people: People = 200,
    seed: Seed = 1,
    keep: Keep = None,
    port: Port = 0,
    kill_after: KillAfter = None,
) -> None:
    """Start both sandboxes and Baton, play a day of leads, and check what arrived.

    Needs no setup and no account. Without --once it stays up afterwards, to look around.
    """
    stop_like_ctrl_c()
    raise typer.Exit(run(Options(once, as_json, people, seed, keep, port, kill_after)))


def add_to(cli: typer.Typer) -> None:
    cli.command()(demo)
