"""The command as a whole: help, and errors that say what to do."""

import subprocess
import sys

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from app.cli import commands
from tests.cli.conftest import Command

COMMANDS = (
    "apply", "backfill", "bench", "connections", "demo", "doctor", "export", "install", "keys",
    "migrate", "replay", "sandbox", "serve", "status", "uninstall", "work",
)  # fmt: skip
ALONE = """
import importlib, os
import alembic.command, fastapi, httpx, nicegui, procrastinate, rich.progress, sqlalchemy, typer
from app.cli import PARTS
for part in PARTS:
    if not (child := os.fork()):
        importlib.import_module(f"app.cli.{part}")
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(part)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """`baton COMMAND --help` exits 0 and says more than its name."""
    result = CliRunner().invoke(commands(), [name, "--help"])

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_the_help_names_every_command() -> None:
    """`baton --help` lists what there is."""
    listed = CliRunner().invoke(commands(), ["--help"]).output

    assert [name for name in COMMANDS if f"  {name} " not in listed] == []


def test_each_command_starts_without_the_others() -> None:
    """What the help lists is also there where only its own part is imported."""
    whole = get_command(commands())
    assert isinstance(whole, TyperGroup)
    alone = {name: get_command(commands(name)) for name in whole.commands}

    assert [name for name, one in alone.items() if name not in getattr(one, "commands", {})] == []
    assert [name for name, one in alone.items() if len(getattr(one, "commands", {})) > 4] == []


def test_no_command_needs_what_another_has_imported() -> None:
    """Each part comes first in a process of its own, with nobody's modules but other people's."""
    line = [sys.executable, "-W", "error", "-c", ALONE]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603  our own script

    assert (done.stdout, done.stderr) == ("", "")


def test_a_wrong_setting_is_one_line_with_its_name(bare: Command) -> None:
    """No traceback for a mistake in the environment."""
    ended = bare.apart("keys", "list", BATON_PORT="99999")

    assert ended.code == 1
    assert ended.err == "baton: BATON_PORT: Input should be less than or equal to 65535\n"


def test_a_database_of_ones_own_needs_a_key(bare: Command) -> None:
    """Baton refuses to keep secrets under a key that it would lose, and says how to make one."""
    ended = bare("keys", "list", BATON_DATABASE_URL="postgresql://127.0.0.1:1/none")

    assert ended.code == 1
    assert ended.err.startswith("baton: BATON_SECRET_KEY is required with BATON_DATABASE_URL")


def test_a_database_that_is_away_is_one_line(bare: Command, settings: dict[str, str]) -> None:
    """The reason is PostgreSQL's, the advice is ours."""
    away = {**settings, "BATON_DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    ended = bare("keys", "list", **away)

    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert ended.err.startswith("baton: the database does not answer (")


def test_a_mistyped_vendor_is_told_the_nearest(bare: Command) -> None:
    """`baton sandbox` knows the installed connectors only."""
    ended = bare.apart("sandbox", "hubspott")

    assert ended.code == 1
    assert "did you mean 'hubspot'?" in ended.err
