"""What needs a person over HTTP: named, counted, with its fix, and tried again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.presets import preset
from app.store import stages
from app.store.stages import Due, Wish
from connectors.base import Ref, Rejected
from tests.support.world import MAPPING, World
from tests.web.conftest import Site

AT = "/api/v1/attention"


def items(site: Site, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.call("GET", f"{AT}?{query}", "viewer").json()["items"]
    return found


def counts(site: Site) -> dict[tuple[str, str], int]:
    answer = site.call("GET", f"{AT}/counts", "viewer").json()["items"]
    return {(one["what"], one["code"]): one["n"] for one in answer}


@pytest.fixture
def world(site: Site) -> World:
    """Two people whom the SFA refuses."""
    asks = [{**one, "policy": "ask"} if one["name"] == "note" else one for one in MAPPING["fields"]]
    documents = {"scoring": preset("scoring"), "hot_lead": preset("hot_lead")}
    world = World(site.database, mapping={**MAPPING, "fields": asks}, documents=documents)
    refusal = Rejected("Required fields are missing: [Company]", code="REQUIRED_FIELD_MISSING")
    world.sfa.reject_when(lambda _: True, refusal)
    for name in ("ada", "bob"):
        world.ma.add_person(f"{name}@example.com", "Contact")
    world.sync()
    return world


@pytest.mark.usefixtures("world")
def test_failures_are_listed_with_reason_and_fix(site: Site) -> None:
    """In the vendor's words, and ours in both languages."""
    found = items(site, "what=side")

    assert len(found) == 2
    assert found[0]["reason"] == "Required fields are missing: [Company]"
    assert found[0]["code"] == "REQUIRED_FIELD_MISSING"
    assert found[0]["fix"]["en"].startswith("A required field is empty.")
    assert found[0]["fix"]["ja"].startswith("必須項目が空です。")
    assert counts(site)["side", "REQUIRED_FIELD_MISSING"] == 2


@pytest.mark.usefixtures("world")
def test_pages_show_each_item_once(site: Site) -> None:
    """However small they are."""
    first = site.call("GET", f"{AT}?limit=1").json()
    second = site.call("GET", first["next"]).json()

    keys = [one["key"] for page in (first, second) for one in page["items"]]
    assert sorted(keys) == sorted(one["key"] for one in items(site))
    assert second["next"] is None


def test_one_item_is_tried_again(site: Site, world: World) -> None:
    """By an operator, once its cause is mended; the other stays."""
    world.sfa.accept_all()
    key = items(site, "what=side")[0]["key"]

    answer = site.call("POST", f"{AT}/retry", "operator", json={"key": key})
    world.settle()

    assert answer.json() == {"retried": {"side": 1}}
    person = key.split(":")[1]
    [line] = [
        one
        for one in site.call("GET", f"/api/v1/people/{person}/journal").json()["items"]
        if one["event"] == "retried"
    ]
    assert (line["connection"], line["detail"]["by"]) == ("sfa", "a operator")
    assert "deliver:sfa:person" in site.woken
    assert len(items(site, "what=side")) == 1
    assert len(world.sfa.records("person")) == 1


def test_all_of_a_code_are_tried_again(site: Site, world: World) -> None:
    """Whatever they are."""
    world.sfa.accept_all()

    answer = site.call("POST", f"{AT}/retry", json={"code": "REQUIRED_FIELD_MISSING"})
    world.settle()

    assert answer.json() == {"retried": {"side": 2}}
    assert items(site) == []
    assert len(world.sfa.records("person")) == 2


def test_what_still_fails_comes_back(site: Site, world: World) -> None:
    """Trying again is no way to hide it."""
    site.call("POST", f"{AT}/retry", json={"code": "REQUIRED_FIELD_MISSING"})
    world.settle()

    assert len(items(site, "what=side")) == 2


def test_retrying_nothing_in_particular_is_refused(site: Site) -> None:
    """All failures of all kinds at once is nothing to do by accident."""
    assert site.call("POST", f"{AT}/retry", json={"what": "side"}).status_code == 422
    assert site.call("POST", f"{AT}/retry", json={}).status_code == 422


def test_conflicts_are_for_a_person_to_decide(site: Site, world: World) -> None:
    """They are shown with their fields and can't be retried away."""
    world.sfa.accept_all()
    site.call("POST", f"{AT}/retry", json={"code": "REQUIRED_FIELD_MISSING"})
    world.settle()
    world.sync()
    contact = world.ma.records("person")[0].ref
    link = world.link_of("ma", contact)
    assert link is not None
    lead = world.ref_at("sfa", link)
    assert lead is not None
    world.ma.edit(contact, note="one")
    world.sfa.edit(lead, note="two")
    world.hint("ma", [contact])
    world.hint("sfa", [lead])
    world.settle()

    [conflict] = items(site, "what=conflict")

    assert (conflict["reason"], conflict["link_id"]) == ("note", str(link.id))
    retried = site.call("POST", f"{AT}/retry", json={"code": "conflict"}).json()
    assert retried == {"retried": {}}
    person = site.call("GET", f"/api/v1/people/{link.id}").json()
    assert person["conflicts"] == {"note": {"ma": "one", "sfa": "two"}}


@pytest.mark.usefixtures("world")
def test_values_that_are_not_understood_are_shown(site: Site) -> None:
    """With what is wrong with them; they are mended at their source, not tried again."""
    with site.database.begin() as tx:
        tx.exec_driver_sql("""
            UPDATE side SET problems = '[{"field": "size", "message": "not a number"}]'
            WHERE connection = 'ma' AND seen ->> 'email' = 'ada@example.com'
        """)

    [value] = items(site, "what=value")

    assert (value["connection"], value["reason"]) == ("ma", "not a number")
    assert value["fix"]["en"].startswith("The value can't be read")
    retried = site.call("POST", f"{AT}/retry", json={"code": "value"}).json()
    assert retried == {"retried": {}}


@pytest.mark.usefixtures("world")
def test_paused_connections_and_failed_feeds_are_shown(site: Site) -> None:
    """With what to do; a feed is read again at once."""
    site.call("POST", "/api/v1/connections/ma/pause")
    with site.database.begin() as tx:
        tx.exec_driver_sql("UPDATE feed SET reason = 'no scope' WHERE name = 'owners'")

    assert [one["key"] for one in items(site, "what=connection")] == ["connection:ma"]
    assert {one["key"] for one in items(site, "what=feed")} == {"feed:ma:owners", "feed:sfa:owners"}
    answer = site.call("POST", f"{AT}/retry", json={"code": "feed", "connection": "sfa"})
    assert answer.json() == {"retried": {"feed": 1}}


@pytest.mark.usefixtures("world")
def test_trouble_began_before_now(site: Site) -> None:
    """Also of a feed that was never read, and of a lane: when they are tried next is not told."""
    with site.database.begin() as tx:
        tx.exec_driver_sql("""
            UPDATE feed SET reason = 'no scope', read_at = NULL, due_at = now() + interval '1 hour'
            WHERE name = 'owners'
        """)
        tx.exec_driver_sql("""
            INSERT INTO lane (name, not_before, failures, reason)
            VALUES ('log:ma', now() + interval '1 hour', 9, 'HTTP 503')
        """)
    now = datetime.now(UTC) + timedelta(minutes=1)

    found = [*items(site, "what=feed"), *items(site, "what=lane")]

    assert len(found) == 3
    assert all(datetime.fromisoformat(one["since"]) < now for one in found)


def test_alerts_that_failed_are_shown_and_tried_again(site: Site, world: World) -> None:
    """The task first; then it stands in the list of alerts."""
    world.sfa.accept_all()
    site.call("POST", f"{AT}/retry", json={"code": "REQUIRED_FIELD_MISSING"})
    world.settle()
    with site.database.begin() as tx:
        tx.exec_driver_sql("""
            INSERT INTO alert (link_id, rule, crossing, connection, state, notice, title, body,
                               score, code, reason, caused_at, react_by)
            SELECT id, 'hot', 1, 'sfa', 'failed', 'off', 'Hot lead', 'Call now', 90, 'busy', 'x',
                   now(), now() FROM link LIMIT 1
        """)
    [failed] = items(site, "what=alert")

    answer = site.call("POST", f"{AT}/retry", json={"key": failed["key"]})
    world.settle()

    assert answer.json() == {"retried": {"alert": 1}}
    assert items(site, "what=alert") == []
    [alert] = site.call("GET", "/api/v1/alerts?state=sent&connection=sfa").json()["items"]
    assert alert["title"] == "Hot lead"
    one = site.call("GET", f"/api/v1/alerts/{alert['id']}").json()
    assert one["task_id"]
    assert len(world.sfa.alerts()) == 1
    assert site.call("GET", "/api/v1/alerts/7777").status_code == 404


def test_a_refused_list_is_tried_again_as_the_one_that_is_named_now(
    site: Site, world: World
) -> None:
    """Once, though two lists were refused before; who was to be taken off stays with theirs."""
    lifecycle = {**preset("lifecycle"), "nurture": {"list": "30"}}
    assert site.call("PUT", "/api/v1/documents/lifecycle/main", json=lifecycle).status_code == 201
    ada, bob = (link.id for ref in people(world) if (link := world.link_of("ma", ref)))
    refuse(site, (ada, "10", True), (ada, "20", True), (bob, "10", False))

    answer = site.call("POST", f"{AT}/retry", "operator", json={"code": "NO", "what": "nurture"})

    assert answer.json()["retried"] == {"nurture": 3}
    assert items(site, "what=nurture") == []
    with site.database.begin() as tx:
        found = {(one["link_id"], one["list_id"]) for id_ in (ada, bob)
                 for one in stages.lists_of(tx, id_)}  # fmt: skip
    assert found == {(ada, "10"), (ada, "30"), (bob, "10")}


def people(world: World) -> list[Ref]:
    return [one.ref for one in world.ma.records("person")]


def refuse(site: Site, *lists: tuple[UUID, str, bool]) -> None:
    """The marketing system refuses these: a person, a list, whether to be put on it."""
    now = datetime.now(UTC)
    with site.database.begin() as tx:
        for link_id, list_id, wanted in lists:
            stages.want(tx, [Wish(link_id, "ma", list_id, wanted, None, now)])
            one = Due(link_id, list_id, wanted, 0, None, "1")
            stages.not_told(tx, "ma", one, code="NO", reason="no", wait_s=None)
