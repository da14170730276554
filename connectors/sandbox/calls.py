"""Counting the calls a sandbox took: proof of how sparing a client is."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

CUT_OFF = 0  # the status of a request that got no answer


@dataclass(slots=True)
class Calls:
    """Calls per endpoint and per status.

    Endpoints are path templates; path parameters named in `shown` (such as the object type) keep
    their value, all others stay `{name}`. `routes` names requests that a fault cut short.
    """

    shown: Collection[str] = ()
    routes: Sequence[BaseRoute] = ()
    by_endpoint: Counter[str] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)

    def count(self, scope: Scope, status: int) -> None:
        self.by_endpoint[self._endpoint(scope)] += 1
        self.by_status[str(status)] += 1

    def clear(self) -> None:
        self.by_endpoint.clear()
        self.by_status.clear()

    def as_json(self) -> dict[str, Any]:
        return {
            "total": sum(self.by_endpoint.values()),
            "by_endpoint": dict(self.by_endpoint),
            "by_status": dict(self.by_status),
        }

    def _endpoint(self, scope: Scope) -> str:
        """The route's template; the plain path where there is none (404)."""
        if "route" not in scope:
            self._find_route(scope)
        template = getattr(scope.get("route"), "path_format", None) or scope["path"]
        for name, value in scope.get("path_params", {}).items():
            if name in self.shown:
                template = template.replace(f"{{{name}}}", str(value))
        return f"{scope['method']} {template}"

    def _find_route(self, scope: Scope) -> None:
        for route in self.routes:
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child, route=route)
                return
