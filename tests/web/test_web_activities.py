"""Activities by the API: found, posted, replayed; where each was delivered, and why not."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.configuring import ConnectionSpec, save_connection
from app.domain.link import Link, Side
from app.store import activities, documents, links
from connectors.base import Activity, Ref
from tests.web.conftest import Site

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CALL = {
    "id": "call-1",
    "type": "call",
    "at": "2026-11-20T09:00:00Z",
    "person": {"email": "Ada@example.com"},
    "title": "About prices",
    "detail": {"duration_s": 60, "outcome": "connected"},
}
MAPPING: dict[str, Any] = {
    "kind": "person",
    "ma": "ma",
    "sfa": "sfa",
    "create": {"sfa": {"object": "Lead"}},
    "fields": [{"name": "email", "ma": "email", "sfa": "email", "type": "email"}],
}


@pytest.fixture
def two(site: Site) -> Site:
    """Both systems, with a mapping between them."""
    with site.database.begin() as tx:
        spec = ConnectionSpec(name="sfa", vendor="memory", role="sfa")
        save_connection(tx, site.parts.accounts, spec, by="test")
        documents.add(tx, "mapping", "main", 1, MAPPING, note="", by="test")
        documents.activate(tx, "mapping", "main", 1)
    return site


def person(site: Site, email: str = "ada@example.com", *, at: tuple[str, ...] = ("sfa",)) -> UUID:
    """Somebody who is at these systems."""
    link = Link(uuid4(), "person", agreed={"email": email}, email=email)
    for name in at:
        record = f"{name}-{link.id.hex[:6]}"
        link.sides[name] = Side(link.id, name, "person", external_id=record, object="Lead")
    with site.database.begin() as tx:
        links.save(tx, [link])
    return link.id


def post(site: Site, body: Any, connection: str = "ma", role: str = "operator") -> Any:
    return site.call("POST", f"/api/v1/activities?connection={connection}", role, json=body)


def listed(site: Site, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.call("GET", f"/api/v1/activities{query}").json()["items"]
    return found


def test_a_posted_activity_finds_its_person_and_is_kept_once(two: Site) -> None:
    """By the id that its connection gives it; posting it again tells which one it is."""
    ada = person(two)

    first, again = post(two, CALL), post(two, CALL)

    [kept] = listed(two)
    assert first.json()["items"] == [{"id": kept["id"], "external_id": "call-1", "new": True}]
    assert again.json()["items"] == [{"id": kept["id"], "external_id": "call-1", "new": False}]
    assert (kept["link_id"], kept["type"], kept["title"]) == (str(ada), "call", "About prices")
    assert kept["detail"] == {"duration_s": 60, "outcome": "connected"}


def test_a_posted_activity_is_on_its_way_to_the_other_system(two: Site) -> None:
    """As one that a webhook brought; the lane is woken."""
    person(two)

    post(two, CALL)

    [delivery] = listed(two)[0]["deliveries"]
    assert (delivery["connection"], delivery["state"]) == ("sfa", "pending")
    assert two.woken >= {"log:sfa", "score"}


def test_several_are_posted_at_once_or_none(two: Site) -> None:
    """One that is wrong stops all; the answer says where."""
    good = {**CALL, "id": "call-2"}

    bad = post(two, {"activities": [good, {**CALL, "typ": "call"}]})
    taken = post(two, {"activities": [good, CALL]})

    assert bad.status_code == 400
    assert bad.json()["errors"][0]["pointer"] == "/activities/1/typ"
    assert [one["external_id"] for one in taken.json()["items"]] == ["call-2", "call-1"]
    assert two.rows("activity") == 2


def test_posting_needs_a_connection_and_an_operator(two: Site) -> None:
    """A viewer looks; a name that is no connection is told."""
    assert post(two, CALL, role="viewer").status_code == 403
    assert post(two, CALL, connection="nobody").status_code == 404
    assert two.call("POST", "/api/v1/activities", "operator", json=CALL).status_code == 422
    assert two.rows("activity") == 0


def test_what_nobody_is_known_for_waits(two: Site) -> None:
    """Whoever it is may come later; until then it can't be replayed."""
    post(two, CALL)

    [waiting] = listed(two)
    refused = two.call("POST", f"/api/v1/activities/{waiting['id']}/replay", "operator")

    assert (waiting["link_id"], waiting["person_id"]) == (None, "email:ada@example.com")
    assert refused.status_code == 409
    assert "nobody knows yet" in refused.json()["detail"]


def test_activities_are_found_by_person_kind_time_source_and_delivery(two: Site) -> None:
    """Each filter alone; e-mail in any case of letters."""
    ada, bob = person(two), person(two, "bob@example.com", at=())
    post(two, CALL)
    view = {"id": "v", "type": "page_view", "at": "2026-11-21T09:00:00Z",
            "person": {"email": "bob@example.com"}}  # fmt: skip
    post(two, view)

    def found(query: str) -> list[str]:
        return [one["external_id"] for one in listed(two, query)]

    assert found("") == ["v", "call-1"]
    assert found(f"?person={ada}") == ["call-1"]
    assert found("?email=BOB@example.com") == ["v"]
    assert found("?email=nobody@example.com") == []
    assert found("?type=call&type=page_view") == ["v", "call-1"]
    assert found("?type=call") == ["call-1"]
    assert found("?since=2026-11-21T00:00:00Z") == ["v"]
    assert found("?until=2026-11-21T00:00:00Z") == ["call-1"]
    assert found("?connection=sfa") == []
    assert found("?delivery=pending") == ["call-1"]
    assert found("?delivery=waiting") == ["v"]
    assert found(f"?person={bob}&type=call") == []
    assert two.call("GET", "/api/v1/activities?delivery=sended").status_code == 422


def test_pages_of_activities_follow_each_other(two: Site) -> None:
    """Also where several happened at one moment."""
    person(two)
    several = [{**CALL, "id": f"call-{n}"} for n in range(5)]
    post(two, {"activities": several})

    seen: list[str] = []
    address: str | None = "/api/v1/activities?limit=2"
    while address is not None:
        page = two.call("GET", address).json()
        seen += [one["external_id"] for one in page["items"]]
        address = page["next"]

    assert len(seen) == 5
    assert set(seen) == {f"call-{n}" for n in range(5)}


def test_one_activity_says_where_it_went_and_why_not(two: Site) -> None:
    """Without a route it is left out, and the code says so."""
    with two.database.begin() as tx:
        body = {"routes": [{"name": "views", "activity": ["page_view"]}]}
        documents.add(tx, "activity", "main", 1, body, note="", by="test")
        documents.activate(tx, "activity", "main", 1)
    person(two)

    [taken] = post(two, CALL).json()["items"]
    one = two.call("GET", f"/api/v1/activities/{taken['id']}", "viewer").json()

    [delivery] = one["deliveries"]
    assert (delivery["state"], delivery["code"]) == ("left_out", "no_route")
    assert two.call("GET", "/api/v1/activities/99").status_code == 404


def test_a_replay_follows_the_rules_of_now(two: Site) -> None:
    """What was left out goes its way once there is a route; it is journalled who asked."""
    with two.database.begin() as tx:
        for version, types in ((1, ["page_view"]), (2, ["call"])):
            body = {"routes": [{"name": "some", "activity": types}]}
            documents.add(tx, "activity", "main", version, body, note="", by="test")
        documents.activate(tx, "activity", "main", 1)
    ada = person(two)
    [taken] = post(two, CALL).json()["items"]
    with two.database.begin() as tx:
        documents.activate(tx, "activity", "main", 2)

    replayed = two.call("POST", f"/api/v1/activities/{taken['id']}/replay", "operator").json()

    [delivery] = replayed["deliveries"]
    assert (delivery["state"], delivery["route"]) == ("pending", "some")
    assert "log:sfa" in two.woken
    trail = two.call("GET", f"/api/v1/people/{ada}/journal").json()["items"]
    assert trail[0]["event"] == "activity_replayed"
    assert two.call("POST", "/api/v1/activities/99/replay", "operator").status_code == 404


def test_an_activity_in_a_digest_names_it(two: Site) -> None:
    """One entry for several; replaying one of them counts it once."""
    with two.database.begin() as tx:
        body = {"routes": [{"name": "daily", "activity": ["*"], "keep": "digest"}]}
        documents.add(tx, "activity", "main", 1, body, note="", by="test")
        documents.activate(tx, "activity", "main", 1)
    person(two)
    taken = post(two, {"activities": [CALL, {**CALL, "id": "call-2"}]}).json()["items"]

    replayed = two.call("POST", f"/api/v1/activities/{taken[0]['id']}/replay", "operator")

    [delivery] = replayed.json()["deliveries"]
    assert delivery["state"] == "gathered"
    assert (delivery["digest"]["count"], delivery["digest"]["state"]) == (2, "pending")


def test_history_is_marked(two: Site) -> None:
    """What a backfill brought raised no alert."""
    with two.database.begin() as tx:
        old = Activity("old", Ref("person", "email:ada@example.com"), "note", NOW)
        activities.add(tx, "ma", [old], uuid4(), history=True)

    assert listed(two)[0]["history"] is True
