"""Resync: a new version of a mapping holds for what is there already, too."""

from typing import Any

from app.configuring import activate_version, save_document
from app.store import work
from app.store.db import Database
from app.store.work import Job
from tests.support.work import look
from tests.support.world import MAPPING, World

WIDER: dict[str, Any] = {
    **MAPPING,
    "fields": [*MAPPING["fields"], {"name": "company", "ma": "company", "sfa": "company"}],
}


def synced(database: Database, n: int) -> World:
    """People in sync under the first version; nothing is polled from then on."""
    world = World(database)
    for i in range(n):
        world.ma.add_person(f"p{i}@example.com", "Contact", company="Acme", job_title="CTO")
    world.sync()
    world.sync()
    return world


def activate(world: World, body: dict[str, Any], *, resync: bool = True) -> int | None:
    with world.database.begin() as tx:
        return save_document(tx, "mapping", "main", body, resync=resync, by="test").job


def resyncs(world: World) -> list[Job]:
    with world.database.begin() as tx:
        return work.listed(tx, kind="resync")


def test_a_new_field_reaches_everybody(database: Database) -> None:
    """Nobody was edited; the new field arrives all the same."""
    world = synced(database, 25)

    job_id = activate(world, WIDER)
    world.settle()

    assert job_id is not None
    job = look(world, job_id)
    assert [lead.fields["company"] for lead in world.sfa.records("person")] == ["Acme"] * 25
    assert (job.state, job.done, job.total) == ("done", 75, 75)
    assert dict(job.counts) == {"known": 50, "decided": 25}


def test_without_resync_only_what_changes_is_told(database: Database) -> None:
    """The admin wants it for the future alone."""
    world = synced(database, 3)

    assert activate(world, WIDER, resync=False) is None
    world.settle()
    ref = world.ma.records("person")[0].ref
    world.ma.edit(ref, job_title="CEO")
    world.hint("ma", [ref])
    world.settle()
    world.sync()

    assert resyncs(world) == []
    companies = [lead.fields.get("company") for lead in world.sfa.records("person")]
    assert companies.count("Acme") == 1


def test_who_comes_into_the_filter_is_created(database: Database) -> None:
    """Under the first version nobody passed; under the second all do."""
    narrow = {**MAPPING, "filters": {"ma": [{"field": "title", "op": "equals", "value": "CEO"}]}}
    world = World(database, mapping=narrow)
    for i in range(5):
        world.ma.add_person(f"p{i}@example.com", "Contact", job_title="CTO")
    world.sync()
    before = len(world.sfa.records("person"))

    activate(world, MAPPING)
    world.settle()

    assert (before, len(world.sfa.records("person"))) == (0, 5)


def test_another_version_replaces_a_resync_under_way(database: Database) -> None:
    """Going back cancels the job that has not ended, and starts one of its own."""
    world = synced(database, 3)
    first = activate(world, WIDER)
    with database.begin() as tx:
        second = activate_version(tx, "mapping", "main", 1, by="test").job
    world.settle()

    assert first is not None
    assert second is not None
    assert (look(world, first).state, look(world, second).state) == ("cancelled", "done")
    assert look(world, first).reason == "another version is active"


def test_a_first_activation_needs_no_resync(database: Database) -> None:
    """Its feeds are read from their beginning anyway."""
    world = World(database)
    with database.begin() as tx:
        saved = save_document(tx, "mapping", "other", {**MAPPING, "kind": "company"}, by="test")

    assert saved.job is None
    assert resyncs(world) == []
