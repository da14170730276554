"""The ledger and undo over HTTP."""

from typing import Any

import pytest

from tests.support.world import World
from tests.web.conftest import Site

OLD, NEW = "+819000000001", "+819000000002"


@pytest.fixture
def world(site: Site) -> World:
    """A person whose phone number we have written over."""
    world = World(site.database)
    contact = world.ma.add_person("ada@example.com", "Contact", phone=OLD)
    world.sync()
    world.sync()
    world.ma.edit(contact, phone=NEW)
    world.sync()
    return world


def undo(site: Site, role: str = "operator", **body: Any) -> Any:
    return site.call("POST", "/api/v1/undo", role, json=body)


@pytest.mark.usefixtures("world")
def test_every_write_is_listed(site: Site) -> None:
    """Newest first, by connection, field, version and more."""
    found = site.call("GET", "/api/v1/ledger?connection=sfa&field=phone", "viewer").json()["items"]

    assert [one["changes"].get("phone") for one in found] == [[OLD, NEW], [None, OLD]]
    assert [one["created"] for one in found] == [False, True]
    assert site.call("GET", "/api/v1/ledger?mapping=main&version=2").json()["items"] == []
    page = site.call("GET", "/api/v1/ledger?limit=1").json()
    assert len(site.call("GET", page["next"]).json()["items"]) == 1


def test_a_preview_does_nothing(site: Site, world: World) -> None:
    """It counts, and shows some."""
    answer = undo(site, mapping="main", version=1, fields=["phone"], dry_run=True)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["job"], body["records"], body["fields"]) == (None, 1, {"phone": 1})
    assert (body["samples"][0]["now"], body["samples"][0]["then"]) == (NEW, OLD)
    world.settle()
    assert world.sfa.records("person")[0].fields["phone"] == NEW


def test_an_undo_is_a_job(site: Site, world: World) -> None:
    """Its lane is woken; what it put back names it, and it is in the journal."""
    answer = undo(site, connection="sfa", fields=["phone"])
    job = answer.json()["job"]
    world.settle()

    assert answer.status_code == 202
    assert f"job:{job}" in site.woken
    assert world.sfa.records("person")[0].fields["phone"] == OLD
    [entry] = site.call("GET", f"/api/v1/ledger?job={job}").json()["items"]
    assert (entry["changes"], entry["job_id"]) == ({"phone": [NEW, OLD]}, job)
    undone = [
        one["undone_by"]
        for one in site.call("GET", "/api/v1/ledger?connection=sfa&field=phone").json()["items"]
    ]
    assert undone == [None, job, None]
    journal = site.call("GET", f"/api/v1/people/{entry['link_id']}/journal").json()["items"]
    [line] = [one for one in journal if one["event"] == "undone"]
    assert line["detail"]["fields"] == ["phone"]
    assert line["detail"]["by"].startswith("a operator")


def test_which_writes_must_be_said(site: Site) -> None:
    """All there ever were is nothing to undo by accident."""
    assert undo(site).status_code == 422
    assert undo(site, fields=["phone"]).status_code == 422
    assert undo(site, version=3).status_code == 422
    assert undo(site, mapping="main", colour="red").status_code == 422
    assert undo(site, "viewer", mapping="main").status_code == 403
