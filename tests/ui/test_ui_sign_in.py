"""Sign-in, sessions and the gate: nobody sees a page without a live key."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.store import api_keys
from app.web import ui
from app.web.parts import Parts
from app.web.ui.sessions import SESSION_COOKIE, Sessions
from tests.ui.conftest import ADDRESS, websocket_answer

PAGES = ["/", "/people", "/people/1", "/attention", "/connections", "/documents", "/preferences"]


def new_key(parts: Parts, expires_at: datetime | None = None) -> str:
    with parts.database.begin() as tx:
        return api_keys.create(tx, "Mika", "viewer", expires_at)


def id_of(key: str) -> str:
    return key.split("_")[1]


def form_token(html: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', html)
    assert found is not None
    return found[1]


def sign_in(web: httpx.Client, key: str, wanted: str = "/") -> int:
    token = form_token(web.get("/signin").text)
    answer = web.post("/signin", data={"form_token": token, "key": key, "next": wanted})
    return int(answer.status_code)


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_asks_to_sign_in(web: httpx.Client, path: str) -> None:
    """And remembers where one wanted to go."""
    answer = web.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin")
    assert path == "/" or path.split("/")[1] in answer.headers["location"]


def test_a_key_opens_the_door(web: httpx.Client, parts: Parts) -> None:
    """The session cookie is out of reach of scripts, other sites and plain HTTP."""
    token = form_token(web.get("/signin?next=/people").text)
    data = {"form_token": token, "key": new_key(parts), "next": "/people?grade=A"}

    answer = web.post("/signin", data=data)

    assert (answer.status_code, answer.headers["location"]) == (303, "/people?grade=A")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION_COOKIE))
    for trait in ("HttpOnly", "SameSite=lax", "Secure", "Max-Age=43200", "Path=/"):
        assert trait in cookie
    assert web.get("/preferences").status_code == 200


@pytest.mark.parametrize("key", ["", "nonsense", "baton_000000000000_wrong", "baton_%00_x"])
def test_a_wrong_key_does_not(web: httpx.Client, key: str) -> None:
    """The answer says no more than that it is wrong."""
    assert sign_in(web, key) == 401
    assert SESSION_COOKIE not in web.cookies


def test_a_form_of_another_site_does_not_sign_in(web: httpx.Client, parts: Parts) -> None:
    """Without the token that belongs to the browser's cookie, a right key is refused."""
    key = new_key(parts)
    for token in ("", "0" * 64):
        assert web.post("/signin", data={"form_token": token, "key": key}).status_code == 403
    mine = form_token(web.get("/signin").text)
    web.cookies.clear()
    assert web.post("/signin", data={"form_token": mine, "key": key}).status_code == 403


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "/a\r\nb"],
)
def test_the_sign_in_leads_nowhere_else(web: httpx.Client, parts: Parts, wanted: str) -> None:
    """A crafted address can't send a user who just signed in to another site."""
    token = form_token(web.get("/signin").text)

    answer = web.post("/signin", data={"form_token": token, "key": new_key(parts), "next": wanted})

    assert answer.headers["location"] == "/"


def test_a_revoked_key_is_out_at_once(web: httpx.Client, parts: Parts) -> None:
    """The session's signature is still good; the key behind it is not."""
    key = new_key(parts)
    sign_in(web, key)
    assert web.get("/preferences").status_code == 200
    assert web.get("/ui/session").status_code == 204

    with parts.database.begin() as tx:
        api_keys.revoke(tx, id_of(key))

    assert web.get("/preferences").status_code == 303
    assert web.get("/ui/session").status_code == 401


def test_a_session_ends(parts: Parts) -> None:
    """Twelve hours after the sign-in, whatever the browser kept."""
    signing_key, start = parts.vault.signing_key, datetime(2026, 1, 1, tzinfo=UTC)
    token = Sessions(signing_key, lambda: start).issue("k")

    assert Sessions(signing_key, lambda: start + timedelta(hours=11, minutes=59)).read(token)
    assert Sessions(signing_key, lambda: start + timedelta(hours=12)).read(token) is None


def test_only_our_signature_counts(parts: Parts) -> None:
    """A session of another installation, a changed one, a link as a session: none is one."""
    ours = Sessions(parts.vault.signing_key)
    good = ours.issue("k")

    assert ours.read(good) is not None
    for bad in (
        Sessions(b"x" * 32).issue("k"),
        good[:-1],
        "A" + good,
        ours.issue_link("k"),
        "",
        None,
    ):
        assert ours.read(bad) is None


def test_a_sign_in_link_works_once(web: httpx.Client, parts: Parts) -> None:
    """The second one who opens it is asked for a key."""
    key = new_key(parts)
    link = ui.signin_link(parts, id_of(key))
    assert link.startswith("https://baton.example.com/signin/")

    first = web.get(link)
    web.cookies.clear()
    second = web.get(link)

    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert second.status_code == 401
    assert SESSION_COOKIE not in web.cookies


def test_a_link_is_opened_twice_by_one_browser(web: httpx.Client, parts: Parts) -> None:
    """Browsers load an address ahead of the user; the one who is signed in gets through."""
    link = ui.signin_link(parts, id_of(new_key(parts)))

    assert [web.get(link).status_code for _ in range(2)] == [303, 303]


def test_a_link_grows_old_and_dies_with_its_key(web: httpx.Client, parts: Parts) -> None:
    """Fifteen minutes, and never longer than the key."""
    key, dead = new_key(parts), new_key(parts, datetime.now(UTC) - timedelta(seconds=1))
    then = datetime.now(UTC) - timedelta(minutes=15)
    old = Sessions(parts.vault.signing_key, lambda: then).issue_link(id_of(key))

    assert web.get(f"/signin/{old}").status_code == 401
    assert web.get(ui.signin_link(parts, id_of(dead))).status_code == 401


def test_signing_out_needs_the_page_of_ours(web: httpx.Client, parts: Parts) -> None:
    """Another site can't sign a user out; the button can."""
    sign_in(web, new_key(parts))
    token = form_token(web.get("/preferences").text)

    web.post("/signout", data={"form_token": "0" * 64})
    assert web.get("/preferences").status_code == 200
    web.post("/signout", data={"form_token": token})
    assert web.get("/preferences").status_code == 303


def test_the_websocket_needs_a_session_and_our_origin(
    app: FastAPI, web: httpx.Client, parts: Parts
) -> None:
    """Neither a stranger nor another site's script can talk to the pages."""
    sign_in(web, new_key(parts))
    cookie = {"cookie": f"{SESSION_COOKIE}={web.cookies[SESSION_COOKIE]}"}
    ours, theirs = {"origin": ADDRESS}, {"origin": "https://evil.example"}

    for headers in (ours, theirs, {}, {**cookie, **theirs}, cookie):
        assert websocket_answer(app, headers)["type"] == "websocket.close"


def test_polling_in_place_of_the_websocket_needs_them_too(web: httpx.Client, parts: Parts) -> None:
    """The transport's other way in has the same gate."""
    polling = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    assert web.get(polling).status_code == 401

    sign_in(web, new_key(parts))

    assert web.get(polling, headers={"origin": "https://evil.example"}).status_code == 401


def test_pages_are_closed_to_other_sites(web: httpx.Client) -> None:
    """No framing, no foreign scripts, no sniffing, on refusals too."""
    for path in ("/", "/signin"):
        headers = web.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert "script-src" not in web.get("/signin").headers["content-security-policy"]


def test_what_machines_ask_for_is_no_page(web: httpx.Client) -> None:
    """An unknown API path is a 404, not a sign-in form."""
    for path in ("/api/v1/nothing", "/webhooks/nobody"):
        assert web.get(path).status_code == 404
