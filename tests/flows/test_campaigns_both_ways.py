"""Campaigns between the two vendors' sandboxes over HTTP: statuses both ways, removal, conversion."""

from collections.abc import Iterator

import pytest

from app.store.db import Database
from tests.support.campaigns import Campaigns, campaigns


@pytest.fixture
def world(database: Database) -> Iterator[Campaigns]:
    with campaigns(database) as found:
        yield found


def test_who_registers_becomes_a_member_with_that_status(world: Campaigns) -> None:
    """The campaign is made with its statuses; attending, cancelling and not coming follow."""
    ids = world.people("Ada", "Bob", "Cy")
    world.document()
    world.attend("register", *ids.values())

    world.sync()
    registered = world.members()
    world.attend("attend", ids["Ada"])
    world.attend("cancel", ids["Bob"])
    world.read()
    told = world.members()

    assert registered == {"Ada": "Registered", "Bob": "Registered", "Cy": "Registered"}
    assert told == {"Ada": "Attended", "Bob": "Cancelled", "Cy": "Registered"}
