"""`baton sla`: what a manager asks of the agreement on times."""

import json
from pathlib import Path

import yaml

from app.store.db import Database
from tests.cli.conftest import Command
from tests.support.agreements import CLOCK, agree, mql


def test_clocks_and_figures_are_listed(baton: Command, database: Database) -> None:
    """By state; how many in time."""
    mql(database, "ada@example.com", 2)
    mql(database, "bob@example.com", 30)
    agree(database)

    met = baton("sla", "list", "--state", "met", "--json")
    figures = baton("sla", "figures", "--json")

    assert [one["email"] for one in json.loads(met.out)] == ["ada@example.com"]
    [one] = json.loads(figures.out)
    assert (one["met"], one["late"], one["met_rate"]) == (1, 1, 0.5)


def test_what_if_says_how_many_more(baton: Command, database: Database) -> None:
    """With 4 h instead of 24 h."""
    mql(database, "ada@example.com", 2)
    who = mql(database, "bob@example.com", 6)
    agree(database)

    said = baton("sla", "what-if", "--clock", "reply", "--hours", "4")

    assert said.out.splitlines() == [
        "reply: 1 of 2 breached in 30 days (0 now)",
        f"  +1; people: {who}",
    ]
    wrong = baton("sla", "what-if", "--clock", "other", "--hours", "4")
    assert (wrong.code, "there are: reply" in wrong.err) == (1, True)
    assert baton("sla", "what-if").code == 1


def test_a_draft_is_tried_from_a_file(baton: Command, database: Database, tmp_path: Path) -> None:
    """Before anything is published."""
    mql(database, "ada@example.com", 2)
    file = tmp_path / "sla.yaml"
    file.write_text(yaml.safe_dump({"clocks": [CLOCK]}), "utf-8")

    [one] = json.loads(baton("sla", "what-if", "-f", str(file), "--json").out)

    assert (one["before"], one["after"]["met"]) == (None, 1)
    assert "no agreement" in baton("sla", "what-if", "--clock", "x", "--hours", "1").err


def test_a_clock_is_paused_and_goes_on(baton: Command, database: Database) -> None:
    """For a reason of the document."""
    mql(database, "ada@example.com", None, 1)
    agree(database)
    [clock] = json.loads(baton("sla", "list", "--json").out)
    number = str(clock["id"])

    assert "its reasons: away" in baton("sla", "pause", number, "lunch").err
    assert baton("sla", "pause", number, "away").out == f"clock {number} stands still\n"
    assert baton("sla", "resume", number).out == f"clock {number} goes on\n"
    assert baton("sla", "resume", "999999").code == 1
