"""The panel's addresses.

POST /embed/{connection}/canvas   a page of the CRM posts a signed request and shows the panel
GET, POST …/card                  the CRM asks for a card, whose link opens the panel
GET …/panel, POST …/react         the panel itself, with a pass
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from app.accounts import NoSuchConnection
from app.flows.react import NoSuchAlert, NotPossible, react
from app.store.db import Tx
from app.store.faults import DOWN, untangled
from app.web import moments
from app.web.directory import Directory
from app.web.embed import pages, sight
from app.web.embed.answers import Answer
from app.web.embed.passes import Passes
from app.web.embed.shown import Asked, card, panel
from app.web.parts import Parts
from app.web.signed import signed_request
from connectors.base import Refused
from connectors.capabilities import AnswersCards, VerifiesEmbeds

log = structlog.get_logger(__name__)
T = TypeVar("T")


class NotShown(Exception):
    """The one who asks gets no panel."""

    def __init__(self, status: int, hint: str = "panel.refused_hint") -> None:
        super().__init__(hint)
        self.status, self.hint = status, hint


@dataclass(frozen=True, slots=True)
class Door:
    """What stands between a request and a panel."""

    parts: Parts
    directory: Directory
    passes: Passes

    async def connector(self, name: str) -> VerifiesEmbeds:
        """The connector of a connection that has a panel. Raises: NotShown."""
        try:
            found = await self.directory.connector(name)
        except NoSuchConnection:
            found = None
        if not isinstance(found, VerifiesEmbeds):
            raise NotShown(404)
        return found

    async def vouched(self, name: str, connector: VerifiesEmbeds, request: Request) -> Asked:
        """What the CRM vouched for. Raises: NotShown."""
        public_url = self.parts.settings.public_url
        inbound = signed_request(request, public_url, await request.body())
        try:
            seen = connector.embedded(inbound, datetime.now(UTC))
        except Refused as refused:
            log.warning("embed_refused", connection=name, reason=str(refused))
            raise NotShown(refused.status) from None
        return self.asked(name, self.passes.issue(name, seen).text, request)

    def asked(self, name: str, text: str | None, request: Request, **more: str) -> Asked:
        """What a pass of ours opens. Raises: NotShown."""
        found = self.passes.read(name, text)
        if found is None:
            raise NotShown(401)
        return Asked(name, found, accepted=request.headers.get("accept-language"), **more)

    async def within(self, act: Callable[[Tx], T]) -> T:
        """Run something in a transaction, off the event loop."""

        def once() -> T:
            with self.parts.database.begin() as tx:
                return act(tx)

        return await asyncio.to_thread(untangled, once)


def router(parts: Parts) -> APIRouter:
    """The routes of the panel."""
    door = Door(parts, Directory(parts.accounts), Passes(parts.vault.signing_key))
    routes = APIRouter()
    for name, file in pages.FILES.items():
        routes.add_api_route(f"/embed/{name}", partial(_file, file), methods=["GET"])
    for path, methods, answer in (
        ("canvas", ["GET", "POST"], _canvas),
        ("card", ["GET", "POST"], _card),
        ("panel", ["GET"], _panel),
    ):
        routes.add_api_route(f"/embed/{{connection}}/{path}", _shown(door, answer), methods=methods)
    _add_react(routes, door)
    return routes


def _file(path: Path) -> Response:
    return FileResponse(path, headers={"Cache-Control": "public, max-age=31536000, immutable"})


def _shown(door: Door, answer: Callable[..., Any]) -> Callable[..., Any]:
    """A handler that says so, in a page, where nothing can be shown."""

    async def handler(connection: str, request: Request) -> Response:
        frames: tuple[str, ...] = ()
        try:
            connector = await door.connector(connection)
            frames = tuple(connector.frames())
            found: Response = await answer(door, connection, connector, request)
        except NotShown as refusal:
            return pages.refused(frames, refusal.status, refusal.hint)
        except DOWN:
            return pages.refused(frames, 503, "panel.down")
        return found

    return handler


async def _canvas(door: Door, name: str, connector: VerifiesEmbeds, request: Request) -> Response:
    asked = await door.vouched(name, connector, request)
    return await door.within(lambda tx: panel(tx, asked, connector.frames()))


async def _card(door: Door, name: str, connector: VerifiesEmbeds, request: Request) -> Response:
    if not isinstance(connector, AnswersCards):
        raise NotShown(404)
    asked = await door.vouched(name, connector, request)
    public_url = door.parts.settings.public_url
    made = await door.within(lambda tx: card(tx, asked, public_url))
    body, media_type = connector.card(made, asked.pass_.ref)
    return Response(body, media_type=media_type)


async def _panel(door: Door, name: str, connector: VerifiesEmbeds, request: Request) -> Response:
    given = request.query_params
    more = {one: given[one] for one in ("kind", "after", "zone", "lang", "note") if one in given}
    asked = door.asked(name, given.get("pass"), request, **more)
    return await door.within(lambda tx: panel(tx, asked, connector.frames()))


def _add_react(routes: APIRouter, door: Door) -> None:
    @routes.post("/embed/{connection}/react")
    async def answered(
        connection: str, request: Request, form: Annotated[Answer, Form()]
    ) -> Response:
        """A rep answers the alert; then the panel again."""
        frames: tuple[str, ...] = ()
        try:
            connector = await door.connector(connection)
            frames = tuple(connector.frames())
            more = {"kind": form.kind, "zone": form.zone, "lang": form.lang}
            asked = door.asked(connection, form.pass_, request, **more)
            note = await door.within(partial(_react, asked=asked, form=form))
        except NotShown as refusal:
            return pages.refused(frames, refusal.status, refusal.hint)
        except DOWN:
            return pages.refused(frames, 503, "panel.down")
        return RedirectResponse(asked.address(note=note), 303)


def _react(tx: Tx, *, asked: Asked, form: Answer) -> str:
    """What to say afterwards; "" where it was kept. Raises: NotShown."""
    link_id = sight.link_of(tx, asked.connection, asked.pass_.ref)
    if link_id is None:
        raise NotShown(404)
    if form.lacks_reason:
        return "reason"
    now = datetime.now(UTC)
    by = f"{asked.pass_.user} ({asked.connection})"
    try:
        new = form.meant(by, now, moments.zone_of(asked.zone_name))
        react(tx, form.alert, new, now=now, link_id=link_id)
    except NoSuchAlert:
        raise NotShown(404) from None
    except NotPossible:
        return "too_late"
    return ""
