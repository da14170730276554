"""Replaying an activity: by the rules of now, and never twice at the vendor."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.flows import replay as replaying
from app.flows import rules
from app.flows.replay import NobodyKnown, NoSuchActivity
from app.store import activities, documents, happenings
from app.store.db import Database
from connectors.base import Activity, Ref
from tests.support.people import synced
from tests.support.world import World

NOW = datetime.now(UTC)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def replay(world: World, activity_id: int) -> None:
    with world.database.begin() as tx:
        replaying.replay(tx, rules.load(tx), activity_id, "Mika", now=NOW)


def only(world: World) -> dict[str, Any]:
    """The one activity."""
    with world.database.begin() as tx:
        [found] = happenings.activities(tx, happenings.Wanted(), None, 2)
    return found


def view(world: World, contact: Ref) -> None:
    world.ma.behaviour.append(
        Activity("v", contact, "page_view", NOW - timedelta(hours=1), "Price")
    )
    world.sync()


def route(world: World, version: int, **more: Any) -> None:
    body = {"routes": [{"name": "views", "activity": ["page_view"], **more}]}
    with world.database.begin() as tx:
        documents.add(tx, "activity", "main", version, body, note="", by="test")
        documents.activate(tx, "activity", "main", version)


def test_what_is_logged_is_found_again_and_not_doubled(world: World) -> None:
    """Its key is the same; the delivery says again that it is there."""
    [(contact, _)] = synced(world, "ada")
    view(world, contact)
    before = only(world)["deliveries"][0]

    replay(world, only(world)["id"])
    world.settle()

    [after] = only(world)["deliveries"]
    assert (before["state"], after["state"]) == ("sent", "sent")
    assert after["external_id"] == before["external_id"]
    assert len(world.sfa.entries) == 1


def test_what_was_kept_here_goes_its_way_under_other_rules(world: World) -> None:
    """The rules of now decide."""
    route(world, 1, keep="no")
    [(contact, _)] = synced(world, "ada")
    view(world, contact)
    kept = only(world)["deliveries"][0]["code"]
    route(world, 2)

    replay(world, only(world)["id"])
    world.settle()

    assert kept == "kept_here"
    assert only(world)["deliveries"][0]["state"] == "sent"
    assert len(world.sfa.entries) == 1


def test_a_digest_counts_a_replayed_activity_once(world: World) -> None:
    """It leaves its digest and comes to it again."""
    route(world, 1, keep="digest")
    [(contact, _)] = synced(world, "ada")
    view(world, contact)

    replay(world, only(world)["id"])
    replay(world, only(world)["id"])

    [delivery] = only(world)["deliveries"]
    assert delivery["digest"]["count"] == 1


def test_what_nobody_is_known_for_or_is_not_there_is_refused(world: World) -> None:
    """The reason says which."""
    with world.database.begin() as tx:
        nobody = Activity("x", Ref("person", "email:nobody@example.com"), "call", NOW)
        [kept] = activities.add(tx, "ma", [nobody], uuid4())

    with pytest.raises(NobodyKnown, match="nobody knows yet"):
        replay(world, kept.id)
    with pytest.raises(NoSuchActivity, match="no activity 999999999"):
        replay(world, 999_999_999)
