"""An OpenAPI document of a sandbox, made from its routes: paths, parameters, generic schemas."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route

Operation = tuple[str, str]  # method, path template
BODIES = {"POST", "PUT", "PATCH"}
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


def operations(routes: Iterable[BaseRoute]) -> list[Operation]:
    """The methods and templates of routes; HEAD goes without saying where there is GET."""
    return [
        (method, PARAMETER.sub(r"{\1}", route.path))
        for route in routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]


def document(
    title: str, listed: Iterable[Operation], *, query: Sequence[str] = (), forms: str = "(?!)",
    xml: str = "(?!)",
) -> dict[str, Any]:  # fmt: skip
    """`query` names parameters of reading; `forms` and `xml` are patterns of the paths that take
    such bodies instead of JSON.
    """
    paths: dict[str, dict[str, Any]] = {}
    for method, path in listed:
        kind = JSON_TYPE
        if re.search(forms, path):
            kind = FORM_TYPE
        elif re.search(xml, path):
            kind = "text/xml"
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, query, kind)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "sandbox"},
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }


def _operation(method: str, path: str, query: Sequence[str], kind: str) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {**text, "minLength": 1}}
        for name in PARAMETER.findall(path)
    ]
    if method == "GET":
        parameters += [{"name": name, "in": "query", "schema": text} for name in query]
    made: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{method.lower()}{path}").strip("_"),
        "parameters": parameters,
        "responses": {
            "2XX": {"description": "done"},
            "3XX": {"description": "elsewhere"},
            "4XX": {"description": "refused"},
        },
    }
    if method in BODIES:
        schema = text if kind == "text/xml" else {"type": "object"}
        made["requestBody"] = {"required": False, "content": {kind: {"schema": schema}}}
    return made
