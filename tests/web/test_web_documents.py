"""Documents over HTTP: versions as ETags, JSON or YAML, problems with their places."""

import json
from typing import Any

import pytest

from app.domain.presets import preset
from tests.web.conftest import Site

SCORING = preset("scoring")
STRICTER = {**SCORING, "grades": {"A": 95, "B": 60, "C": 40}}
AT = "/api/v1/documents/scoring/main"


def put(site: Site, body: dict[str, Any], **headers: str) -> Any:
    return site.call("PUT", AT, json=body, headers=headers)


def test_a_document_is_created_read_and_changed(site: Site) -> None:
    """201 with its place, then 200; the ETag is the version."""
    made = put(site, SCORING, **{"If-None-Match": "*"})
    changed = put(site, STRICTER, **{"If-Match": '"1"'})
    read = site.call("GET", AT, "viewer")

    assert (made.status_code, made.headers["location"], made.headers["etag"]) == (201, AT, '"1"')
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert read.json()["body"] == STRICTER
    assert read.json()["created_by"].startswith("a admin (")
    assert site.woken == {f"job:{one.json()['job']}" for one in (made, changed)}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": '"7"'}, 412),
        ({"If-Match": 'W/"1"'}, 412),
        ({"If-None-Match": "*"}, 412),
        ({"If-Match": "1"}, 400),
        ({"If-None-Match": '"1"'}, 400),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"7", "1"'}, 200),
    ],
)
def test_preconditions_hold(site: Site, headers: dict[str, str], status: int) -> None:
    """Nobody's change is lost by another's."""
    put(site, SCORING)

    assert put(site, STRICTER, **headers).status_code == status


def test_if_match_of_what_is_not_there_fails(site: Site) -> None:
    """Also `*`."""
    assert put(site, SCORING, **{"If-Match": "*"}).status_code == 412


def test_what_was_read_already_is_not_sent_again(site: Site) -> None:
    """304 with If-None-Match."""
    put(site, SCORING)

    answer = site.call("GET", AT, headers={"If-None-Match": '"1"'})

    assert (answer.status_code, answer.content) == (304, b"")


def test_yaml_goes_in_and_comes_out(site: Site) -> None:
    """As a file is kept in a repository."""
    text = site.call("GET", AT, headers={"Accept": "application/yaml"})
    assert text.status_code == 404
    put(site, SCORING)

    text = site.call("GET", AT, headers={"Accept": "application/yaml"})
    again = site.call("PUT", AT, content=text.content, headers={"Content-Type": "application/yaml"})

    assert text.headers["content-type"].startswith("application/yaml")
    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_a_document_that_is_not_right_names_every_place(site: Site) -> None:
    """422 as problem+json with pointers."""
    answer = put(site, {**SCORING, "mql": 101, "nope": 1})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    places = {one["pointer"]: one["detail"] for one in answer.json()["errors"]}
    assert places["/nope"] == "there is no such key"
    assert "/mql" in places


@pytest.mark.parametrize(
    "text", [b"", b"[1]", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"{" * 5000, b"a: *b", b"\xff"]
)
def test_texts_that_are_no_documents_are_refused(site: Site, text: bytes) -> None:
    """Never a fault, however odd."""
    answer = site.call("PUT", AT, content=text)

    assert answer.status_code in {400, 422}


def test_a_lone_surrogate_is_refused(site: Site) -> None:
    """It is no text that could be stored."""
    label = {"en": "\ud800", "ja": "x"}
    body = {**SCORING, "groups": {"g": {"label": label, "cap": 10}}}

    assert site.call("PUT", AT, content=json.dumps(body)).status_code == 422


def test_a_check_stores_nothing(site: Site) -> None:
    """What saving would say, for whoever may only read."""
    good = site.call("POST", f"{AT}/check", "viewer", json=SCORING)
    bad = site.call("POST", f"{AT}/check", "viewer", json={"mql": "many"})

    assert (good.status_code, good.json()) == (200, [])
    assert bad.status_code == 422
    assert site.call("GET", AT).status_code == 404


def test_versions_are_listed_and_rolled_back_to(site: Site) -> None:
    """Newest first; one is active."""
    put(site, SCORING)
    site.call("PUT", f"{AT}?note=stricter", json=STRICTER)

    back = site.call("POST", f"{AT}/activate", json={"version": 1})

    assert back.json()["active"]
    listed = site.call("GET", f"{AT}/versions").json()["items"]
    assert [(v["version"], v["active"], v["note"]) for v in listed] == [
        (2, False, "stricter"),
        (1, True, ""),
    ]
    assert site.call("GET", f"{AT}/versions/2").json()["body"] == STRICTER
    assert site.call("GET", f"{AT}/versions/3").status_code == 404


def test_who_made_which_version_active_and_why_is_kept(site: Site) -> None:
    """Newest first, a way back like a way on."""
    put(site, SCORING)
    site.call("PUT", f"{AT}?note=stricter", json=STRICTER)
    site.call("POST", f"{AT}/activate", json={"version": 1, "note": "too few MQLs"})

    first = site.call("GET", f"{AT}/activations?limit=2", "viewer").json()
    rest = site.call("GET", first["next"], "viewer").json()

    told = [(a["version"], a["before"], a["note"]) for a in first["items"] + rest["items"]]
    assert told == [(1, 2, "too few MQLs"), (2, 1, "stricter"), (1, None, "")]
    assert all(one["by"] for one in first["items"])
    assert site.call("GET", "/api/v1/documents/scoring/other/activations").json()["items"] == []
    assert site.call("GET", "/api/v1/documents/scorin/main/activations").status_code == 404


def test_a_draft_is_saved_without_effect(site: Site) -> None:
    """With `activate=false`."""
    put(site, SCORING)
    site.woken.clear()
    draft = site.call("PUT", f"{AT}?activate=false", json=STRICTER)

    assert (draft.json()["version"], draft.json()["active"]) == (2, False)
    assert site.call("GET", AT).json()["version"] == 1
    assert site.woken == set()


def test_a_kind_has_its_schema_and_its_list(site: Site) -> None:
    """For forms and editors; an unknown kind says which there are."""
    put(site, SCORING)

    assert site.call("GET", "/api/v1/schemas/mapping").json()["schema"]["type"] == "object"
    assert site.call("GET", "/api/v1/schemas/maping").status_code == 404
    listed = site.call("GET", "/api/v1/documents/scoring").json()["items"]
    assert [(one["name"], one["version"]) for one in listed] == [("main", 1)]
