"""The `/_sandbox/` control routes that every vendor sandbox has, and the shell around its API.

Control requests need no sign-in, are not counted, not limited and draw no faults.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.sandbox import strict_json
from connectors.sandbox.calls import CUT_OFF, Calls
from connectors.sandbox.fault_rules import Spec
from connectors.sandbox.faults import Faults
from connectors.sandbox.page import NO_ICON, UI, link
from connectors.sandbox.state_file import Broken, StateFile
from connectors.sandbox.streaming import streamed
from connectors.sandbox.ui import Ui

PREFIX = "/_sandbox"
C = TypeVar("C", bound=BaseModel)


class Refusal(ValueError):
    """A control request that makes no sense; becomes a 400 with this text."""


class World(Protocol):
    """What the control routes ask of a vendor's sandbox. All in one event loop, so no locks."""

    @property
    def config(self) -> BaseModel: ...

    def reconfigure(self, changes: Mapping[str, Any]) -> None:
        """Change settings; `changed` does the checking. Raises: Refusal."""
        ...

    def reset(self) -> None:
        """Back to the state after start; settings stay."""
        ...

    def seed(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Create records as if they always existed; their ids in order. Raises: Refusal."""
        ...

    def edit(self, change: Mapping[str, Any]) -> Mapping[str, Any]:
        """A person edits one record in the vendor's UI; the record as it is then."""
        ...

    def dump(self, kind: str | None) -> Any:
        """Everything raw, or the records of one object; iterators stand for long lists."""
        ...

    def ids(self, kind: str) -> Sequence[str]:
        """The ids of all records of one of the objects in `counts`, oldest first."""
        ...

    def raw(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        """One record as `dump` has it; None where there is no such record."""
        ...

    def counts(self) -> Mapping[str, int]:
        """How many records there are, by object."""
        ...

    def effects(self) -> Mapping[str, Any]:
        """What went out that is no record: `webhooks`, `notifications`."""
        ...

    def quiet(self) -> Mapping[str, Any]:
        """Whether nothing is under way: `quiet`, `pending_webhooks`, `dead_webhooks`."""
        ...


def changed(config: C, changes: Mapping[str, Any]) -> C:
    """`config` with `changes`, checked. Raises: Refusal naming unknown and wrong keys."""
    return checked(type(config), {**config.model_dump(), **changes})


def checked(model: type[C], raw: Any) -> C:
    """`raw` as `model`. Raises: Refusal naming what is wrong, by path."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Refusal("; ".join(wrong)) from error


async def read_json(request: Request) -> dict[str, Any]:
    """The body, a JSON object; {} where there is none. Raises: Refusal."""
    raw = await request.body()
    try:
        body = strict_json.read(raw) if raw else {}
    except ValueError as error:
        raise Refusal(f"the body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refusal("the body must be a JSON object")
    return body


def control_route(method: str, path: str, handle: Callable[[Any], Any], about: str) -> Route:
    """`{PREFIX}{path}`; `handle` gets the JSON body (GET, DELETE: the query) and returns JSON,
    or an answer ready made.
    """

    async def endpoint(request: Request) -> Response:
        reads = request.method in {"GET", "HEAD", "DELETE"}
        try:
            given = dict(request.query_params) if reads else await read_json(request)
            answer = handle(given)
            return answer if isinstance(answer, Response) else JSONResponse(answer)
        except Refusal as refusal:
            return JSONResponse({"error": str(refusal)}, 400)

    return Route(f"{PREFIX}{path}", endpoint, methods=[method], name=about)


class Control:
    """What the shared control routes do, over one sandbox's parts."""

    def __init__(
        self, world: World, faults: Faults, calls: Calls, state: StateFile | None = None
    ) -> None:
        self._world = world
        self._faults = faults
        self._calls = calls
        self._state = state

    def reset(self, body: Any) -> Any:
        if "config" in body:
            self._world.reconfigure(body["config"])
        self._world.reset()
        self._faults.clear()
        self._calls.clear()
        return {"reset": True}

    def config(self, _: Any) -> Any:
        return self._world.config.model_dump(mode="json")

    def reconfigure(self, body: Any) -> Any:
        self._world.reconfigure(body)
        return self.config(body)

    def seed(self, body: Any) -> Any:
        return {"ids": self._world.seed(body.get("records", []))}

    def edit(self, body: Any) -> Any:
        return self._world.edit(body)

    def add_faults(self, body: Any) -> Any:
        rules, seed = body.get("rules", []), body.get("seed")
        if not isinstance(rules, list) or not isinstance(seed, int | None):
            raise Refusal("rules must be a list, seed a whole number")
        specs = [checked(Spec, rule) for rule in rules]
        try:
            self._faults.add(specs, seed)
        except ValueError as error:
            raise Refusal(str(error)) from error
        return self.faults(body)

    def faults(self, _: Any) -> Any:
        return {"rules": [rule.as_json() for rule in self._faults.rules]}

    def clear_faults(self, query: Any) -> Any:
        rule_id = query.get("id")
        if rule_id is None:
            self._faults.clear()
        elif not self._faults.remove(rule_id):
            raise Refusal(f"there is no fault rule {rule_id!r}")
        return self.faults(query)

    def calls(self, _: Any) -> Any:
        return self._calls.as_json()

    def clear_calls(self, body: Any) -> Any:
        self._calls.clear()
        return self.calls(body)

    def dump(self, query: Any) -> Any:
        return streamed(self._world.dump(query.get("object")))

    def counts(self, _: Any) -> Any:
        return dict(self._world.counts())

    def quiet(self, _: Any) -> Any:
        return self._world.quiet()

    def save(self, _: Any) -> Any:
        if self._state is None:
            raise Refusal("this sandbox keeps no state")
        try:
            return {"saved": self._state.save(), "file": str(self._state.path)}
        except (Broken, OSError) as error:
            raise Refusal(str(error)) from error


def control_routes(
    world: World, faults: Faults, calls: Calls, *, more: Sequence[Route] = (),
    state: StateFile | None = None,
) -> list[Route]:  # fmt: skip
    """The shared control routes, `more` of the vendor's own, and the page that lists them all."""
    do = Control(world, faults, calls, state)
    routes = [
        control_route("POST", "/reset", do.reset, "back to the start; {config} changes settings"),
        control_route("GET", "/config", do.config, "settings"),
        control_route("PATCH", "/config", do.reconfigure, "change settings"),
        control_route("POST", "/seed", do.seed, "create records as if they always existed"),
        control_route("POST", "/edit", do.edit, "a person edits a record in the UI"),
        control_route("POST", "/faults", do.add_faults, "add fault rules"),
        control_route("GET", "/faults", do.faults, "fault rules with hit counts"),
        control_route("DELETE", "/faults", do.clear_faults, "remove all fault rules; ?id= one"),
        control_route("GET", "/calls", do.calls, "calls by endpoint and status"),
        control_route("DELETE", "/calls", do.clear_calls, "zero the call counts"),
        control_route("GET", "/dump", do.dump, "all records raw; ?object= one object's"),
        control_route("GET", "/counts", do.counts, "how many records of each object"),
        control_route("GET", "/quiet", do.quiet, "whether nothing is under way"),
        control_route("POST", "/save", do.save, "write the state file"),
        *more,
    ]
    return [_index(routes), *routes, *Ui(world, faults, calls, state).routes()]


def _index(routes: Sequence[Route]) -> Route:
    rows = "".join(
        f"<tr><td>{', '.join(sorted(r.methods or ()))}<td><code>{html.escape(r.path)}</code>"
        f"<td>{html.escape(r.name)}"
        for r in routes
    )
    page = f"<!doctype html><title>Sandbox</title>{NO_ICON}<h1>Sandbox control</h1>"
    page += f"<p>{link(UI, 'The control page in the browser')}</p><table>{rows}</table>"

    async def index(_: Request) -> Response:
        return HTMLResponse(page)

    return Route(f"{PREFIX}/", index, name="this page")


class Shell:
    """ASGI middleware: counts the vendor API's calls and applies faults; control passes by."""

    def __init__(self, app: ASGIApp, *, faults: Faults, calls: Calls) -> None:
        self._app = app
        self._faults = faults
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return
        status = CUT_OFF

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._faults.run(self._app, scope, receive, note)
        finally:
            self._calls.count(scope, status)
