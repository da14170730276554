"""Rehearsal: what a mapping would do to live records, with nothing written anywhere."""

from typing import Any

import pytest

from app.configuring import Invalid, save_document
from app.configuring.previewing import Draft, Preview, preview
from app.flows.sample import Wanted
from app.store import work
from app.store.db import Database
from tests.support.pair import pair
from tests.support.work import look, start
from tests.support.world import MAPPING, World

FIELDS: list[dict[str, Any]] = MAPPING["fields"]


def with_fields(*more: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {**MAPPING, **keys, "fields": [*FIELDS, *more]}


def rehearse(world: World, body: dict[str, Any], **wanted: Any) -> Preview:
    found = Wanted(limit=wanted.pop("limit", 50), **wanted)
    return preview(world.database, world.connector, Draft("main", body=body), found)


def synced(database: Database, n: int = 3) -> World:
    world = World(database)
    for i in range(n):
        world.ma.add_person(
            f"p{i}@example.com", "Contact", job_title="CTO", company=f"Acme {i}", note="hello"
        )
    world.sync()
    world.sync()
    return world


def written(world: World) -> tuple[int, int]:
    return world.ma.calls["write"], world.sfa.calls["write"]


def test_a_new_field_is_shown_with_its_source_and_nothing_is_written(database: Database) -> None:
    """Old and new value of each record that it would change."""
    world = synced(database)
    before = written(world)
    company = {"name": "company", "ma": "company", "sfa": "company"}

    shown = rehearse(world, with_fields(company), emails=("p1@example.com",))

    (one,) = shown.results
    assert (one.label, one.outcome) == ("p1@example.com", "updated")
    assert [(s.connection, s.outcome) for s in one.sides] == [
        ("ma", "unchanged"), ("sfa", "updated"),
    ]  # fmt: skip
    (change,) = one.sides[1].fields
    assert (change.field, change.before, change.after) == ("company", None, "Acme 1")
    assert (change.source, change.why) == ("ma", "filled")
    assert written(world) == before
    with database.begin() as tx:
        assert work.listed(tx) == []


def test_the_active_mapping_would_change_nothing(database: Database) -> None:
    """What is in sync stays as it is."""
    world = synced(database)

    shown = rehearse(world, MAPPING)

    assert dict(shown.totals) == {"unchanged": 3}


def test_live_values_count_and_not_those_held(database: Database) -> None:
    """An edit that Baton has not looked at yet is in the diff."""
    world = synced(database, 1)
    world.ma.edit(world.ma.records("person")[0].ref, job_title="CEO")

    (one,) = rehearse(world, MAPPING).results

    (change,) = one.sides[1].fields
    assert (change.field, change.before, change.after, change.why) == (
        "title", "CTO", "CEO", "changed",
    )  # fmt: skip


def test_records_that_nobody_knows_yet_are_rehearsed(database: Database) -> None:
    """Before the first activation: pairs are found by e-mail, the others would be created."""
    world = World(database)
    world.ma.add_person("ada@example.com", "Contact", job_title="CTO")
    world.ma.add_person("bob@example.com", "Contact", job_title="CFO")
    world.sfa.add_person("bob@example.com", "Lead", phone="+81312345678")
    closed = with_fields(filters={"ma": [{"field": "title", "op": "equals", "value": "CFO"}]})

    wide = {one.label: one for one in rehearse(world, MAPPING).results}
    narrow = {one.label: one for one in rehearse(world, closed).results}

    assert {label: one.outcome for label, one in wide.items()} == {
        "ada@example.com": "created", "bob@example.com": "updated",
    }  # fmt: skip
    assert [s.outcome for s in wide["bob@example.com"].sides] == ["updated", "updated"]
    assert narrow["ada@example.com"].outcome == "filtered"
    assert narrow["ada@example.com"].sides[1].filter == "/filters/ma/0"
    assert world.sfa.calls["write"] == 0


def test_companies_that_nobody_knows_yet_meet_by_their_keys(database: Database) -> None:
    """By domain, name or a field of one's own; not by name where the domains differ."""
    names = ("name", "website", "industry")
    fields = [{"name": one, "ma": one, "sfa": one} for one in names]
    body = {**MAPPING, "kind": "company", "create": {}, "fields": fields}
    body["identity"] = {"keys": ["domain", "name", "industry"]}
    world = World(database, feeds="none:", mapping=body)
    world.ma.add("Account", name="Acme", website="https://www.acme.example")
    world.ma.add("Account", name="株式会社ベータ")
    world.ma.add("Account", name="Gamma", industry="No. 7")
    world.ma.add("Account", name="Delta", website="delta.example")
    world.sfa.add("Account", name="Acme Holdings", website="acme.example")
    world.sfa.add("Account", name="ベータ(株)")
    world.sfa.add("Account", name="Old Gamma", industry="No. 7")
    world.sfa.add("Account", name="Delta", website="delta.test")

    shown = rehearse(world, body).results

    created = sorted(one.label for one in shown if one.outcome == "created")
    assert (created, len(shown)) == (["Delta", "Delta"], 5)


def test_what_the_schema_refuses_is_foreseen(database: Database) -> None:
    """Too long for the field, and none of the choices."""
    world = synced(database, 1)
    grade = {"name": "g", "ma": "company", "sfa": "grade"}
    status = {"name": "s", "ma": "note", "sfa": "status", "type": "text", "direction": "ma_to_sfa"}
    fields = [one for one in FIELDS if one["name"] != "note"]

    (one,) = rehearse(world, {**MAPPING, "fields": [*fields, grade, status]}).results

    assert one.outcome == "rejected"
    assert sorted((t.field, t.code) for t in one.sides[1].troubles) == [
        ("grade", "too_long"), ("status", "choice"),
    ]  # fmt: skip


def test_a_conflict_that_would_wait_for_a_person(database: Database) -> None:
    """Both values are shown."""
    world = synced(database, 1)
    world.ma.edit(world.ma.records("person")[0].ref, note="ours")
    world.sfa.edit(world.sfa.records("person")[0].ref, note="theirs")
    asking = [{**one, "policy": "ask"} if one["name"] == "note" else one for one in FIELDS]

    (one,) = rehearse(world, {**MAPPING, "fields": asking}).results

    assert one.outcome == "conflict"
    assert dict(one.conflicts) == {"note": {"ma": "ours", "sfa": "theirs"}}


def test_a_draft_that_could_not_be_saved_is_refused(database: Database) -> None:
    """With the place and a suggestion, as saving does."""
    world = synced(database, 1)

    with pytest.raises(Invalid, match="/fields/4/sfa"):
        rehearse(world, with_fields({"name": "company", "ma": "company", "sfa": "compny"}))


def test_the_calls_are_those_of_all_records(database: Database) -> None:
    """The sample is scaled up to what there is."""
    world = synced(database, 40)
    company = {"name": "company", "ma": "company", "sfa": "company", "policy": "prefer_ma"}

    shown = rehearse(world, with_fields(company), limit=10)

    assert dict(shown.totals) == {"updated": 10}
    assert dict(shown.records) == {"ma": 40, "sfa": 40}
    batch = world.connectors["sfa"].write_batch
    by_name = {one.connection: one.calls for one in shown.costs}
    assert by_name["ma"].writes == 0
    assert by_name["sfa"].writes == -(-40 // batch)


# -- all of them, as a job -----------------------------------------------------------------------


def stored(world: World, body: dict[str, Any]) -> int:
    with world.database.begin() as tx:
        saved = save_document(tx, "mapping", "main", body, activate=False, by="test")
        return saved.document.version


def test_all_records_are_rehearsed_as_a_job(database: Database) -> None:
    """Each once, with its counterpart; what would change is a finding without values."""
    world = synced(database, 25)
    world.ma.add_person("new@example.com", "Contact", company="Acme")
    world.sfa.add_person("late@example.com", "Lead", phone="+81312345678")
    before = written(world)
    version = stored(world, with_fields({"name": "c", "ma": "company", "sfa": "company"}))

    job_id = start(world, "rehearse", mapping="main", version=version)
    while world.lanes.drain(f"job:{job_id}"):
        world.hurry()

    job = look(world, job_id)
    assert (job.state, dict(job.counts)) == ("done", {"updated": 25, "created": 2})
    assert (job.done, job.total) == (52, 52)
    assert written(world) == before
    with database.begin() as tx:
        found = work.findings(tx, job_id, category="updated", limit=100)
    assert [dict(one.detail) for one in found] == [{"fields": ["c"]}] * 25


def test_a_rehearsal_goes_on_in_another_worker(database: Database) -> None:
    """Killed at any step it counts nobody twice."""
    world = synced(database, 7)
    for vendor in (world.ma, world.sfa):
        vendor.page_size = 2
    version = stored(world, with_fields({"name": "c", "ma": "company", "sfa": "company"}))

    job_id = start(world, "rehearse", mapping="main", version=version)
    while world.lanes.step(f"job:{job_id}"):
        world.restart()
        world.hurry()

    job = look(world, job_id)
    assert (job.state, dict(job.counts), job.done) == ("done", {"updated": 7}, 14)
    assert "page" not in job.checkpoint


# -- over the vendors' own interfaces --------------------------------------------------------------


def test_both_sandboxes_are_rehearsed_and_left_alone(database: Database) -> None:
    """Through the SDKs: a pair by e-mail, somebody new with the placeholder that Lead requires."""
    with pair(database) as both:
        both.connect({}, {})
        contacts = "/crm/v3/objects/contacts"
        for email, phone in (("ada@example.jp", "+81312345678"), ("bob@example.jp", "")):
            body = {"properties": {"email": email, "lastname": "Sato", "phone": phone}}
            both.api("POST", contacts, body)
        fields = {"Email": "ada@example.jp", "LastName": "Sato", "Company": "Acme"}
        both.control(both.salesforce, "seed", records=[{"object": "Lead", "fields": fields}])
        before = (both.contacts(), both.leads())

        shown = preview(database, both.accounts.connector, Draft("main"), Wanted(10))

        found = {one.label: one.sides for one in shown.results}
        assert (both.contacts(), both.leads()) == before
    ma, sfa = found["ada@example.jp"]
    assert (ma.outcome, sfa.outcome) == ("updated", "updated")
    assert [(one.field, one.after, one.source) for one in ma.fields] == [("company", "Acme", "sfa")]
    assert [(one.field, one.after) for one in sfa.fields] == [("phone", "+81312345678")]
    ma, sfa = found["bob@example.jp"]
    assert (sfa.outcome, sfa.object, dict(sfa.also)) == ("created", "Lead", {"Company": "?"})
    assert [one.connection for one in shown.costs] == ["hubspot", "salesforce"]
    assert all(one.fits for one in shown.costs)
