"""While the database can't be asked, every page says so plainly."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app.store.board import Key
from app.store.db import Database, connect
from app.web import ui
from app.web.parts import Parts
from app.web.ui import dashboard, stage
from app.web.ui.desk import Desk, Visit
from app.web.ui.live import Live
from app.web.ui.sessions import FORM_COOKIE, SESSION_COOKIE, Sessions
from app.web.ui.words import Words
from tests.ui.conftest import ADDRESS, Inside


@pytest.fixture
def nowhere() -> Iterator[Database]:
    """A database that is not there."""
    database = connect("postgresql://nobody@/nothing?host=/nonexistent")
    yield database
    database.close()


@pytest.fixture
def broken(parts: Parts, nowhere: Database) -> Iterator[httpx.Client]:
    """A signed-in browser at an app whose database went away."""
    app = FastAPI()
    ui.mount(app, replace(parts, database=nowhere))
    sessions = Sessions(parts.vault.signing_key)
    cookies = {SESSION_COOKIE: sessions.issue("k"), FORM_COOKIE: "f"}
    with httpx.Client(transport=Inside(app), base_url=ADDRESS, cookies=cookies) as http:
        yield http


@pytest.mark.parametrize("path", ["/", "/people", "/people/1", "/attention", "/preferences"])
def test_pages_ask_to_come_again(broken: httpx.Client, path: str) -> None:
    """A plain page that loads no script, with 503 and a time to come again."""
    answer = broken.get(path)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["retry-after"] == "5"
    assert "Please try again in a moment." in answer.text
    assert "<script" not in answer.text


def test_it_is_said_in_the_language_of_the_browser(broken: httpx.Client) -> None:
    """Japanese, where that is wished for."""
    answer = broken.get("/", headers={"Accept-Language": "ja"})

    assert "しばらくしてからもう一度お試しください。" in answer.text


def test_signing_in_asks_to_come_again(broken: httpx.Client, parts: Parts) -> None:
    """By key and by link; the form itself needs no database."""
    token = Sessions(parts.vault.signing_key).form_token("f")

    assert broken.get("/signin").status_code == 200
    by_key = broken.post("/signin", data={"form_token": token, "key": "baton_a_b"})
    by_link = broken.get(ui.signin_link(parts, "k"))

    assert (by_key.status_code, by_link.status_code) == (503, 503)
    assert "Please try again in a moment." in by_key.text


def test_a_database_that_leaves_while_a_page_is_made(parts: Parts, nowhere: Database) -> None:
    """It was there when the session was checked."""
    sessions = Sessions(parts.vault.signing_key)
    claim = sessions.read(sessions.issue("k"))
    assert claim is not None
    desk = Desk(parts, sessions, Live(nowhere))
    visit = Visit(desk, claim, Key("k", "Mika", "viewer"), Words("en"), "")
    request = Request({"type": "http", "headers": [], "state": {"visit": visit}})

    answer = asyncio.run(stage.or_down(dashboard.page)(request))

    assert answer.status_code == 503
