"""Why a record is, or is not, in a system: asked over HTTP, answered in a sentence with a fix."""

from typing import Any

import pytest

from app.flows.why import GRAVITY, Step
from app.web.why_words import MENDS, SAYS, mends
from connectors.base import Rejected
from tests.support.world import MAPPING, World
from tests.web.conftest import Site

ONLY_CHIEFS = {"ma": [{"field": "title", "op": "in", "value": ["CEO"]}]}


def why(site: Site, **asked: str) -> dict[str, Any]:
    answer = site.call("GET", "/api/v1/why", "viewer", params=asked)
    assert answer.status_code == 200, answer.text
    [one] = answer.json()["items"]
    found: dict[str, Any] = one
    return found


def codes(found: dict[str, Any]) -> list[str]:
    return [step["code"] for step in found["steps"]]


def test_one_that_is_in_sync(site: Site) -> None:
    """From the webhook to the last write, and all is well."""
    world = World(site.database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.hint("ma", [contact])
    world.settle()
    world.sync()

    found = why(site, email="Ada@example.com")

    assert found["verdict"] == "ok"
    assert found["answer"]["en"] == "It is in sync: ma, sfa."
    assert found["fix"] is None
    assert codes(found) == [
        "known", "webhook", "looked", "looked", "mapped", "in_sync", "in_sync", "written",
    ]  # fmt: skip
    by_id = site.call("GET", f"/api/v1/people/{found['link_id']}/why", "viewer").json()
    assert by_id == found
    assert why(site, external_id=contact.id, connection="ma") == found
    assert why(site, key=found["link_id"]) == found


def test_one_that_the_vendor_refuses(site: Site) -> None:
    """In the vendor's words, with the fix for that code."""
    world = World(site.database)
    refusal = Rejected("Required fields are missing: [Company]", code="REQUIRED_FIELD_MISSING")
    world.sfa.reject_when(lambda _: True, refusal)
    world.ma.add_person("ada@example.com", "Contact")
    world.sync()

    found = why(site, email="ada@example.com")

    assert found["verdict"] == "stopped"
    assert found["answer"]["en"] == "sfa refused it: Required fields are missing: [Company]"
    assert found["fix"]["en"].startswith("A required field is empty.")
    assert found["fix"]["ja"].startswith("必須項目が空です。")


def test_one_that_a_filter_keeps_out(site: Site) -> None:
    """The filter's pointer, and the value that does not pass."""
    world = World(site.database, mapping={**MAPPING, "filters": ONLY_CHIEFS})
    world.ma.add_person("ada@example.com", "Contact", job_title="CTO")
    world.sync()

    found = why(site, email="ada@example.com")

    assert found["answer"]["en"] == "The filter /filters/ma/0 keeps it out of sfa: title = CTO."
    [step] = [one for one in found["steps"] if one["code"] == "filtered"]
    assert step["facts"] == {"pointer": "/filters/ma/0", "values": "title = CTO"}
    assert step["fix"]["ja"].startswith("フィルターを満たす")


def test_one_about_which_the_systems_disagree(site: Site) -> None:
    """The field and both values."""
    asks = [{**one, "policy": "ask"} if one["name"] == "note" else one for one in MAPPING["fields"]]
    world = World(site.database, mapping={**MAPPING, "fields": asks})
    contact = world.ma.add_person("ada@example.com", "Contact", note="first")
    world.sync()
    world.sync()
    world.ma.edit(contact, note="one")
    world.sfa.edit(world.sfa.records("person")[0].ref, note="two")
    world.sync()

    found = why(site, email="ada@example.com")

    assert found["answer"]["en"] == "The systems disagree about note (ma: one / sfa: two)."


def test_one_that_waits_for_a_paused_connection(site: Site) -> None:
    """What is to be written, and why it is not."""
    world = World(site.database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    site.call("POST", "/api/v1/connections/sfa/pause")
    world.ma.edit(contact, job_title="CTO")
    world.hint("ma", [contact])
    world.settle()

    found = why(site, email="ada@example.com")

    assert found["answer"]["en"] == "sfa is paused."
    assert "Fields wait to be written to sfa: title." in [s["says"]["en"] for s in found["steps"]]


def test_one_that_an_undo_left_with_its_old_value(site: Site) -> None:
    """It says which undo, and how to end it."""
    world = World(site.database)
    contact = world.ma.add_person("ada@example.com", "Contact", job_title="CTO")
    world.sync()
    world.sync()
    world.ma.edit(contact, job_title="CEO")
    world.sync()
    job = site.call("POST", "/api/v1/undo", json={"connection": "sfa", "fields": ["title"]}).json()
    world.settle()

    found = why(site, email="ada@example.com")

    said = f"title stays “CTO” in sfa: the undo {job['job']} put it back."
    assert found["answer"]["en"] == said


def test_one_that_was_never_seen(site: Site) -> None:
    """How far each connection was read, and what to do."""
    World(site.database).sync()

    found = why(site, email="nobody@example.com")

    assert (found["link_id"], found["verdict"]) == (None, "stopped")
    assert found["answer"]["en"] == "Baton has never seen this record."
    assert found["fix"]["en"].startswith("Check the address or id.")
    reads = {(s["code"], s["connection"]) for s in found["steps"] if s["connection"]}
    assert reads == {("read_to", "ma"), ("read_to", "sfa")}


def test_a_look_is_asked_for(site: Site) -> None:
    """At the records that are known; at an id of the vendor; else by reading on."""
    world = World(site.database)
    world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    new = world.ma.add_person("bob@example.com", "Contact")

    known = site.call("POST", "/api/v1/why/look", "operator", json={"email": "ada@example.com"})
    by_id = {"connection": "ma", "external_id": new.id}
    pending = site.call("POST", "/api/v1/why/look", "operator", json=by_id)
    state = why(site, external_id=new.id, connection="ma")
    elsewhere = site.call("POST", "/api/v1/why/look", "operator", json={"email": "x@example.com"})

    assert (known.status_code, known.json()) == (202, {"records": 2, "feeds": []})
    assert pending.json()["records"] == 1
    assert "look_due" in codes(state)
    assert "ma changes:person" in elsewhere.json()["feeds"]
    assert {"fetch:ma", "fetch:sfa", "read:ma:changes:person"} <= site.woken
    world.settle()
    assert why(site, email="bob@example.com")["verdict"] == "ok"


def test_one_thing_is_asked_about(site: Site) -> None:
    """Two at once, or none, is refused."""
    assert site.call("GET", "/api/v1/why").status_code == 422
    assert site.call("GET", "/api/v1/why?email=a&key=b").status_code == 422
    assert site.call("POST", "/api/v1/why/look", json={"external_id": "1"}).status_code == 422
    assert site.call("POST", "/api/v1/why/look", json={}).status_code == 422
    ghost = "/api/v1/people/5f0c2f7e-0f5a-4c53-9d6f-0a4f3a1d9b11/why"
    assert site.call("GET", ghost).status_code == 404


@pytest.mark.parametrize("code", sorted(set(GRAVITY) - {"activities_wait"}))
def test_what_stops_a_record_has_words_and_a_fix(code: str) -> None:
    """In both languages; what goes on by itself needs no fix."""
    by_itself = {"look_due", "unknown", "flying", "pending", "to_be_created", "catching_up"}
    by_itself |= {"summaries"}
    step = Step(code, "stopped", facts={"code": "REQUIRED_FIELD_MISSING"})

    assert code in SAYS
    assert (mends(step) is None) == (code in by_itself)


def test_no_fix_is_without_its_step() -> None:
    """A fix belongs to something that is said."""
    assert sorted(set(MENDS) - set(SAYS)) == []


def test_one_whose_record_was_merged_into_another_persons(site: Site) -> None:
    """Two at one side, one at the other: who they were merged into, and that the rest is to do."""
    world = World(site.database)
    ada = world.ma.add_person("ada@example.com", "Contact")
    eve = world.ma.add_person("eve@example.com", "Contact")
    world.sync()
    world.ma.merge(eve, ada)
    world.hint("ma", [eve, ada])
    world.sync()

    found = why(site, email="eve@example.com")

    assert found["answer"]["en"] == (
        "The record was merged in ma into that of another person: ada@example.com."
    )
    assert found["fix"]["en"].startswith("The other system has two records still: merge those")


def test_one_whose_owner_a_system_does_not_have(site: Site) -> None:
    """Who is meant, and that a person is missing and no choice."""
    owner = {"name": "owner", "type": "owner", "ma": "owner_id", "sfa": "owner_id"}
    world = World(site.database, mapping={**MAPPING, "fields": [*MAPPING["fields"], owner]})
    rep = world.ma.add_owner("rep@example.com")
    world.ma.add_person("ada@example.com", "Contact", owner_id=rep.id)
    world.sync()
    world.sync()

    found = why(site, email="ada@example.com")

    assert found["answer"]["en"] == (
        "Not all of it can be said in sfa: sfa owner_id is the owner rep@example.com, whom this "
        "side does not have (by e-mail)"
    )
    assert found["fix"]["en"].startswith("Make or activate that user there, assign the record")
