"""The command `baton`: what an operator does by hand. Errors are one line that says what to do.

Exit codes: 0 done; 1 not done, and the line says why; 2 used wrongly (or `apply --diff` found
something that would change); 130 interrupted.
"""

import sys
from collections.abc import Sequence

import typer

from app.cli import (
    activity_benchmark,
    agreement,
    applying,
    benchmark,
    demonstration,
    doctor,
    erasing,
    explaining,
    installing,
    keys,
    looking,
    overview,
    processes,
    rehearsing,
    schema,
    scoring_benchmark,
    simulators,
    staging,
    trying,
    working,
)
from app.cli.failure import EXPECTED, explained
from app.cli.output import say

HELP = "Baton joins marketing automation and the SFA: leads, scores, activities, hot-lead alerts."

cli = typer.Typer(
    name="baton", help=HELP, no_args_is_help=True, pretty_exceptions_enable=False,
    rich_markup_mode=None,
)  # fmt: skip
PARTS = (
    demonstration, processes, schema, simulators, applying, rehearsing, trying, installing,
    overview, staging, looking, explaining, erasing, working, doctor, benchmark,
    activity_benchmark, scoring_benchmark,
)  # fmt: skip
for part in PARTS:
    part.add_to(cli)
cli.add_typer(keys.cli, name="keys")
cli.add_typer(agreement.cli, name="sla")


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command (of this process's arguments unless given) and end the process."""
    try:
        cli(args=None if argv is None else list(argv), prog_name="baton")
    except EXPECTED as error:
        say(f"baton: {explained(error)}", error=True)
        sys.exit(1)
