"""The shared control routes: counts, settings, page."""

import contextlib

import httpx


def test_calls_are_counted_by_template(tiny: httpx.Client) -> None:
    """Ids are not expanded, the object type is, and control requests don't count."""
    for path in ("/lead/1", "/lead/2", "/task/1", "/lead"):
        tiny.get(path)

    assert tiny.get("/_sandbox/calls").json() == {
        "total": 4,
        "by_endpoint": {"GET /lead/{id}": 2, "GET /task/{id}": 1, "GET /lead": 1},
        "by_status": {"200": 4},
    }
    assert tiny.delete("/_sandbox/calls").json()["total"] == 0


def test_cut_request_counts_with_status_zero(tiny: httpx.Client) -> None:
    """A request that got no answer is a call too."""
    tiny.post("/_sandbox/faults", json={"rules": [{"do": "drop_request"}]})
    with contextlib.suppress(httpx.RemoteProtocolError):
        tiny.get("/lead")

    assert tiny.get("/_sandbox/calls").json()["by_status"] == {"0": 1}


def test_unknown_setting_is_named(tiny: httpx.Client) -> None:
    """An unknown key is a 400 naming it; the settings stay."""
    answer = tiny.patch("/_sandbox/config", json={"limit": 6, "colour": "red"})

    assert answer.status_code == 400
    assert "colour" in answer.json()["error"]
    assert tiny.get("/_sandbox/config").json() == {"limit": 5}


def test_reset_empties_and_keeps_settings(tiny: httpx.Client) -> None:
    """Reset drops records, faults and counts; settings stay unless given."""
    tiny.patch("/_sandbox/config", json={"limit": 9})
    tiny.post("/_sandbox/seed", json={"records": [{"a": 1}]})
    tiny.post("/_sandbox/faults", json={"rules": [{"do": "html"}]})

    tiny.post("/_sandbox/reset")

    assert tiny.get("/lead").json() == {"things": []}
    assert tiny.get("/_sandbox/config").json() == {"limit": 9}


def test_bodies_that_make_no_sense_are_refused(tiny: httpx.Client) -> None:
    """Broken JSON, a list, and what the vendor refuses are all a 400 with a reason."""
    broken = tiny.post("/_sandbox/edit", content="{")
    listed = tiny.post("/_sandbox/edit", json=[1])
    refused = tiny.post("/_sandbox/edit", json={})

    assert [a.status_code for a in (broken, listed, refused)] == [400, 400, 400]
    assert refused.json() == {"error": "id: missing"}


def test_page_lists_the_routes(tiny: httpx.Client) -> None:
    """A person who opens /_sandbox/ sees what there is."""
    assert "/_sandbox/faults" in tiny.get("/_sandbox/").text
    assert tiny.get("/_sandbox/dump?object=x").json() == {"kind": "x", "things": []}
