"""Documents: numbered, checked, and what follows when one becomes active."""

from typing import Any

import pytest

from app.configuring import (
    Invalid,
    Missing,
    OutOfDate,
    Saved,
    activate_version,
    read_text,
    save_document,
)
from app.domain.presets import preset
from app.store import documents, feeds, work
from app.store.db import Database
from connectors.base import Rejected
from tests.support.world import MAPPING, World

STRICTER = {**preset("scoring"), "grades": {"A": 95, "B": 60, "C": 40}}
COMPANY = {"name": "company", "ma": "company", "sfa": "company"}


def save(database: Database, kind: str, body: dict[str, Any], **more: Any) -> Saved:
    """Save a document named main."""
    with database.begin() as tx:
        return save_document(tx, kind, "main", body, **more)


def refused(database: Database, kind: str, body: dict[str, Any]) -> dict[str, str]:
    """The problems that saving is refused with, by pointer."""
    with database.begin() as tx, pytest.raises(Invalid) as caught:
        save_document(tx, kind, "other", body)
    return {one.pointer: one.message for one in caught.value.problems}


def mapping(*more: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The world's mapping with further fields."""
    return {**MAPPING, "fields": [*MAPPING["fields"], *more], **changes}


def test_documents_get_numbers_and_one_is_active(database: Database) -> None:
    """A version is never changed; the same again is none."""
    one = save(database, "scoring", preset("scoring"), by="ada")
    same = save(database, "scoring", preset("scoring"))
    other = save(database, "scoring", STRICTER)

    assert (one.document.version, one.changed) == (1, True)
    assert (same.document.version, same.changed) == (1, False)
    assert (other.document.version, other.changed) == (2, True)
    with database.begin() as tx:
        found = documents.versions(tx, "scoring", "main")
    assert [(d.version, d.active, d.created_by) for d in found] == [
        (2, True, ""),
        (1, False, "ada"),
    ]


def test_a_draft_waits_until_it_is_activated(database: Database) -> None:
    """Saving it again does not make another one."""
    save(database, "scoring", preset("scoring"))
    draft = save(database, "scoring", STRICTER, activate=False)
    again = save(database, "scoring", STRICTER, activate=False)

    assert (draft.document.version, draft.document.active) == (2, False)
    assert again.document.version == 2
    assert save(database, "scoring", STRICTER).document.active


def test_an_older_version_can_be_made_active_again(database: Database) -> None:
    """A roll-back is an activation like any other."""
    save(database, "scoring", preset("scoring"))
    save(database, "scoring", STRICTER)

    with database.begin() as tx:
        back = activate_version(tx, "scoring", "main", 1)
        now = documents.get(tx, "scoring", "main")

    assert back.wakes == {f"job:{back.job}"}
    assert now is not None
    assert (now.version, now.active) == (1, True)


def test_a_version_that_is_not_there_can_not_be_activated(database: Database) -> None:
    """It says which."""
    save(database, "scoring", preset("scoring"))
    with database.begin() as tx, pytest.raises(Missing, match='no version 9 of scoring "main"'):
        activate_version(tx, "scoring", "main", 9)


def test_whoever_comes_second_is_told(database: Database) -> None:
    """The version that was read must still be the one."""
    save(database, "scoring", preset("scoring"), if_match=0)

    for stale in (0, 2):
        with pytest.raises(OutOfDate) as caught:
            save(database, "scoring", STRICTER, if_match=stale)
        assert caught.value.current == 1
    assert save(database, "scoring", STRICTER, if_match=1).document.version == 2


def test_problems_of_a_document_have_pointers(database: Database) -> None:
    """And nothing is stored."""
    body = {**MAPPING, "fields": [{"name": "email", "ma": "email", "typ": "email"}]}

    assert refused(database, "mapping", body) == {"/fields/0/typ": "there is no such key"}
    with database.begin() as tx:
        assert documents.get(tx, "mapping", "other") is None


def test_an_unknown_kind_names_the_nearest(database: Database) -> None:
    """There are not that many."""
    with pytest.raises(Missing, match='did you mean "mapping"'):
        save(database, "maping", {})


@pytest.mark.parametrize("name", ["", "Main", "a b", "a/b", "x" * 41, "1st"])
def test_a_name_is_a_slug(database: Database, name: str) -> None:
    """It stands in addresses."""
    with database.begin() as tx, pytest.raises(Invalid, match="small letters"):
        save_document(tx, "scoring", name, preset("scoring"))


def test_a_text_with_a_nul_character_is_refused(database: Database) -> None:
    """PostgreSQL could not store it."""
    assert refused(database, "mapping", mapping(region="J\x00P")) == {
        "": "a text contains a NUL character"
    }


@pytest.mark.parametrize(
    "text", ["- a list", "a: 1\na: 2", '{"a": 1, "a": 2}', '{"a": NaN}', "a: &x 1\nb: *x", "a: ["]
)
def test_a_text_that_is_no_plain_mapping_is_refused(text: str) -> None:
    """Keys that stand twice, aliases, numbers that are none."""
    with pytest.raises(Invalid):
        read_text(text, "a document")


def test_yaml_and_json_say_the_same() -> None:
    """NO is a word, and a key with a colon is one."""
    assert read_text("country: NO\nn: 1", "it") == {"country": "NO", "n": 1}
    assert read_text('{"country": "NO", "n": 1}', "it") == {"country": "NO", "n": 1}


def test_a_mapping_is_checked_against_what_the_vendors_describe(database: Database) -> None:
    """A field that is not there, with the nearest one that is."""
    world = World(database)
    world.sync()

    problems = refused(
        database, "mapping", mapping({"name": "x", "ma": "jobtitle", "sfa": "job_title"}, ma="ma")
    )

    assert "job_title" in problems["/fields/4/ma"]


def test_a_mapping_of_connections_that_are_not_there_yet_is_warned_of(database: Database) -> None:
    """Documents may come before connections."""
    saved = save(database, "mapping", MAPPING)

    assert [(w.pointer, w.message) for w in saved.warnings] == [
        ("/ma", 'there is no connection "ma" yet'),
        ("/sfa", 'there is no connection "sfa" yet'),
    ]


def test_connections_in_each_others_role_are_refused(database: Database) -> None:
    """Most likely they were swapped."""
    World(database)
    problems = refused(database, "mapping", mapping(ma="sfa", sfa="ma", kind="company"))

    assert problems["/ma"] == 'the connection "sfa" plays the role sfa, not ma'


def test_two_mappings_for_the_same_people_are_refused(database: Database) -> None:
    """Which of them counts would be nobody's decision."""
    World(database)
    problems = refused(database, "mapping", MAPPING)

    assert problems["/ma"] == 'each person of "ma" goes by the active mapping "main" already'


def test_a_new_mapping_is_applied_to_those_who_are_there(database: Database) -> None:
    """A field that is mapped later reaches the other side without anybody touching the record."""
    world = World(database)
    world.ma.add_person("ada@example.com", "Contact", company="Acme")
    world.sync()
    lead = world.sfa.records("person")[0].ref
    assert world.values("sfa", lead).get("company") is None

    saved = save(database, "mapping", mapping(COMPANY))
    world.settle()

    assert world.values("sfa", lead)["company"] == "Acme"
    assert saved.wakes >= {f"job:{saved.job}", "read:ma:schema:person", "read:sfa:schema:person"}


def test_what_failed_is_tried_again_by_a_new_mapping(database: Database) -> None:
    """Its cause may be gone."""
    world = World(database)
    world.sfa.reject_when(lambda _: True, Rejected("no", code="required"))
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None
    assert link.sides["sfa"].state == "failed"
    world.sfa.accept_all()

    save(database, "mapping", mapping(COMPANY))
    world.settle()

    link = world.link_of("ma", contact)
    assert link is not None
    assert link.sides["sfa"].state == "in_sync"


def test_a_mapping_of_a_new_kind_brings_its_feeds(database: Database) -> None:
    """Companies are read from the moment that they are mapped."""
    World(database)
    body = {
        "kind": "company",
        "ma": "ma",
        "sfa": "sfa",
        "fields": [{"name": "name", "ma": "name", "sfa": "name"}],
    }
    with database.begin() as tx:
        save_document(tx, "mapping", "companies", body)
        names = [feed["name"] for feed in feeds.of(tx, "ma")]

    assert "changes:company" in names
    assert "activities:behaviour" in names


def test_new_scoring_is_applied_to_everybody(database: Database) -> None:
    """A job decides about all people anew, and counts whose score that changes."""
    world = World(database)
    world.ma.add_person("ada@example.com", "Contact", job_title="CTO")
    world.sync()
    contact = world.ma.records("person")[0].ref
    link = world.link_of("ma", contact)
    assert link is not None
    assert link.score is None

    saved = save(database, "scoring", preset("scoring"))
    world.settle()

    link = world.link_of("ma", contact)
    assert link is not None
    assert link.score is not None
    assert saved.wakes == {f"job:{saved.job}"}
    with database.begin() as tx:
        job = work.get(tx, saved.job or 0)
    assert job is not None
    assert (job.kind, job.state, job.counts) == ("recompute", "done", {"changed": 1})
    assert job.args == {"kind": "person", "rules": "scoring/main@1"}


def test_newer_rules_take_the_place_of_those_being_applied(database: Database) -> None:
    """The job of the older version ends; there is never more than one."""
    first = save(database, "scoring", preset("scoring"))
    second = save(database, "scoring", STRICTER)

    with database.begin() as tx:
        jobs = {one.id: one.state for one in work.listed(tx, kind="recompute")}
    assert jobs == {first.job: "cancelled", second.job: "queued"}


def test_a_name_that_no_template_is_given_is_warned_of(database: Database) -> None:
    """It would be empty in every entry, and nobody would know why."""
    digest = {"en": "{{ cuont }} of {{ person.company }}", "ja": "{{ count }}件"}
    single = {"en": "{% for one in detail %}{{ one }}{% endfor %}", "ja": "{{ details.url }}"}
    routes = [
        {"name": "views", "activity": "page_view", "keep": "digest", "title": digest},
        {"name": "rest", "activity": "*", "body": single, "fields": {"Type": "{{ items }}"}},
    ]

    saved = save(database, "activity", {"routes": routes})

    known = "; there is: at, detail, label, person, title, type"
    assert [(w.pointer, w.message) for w in saved.warnings] == [
        (
            "/routes/0/title/en",
            'a digest has no "cuont", so it is empty; did you mean "count"?',
        ),
        (
            "/routes/1/body/ja",
            'a single activity has no "details", so it is empty; did you mean "detail"?',
        ),
        (
            "/routes/1/fields/Type",
            f'a single activity has no "items", so it is empty{known}',
        ),
    ]
