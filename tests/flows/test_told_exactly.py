"""What a person is told is exact: which choice is gone, and that a double is one."""

from dataclasses import replace

from app.store import attention, feeds
from app.store.attention import Wanted
from app.store.db import Database
from tests.support.work import findings, run
from tests.support.world import MAPPING, World


def test_choices_that_are_gone_are_named(database: Database) -> None:
    """In the list of what needs a person, before a record is refused."""
    status = {"name": "status", "type": "choice", "ma": "status", "sfa": "status"}
    world = World(database, mapping={**MAPPING, "fields": [*MAPPING["fields"], status]})
    world.ma.add_person("aya@example.jp", "Contact")
    world.sync()
    world.ma.schema = tuple(
        replace(one, choices=("new", "working", "done"))
        if (one.object, one.name) == ("Contact", "status")
        else one
        for one in world.ma.schema
    )
    with database.begin() as tx:
        feeds.hurry(tx, "ma", "schema")
    world.settle()

    with database.begin() as tx:
        [item] = attention.items(tx, Wanted(what="schema"), None, 10)

    assert item.reason == (
        'status of Contact (gone: ["qualified"]; new: ["done"]): mapping "main": /fields/4/ma'
    )


def test_a_refused_double_is_a_duplicate_also_after_a_lost_answer(database: Database) -> None:
    """Who it is the double of is known: a look would find no more."""
    world = World(database, feeds="none")
    world.ma.unique = ("email",)
    world.ma.add_person("a@example.com", "Contact")
    run(world, "backfill", connection="ma")
    run(world, "backfill", connection="sfa")
    lead = world.sfa.add_person("A@example.com", "Lead")
    world.hint("sfa", [lead])
    world.settle()
    double = world.link_of("sfa", lead)
    assert double is not None
    lost = "UPDATE side SET write_state = 'unknown' WHERE link_id = %(link)s AND connection = 'ma'"
    with database.begin() as tx:
        tx.exec_driver_sql(lost, {"link": double.id})

    job = run(world, "reconcile", mapping="main")

    assert findings(world, job.id) == [("duplicate", "duplicate", "ma")]
