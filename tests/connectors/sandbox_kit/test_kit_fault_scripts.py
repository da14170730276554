"""Fault scripts: which requests are spoiled, in which order, and the same again."""

from typing import Any

import httpx
import pytest


def add(tiny: httpx.Client, *rules: dict[str, Any], **more: Any) -> None:
    tiny.post("/_sandbox/faults", json={"rules": rules, **more}).raise_for_status()


def statuses(tiny: httpx.Client, *paths: str) -> list[int]:
    return [tiny.get(path).status_code for path in paths]


def test_sequence_is_played_once(tiny: httpx.Client) -> None:
    """Each matching request draws the next step; 2xx and the end let requests through."""
    add(tiny, {"path": "/a", "sequence": [500, 503, 200, 429]})

    assert statuses(tiny, *["/a"] * 6) == [500, 503, 200, 429, 200, 200]


def test_sequence_of_names_repeats(tiny: httpx.Client) -> None:
    """Steps may be any faults, and `repeat` starts over."""
    add(tiny, {"path": "/a", "sequence": ["html", "pass", "row_lock"], "repeat": True})

    kinds = [tiny.get("/a").headers["content-type"].partition(";")[0] for _ in range(2)]
    assert kinds == ["text/html", "application/json"]
    assert statuses(tiny, *["/a"] * 4) == [409, 200, 200, 409]


def test_each_path_has_its_own_turn(tiny: httpx.Client) -> None:
    """With `each_path` every record fails once, however they mix."""
    add(tiny, {"path": "/a/.*", "sequence": [503], "each_path": True})

    assert statuses(tiny, "/a/1", "/a/2", "/a/1", "/a/2") == [503, 503, 200, 200]


def test_nth_requests(tiny: httpx.Client) -> None:
    """`nth` picks requests by number, counted from 1."""
    add(tiny, {"path": "/a", "nth": [2, 4], "status": 500})

    assert statuses(tiny, *["/a"] * 5) == [200, 500, 200, 500, 200]


def test_seed_of_a_rule_is_its_own(tiny: httpx.Client) -> None:
    """A seeded rule spoils the same requests, whatever other rules draw."""
    rule = {"path": "/a", "share": 0.5, "seed": 7}
    add(tiny, rule)
    first = statuses(tiny, *["/a"] * 20)
    tiny.delete("/_sandbox/faults")
    add(tiny, {"path": "/b", "share": 0.5}, rule)

    again = [statuses(tiny, "/b", "/a")[1] for _ in range(20)]
    assert set(first) == {200, 500}
    assert again == first


def test_seed_of_all_rules(tiny: httpx.Client) -> None:
    """A script with a seed goes the same way each time."""
    seen = []
    for _ in range(2):
        add(tiny, {"path": "/a", "share": 0.5}, seed=11)
        seen.append(statuses(tiny, *["/a"] * 20))
        tiny.delete("/_sandbox/faults")
        statuses(tiny, "/a")

    assert seen[0] == seen[1]


def test_one_rule_is_removed_by_id(tiny: httpx.Client) -> None:
    """The other rules stay; an unknown id is refused."""
    add(tiny, {"path": "/a", "status": 500}, {"path": "/b", "status": 503})
    first = tiny.get("/_sandbox/faults").json()["rules"][0]["id"]

    left = tiny.delete("/_sandbox/faults", params={"id": first}).json()["rules"]
    assert [rule["path"] for rule in left] == ["/b"]
    assert tiny.delete("/_sandbox/faults", params={"id": 99}).status_code == 400


@pytest.mark.parametrize(
    "rule", [{"sequence": ["explode"]}, {"sequence": [99]}, {"sequence": []}, {"sequence": 5}]
)
def test_wrong_sequences(tiny: httpx.Client, rule: dict[str, Any]) -> None:
    """Unknown faults, statuses that are none, and empty sequences are refused."""
    answer = tiny.post("/_sandbox/faults", json={"rules": [rule]})

    assert answer.status_code == 400
    assert tiny.get("/_sandbox/faults").json() == {"rules": []}
