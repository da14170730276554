"""Rate limits with their headers and the 429 bodies seen in reality.

Source: HubSpot developer docs, "API usage guidelines"; recorded headers and bodies.
"""

import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from connectors.hubspot.sandbox.config import DAY_S, Config
from connectors.hubspot.sandbox.tokens import Caller

Limit = Literal["default", "search", "associations", "exempt"]
WINDOW_MS = 10_000
SECOND_MS = 1000


@dataclass(slots=True)
class Window:
    """Calls within the last `span_ms`."""

    span_ms: int
    calls: deque[int] = field(default_factory=deque)

    def count(self, now_ms: int) -> int:
        while self.calls and self.calls[0] <= now_ms - self.span_ms:
            self.calls.popleft()
        return len(self.calls)

    def take(self, now_ms: int, most: int) -> bool:
        if self.count(now_ms) >= most:
            return False
        self.calls.append(now_ms)
        return True


class TooMany(Exception):
    """A limit was hit. `body` lacks only the correlation id."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["message"])
        self.body = body


@dataclass(slots=True)
class Meters:
    """What was used, per window and for the day (UTC, where the account's own day counts)."""

    windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    day: int = 0
    today: int = 0

    def take(self, config: Config, caller: Caller, limit: Limit, now_ms: int) -> None:
        """Count one call. Raises: TooMany."""
        if limit == "exempt":
            return
        self._new_day(now_ms)
        if config.limits:
            self._check(config, caller, limit, now_ms)
        self.today += 1

    def _check(self, config: Config, caller: Caller, limit: Limit, now_ms: int) -> None:
        if caller.kind == "private" and self.today >= config.daily:
            raise TooMany(_daily())
        match limit:
            case "search":
                window = self._window("search", "account", SECOND_MS)
                if not window.take(now_ms, config.search_secondly):
                    raise TooMany(_secondly(config, caller))
            case "associations":
                window = self._window("associations", caller.key, WINDOW_MS)
                if not window.take(now_ms, config.associations_ten_secondly):
                    raise TooMany(_ten_secondly(config, caller))
            case _:
                window = self._window("default", caller.key, WINDOW_MS)
                if not window.take(now_ms, most(config, caller)):
                    raise TooMany(_ten_secondly(config, caller))

    def headers(self, config: Config, caller: Caller, limit: Limit, now_ms: int) -> dict[str, str]:
        """OAuth apps get no daily headers; searches none of the ten-second ones."""
        if limit == "exempt" or not config.limits:
            return {}
        found: dict[str, str] = {}
        if caller.kind == "private":
            found["X-HubSpot-RateLimit-Daily"] = str(config.daily)
            found["X-HubSpot-RateLimit-Daily-Remaining"] = str(max(0, config.daily - self.today))
        if limit == "search":
            return found
        name, top = "default", most(config, caller)
        if limit == "associations":
            name, top = "associations", config.associations_ten_secondly
        window = self._window(name, caller.key, WINDOW_MS)
        used = window.count(now_ms)
        second = sum(1 for at in window.calls if at > now_ms - SECOND_MS)
        per_second = max(1, top // 10)
        return found | {
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(WINDOW_MS),
            "X-HubSpot-RateLimit-Max": str(top),
            "X-HubSpot-RateLimit-Remaining": str(max(0, top - used)),
            "X-HubSpot-RateLimit-Secondly": str(per_second),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(max(0, per_second - second)),
        }

    def _window(self, name: str, key: str, span_ms: int) -> Window:
        return self.windows.setdefault((name, key), Window(span_ms))

    def _new_day(self, now_ms: int) -> None:
        day = now_ms // (DAY_S * 1000)
        if day != self.day:
            self.day, self.today = day, 0


def most(config: Config, caller: Caller) -> int:
    """Calls per ten seconds."""
    if caller.kind == "oauth":
        return config.oauth_ten_secondly
    return config.private_app_ten_secondly


def _ten_secondly(config: Config, caller: Caller) -> dict[str, Any]:
    app = "private_app" if caller.kind == "private" else "oauth"
    group = f"publicapi:{app}-api-calls-ten-secondly:{config.app_id}:{config.portal_id}"
    return {
        "status": "error",
        "message": "You have reached your ten_secondly_rolling limit.",
        "errorType": "RATE_LIMIT",
        "policyName": "TEN_SECONDLY_ROLLING",
        "groupName": group,
    }


def _secondly(config: Config, caller: Caller) -> dict[str, Any]:
    body: dict[str, Any] = {"status": "error", "message": "You have reached your secondly limit."}
    if config.search_429 == "old":
        return {**body, "category": "RATE_LIMITS"}
    app = "private_app" if caller.kind == "private" else "oauth"
    group = f"publicapi:crm:search:{app}:{config.app_id}:{config.portal_id}"
    more = {"errorType": "RATE_LIMIT", "policyName": "SECONDLY", "groupName": group}
    return {**body, **more}


def _daily() -> dict[str, Any]:
    return {
        "status": "error",
        "message": "You have reached your daily limit.",
        "errorType": "RATE_LIMIT",
        "policyName": "DAILY",
        "requestId": str(uuid.uuid4()),
    }
