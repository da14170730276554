"""`baton why` and `baton undo`."""

import json
from pathlib import Path

import pytest

from app.store.db import Database
from connectors.base import Rejected
from tests.cli.conftest import Command
from tests.support.world import World

OLD, NEW = "+819000000001", "+819000000002"


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """A person whose phone number we have written over."""
    assert tmp_path.exists()
    world = World(database)
    contact = world.ma.add_person("ada@example.com", "Contact", phone=OLD)
    world.sync()
    world.sync()
    world.ma.edit(contact, phone=NEW)
    world.sync()
    return world


@pytest.mark.usefixtures("world")
def test_why_says_that_all_is_well(baton: Command) -> None:
    """In one sentence, then step by step; Japanese on demand."""
    ended = baton("why", "ada@example.com")
    japanese = baton("why", "ada@example.com", "--ja")

    assert ended.code == 0, ended.err
    assert ended.out.splitlines()[0] == "It is in sync: ma, sfa."
    assert "  ok  The mapping person/main@1 applies." in ended.out
    assert japanese.out.splitlines()[0] == "同期済みです: ma, sfa"


def test_why_says_what_stops_somebody(baton: Command, world: World) -> None:
    """With what to do; the exit code tells programs."""
    world.sfa.reject_when(lambda _: True, Rejected("too long", code="STRING_TOO_LONG"))
    contact = world.ma.add_person("bob@example.com", "Contact")
    world.sync()

    ended = baton("why", contact.id)
    plain = baton("why", contact.id, "--json")

    assert ended.code == 1
    assert ended.out.splitlines()[0] == "sfa refused it: too long"
    assert ended.out.splitlines()[1].startswith("  -> The text is longer than the field.")
    [found] = json.loads(plain.out)
    assert (found["verdict"], found["answer"]) == ("stopped", "sfa refused it: too long")


@pytest.mark.usefixtures("world")
def test_why_also_of_a_stranger(baton: Command) -> None:
    """Baton says that it has never seen such a record."""
    ended = baton("why", "00Q000000000001")

    assert ended.code == 1
    assert ended.out.splitlines()[0] == "Baton has never seen this record."


def test_undo_is_shown_first_and_done_then(baton: Command, world: World) -> None:
    """The old value stands again once a worker has written it."""
    chosen = ("--connection", "sfa", "--field", "phone")
    shown = baton("undo", *chosen, "--dry-run")
    done = baton("undo", *chosen)
    world.settle()

    assert shown.code == 0, shown.err
    assert shown.out.splitlines()[0] == "1 records would change: 1 phone"
    assert done.code == 0, done.err
    assert "1 put back" in done.out
    assert world.sfa.records("person")[0].fields["phone"] == OLD
    assert world.ma.records("person")[0].fields["phone"] == NEW


def test_undo_needs_to_know_what(baton: Command) -> None:
    """All that there ever was is nothing to undo by accident."""
    for wrong in ((), ("--version", "2"), ("--link", "x")):
        ended = baton("undo", *wrong)

        assert ended.code == 1
        assert ended.err.startswith("baton: ")
