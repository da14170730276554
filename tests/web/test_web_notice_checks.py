"""By what hand-offs and clocks tell is checked against what is configured, with pointers."""

from typing import Any

import pytest

from app.domain.presets import preset
from tests.support.world import World
from tests.web.conftest import Site

CLOCK: dict[str, Any] = {
    "name": "reply",
    "label": {"en": "Reply", "ja": "返信"},
    "start": [{"event": "stage.changed"}],
    "stop": [{"activity": "call"}],
    "limit": {"minutes": 60},
}
DEALS: dict[str, Any] = {
    "kind": "opportunity", "ma": "ma", "sfa": "sfa",
    "fields": [{"name": "name", "ma": "name", "sfa": "name"},
               {"name": "phase", "ma": "stage", "sfa": "stage"}],
}  # fmt: skip


@pytest.fixture
def site_(site: Site) -> Site:
    World(site.database)
    return site


def found(site: Site, kind: str, body: Any) -> list[tuple[str, str]]:
    answer = site.call("POST", f"/api/v1/documents/{kind}/main/check", "viewer", json=body)
    assert answer.status_code in {200, 422}, answer.text
    said = answer.json()
    those = said["errors"] if isinstance(said, dict) else said
    return [(one["pointer"], one.get("message") or one["detail"]) for one in those]


def test_channels_of_a_handoff_are_checked(site_: Site) -> None:
    """One that is not there; a system of records, which is none."""
    body = preset("handoff")
    body["flows"]["is_fs"]["notices"] = {
        "approval": {"channels": [], "messages": ["slak"], "to": "boss@example.com"},
        "all": {"messages": ["sfa"]},
    }

    assert found(site_, "handoff", body) == [
        ("/flows/is_fs/notices/approval/messages/0", 'there is no connection "slak"'),
        (
            "/flows/is_fs/notices/all/messages/0",
            'the connection "sfa" is no channel: it lacks SendsMessages',
        ),
    ]


def test_channels_of_clocks_are_checked(site_: Site) -> None:
    """Of the warning, and of each step."""
    warn = {"before_minutes": 5, "messages": ["slack"]}
    steps = [{"act": "task"}, {"after_minutes": 5, "messages": ["teams"]}]

    said = found(site_, "sla", {"clocks": [{**CLOCK, "warn": warn, "escalate": steps}]})

    assert said == [
        ("/clocks/0/escalate/1/messages/0", 'there is no connection "teams"'),
        ("/clocks/0/warn/messages/0", 'there is no connection "slack"'),
    ]


def test_fields_that_end_an_opportunity_have_to_be_mapped(site: Site) -> None:
    """Those that are named; a stage that means both is refused."""
    World(site.database, mapping=DEALS)
    more = {"stage": "phse", "reasons": ["why"], "won": ["Closed"], "lost": ["closed"]}

    assert found(site, "handoff", preset("handoff") | {"opportunities": more}) == [
        (
            "/opportunities/stage",
            'no mapping of opportunities has "phse"; did you mean "phase"?',
        ),
        ("/opportunities/reasons/0", 'no mapping of opportunities has "why"'),
        ("/opportunities/lost", "both won and lost: closed"),
    ]
