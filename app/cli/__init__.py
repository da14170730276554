"""The command `baton`: what an operator does by hand. Errors are one line that says what to do.

Exit codes: 0 done; 1 not done, and the line says why; 2 used wrongly (or `apply --diff` found
something that would change); 130 interrupted.
"""

import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

import typer

from app.cli.output import say

HELP = "Baton joins marketing automation and the SFA: leads, scores, activities, hot-lead alerts."

# The modules, in the order of the help, and the commands of each. A command is imported without
# the others, which would take most of its time.
PARTS = {
    "demonstration": ("demo",),
    "processes": ("serve", "work"),
    "schema": ("migrate",),
    "simulators": ("sandbox",),
    "applying": ("apply", "export"),
    "rehearsing": ("preview", "rollback"),
    "trying": ("backtest",),
    "installing": ("install", "uninstall", "project"),
    "overview": ("connections", "status"),
    "staging": ("stages",),
    "looking": ("replay",),
    "explaining": ("why", "undo"),
    "erasing": ("erase", "erasures"),
    "working": ("backfill", "history", "reconcile", "jobs"),
    "doctor": ("doctor",),
    "benchmark": ("bench",),
    "activity_benchmark": ("bench",),
    "scoring_benchmark": ("bench",),
    "keys": ("keys",),
    "agreement": ("sla",),
}


def commands(name: str = "") -> typer.Typer:
    """`baton` with the command of this name only; with all of them where there is none such."""
    cli = typer.Typer(
        name="baton", no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    cli.callback(help=HELP)(_baton)
    parts = [part for part, names in PARTS.items() if name in names] or list(PARTS)
    for part in parts:
        importlib.import_module(f"app.cli.{part}").add_to(cli)
    return cli


def _baton() -> None:
    """A group also where it has one command only."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command (of this process's arguments unless given) and end the process."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        commands(*arguments[:1])(args=arguments, prog_name="baton")
    except SystemExit:  # how commands end; nothing to explain
        raise
    except _expected().EXPECTED as error:
        say(f"baton: {_expected().explained(error)}", error=True)
        sys.exit(1)


def _expected() -> ModuleType:
    """Only asked for once something went wrong: it knows errors of all parts."""
    return importlib.import_module("app.cli.expected")
