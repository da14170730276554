"""What a rule asks about has to be there: a mistyped word is pointed out before it never holds."""

from typing import Any

import pytest

from app.domain.presets import preset
from tests.support.world import World
from tests.web.conftest import Site

LABEL = {"en": "Pages", "ja": "ページ"}


@pytest.fixture
def mapped(site: Site) -> Site:
    World(site.database)
    return site


def warnings(site: Site, kind: str, body: dict[str, Any]) -> dict[str, str]:
    answer = site.call("POST", f"/api/v1/documents/{kind}/main/check", "viewer", json=body)
    assert answer.status_code == 200, answer.text
    return {one["pointer"]: one["message"] for one in answer.json()}


def scoring(**changes: Any) -> dict[str, Any]:
    page = {"name": "page", "label": LABEL, "points": 20, "activity": ["page_view"]}
    return {"intent": [page], "axes": {"intent": {"cap": 80}}} | changes


def clock(**changes: Any) -> dict[str, Any]:
    one = {"name": "first", "label": LABEL, "limit": {"minutes": 30}}
    facts = {"start": [{"event": "stage.changed"}], "stop": [{"activity": ["call"]}]}
    return {"clocks": [one | facts | changes]}


def test_a_field_that_no_mapping_has_is_pointed_out(mapped: Site) -> None:
    """At its word, in whatever it is nested, with the nearest one."""
    when = {"any": [{"not": {"field": "titel", "op": "exists"}}, {"field": "note", "op": "exists"}]}
    hot = {"rules": [{"name": "a", "label": LABEL, "when": when}]}

    assert warnings(mapped, "hot_lead", hot) == {
        "/rules/0/when/any/0/not/field": 'no mapping has a field "titel"; did you mean "title"?'
    }


def test_nothing_is_said_of_fields_before_people_are_mapped(site: Site) -> None:
    """The rules may be there first."""
    fit = [{"name": "a", "label": LABEL, "points": 80, "when": {"field": "titel", "op": "exists"}}]

    assert warnings(site, "scoring", scoring(fit=fit, axes={"fit": {"cap": 80}})) == {}


def test_an_activity_that_is_nearly_one_is_pointed_out(mapped: Site) -> None:
    """A tool may have types of its own, so others are not."""
    page = scoring()["intent"][0]
    rules = [page | {"activity": ["pageview"]}, page | {"name": "own", "activity": ["site_search"]}]

    assert warnings(mapped, "scoring", scoring(intent=rules)) == {
        "/intent/0/activity": 'Baton has no activities "pageview"; did you mean "page_view"?'
    }


def test_events_and_what_they_do_not_tell_are_pointed_out(mapped: Site) -> None:
    """A clock that hears of nothing would never start."""
    start = [
        {"event": "stage.chnged"},
        {"event": "stage.changed", "where": {"too": "mql"}},
        {"event": "stage.changed", "where": {"to": ["mql", "sqll", "prospect"]}},
        {"event": "handoff.*", "where": {"state": "delivered"}},
    ]
    stop = [{"changed": "titel"}]

    said = warnings(mapped, "sla", clock(start=start, stop=stop))

    assert said["/clocks/0/start/0/event"].startswith(
        'there is no event "stage.chnged"; did you mean "stage.changed"?'
    )
    assert said["/clocks/0/start/1/where/too"].startswith('stage.changed does not tell "too"')
    assert said["/clocks/0/start/2/where/to"] == (
        'there is no stage "prospect": lead, mql, sql, sao, won, lost, customer, recycled'
    )
    assert said["/clocks/0/stop/0/changed"] == (
        'no mapping has a field "titel"; did you mean "title"?'
    )
    assert len(said) == 4


def test_a_score_that_nobody_can_have_is_pointed_out(mapped: Site) -> None:
    """100 is the highest."""
    when = {"score": "total", "op": "gt", "value": 100}
    hot = {"rules": [{"name": "a", "label": LABEL, "when": when}]}

    assert warnings(mapped, "hot_lead", hot) == {
        "/rules/0/when/value": "never holds: a score goes up to 100"
    }


def test_what_a_memo_is_filled_from_has_to_be_mapped(mapped: Site) -> None:
    """Of the preset, only what this small mapping lacks; its own figures and memo are known."""
    said = warnings(mapped, "handoff", preset("handoff"))

    assert said["/flows/is_fs/sections/0/fields/0/prefill/0"] == (
        'no mapping has a field "company": map it, or leave this out'
    )
    assert all("/prefill/" in where for where in said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"intent": []}, {"": "no rule gives points that count: everybody's score is 0"}),
        (
            {"axes": {"intent": {"cap": 60}}},
            {"/mql": "nobody becomes an MQL: all rules together give at most 60 of 80"},
        ),
        (
            {"axes": {"intent": {"cap": 60}}, "ma_score": {"field": "note", "weight": 0.2}},
            {},
        ),
        (
            {"ma_score": {"field": "noet", "mode": "replace"}},
            {"/ma_score/field": 'no mapping has a field "noet"; did you mean "note"?'},
        ),
        (
            {
                "groups": {"web": {"label": LABEL, "cap": 10}},
                "categories": {"crm": {"label": LABEL}},
            },
            {
                "/groups/web": "no rule is in this group",
                "/categories/crm": "no rule speaks for this category",
            },
        ),
        (
            {"intent": [scoring()["intent"][0] | {"cap": 5}], "mql": 5},
            {"/intent/0/cap": "one activity has 20 points, and the cap lets 5 count"},
        ),
    ],
)  # fmt: skip
def test_scoring_rules_that_come_to_nothing_are_pointed_out(
    mapped: Site, changes: dict[str, Any], said: dict[str, str]
) -> None:
    """They may be meant, and hardly are."""
    assert warnings(mapped, "scoring", scoring(**changes)) == said


def test_a_rule_behind_one_that_takes_all_never_counts(mapped: Site) -> None:
    """In its group; particular pages stand before any page."""
    page = scoring()["intent"][0] | {"group": "web"}
    price = page | {"name": "price", "match": ["*price*"]}
    groups = {"web": {"label": LABEL, "cap": 80}}

    wrong = warnings(mapped, "scoring", scoring(intent=[page, price], groups=groups))
    right = warnings(mapped, "scoring", scoring(intent=[price, page], groups=groups))

    assert wrong == {
        "/intent/1": 'never counts: "page" stands before it in its group and takes all of it'
    }
    assert right == {}
