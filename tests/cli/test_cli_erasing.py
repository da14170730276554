"""`baton erase` and `baton erasures`."""

import json
from pathlib import Path

import pytest

from app.store.db import Database
from connectors.base import Ref
from tests.cli.conftest import Command
from tests.support.world import World


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """Ada is in both systems."""
    assert tmp_path.exists()
    world = World(database)
    world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    return world


def records(world: World) -> tuple[Ref, Ref]:
    return world.ma.records("person")[0].ref, world.sfa.records("person")[0].ref


def test_it_is_said_first_what_would_go(baton: Command, world: World) -> None:
    """With --dry-run as with nothing; only --yes erases."""
    contact, lead = records(world)

    shown = baton("erase", "Ada@example.com", "--dry-run")
    unsaid = baton("erase", lead.id)

    assert shown.code == 0, shown.err
    assert f"  in the systems: ma:{contact.id}, sfa:{lead.id}" in shown.out.splitlines()
    assert "journal lines" in shown.out
    assert (unsaid.code, unsaid.out) == (1, shown.out)
    assert unsaid.err == "baton: nothing was erased; add --yes to erase this\n"
    assert world.link_of("ma", contact) is not None


def test_somebody_is_erased_in_both_systems(baton: Command, world: World) -> None:
    """By a vendor's id; the receipt is complete once the systems have confirmed it."""
    contact, _ = records(world)

    erased = baton("erase", contact.id, "--yes")
    [before] = json.loads(baton("erasures", "--json").out)
    world.settle()
    [after] = json.loads(baton("erasures", "--json").out)

    assert erased.code == 0, erased.err
    assert erased.out.splitlines()[:3] == [
        f"erased here; receipt {before['id']}", "  ma: pending", "  sfa: pending",
    ]  # fmt: skip
    assert (before["by"], before["completed_at"]) == ("baton", None)
    assert [one["state"] for one in after["systems"]] == ["erased", "erased"]
    assert after["completed_at"] is not None
    assert world.link_of("ma", contact) is None
    assert baton("erase", contact.id, "--yes").code == 1


@pytest.mark.usefixtures("world")
def test_an_address_that_nobody_has_is_kept_out(baton: Command) -> None:
    """Once; then there is nothing more to do."""
    told = baton("erase", "bob@example.com", "--dry-run")
    done = baton("erase", "bob@example.com", "--yes")
    again = baton("erase", "bob@example.com", "--yes")

    assert told.out.startswith("nobody has the address bob@example.com")
    assert done.out.startswith("erased here; receipt ")
    assert again.out == "that address is kept out already\n"
    assert len(json.loads(baton("erasures", "--json").out)) == 1


@pytest.mark.usefixtures("world")
def test_whom_baton_does_not_know_is_said(baton: Command) -> None:
    """With the command that says what it knows."""
    ended = baton("erase", "00Q000000000001", "--yes")

    assert ended.code == 1
    assert "`baton why 00Q000000000001`" in ended.err
