"""Sign-in by API key or by a one-time link, sign-out, and preferences."""

import secrets
from collections.abc import Callable, Coroutine
from functools import partial
from html import escape
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from app.store import api_keys, board, sign_ins
from app.store.db import Tx
from app.store.faults import DOWN
from app.web.ui import plain
from app.web.ui.desk import Desk
from app.web.ui.gate import LANGUAGE_COOKIE, ZONE_COOKIE, remember, words_of
from app.web.ui.sessions import FORM_COOKIE, SESSION_COOKIE, SESSION_LIFE
from app.web.ui.words import CATALOGUES, LANGUAGES

Text = Annotated[str, Form(max_length=500)]
NO_TEXT = ""


class _Page(APIRoute):
    """A page that says so while the database can't be asked."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await answer(request)
            except DOWN:
                return plain.down(words_of(request))

        return answered


def router(desk: Desk) -> APIRouter:
    """The routes that need no NiceGUI."""
    routes = APIRouter(route_class=_Page)
    for name, path in plain.FILES.items():
        routes.add_api_route(f"/ui/{name}", partial(_file, path), methods=["GET"])
    _add_sign_in(routes, desk)
    _add_sign_out(routes, desk)
    _add_preferences(routes, desk)
    return routes


def _file(path: Path) -> Response:
    return FileResponse(path, headers={"Cache-Control": "public, max-age=31536000, immutable"})


def _add_sign_in(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/signin")
    def ask(request: Request, next: str = "/") -> Response:  # noqa: A002  the parameter's name in the address
        return _form(request, desk, next)

    @routes.post("/signin")
    def check(
        request: Request,
        form_token: Text = NO_TEXT,
        key: Text = NO_TEXT,
        next: Text = "/",  # noqa: A002  as above
    ) -> Response:
        if not desk.sessions.form_is_ours(request.cookies.get(FORM_COOKIE), form_token):
            return _form(request, desk, next, wrong="app.expired", status=403)
        with desk.parts.database.begin() as tx:
            found = api_keys.check(tx, key.strip())
        if found is None:
            return _form(request, desk, next, wrong="signin.wrong", status=401)
        return _let_in(desk, found["id"], next)

    @routes.get("/signin/{token}")
    def use_link(request: Request, token: str) -> Response:
        with desk.parts.database.begin() as tx:
            key_id = _redeem(tx, desk, token)
        if key_id is not None:
            return _let_in(desk, key_id, "/")
        claim = desk.sessions.read(request.cookies.get(SESSION_COOKIE))
        if desk.key_of(claim) is not None:  # a browser that opens an address twice
            return RedirectResponse("/", 303)
        return _form(request, desk, "/", wrong="signin.link_used", status=401)


def _add_sign_out(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/ui/session")
    def lives(request: Request) -> Response:
        claim = desk.sessions.read(request.cookies.get(SESSION_COOKIE))
        return Response(status_code=401 if desk.key_of(claim) is None else 204)

    @routes.post("/signout")
    def leave(request: Request, form_token: Text = NO_TEXT) -> Response:
        answer = RedirectResponse("/signin", 303)
        if desk.sessions.form_is_ours(request.cookies.get(SESSION_COOKIE), form_token):
            answer.delete_cookie(SESSION_COOKIE, path="/")
            answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


def _redeem(tx: Tx, desk: Desk, token: str) -> str | None:
    """The key behind a sign-in link, which is used up by this; None where it opens nothing."""
    link = desk.sessions.read_link(token)
    if link is None:
        return None
    key_id, link_id = link
    if board.live_key(tx, key_id) is None or not sign_ins.use(tx, link_id):
        return None
    return key_id


def _let_in(desk: Desk, key_id: str, wanted: str) -> Response:
    answer = RedirectResponse(_own_path(wanted), 303)
    answer.set_cookie(
        SESSION_COOKIE,
        desk.sessions.issue(key_id),
        max_age=int(SESSION_LIFE.total_seconds()),
        secure=desk.is_https,
        httponly=True,
        samesite="lax",
        path="/",
    )
    answer.delete_cookie(FORM_COOKIE, path="/")
    return answer


def _own_path(wanted: str) -> str:
    """Where to go after the sign-in: a path of ours, never another site."""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and wanted.startswith("/")
    if not is_ours or "\\" in wanted or not wanted.isprintable():
        return "/"
    return quote(wanted, safe="/?&=%:+,-._~")


def _form(
    request: Request, desk: Desk, wanted: str, *, wrong: str | None = None, status: int = 200
) -> Response:
    words = words_of(request)
    secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    target = escape(_own_path(wanted))
    fields = (
        f'<input type="hidden" name="next" value="{target}">'
        f'<label for="key">{escape(words("signin.key"))}</label>'
        '<input id="key" name="key" type="password" autocomplete="current-password" '
        'required autofocus aria-describedby="hint">'
        f'<p id="hint" class="hint">{escape(words("signin.hint"))}</p>'
    )
    body = plain.notice(words(wrong)) if wrong else ""
    body += f'<p class="lead">{escape(words("app.tagline"))}</p>'
    token = desk.sessions.form_token(secret)
    body += plain.form("/signin", token, fields, words("signin.button"))
    body += _languages(words.language, target)
    answer = plain.page(words, words("signin.title"), body, status)
    answer.set_cookie(
        FORM_COOKIE, secret, secure=desk.is_https, httponly=True, samesite="strict", path="/"
    )
    if "lang" in request.query_params:
        remember(answer, LANGUAGE_COOKIE, words.language, secure=desk.is_https)
    return answer


def _languages(current: str, wanted: str) -> str:
    links = " ".join(
        f"<span>{text}</span>"
        if code == current
        else f'<a href="/signin?lang={code}&amp;next={quote(wanted)}" lang="{code}">{text}</a>'
        for code, text in LANGUAGES.items()
    )
    return f'<p class="languages">{links}</p>'


def _add_preferences(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/preferences")
    def show(request: Request) -> Response:
        claim = desk.sessions.read(request.cookies.get(SESSION_COOKIE))
        if claim is None or desk.key_of(claim) is None:
            return RedirectResponse("/signin?next=/preferences", 303)
        words = words_of(request)
        zones = [
            ("", words("preferences.browser")),
            *((z, z) for z in sorted(available_timezones())),
        ]
        chosen = request.cookies.get(ZONE_COOKIE, "")
        fields = plain.select(
            "language", words("preferences.language"), LANGUAGES.items(), words.language
        ) + plain.select("zone", words("preferences.zone"), zones, chosen)
        token = desk.sessions.form_token(claim.token)
        body = plain.form("/preferences", token, fields, words("app.save"))
        body += f'<p><a href="/">{escape(words("app.back"))}</a></p>'
        return plain.page(words, words("preferences.title"), body)

    @routes.post("/preferences")
    def save(
        request: Request, form_token: Text = NO_TEXT, language: Text = "en", zone: Text = NO_TEXT
    ) -> Response:
        answer = RedirectResponse("/", 303)
        if desk.sessions.form_is_ours(request.cookies.get(SESSION_COOKIE), form_token):
            if language in CATALOGUES:
                remember(answer, LANGUAGE_COOKIE, language, secure=desk.is_https)
            if not zone or zone in available_timezones():
                remember(answer, ZONE_COOKIE, zone, secure=desk.is_https)
        return answer
