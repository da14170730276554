"""The gate before all pages and their websocket: no session, no entry. Deny by default."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.store.faults import DOWN
from app.web.ui import plain
from app.web.ui.desk import Desk, Visit
from app.web.ui.sessions import SESSION_COOKIE
from app.web.ui.words import Words, choose

LANGUAGE_COOKIE = "baton_lang"
ZONE_COOKIE = "baton_zone"
HERE_COOKIE = "baton_here"  # the browser's own zone, by zone.js
YEAR_S = 365 * 24 * 3600
ASSETS = ("/_nicegui/", "/favicon.ico")  # NiceGUI's own scripts and styles: the same for everybody
# NiceGUI compiles Vue templates in the browser and starts from inline scripts.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def words_of(connection: HTTPConnection) -> Words:
    """The words in the language that somebody wishes."""
    asked = connection.query_params.get("lang")
    cookie = connection.cookies.get(LANGUAGE_COOKIE)
    return Words(choose(asked, cookie, connection.headers.get("accept-language")))


def remember(response: Response, name: str, value: str, *, secure: bool) -> None:
    """Keep a preference in the browser."""
    response.set_cookie(
        name, value, max_age=YEAR_S, secure=secure, httponly=True, samesite="lax", path="/"
    )


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets requests with a valid session through, and tells the pages who is looking."""

    pages: ASGIApp
    desk: Desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.pages(scope, receive, send)
            return
        answer = _Answer(scope, send, self.desk) if scope["type"] == "http" else send
        if scope["path"].startswith(ASSETS):
            await self.pages(scope, receive, answer)
            return
        connection = HTTPConnection(scope)
        try:
            visit = await self._visit(connection)
        except DOWN:
            await self._refuse(plain.down(words_of(connection)), scope, receive, send)
            return
        if visit is None or not self._is_ours(connection):
            await self._refuse(_sign_in(connection), scope, receive, answer)
            return
        scope.setdefault("state", {})["visit"] = visit
        await self.pages(scope, receive, answer)

    async def _visit(self, connection: HTTPConnection) -> Visit | None:
        claim = self.desk.sessions.read(connection.cookies.get(SESSION_COOKIE))
        key = await run_in_threadpool(self.desk.key_of, claim)
        if claim is None or key is None:
            return None
        zone = connection.cookies.get(ZONE_COOKIE, "")
        here = connection.cookies.get(HERE_COOKIE, "")
        return Visit(self.desk, claim, key, words_of(connection), zone, here)

    def _is_ours(self, connection: HTTPConnection) -> bool:
        """Whether a websocket (or its polling stand-in) was opened by a page of ours."""
        origin = connection.headers.get("origin")
        path: str = connection.scope["path"]
        if not path.startswith("/_nicegui_ws/"):
            return True
        if origin is None:  # browsers send it with every websocket
            return bool(connection.scope["type"] == "http")
        public = urlsplit(self.desk.parts.settings.public_url).netloc
        return urlsplit(origin).netloc in {connection.headers.get("host"), public}

    @staticmethod
    async def _refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "sign in first"})
            return
        await answer(scope, receive, send)


def _sign_in(connection: HTTPConnection) -> Response:
    """Send a page to the sign-in form, and a script's request away."""
    path, query = connection.scope["path"], connection.scope["query_string"].decode("latin-1")
    is_page = connection.scope.get("method") in {"GET", "HEAD"}
    if not is_page or path.startswith("/_nicegui"):
        return PlainTextResponse("sign in first", 401)
    wanted = path + (f"?{query}" if query else "")
    ending = "" if wanted == "/" else f"?next={quote(wanted, safe='')}"
    return RedirectResponse(f"/signin{ending}", 303)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Sends a page's answer on with its security headers, and keeps a language asked for."""

    scope: Scope
    send: Send
    desk: Desk

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            request = HTTPConnection(self.scope)
            if "lang" in request.query_params:
                kept = Response()
                language = words_of(request).language
                remember(kept, LANGUAGE_COOKIE, language, secure=self.desk.is_https)
                headers.append("set-cookie", kept.headers["set-cookie"])
        await self.send(message)
