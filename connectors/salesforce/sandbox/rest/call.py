"""One request to the REST API and its answer, apart from HTTP, so that composite can nest them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.salesforce.sandbox.dml import Several
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.problems import (
    Problem,
    method_not_allowed,
    not_found,
    unreadable,
)
from connectors.salesforce.sandbox.state import State
from connectors.sandbox import strict_json

NO_BODY = "The HTTP entity body is required, but this request has no entity body."


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` None is an empty body."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `path` is what follows `/services/data/vNN.0`, still percent-encoded."""

    method: str
    path: str
    version: str
    state: State
    actor: Actor
    base_url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    given: Any = None  # the body of a sub-request, read already
    nested: Callable[["Call"], Answer] | None = None

    def json(self) -> Any:
        """The body. Raises: Problem JSON_PARSER_ERROR."""
        if self.given is not None:
            return self.given
        if not self.raw.strip():
            raise unreadable(NO_BODY)
        try:
            return strict_json.read(self.raw)
        except ValueError as error:
            where = f"at [line:{getattr(error, 'lineno', 1)}, column:{getattr(error, 'colno', 1)}]"
            raise unreadable(f"{getattr(error, 'msg', 'Unexpected character')} {where}") from error

    def object(self) -> dict[str, Any]:
        """The body, which must be a JSON object. Raises: Problem."""
        body = self.json()
        if not isinstance(body, dict):
            raise unreadable("Can not deserialize SObject out of START_ARRAY token")
        return body

    def ask(self, method: str, url: str, *, body: Any, headers: Mapping[str, str]) -> Answer:
        """Make a sub-request; `url` starts with `/services/data/v…` or `v…`."""
        parts = urlsplit(url)
        match = re.fullmatch(r"/?(?:services/data/)?v(\d+\.\d)(/.*)?", parts.path)
        if match is None:
            raise not_found()
        given = {name.lower(): value for name, value in headers.items()}
        call = replace(
            self,
            actor=with_options(self.actor, given),
            method=method.upper(),
            path=match.group(2) or "",
            version=match.group(1),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={**self.headers, **given},
            raw=b"",
            given=body,
        )
        assert self.nested is not None
        return self.nested(call)


Handler: TypeAlias = Callable[..., Answer]
Table: TypeAlias = Sequence[tuple[str, str, Handler]]  # method, template, handler


@dataclass(frozen=True, slots=True)
class Route:
    template: str
    pattern: re.Pattern[str]
    handlers: dict[str, Handler]


class Router:
    """Finds the handler of a path; the templates also name endpoints in the call counts."""

    def __init__(self, table: Table) -> None:
        self._routes: dict[str, Route] = {}
        for method, template, handler in table:
            pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
            route = self._routes.setdefault(template, Route(template, pattern, {}))
            route.handlers[method] = handler

    def operations(self) -> list[tuple[str, str]]:
        """Every method and template."""
        return [(m, r.template) for r in self._routes.values() for m in r.handlers]

    def template(self, path: str) -> tuple[str, dict[str, str]] | None:
        found = self._find(path)
        return (found[0].template, found[1]) if found else None

    def answer(self, call: Call) -> Answer:
        """Handle a call; what it changed is undone if it fails."""
        org = call.state.org
        mark = org.mark()
        try:
            return self._handle(replace(call, nested=self.answer))
        except Problem as problem:
            org.rollback(mark)
            return Answer(problem.status, problem.body(), problem.headers)
        except Several as several:
            urls = [f"{data_url(call)}/sobjects/{r.object.name}/{r.id}" for r in several.rows]
            return Answer(300, urls)

    def _handle(self, call: Call) -> Answer:
        found = self._find(call.path)
        if found is None:
            raise not_found()
        route, values = found
        handler = route.handlers.get("GET" if call.method == "HEAD" else call.method)
        if handler is None:
            raise method_not_allowed(call.method, list(route.handlers))
        return handler(call, **{k: unquote(v) for k, v in values.items()})

    def _find(self, path: str) -> tuple[Route, dict[str, str]] | None:
        path = path.rstrip("/")
        for route in self._routes.values():
            if (match := route.pattern.fullmatch(path)) is not None:
                return route, match.groupdict()
        return None


def data_url(call: Call) -> str:
    """`/services/data/vNN.0`, as all addresses inside answers start."""
    return f"/services/data/v{call.version}"


def with_options(actor: Actor, headers: Mapping[str, str]) -> Actor:
    """The actor with what `Sforce-Duplicate-Rule-Header` and `Sforce-Auto-Assign` ask for."""
    rule = headers.get("sforce-duplicate-rule-header")
    if rule is not None:
        allows, details = (
            re.search(rf"{name}\s*=\s*true", rule, re.IGNORECASE) is not None
            for name in ("allowSave", "includeRecordDetails")
        )
        actor = replace(actor, allows_duplicates=allows, wants_details=details)
    assign = headers.get("sforce-auto-assign")
    if assign is not None:
        actor = replace(actor, auto_assigns=assign.upper() != "FALSE")
    return actor


def objects(value: Any, name: str) -> list[dict[str, Any]]:
    """A list of JSON objects. Raises: Problem JSON_PARSER_ERROR."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise unreadable(f"Cannot deserialize instance of list from the field {name}")
    return value


def flag(text: object, *, default: bool = False) -> bool:
    """A boolean of a query string, header or body."""
    return default if text is None else str(text).lower() == "true"
