"""Identity, deletions and privacy over HTTP: decided by people, journalled, undone, proved."""

from typing import Any

import pytest

from connectors.base import Ref
from tests.support.world import MAPPING, World
from tests.web.conftest import Site

API = "/api/v1"
NAMES = [
    {"name": "first_name", "ma": "first_name", "sfa": "first_name"},
    {"name": "last_name", "ma": "last_name", "sfa": "last_name"},
]


def world_of(site: Site, **mapping: Any) -> World:
    fields = [*MAPPING["fields"], *NAMES]
    return World(site.database, feeds="changes:", mapping={**MAPPING, "fields": fields, **mapping})


@pytest.fixture
def likely(site: Site) -> tuple[World, Ref, Ref]:
    """A contact and a lead who may be one."""
    world = world_of(
        site, create={"ma": False, "sfa": False}, identity={"candidates": {"enabled": True}}
    )
    contact = world.ma.add_person("a@example.com", "Contact", first_name="Ada", last_name="Smith")
    lead = world.sfa.add_person("ada@example.com", "Lead", first_name="Ada", last_name="Smith")
    world.sync()
    return world, contact, lead


def get(site: Site, path: str, role: str = "viewer") -> Any:
    answer = site.call("GET", f"{API}{path}", role)
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(site: Site, path: str, body: Any = None, role: str = "operator") -> Any:
    answer = site.call("POST", f"{API}{path}", role, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sides(site: Site, person: str) -> dict[str, tuple[str | None, str | None]]:
    found = get(site, f"/people/{person}")["sides"]
    return {one["connection"]: (one["external_id"], one["code"]) for one in found}


def events(site: Site, person: str) -> list[str]:
    return [line["event"] for line in get(site, f"/people/{person}/journal")["items"]]


@pytest.mark.usefixtures("likely")
def test_a_pair_is_shown_with_both(site: Site) -> None:
    """Who they are, how alike, and by what."""
    [one] = get(site, "/candidates")["items"]

    assert (one["kind"], one["state"], one["likeness"]) == ("person", "open", 0.9)
    assert one["reasons"] == ["name", "domain"]
    assert {one["one"]["email"], one["two"]["email"]} == {"a@example.com", "ada@example.com"}
    assert get(site, f"/candidates?person={one['two']['id']}")["items"] == [one]
    assert get(site, "/candidates?kind=company")["items"] == []


def test_a_confirmed_pair_is_one_person(site: Site, likely: tuple[World, Ref, Ref]) -> None:
    """And the answer says how to undo it, which does."""
    world, contact, lead = likely
    [one] = get(site, "/candidates")["items"]

    done = post(site, f"/candidates/{one['id']}/confirm")
    world.settle()

    person = one["one"]["id"]
    assert sides(site, person) == {"ma": (contact.id, None), "sfa": (lead.id, None)}
    assert get(site, "/candidates")["items"] == []
    assert "merged" in events(site, person)
    for undo in done["undo"]:
        answer = site.call(undo["method"], undo["path"], "operator", json=undo["body"])
        assert answer.status_code == 200, answer.text
    world.sync()
    held = [side for side in sides(site, person).values() if side[0] is not None]
    assert len(held) == 1
    assert get(site, "/candidates")["items"] == []


@pytest.mark.usefixtures("likely")
def test_a_rejected_pair_can_be_reopened(site: Site) -> None:
    """Who decided is told."""
    [one] = get(site, "/candidates")["items"]

    rejected = post(site, f"/candidates/{one['id']}/reject")

    assert rejected["state"] == "rejected"
    assert rejected["decided_by"].startswith("a operator (")
    assert get(site, "/candidates")["items"] == []
    assert post(site, f"/candidates/{one['id']}/reopen")["state"] == "open"
    assert len(get(site, "/candidates")["items"]) == 1


@pytest.mark.usefixtures("likely")
def test_deciding_takes_an_operator(site: Site) -> None:
    """A viewer looks; nobody but an admin erases."""
    [one] = get(site, "/candidates")["items"]
    person = one["one"]["id"]

    for role, path in (
        ("viewer", f"/candidates/{one['id']}/confirm"),
        ("viewer", f"/people/{person}/unlink"),
        ("operator", f"/people/{person}/erase"),
        ("operator", "/erasures"),
    ):
        assert site.call("POST", API + path, role, json={}).status_code == 403
    assert site.call("GET", f"{API}/people/{person}/export", "operator").status_code == 403


def test_a_candidate_that_is_none_is_not_found(site: Site) -> None:
    """With a problem document."""
    answer = site.call("POST", f"{API}/candidates/77/confirm", "operator")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "there is no candidate 77 (any more)"


def test_unlinking_and_linking_again(site: Site) -> None:
    """The answer of one is the way back."""
    world = world_of(site)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    lead = world.sfa.records("person")[0].ref
    person = get(site, f"/people?external=ma:{contact.id}")["items"][0]["id"]

    done = post(site, f"/people/{person}/unlink", {"connection": "sfa"})
    world.sync()

    assert sides(site, person) == {"ma": (contact.id, None), "sfa": (None, "unlinked")}
    assert sides(site, done["record_of"]) == {"ma": (None, "unlinked"), "sfa": (lead.id, None)}
    assert "unlinked" in events(site, person)
    [undo] = done["undo"]
    assert undo["body"] == {"connection": "sfa", "external_id": lead.id}
    answer = site.call("POST", undo["path"], "operator", json=undo["body"])
    world.sync()
    assert answer.status_code == 200, answer.text
    assert sides(site, person) == {"ma": (contact.id, None), "sfa": (lead.id, None)}
    assert site.call("GET", f"{API}/people/{done['record_of']}").status_code == 404


def test_what_cannot_be_done_says_what_to_do_first(site: Site) -> None:
    """409 with the way, 404 for what is not there."""
    world = world_of(site)
    ids = []
    for name in ("ada", "bob"):
        ref = world.ma.add_person(f"{name}@example.com", "Contact")
        world.sync()
        ids.append(get(site, f"/people?external=ma:{ref.id}")["items"][0]["id"])
    world.sync()

    twice = site.call("POST", f"{API}/people/{ids[0]}/merge", json={"other": ids[1]})
    nowhere = site.call("POST", f"{API}/people/{ids[0]}/unlink", json={"connection": "erp"})
    unseen = site.call(
        "POST", f"{API}/people/{ids[0]}/relink", json={"connection": "sfa", "external_id": "x"}
    )

    assert twice.status_code == 409
    assert "merge these there" in twice.json()["detail"]
    assert nowhere.status_code == 409
    assert unseen.status_code == 404


def test_duplicates_are_listed_by_address(site: Site) -> None:
    """The oldest first: that one is linked."""
    world = world_of(site, create={"ma": False, "sfa": False})
    older = world.sfa.add_person("ada@example.com", "Lead")
    newer = world.sfa.add_person("Ada@example.com", "Lead")
    world.sfa.add_person("bob@example.com", "Lead")
    world.sync()

    [found] = get(site, "/duplicates")["items"]

    assert found["email"] == "ada@example.com"
    records = [one["sides"][0]["external_id"] for one in found["people"]]
    assert records == [older.id, newer.id]
    assert get(site, "/duplicates?email=bob@example.com")["items"] == []


def test_companies_are_duplicates_by_domain_or_name(site: Site) -> None:
    """By the first key of the mapping, or by the one that is asked for."""
    fields = [{"name": one, "ma": one, "sfa": one} for one in ("name", "website")]
    mapping = {**MAPPING, "kind": "company", "create": {"ma": False, "sfa": False}}
    world = World(site.database, feeds="changes:", mapping={**mapping, "fields": fields})
    for name, website in (("Acme", "acme.example"), ("Acme KK", "www.acme.example/jp")):
        world.sfa.add("Account", name=name, website=website)
    world.sfa.add("Account", name="ACME", website="acme.test")
    world.sync()

    [by_domain] = get(site, "/duplicates?kind=company")["items"]
    [by_name] = get(site, "/duplicates?kind=company&by=name")["items"]

    assert (by_domain["by"], by_domain["value"], by_domain["email"]) == (
        "domain", "acme.example", None,
    )  # fmt: skip
    assert [len(one["people"]) for one in (by_domain, by_name)] == [2, 3]
    assert get(site, "/duplicates?kind=company&value=acme.test")["items"] == []
    assert get(site, "/duplicates")["items"] == []


def test_held_deletions_are_allowed_or_refused(site: Site) -> None:
    """They are in what needs attention until then."""
    world = world_of(site, deletes={"ma": "propagate", "most_per_hour": 1})
    contacts = [world.ma.add_person(f"p{n}@example.com", "Contact") for n in range(3)]
    world.sync()
    world.sync()
    for contact in contacts:
        world.ma.delete(contact)
    world.sync()

    [item] = get(site, "/attention?what=removal")["items"]
    held = get(site, "/deletions?state=held")["items"]
    assert (item["code"], item["reason"]) == ("held", "3 records wait to be deleted")
    assert "deletions/refuse" in item["fix"]["en"]
    assert {one["connection"] for one in held} == {"sfa"}
    assert post(site, "/deletions/refuse", {"connection": "sfa"}) == {"records": 3}
    assert get(site, "/attention?what=removal")["items"] == []
    world.sync()
    assert [one.deleted for one in world.sfa.records("person")] == [False, False, False]


def test_an_erasure_is_rehearsed_done_and_proved(site: Site) -> None:
    """The dry run says what goes; the receipt is complete when both systems have confirmed."""
    world = world_of(site)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    lead = world.sfa.records("person")[0].ref
    person = get(site, f"/people?external=ma:{contact.id}")["items"][0]["id"]

    would = post(site, f"/people/{person}/erase", {"dry_run": True}, "admin")["would"]
    assert would["people"] == [person]
    assert would["records"] == [f"ma:{contact.id}", f"sfa:{lead.id}"]
    assert would["rows"]["journal_lines"] > 0
    [receipt] = post(site, f"/people/{person}/erase", {}, "admin")["erasures"]
    assert receipt["completed_at"] is None
    assert {one["state"] for one in receipt["systems"]} == {"pending"}
    assert {"remove:ma", "remove:sfa"} <= site.woken
    world.settle()

    after = get(site, f"/erasures/{receipt['id']}", "admin")
    assert after["completed_at"] is not None
    assert {one["state"] for one in after["systems"]} == {"erased"}
    assert site.call("GET", f"{API}/people/{person}").status_code == 404
    assert [one["id"] for one in get(site, "/erasures", "operator")["items"]] == [receipt["id"]]
    assert [len(one) for one in after["digests"]] == [64] * 4  # two records, an address, our key
    assert site.call("GET", f"{API}/erasures", "viewer").status_code == 403


def test_an_address_that_nobody_has_yet_stays_out(site: Site) -> None:
    """Erased by e-mail before they ever came; lifted, they may come."""
    world = world_of(site)
    body = {"email": "Ada@Example.com"}
    [receipt] = post(site, "/erasures", body, "admin")["erasures"]
    world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    assert receipt["completed_at"] is not None
    assert get(site, "/people")["items"] == []
    assert post(site, "/erasures", body, "admin")["erasures"] == []

    assert site.call("DELETE", f"{API}/erasures/{receipt['id']}").status_code == 204
    world.ma.edit(world.ma.records("person")[0].ref, note="again")
    world.sync()

    assert len(get(site, "/people")["items"]) == 1


def test_all_data_of_one_person_is_one_answer(site: Site) -> None:
    """Values, sides, journal and writes."""
    world = world_of(site)
    contact = world.ma.add_person("ada@example.com", "Contact", note="likes tea")
    world.sync()
    world.sync()
    person = get(site, f"/people?external=ma:{contact.id}")["items"][0]["id"]

    found = get(site, f"/people/{person}/export", "admin")

    assert found["person"]["agreed"]["note"] == "likes tea"
    assert [one["connection"] for one in found["person"]["sides"]] == ["ma", "sfa"]
    assert "told" in [one["event"] for one in found["journal"]]
    assert found["ledger"][0]["changes"]["note"] == [None, "likes tea"]
