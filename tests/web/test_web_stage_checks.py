"""A lifecycle is checked against the mapping before it is published."""

from typing import Any

import pytest

from app.domain.presets import preset
from app.store import connections
from connectors.memory.schema import SCHEMA
from tests.support.world import MAPPING, World
from tests.web.conftest import Site

AT = "/api/v1/documents/lifecycle"


@pytest.fixture
def mapped(site: Site) -> Site:
    World(site.database)
    return site


def warnings(site: Site, **changes: Any) -> list[tuple[str, str]]:
    body = preset("lifecycle") | changes
    answer = site.call("POST", f"{AT}/main/check", "viewer", json=body)
    assert answer.status_code == 200, answer.text
    return [(one["pointer"], one["message"]) for one in answer.json()]


def test_words_that_no_field_shows_are_pointed_out(mapped: Site) -> None:
    """And a list that nobody keeps."""
    assert warnings(mapped, nurture={"list": "17"}) == [
        ("/mirrors/ma", "no mapping has a field with baton: stage_ma"),
        ("/mirrors/sfa", "no mapping has a field with baton: stage_sfa"),
        ("/nurture", "no marketing system that people are mapped to keeps lists"),
    ]


def test_words_that_are_no_choice_of_the_field_are_pointed_out(site: Site) -> None:
    """Those that would be written; an org may have called its statuses otherwise."""
    stage = {"name": "stage", "type": "choice", "sfa": "status", "sfa_objects": ["Lead"]}
    fields = [*MAPPING["fields"], stage | {"baton": "stage_sfa"}]
    World(site.database, mapping={**MAPPING, "fields": fields})
    with site.database.begin() as tx:
        connections.save_schema(tx, "sfa", "person", SCHEMA)
    words = {"lead": ["new"], "mql": ["wroking", "new"], "sql": ["qualified", "unknown"]}

    assert warnings(site, mirrors={"sfa": {"values": words}}) == [
        (
            "/mirrors/sfa/values/mql/0",
            'status of Lead has no choice "wroking"; did you mean "working"?',
        )
    ]


def test_a_field_that_no_mapping_has_is_pointed_out(mapped: Site) -> None:
    """With the nearest one; those of Baton's own are known."""
    stages = preset("lifecycle")["stages"]
    unknown = {"field": "titel", "op": "exists"}
    stages[1]["when"] = {"all": [{"not": unknown}, {"any": [stages[1]["when"]]}]}

    assert warnings(mapped, stages=stages, mirrors={}) == [
        ("/stages/1/when/all/0/not/field", 'no mapping has a field "titel"; did you mean "title"?')
    ]


def test_there_can_be_one_lifecycle(mapped: Site) -> None:
    """A second one would never decide."""
    body = preset("lifecycle") | {"mirrors": {}}
    assert mapped.call("PUT", f"{AT}/main", "admin", json=body).status_code == 201

    second = mapped.call("PUT", f"{AT}/other", "admin", json=body)

    assert second.status_code == 422
    assert second.json()["errors"][0]["detail"] == (
        'the lifecycle "main" is active already; there can be one'
    )
