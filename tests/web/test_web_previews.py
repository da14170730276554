"""Previews and drift over the API."""

from dataclasses import replace
from typing import Any

import pytest

from app.configuring import ConnectionSpec, save_connection
from app.flows import drift
from app.store import connections
from connectors.base import Field
from connectors.memory import MemoryConnector, MemoryVendor
from tests.support.world import MAPPING
from tests.web.conftest import Site

PREVIEW = "/api/v1/documents/mapping/person/preview"


def described(site: Site, name: str) -> list[Field]:
    people = ("Lead", "Contact")
    return [one for one in vendor(site, name).schema if one.object in people]


def vendor(site: Site, name: str) -> MemoryVendor:
    connector = site.parts.accounts.connector(name)
    assert isinstance(connector, MemoryConnector)
    return connector.vendor


@pytest.fixture
def pair(site: Site) -> Site:
    """Two systems, an active mapping, and somebody whom Baton does not know yet."""
    with site.database.begin() as tx:
        spec = ConnectionSpec(name="sfa", vendor="memory", role="sfa")
        save_connection(tx, site.parts.accounts, spec, by="test")
    schemas = {name: described(site, name) for name in ("ma", "sfa")}
    with site.database.begin() as tx:
        for name, schema in schemas.items():
            drift.keep(tx, name, "person", schema)
    assert site.call("PUT", "/api/v1/documents/mapping/person", json=MAPPING).status_code == 201
    vendor(site, "ma").add_person("ada@example.com", "Contact", job_title="CTO")
    return site


def test_a_draft_is_rehearsed_with_live_records(pair: Site) -> None:
    """What would be created, with its values and what it costs; an operator may do it."""
    answer = pair.call("POST", PREVIEW, "operator", json={"body": MAPPING, "sample": 5})

    assert answer.status_code == 200
    shown = answer.json()
    (one,) = shown["results"]
    assert (one["label"], one["outcome"], one["link_id"]) == ("ada@example.com", "created", None)
    assert [side["outcome"] for side in one["sides"]] == ["unchanged", "created"]
    assert {f["field"]: f["after"] for f in one["sides"][1]["fields"]} == {
        "email": "ada@example.com", "title": "CTO",
    }  # fmt: skip
    assert (shown["version"], shown["totals"]) == (0, {"created": 1})
    assert [cost["connection"] for cost in shown["costs"]] == ["ma", "sfa"]
    assert vendor(pair, "sfa").records("person") == []


def test_a_wrong_draft_is_refused_with_its_place(pair: Site) -> None:
    """As saving would."""
    fields = [*MAPPING["fields"], {"name": "x", "ma": "compny", "sfa": "company"}]

    answer = pair.call("POST", PREVIEW, json={"body": {**MAPPING, "fields": fields}})

    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert problem["pointer"] == "/fields/4/ma"
    assert 'did you mean "company"' in problem["detail"]


def test_all_records_are_rehearsed_by_a_job(pair: Site) -> None:
    """A stored version; a draft is stored first, for which an operator is not enough."""
    stored = pair.call("POST", PREVIEW, "operator", json={"sample": "all"})
    draft = {"body": {**MAPPING, "region": "US"}, "sample": "all"}
    refused = pair.call("POST", PREVIEW, "operator", json=draft)
    made = pair.call("POST", PREVIEW, json=draft)

    assert stored.status_code == made.status_code == 202
    assert stored.json()["job"]["args"] == {"mapping": "person", "version": 1}
    assert refused.status_code == 403
    assert made.json()["version"] == 2
    active = pair.call("GET", "/api/v1/documents/mapping/person").json()
    assert (active["version"], active["active"]) == (1, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"version": 9}, 404),
        ({"body": {}, "version": 1}, 422),
        ({"sample": 51}, 422),
        ({"sample": 0}, 422),
        ({"pick": "worst"}, 422),
    ],
)
def test_what_can_not_be_rehearsed_is_said(pair: Site, body: dict[str, Any], status: int) -> None:
    """Each as a problem."""
    assert pair.call("POST", PREVIEW, json=body).status_code == status


def test_a_connection_that_stands_is_named(pair: Site) -> None:
    """Nothing is read of it."""
    pair.call("POST", "/api/v1/connections/sfa/pause")

    answer = pair.call("POST", PREVIEW, json={})

    assert answer.status_code == 409
    assert 'the connection "sfa" is paused' in answer.json()["detail"]


# -- drift ---------------------------------------------------------------------------------------


def change(site: Site, **changes: Any) -> None:
    """The field `phone` of ma's contacts is described anew."""
    schema = described(site, "ma")

    def new(one: Any) -> Any:
        mine = (one.object, one.name) == ("Contact", "phone")
        return replace(one, **changes) if mine else one

    with site.database.begin() as tx:
        drift.keep(tx, "ma", "person", [new(one) for one in schema])


def test_drift_is_listed_and_confirmed_once(pair: Site) -> None:
    """With the mapping and place that it touches; then it is off the list, and off attention."""
    change(pair, max_length=5)

    (found,) = pair.call("GET", "/api/v1/connections/ma/drift", "viewer").json()["items"]
    urgent = pair.call("GET", "/api/v1/attention", "viewer").json()["items"]
    path = f"/api/v1/connections/ma/drift/{found['id']}/confirm"
    first, again = (pair.call("POST", path, "operator") for _ in range(2))
    left = pair.call("GET", "/api/v1/connections/ma/drift").json()["items"]
    kept = pair.call("GET", "/api/v1/connections/ma/drift?all=true").json()["items"]

    assert (found["object"], found["field"], found["change"]) == ("Contact", "phone", "length")
    assert found["touches"] == [{"mapping": "person", "pointer": "/fields/1/ma"}]
    assert [(one["what"], one["code"]) for one in urgent] == [("schema", "field_length")]
    assert "confirm the change" in urgent[0]["fix"]["en"]
    assert first.status_code == again.status_code == 200
    assert first.json()["seen_at"] == again.json()["seen_at"] is not None
    assert (left, [one["id"] for one in kept]) == ([], [found["id"]])
    assert pair.call("GET", "/api/v1/attention").json()["items"] == []


def test_a_field_that_is_missing_can_not_be_confirmed_away(pair: Site) -> None:
    """As long as an active mapping needs it."""
    schema = described(pair, "ma")
    without = [one for one in schema if (one.object, one.name) != ("Contact", "phone")]
    with pair.database.begin() as tx:
        drift.keep(tx, "ma", "person", without)
    (found,) = pair.call("GET", "/api/v1/connections/ma/drift").json()["items"]

    answer = pair.call("POST", f"/api/v1/connections/ma/drift/{found['id']}/confirm")

    assert found["paused"] == "all"
    assert answer.status_code == 409
    assert "person /fields/1/ma" in answer.json()["detail"]


def test_what_is_not_there_is_not_found(pair: Site) -> None:
    """Neither connection nor difference."""
    assert pair.call("GET", "/api/v1/connections/nobody/drift").status_code == 404
    assert pair.call("POST", "/api/v1/connections/ma/drift/7/confirm").status_code == 404
    with pair.database.begin() as tx:
        assert connections.get(tx, "ma") is not None
