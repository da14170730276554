"""Hooks and events by the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.store import events, events_read, hook_deliveries
from app.store.events import Happening
from app.store.hook_deliveries import Result
from tests.support.receiver import Receiver, receiving
from tests.web.conftest import Site

BODY = {"url": "https://hooks.example.com/baton", "events": ["stage.changed", "handoff.*"]}
PATH = "/api/v1/hooks/warehouse"


def tell(site: Site, *types: str) -> None:
    with site.database.begin() as tx:
        events.tell(tx, [Happening(one, None, "handoff:1", {"by": "x"}) for one in types])
        events_read.number(tx)


def problem(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["pointer"]: one["detail"] for one in answer.json()["errors"]}


def test_a_new_hook_shows_its_secret_once(site: Site) -> None:
    """Who reads it later sees how it stands, and no secret."""
    made = site.call("PUT", PATH, json=BODY)
    again = site.call("PUT", PATH, json={**BODY, "description": "more"})
    seen = site.call("GET", PATH, "operator").json()

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["secret"].startswith("whsec_")
    assert again.json()["secret"] is None
    assert "secret" not in seen
    assert (seen["state"], seen["backlog"], seen["description"]) == ("active", 0, "more")
    assert "handoff.accepted" in seen["types"]
    assert made.json()["secret"] not in site.call("GET", "/api/v1/hooks").text
    assert "hook:warehouse" in site.woken


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/", "https://127.0.0.1/", "https://u:p@h.example/", "x"]
)
def test_an_address_that_is_not_safe_is_refused(site: Site, url: str) -> None:
    """It says why."""
    assert list(problem(site.call("PUT", PATH, json={**BODY, "url": url}))) == ["/url"]


def test_a_glob_that_means_no_event_is_refused(site: Site) -> None:
    """With what may have been meant."""
    found = problem(site.call("PUT", PATH, json={**BODY, "events": ["stage.change"]}))

    assert found == {
        "/events/0": 'no event is called "stage.change"; did you mean "stage.changed"?'
    }


def test_a_secret_that_is_none_is_refused_and_not_quoted(site: Site) -> None:
    """Too short, too, is no secret."""
    answer = site.call("PUT", PATH, json={**BODY, "secret": "whsec_Y2FuYXJ5"})

    assert list(problem(answer)) == ["/secret"]
    assert "Y2FuYXJ5" not in answer.text


def test_a_rotation_answers_the_new_secret(site: Site) -> None:
    """And until when the old one signs, too."""
    first = site.call("PUT", PATH, json=BODY).json()["secret"]
    turned = site.call("POST", f"{PATH}/rotate", json={"keep_hours": 1}).json()
    ended = site.call("POST", f"{PATH}/rotate", json={"keep_hours": 0}).json()

    assert len({first, turned["secret"], ended["secret"]}) == 3
    assert turned["previous_secret_until"] is not None
    assert ended["previous_secret_until"] is None


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def test_a_test_says_how_the_receiver_answers(site: Site, receiver: Receiver) -> None:
    """An address that leads inside is not called, also where it was stored in other days."""
    site.call("PUT", PATH, json=BODY)
    with site.database.begin() as tx:
        tx.exec_driver_sql(f"UPDATE hook SET url = '{receiver.url}'")  # noqa: S608  ours

    tried = site.call("POST", f"{PATH}/test", "operator").json()

    assert (tried["ok"], tried["status"]) == (False, 0)
    assert tried["reason"] == "http is not safe; use https"
    assert receiver.got == []


def test_deliveries_are_listed_and_can_be_sent_again(site: Site) -> None:
    """One, or all that failed; one that waits is sent anyway."""
    site.call("PUT", PATH, json=BODY)
    tell(site, "handoff.created", "handoff.submitted", "handoff.approved")
    with site.database.begin() as tx:
        now = events_read.get(tx, 1)
        assert now is not None
        for number, state in enumerate(("delivered", "failed", "waiting"), 1):
            came = Result(state, 500, "HTTP 500", 12)  # type: ignore[arg-type]  # the literals
            hook_deliveries.note(tx, "warehouse", number, came, now=now["at"])

    shown = site.call("GET", f"{PATH}/deliveries").json()["items"]
    failed = site.call("GET", f"{PATH}/deliveries?state=failed").json()["items"]
    one = site.call("POST", f"{PATH}/deliveries/evt_1/redeliver", "operator")
    waits = site.call("POST", f"{PATH}/deliveries/evt_3/redeliver", "operator")
    every = site.call("POST", f"{PATH}/redeliver", "operator", json={})

    assert [row["event"] for row in shown] == ["evt_3", "evt_2", "evt_1"]
    assert [row["event"] for row in failed] == ["evt_2"]
    assert shown[2]["type"] == "handoff.created"
    assert (one.json(), waits.status_code, every.json()) == ({"n": 1}, 404, {"n": 1})


def test_a_hook_is_forgotten_with_its_deliveries(site: Site) -> None:
    """204, then 404."""
    site.call("PUT", PATH, json=BODY)

    assert site.call("DELETE", PATH).status_code == 204
    assert site.call("GET", PATH).status_code == 404
    assert site.call("DELETE", PATH).status_code == 404


def test_events_are_listed_by_type_and_read_on_by_their_order(site: Site) -> None:
    """Newest first; or as they are told, from a cursor on."""
    tell(site, "handoff.created", "stage.changed", "handoff.submitted")

    newest = site.call("GET", "/api/v1/events?type=handoff.*", "viewer").json()["items"]
    first = site.call("GET", "/api/v1/events?order=told&limit=2", "viewer").json()
    rest = site.call("GET", first["next"], "viewer").json()

    assert [one["id"] for one in newest] == ["evt_3", "evt_1"]
    assert [one["id"] for one in first["items"] + rest["items"]] == ["evt_1", "evt_2", "evt_3"]
    assert newest[0]["data"] == {"by": "x"}
    assert site.call("GET", "/api/v1/events?type=nothing", "viewer").json()["items"] == []


def test_the_catalogue_says_when_each_event_is_told(site: Site) -> None:
    """With its facts and a whole message."""
    items = site.call("GET", "/api/v1/event-types", "viewer").json()["items"]
    stage = next(one for one in items if one["type"] == "stage.changed")

    assert stage["when"] == "A person moved from one stage to another"
    assert stage["facts"]["to"] == {"meaning": "stage now", "example": "mql"}
    assert stage["message"]["data"]["from"] == "lead"
