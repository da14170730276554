"""People move from stage to stage: by rule, by a person, by an edit at a side; and both see it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.link import Link
from app.domain.presets import preset
from app.flows.moving import NotAllowed, OvertakenError, Wanted, move
from app.store import stages
from app.store.db import Database
from connectors.base import Ref
from tests.support.world import MAPPING, World

STAGED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "ma_score", "ma": "score", "type": "number", "direction": "ma_to_sfa"},
        {"name": "why", "sfa": "last_name", "direction": "sfa_to_ma"},
        {"name": "stage_here", "ma": "last_channel", "baton": "stage_ma"},
        {"name": "stage_there", "sfa": "status", "type": "choice", "baton": "stage_sfa"},
        {"name": "stage_why", "ma": "first_name", "baton": "stage_reason"},
    ],
}
SCORING = {"ma_score": {"mode": "replace", "field": "ma_score"}}
LIFECYCLE: dict[str, Any] = {
    "stages": [
        {"name": "lead", "owner": "marketing", "to": ["mql", "sql", "recycled"]},
        {"name": "mql", "owner": "marketing", "to": ["sql", "recycled"],
         "when": {"score": "total", "op": "gte", "value": 80}},
        {"name": "sql", "owner": "is", "to": ["recycled"]},
        {"name": "recycled", "owner": "marketing", "to": ["mql"], "reason": True, "ends": True},
    ],
    "mirrors": {
        "ma": {"order": ["a-lead", "b-mql", "c-sql"],
               "values": {"lead": ["a-lead"], "mql": ["b-mql"], "sql": ["c-sql"]}},
        "sfa": {"values": {"lead": ["new"], "mql": ["working"], "sql": ["qualified"]}},
    },
    "reason_fields": ["why"],
}  # fmt: skip


@pytest.fixture
def world(database: Database) -> World:
    return made(database, LIFECYCLE)


def made(database: Database, lifecycle: dict[str, Any]) -> World:
    documents = {"scoring": SCORING, "lifecycle": lifecycle}
    world = World(database, mapping=STAGED, documents=documents)
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
    return world


def lead(world: World, **fields: Any) -> Ref:
    contact = world.ma.add_person("ada@example.com", "Contact", **fields)
    world.sync()
    world.sync()
    return contact


def link_of(world: World, contact: Ref) -> Link:
    found = world.link_of("ma", contact)
    assert found is not None
    return found


def there(world: World, contact: Ref) -> Ref:
    found = world.ref_at("sfa", link_of(world, contact))
    assert found is not None
    return found


def trail(world: World, contact: Ref) -> list[tuple[str | None, str, str, str | None]]:
    """All moves, oldest first: from, to, by, reason."""
    with world.database.begin() as tx:
        rows = stages.trail(tx, link_of(world, contact).id, None, 50)
    return [(one["source"], one["target"], one["moved_by"], one["reason"]) for one in rows][::-1]


def shown(world: World, contact: Ref) -> tuple[Any, Any]:
    """What both sides show of the stage."""
    ma, sfa = world.values("ma", contact), world.values("sfa", there(world, contact))
    return ma.get("last_channel"), sfa.get("status")


def move_to(world: World, contact: Ref, target: Any, **more: Any) -> None:
    wanted = Wanted(target, "person", "Mia", role="operator", **more)
    with world.database.begin() as tx:
        move(tx, link_of(world, contact).id, wanted, now=datetime.now(UTC))
    world.settle()


def test_a_new_person_is_a_lead_and_both_sides_show_it(world: World) -> None:
    """In their own words."""
    contact = lead(world, score=10)

    assert trail(world, contact) == [(None, "lead", "rule", None)]
    assert shown(world, contact) == ("a-lead", "new")


def test_a_score_makes_an_mql_with_an_event(world: World) -> None:
    """Both sides are told; who asked to hear of it can."""
    contact = lead(world, score=10)
    world.ma.edit(contact, score=90)
    world.sync()

    assert trail(world, contact)[1:] == [("lead", "mql", "rule", None)]
    assert shown(world, contact) == ("b-mql", "working")
    with world.database.begin() as tx:
        query = text(
            "SELECT data ->> 'from', data ->> 'to', data ->> 'score' FROM event"
            " WHERE type = 'stage.changed'"
        )
        assert [tuple(row) for row in tx.execute(query)] == [("lead", "mql", "90")]


def test_deciding_again_moves_nobody(world: World) -> None:
    """A lower score does not take an MQL back."""
    contact = lead(world, score=90)
    world.ma.edit(contact, score=5)
    world.sync()
    world.sync()

    assert [one[1] for one in trail(world, contact)] == ["lead", "mql"]


def test_a_rep_who_sets_the_status_moves_the_person(world: World) -> None:
    """The other side follows."""
    contact = lead(world, score=10)
    world.sfa.edit(there(world, contact), status="qualified")
    world.sync()

    assert trail(world, contact)[1:] == [("lead", "sql", "sfa", "sfa: status = qualified")]
    assert shown(world, contact) == ("c-sql", "qualified")


def test_a_marketer_s_edit_counts_too_and_its_reason(database: Database) -> None:
    """As the field says that is for that, where the stage asks for one."""
    mirrors = {"ma": {"values": {**LIFECYCLE["mirrors"]["ma"]["values"], "recycled": ["out"]}}}
    world = made(database, LIFECYCLE | {"mirrors": mirrors})
    contact = lead(world, score=10)
    world.sfa.edit(there(world, contact), last_name="No budget")
    world.sync()
    world.ma.edit(contact, last_channel="c-sql")
    world.sync()
    world.ma.edit(contact, last_channel="out")
    world.sync()

    assert trail(world, contact)[1:] == [
        ("lead", "sql", "ma", "ma: last_channel = c-sql"),
        ("sql", "recycled", "ma", "No budget"),
    ]


def test_an_edit_that_is_not_allowed_is_put_right(database: Database) -> None:
    """And noted, with why."""
    rule = LIFECYCLE["stages"][2] | {"movers": {"sides": ["ma"]}}
    kept = [*LIFECYCLE["stages"][:2], rule, LIFECYCLE["stages"][3]]
    world = made(database, LIFECYCLE | {"stages": kept})
    contact = lead(world, score=10)
    world.sfa.edit(there(world, contact), status="qualified")
    world.sync()

    assert [one[1] for one in trail(world, contact)] == ["lead"]
    assert shown(world, contact) == ("a-lead", "new")
    with world.database.begin() as tx:
        query = text("SELECT detail ->> 'why' FROM journal WHERE event = 'stage_refused' LIMIT 1")
        assert tx.scalar(query) == "nobody is moved to sql by an edit in the sfa"


def test_a_person_moves_with_a_reason_and_marketing_reads_it(world: World) -> None:
    """A side that only goes forward keeps what it has."""
    contact = lead(world, score=90)

    with pytest.raises(NotAllowed, match="needs a reason"):
        move_to(world, contact, "recycled")
    move_to(world, contact, "recycled", reason="No budget")

    assert trail(world, contact)[2:] == [("mql", "recycled", "person", "No budget")]
    assert shown(world, contact) == ("b-mql", "working")
    assert world.values("ma", contact)["first_name"] == "No budget"


def test_who_saw_another_stage_is_told(world: World) -> None:
    """Two people at once do not undo each other."""
    contact = lead(world, score=90)

    with pytest.raises(OvertakenError, match="the stage is mql by now, not lead"):
        move_to(world, contact, "sql", seen="lead")


def test_new_behaviour_makes_an_mql_again(world: World) -> None:
    """The history stays."""
    contact = lead(world, score=90)
    move_to(world, contact, "recycled", reason="No budget")
    world.sync()
    assert link_of(world, contact).stage == "recycled"

    world.ma.behave(contact, "page_view", url="https://www.example.com/pricing")
    world.sync()

    assert [one[1] for one in trail(world, contact)] == ["lead", "mql", "recycled", "mql"]


def test_a_field_is_emptied_before_it_goes_back(database: Database) -> None:
    """Where the document asks for it: both writes arrive."""
    ma = LIFECYCLE["mirrors"]["ma"] | {"clear_first": True}
    world = made(database, LIFECYCLE | {"mirrors": {**LIFECYCLE["mirrors"], "ma": ma}})
    contact = lead(world, score=10)
    move_to(world, contact, "sql")
    assert shown(world, contact) == ("c-sql", "qualified")
    move_to(world, contact, "lead", reason="Too early")

    assert shown(world, contact) == ("a-lead", "new")
    written = [
        one.fields["last_channel"]
        for one in world.ma.log
        if one.ref == contact and "last_channel" in one.fields
    ]
    assert written == ["a-lead", "c-sql", None, "a-lead"]


def test_who_is_known_further_on_begins_there(world: World) -> None:
    """A qualified lead of the SFA is one here."""
    found = world.sfa.add("Lead", email="eve@example.com", status="qualified")
    world.sync()
    world.sync()

    link = world.link_of("sfa", found)
    assert link is not None
    with world.database.begin() as tx:
        [first] = stages.trail(tx, link.id, None, 10)
    assert (link.stage, first["source"], first["moved_by"]) == ("sql", None, "sfa")


def test_two_that_are_one_keep_the_stage_and_the_history(world: World) -> None:
    """The newcomer is where the one stands who they turn out to be."""
    contact = lead(world, score=90)
    double = world.sfa.add("Lead", email="double@example.com")
    world.sync()

    world.sfa.merge(there(world, contact), double)
    world.sync()

    assert link_of(world, contact).stage == "mql"
    assert "mql" in [one[1] for one in trail(world, contact)]


def test_a_field_of_both_sides_is_told_and_not_listened_to(database: Database) -> None:
    """Nobody can tell an edit from a side that was told later."""
    both = {"name": "both", "ma": "last_channel", "sfa": "last_channel", "baton": "stage"}
    mapping = {**STAGED, "fields": [*STAGED["fields"][:-3], both]}
    world = World(database, mapping=mapping, documents={"scoring": SCORING, "lifecycle": LIFECYCLE})
    contact = lead(world, score=90)
    assert world.values("ma", contact)["last_channel"] == "mql"
    world.ma.edit(contact, last_channel="sql")
    world.sync()

    assert [one[1] for one in trail(world, contact)] == ["lead", "mql"]
    assert world.values("ma", contact)["last_channel"] == "mql"
    assert world.values("sfa", there(world, contact))["last_channel"] == "mql"


def test_a_deal_that_is_lost_comes_back_as_an_mql(database: Database) -> None:
    """By the default lifecycle: opportunity, loss with its reason, nurturing, new interest."""
    world = made(database, preset("lifecycle") | {"mirrors": {}})
    contact = lead(world, score=90)
    world.sfa.behave(there(world, contact), "stage_change", title="Proposal")
    world.sync()
    world.sfa.behave(there(world, contact), "lost", reason="Too expensive")
    world.sync()
    assert link_of(world, contact).stage == "recycled"
    world.ma.behave(contact, "page_view", url="https://www.example.com/pricing")
    world.sync()

    assert [(one[1], one[3]) for one in trail(world, contact)] == [
        ("lead", None), ("mql", None), ("sao", None), ("lost", "Too expensive"),
        ("recycled", "Too expensive"), ("mql", None),
    ]  # fmt: skip
    assert world.values("ma", contact)["first_name"] == "Too expensive"
