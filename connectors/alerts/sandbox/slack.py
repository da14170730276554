"""Slack's incoming webhooks and the three methods of its Web API that a bot here uses.

Sources: Slack developer docs, "Sending messages using incoming webhooks" ("Handling errors"),
"Web API", "chat.postMessage", "users.lookupByEmail", "Block Kit" (limits); read 2026-11.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from connectors.alerts.sandbox.inbox import Inbox, body_of

BLOCKS, SECTION, HEADER, TEXT = 50, 3_000, 150, 40_000


class Config(BaseModel):
    """A workspace: its one hook, its one bot, who is in it and which channels there are."""

    model_config = ConfigDict(extra="forbid")

    hook: str = "/services/T000/B000/secret"
    token: str = "xoxb-sandbox"  # noqa: S105  a workspace that exists only in this process
    users: dict[str, str] = {}
    channels: dict[str, str] = {"C000": "open"}  # "open", "archived" or "not_in"


def create(config: Config | None = None, inbox: Inbox | None = None) -> Starlette:
    """A workspace as an ASGI app."""
    space = Workspace(config or Config(), inbox or Inbox())
    api = [
        Route(f"/api/{name}", handler, methods=["GET", "POST"])
        for name, handler in (
            ("auth.test", space.who),
            ("chat.postMessage", space.post),
            ("users.lookupByEmail", space.lookup),
        )
    ]
    hook = Route("/services/{rest:path}", space.hook, methods=["POST"])
    return Starlette(routes=[hook, *api, *space.inbox.routes()])


class Workspace:
    """The handlers of one workspace."""

    def __init__(self, config: Config, inbox: Inbox) -> None:
        self.config, self.inbox = config, inbox

    async def hook(self, request: Request) -> Response:
        """Post by the hook: `ok`, or a status and one word."""
        if (answer := self.inbox.prescribed()) is not None:
            return answer
        if request.url.path != self.config.hook:
            return PlainTextResponse("no_service", 404)
        body = await body_of(request)
        if not isinstance(body, dict):
            return PlainTextResponse("invalid_payload", 400)
        if wrong := _wrong(body):
            return PlainTextResponse(wrong, 400)
        self.inbox.messages.append(body)
        return PlainTextResponse("ok")

    async def post(self, request: Request) -> Response:
        """Post as the bot: HTTP 200 whatever happens, `ok` tells."""
        if (answer := self._refusal(request)) is not None:
            return answer
        body = await body_of(request)
        if not isinstance(body, dict):
            return _error("invalid_json")
        channel = str(body.get("channel", ""))
        state = (
            "open" if channel in self.config.users.values() else self.config.channels.get(channel)
        )
        refused = {None: "channel_not_found", "archived": "is_archived", "not_in": "not_in_channel"}
        if state in refused:
            return _error(refused[state])
        if wrong := _wrong(body):
            return _error(wrong)
        self.inbox.messages.append(body)
        return JSONResponse({"ok": True, "channel": channel, "ts": "1700000000.000100"})

    async def lookup(self, request: Request) -> Response:
        """Find a person by e-mail."""
        if (answer := self._refusal(request)) is not None:
            return answer
        found = self.config.users.get(request.query_params.get("email", ""))
        return _error("users_not_found") if found is None else _ok({"user": {"id": found}})

    async def who(self, request: Request) -> Response:
        """Who the bot is."""
        answer = self._refusal(request)
        return answer or _ok({"team": "Sandbox", "team_id": "T000", "user_id": "U000"})

    def _refusal(self, request: Request) -> Response | None:
        if (answer := self.inbox.prescribed()) is not None:
            return answer
        given = request.headers.get("authorization", "")
        if not given:
            return _error("not_authed")
        return None if given == f"Bearer {self.config.token}" else _error("invalid_auth")


def _ok(more: Mapping[str, Any]) -> Response:
    return JSONResponse({"ok": True, **more})


def _error(word: str) -> Response:
    return JSONResponse({"ok": False, "error": word})


def _wrong(body: Mapping[str, Any]) -> str:
    """What Slack objects to in a message; "" where nothing."""
    blocks = body.get("blocks", [])
    if not body.get("text") and not blocks:
        return "no_text"
    if len(str(body.get("text", ""))) > TEXT:
        return "msg_too_long"
    if len(blocks) > BLOCKS or any(not _fits(one) for one in blocks):
        return "invalid_blocks"
    return ""


def _fits(block: Mapping[str, Any]) -> bool:
    text = block.get("text", {})
    size = len(str(text.get("text", ""))) if isinstance(text, Mapping) else 0
    match block.get("type"):
        case "header":
            return 0 < size <= HEADER and text.get("type") == "plain_text"
        case "section":
            return 0 < size <= SECTION
        case "actions":
            return 0 < len(block.get("elements", [])) <= 25
    return block.get("type") in {"divider", "context"}
