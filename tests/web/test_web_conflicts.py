"""Conflicts over HTTP: both values, how they came about, and what a person decides."""

from typing import Any

import pytest

from app.store.db import Database
from connectors.base import Ref
from tests.support.world import MAPPING, World
from tests.web.conftest import Site

AT = "/api/v1/conflicts"
FIELDS: list[dict[str, Any]] = [
    {**one, "policy": "ask"} if one["name"] == "note" else one for one in MAPPING["fields"]
]


class Quarrel:
    """Somebody about whose note the systems say different things."""

    def __init__(self, database: Database, world: World | None = None, name: str = "ada") -> None:
        self.world = world or World(database, mapping={**MAPPING, "fields": FIELDS})
        world = self.world
        self.contact = world.ma.add_person(f"{name}@example.com", "Contact", note="first")
        world.sync()
        world.sync()
        link = world.link_of("ma", self.contact)
        assert link is not None
        lead = world.ref_at("sfa", link)
        assert lead is not None
        self.link, self.lead = str(link.id), lead
        self.edit("one", "two")

    def edit(self, ma: str, sfa: str) -> None:
        self.world.ma.edit(self.contact, note=ma)
        self.world.sfa.edit(self.lead, note=sfa)
        self.world.hint("ma", [self.contact])
        self.world.hint("sfa", [self.lead])
        self.world.settle()

    @property
    def notes(self) -> tuple[Any, Any]:
        at: list[tuple[str, Ref]] = [("ma", self.contact), ("sfa", self.lead)]
        ma, sfa = (self.world.values(name, ref)["note"] for name, ref in at)
        return ma, sfa


@pytest.fixture
def quarrel(site: Site) -> Quarrel:
    return Quarrel(site.database)


def listed(site: Site, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.call("GET", f"{AT}?{query}", "viewer").json()["items"]
    return found


def resolve(site: Site, quarrel: Quarrel, body: dict[str, Any], name: str = "note") -> Any:
    path = f"{AT}/{quarrel.link}/{name}/resolve"
    return site.call("POST", path, "operator", json=body)


def test_a_conflict_is_shown_with_both_values_and_the_base(site: Site, quarrel: Quarrel) -> None:
    """And what Baton wrote where last, so that one sees who changed it."""
    [one] = listed(site, "field=note&connection=sfa")

    assert (one["link_id"], one["field"], one["base"]) == (quarrel.link, "note", "first")
    assert one["version"] == "person/main@1"
    assert one["age_s"] >= 0
    ma, sfa = one["sides"]
    assert (ma["role"], ma["connection"], ma["value"]) == ("ma", "ma", "one")
    assert (sfa["role"], sfa["external_id"], sfa["value"]) == ("sfa", quarrel.lead.id, "two")
    assert ma["last_write"] is None
    assert sfa["last_write"]["value"] == "first"
    assert sfa["last_write"]["stands"] is False
    assert sfa["last_write"]["version"] == "main@1"


def test_a_conflict_says_how_it_came_about(site: Site, quarrel: Quarrel) -> None:
    """Each write of the field with its values, each decision with what lost and who made it."""
    resolve(site, quarrel, {"take": "sfa"})
    quarrel.world.settle()
    quarrel.edit("three", "four")

    [one] = listed(site, "field=note")

    history = [(line["event"], line["connection"], line["facts"]) for line in one["history"]]
    assert history[0] == ("conflict_open", None, {})
    assert ("told", "ma", {"before": "one", "after": "two"}) in history
    assert ("conflict_resolved", None, {"kept": "two", "by": "a operator"}) in history
    assert history[-1][0] == "changed"
    assert {line["version"] for line in one["history"]} == {"person/main@1"}


def test_other_filters_find_others(site: Site, quarrel: Quarrel) -> None:
    """By kind, link and when it came up."""
    since = listed(site, f"link={quarrel.link}")[0]["since"].replace("+", "%2B")

    assert listed(site, "kind=company") == []
    assert listed(site, f"until={since}") == []
    assert len(listed(site, f"since={since}")) == 1


@pytest.mark.parametrize(("take", "kept"), [("ma", "one"), ("sfa", "two")])
def test_taking_a_side_settles_it(site: Site, quarrel: Quarrel, take: str, kept: str) -> None:
    """Both systems have that value, once, and it is in the journal with who decided."""
    answer = resolve(site, quarrel, {"take": take})
    quarrel.world.settle()

    assert answer.json() == {"resolved": 1, "left": 0}
    assert quarrel.notes == (kept, kept)
    assert listed(site) == []
    journal = site.call("GET", f"/api/v1/people/{quarrel.link}/journal").json()["items"]
    [line] = [one for one in journal if one["event"] == "conflict_resolved"]
    assert (line["detail"]["kept"], line["detail"]["by"]) == (kept, "a operator")
    assert line["version"] == "person/main@1"
    before = quarrel.world.ma.calls["write"], quarrel.world.sfa.calls["write"]
    quarrel.world.sync()
    assert (quarrel.world.ma.calls["write"], quarrel.world.sfa.calls["write"]) == before


def test_a_typed_value_is_told_to_both(site: Site, quarrel: Quarrel) -> None:
    """Neither side was right."""
    resolve(site, quarrel, {"value": "three"})
    quarrel.world.settle()

    assert quarrel.notes == ("three", "three")


def test_an_edit_made_meanwhile_is_not_overwritten(site: Site, quarrel: Quarrel) -> None:
    """A rep types just as the decision is made: that is the newer word."""
    quarrel.world.sfa.edit(quarrel.lead, note="newer")
    resolve(site, quarrel, {"take": "ma"})

    quarrel.world.settle()

    assert quarrel.notes == ("newer", "newer")


def test_many_are_settled_by_a_filter(site: Site, quarrel: Quarrel) -> None:
    """At most as many as is said; the rest is counted."""
    Quarrel(site.database, quarrel.world, "bob")

    first = site.call("POST", f"{AT}/resolve", json={"take": "sfa", "field": "note", "most": 1})
    rest = site.call("POST", f"{AT}/resolve", json={"take": "newest"})
    quarrel.world.settle()

    assert first.json() == {"resolved": 1, "left": 1}
    assert rest.json() == {"resolved": 1, "left": 0}
    assert quarrel.notes == ("two", "two")


def test_what_lost_by_policy_can_be_used_instead(site: Site, quarrel: Quarrel) -> None:
    """The journal keeps the loser; a person may prefer it."""
    world = quarrel.world
    world.ma.edit(quarrel.contact, phone="+819000000001")
    world.sfa.edit(quarrel.lead, phone="+819000000002")
    world.sync()
    assert world.values("ma", quarrel.contact)["phone"] == "+819000000002"

    resolve(site, quarrel, {"value": "+819000000001"}, "phone")
    world.sync()

    assert world.values("ma", quarrel.contact)["phone"] == "+819000000001"
    assert world.values("sfa", quarrel.lead)["phone"] == "+819000000001"


def test_what_makes_no_sense_is_refused(site: Site, quarrel: Quarrel) -> None:
    """With a pointer to what is wrong."""
    both = resolve(site, quarrel, {"take": "ma", "value": "x"})
    neither = resolve(site, quarrel, {"take": None})
    blank = resolve(site, quarrel, {"value": None})
    closed = resolve(site, quarrel, {"take": "ma"}, "phone")
    unknown = resolve(site, quarrel, {"take": "ma"}, "shoe_size")

    assert [both.status_code, neither.status_code, blank.status_code] == [422, 422, 422]
    assert blank.json()["errors"][0]["pointer"] == "/value"
    assert (closed.status_code, unknown.status_code) == (409, 404)
    assert site.call("POST", f"{AT}/resolve", "viewer", json={"take": "ma"}).status_code == 403


def test_a_typed_value_that_a_system_would_not_take_is_refused(site: Site) -> None:
    """Too long for one of them: nothing is told, and the conflict is still open."""
    grade = {"name": "grade", "ma": "note", "sfa": "grade", "policy": "ask"}
    fields = [one for one in MAPPING["fields"] if one["name"] != "note"]
    world = World(site.database, mapping={**MAPPING, "fields": [*fields, grade]})
    contact = world.ma.add_person("ada@example.com", "Contact", note="A")
    world.sync()
    world.sync()
    world.ma.edit(contact, note="B")
    world.sfa.edit(world.sfa.records("person")[0].ref, grade="C")
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None

    long = site.call("POST", f"{AT}/{link.id}/grade/resolve", json={"value": "much"})
    short = site.call("POST", f"{AT}/{link.id}/grade/resolve", json={"value": "D"})

    assert (long.status_code, short.status_code) == (422, 200)
    assert long.json()["errors"] == [
        {"pointer": "/value", "detail": "sfa would not take it: 4 characters; grade takes 2"}
    ]
