"""What handlers ask for: the parts, a transaction, who is calling. Deny by default."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NoReturn, TypeVar

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from app.store import api_keys
from app.store.api_keys import UserRole
from app.store.db import Tx
from app.store.faults import untangled
from app.web.parts import Parts
from app.web.problems import Problem

T = TypeVar("T")
RANKS: Mapping[str, int] = {"viewer": 1, "operator": 2, "admin": 3}
VIEWER: dict[str, Any] = {"x-role": "viewer"}
OPERATOR: dict[str, Any] = {"x-role": "operator"}
ADMIN: dict[str, Any] = {"x-role": "admin"}
BEARER = HTTPBearer(
    auto_error=False, scheme_name="ApiKey", description="`Authorization: Bearer baton_…`"
)
FAILURES = 20  # wrong keys of one address in a minute; right ones are taken all the same
WINDOW_S = 60.0
MOST_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: a key's id and name, and what it may do."""

    id: str
    name: str
    role: UserRole

    @property
    def by(self) -> str:
        """As the journal names the one who changed something."""
        return f"{self.name} ({self.id})"


@dataclass(slots=True)
class Guesses:
    """Wrong keys per address: whoever tries many is slowed down and costs no log line."""

    clock: Callable[[], float] = time.monotonic
    _failed: dict[str, deque[float]] = field(default_factory=dict)

    def failed(self, address: str) -> bool:
        """Count one; True where it is one too many."""
        if address not in self._failed and len(self._failed) >= MOST_ADDRESSES:
            self._failed.pop(next(iter(self._failed)))
        times = self._failed.setdefault(address, deque(maxlen=FAILURES))
        now = self.clock()
        full = len(times) == FAILURES and now - times[0] < WINDOW_S
        times.append(now)
        return full


def parts_of(request: Request) -> Parts:
    """The parts of this application."""
    parts: Parts = request.app.state.parts
    return parts


def transaction(request: Request) -> Iterator[Tx]:
    """A transaction, committed before the answer is sent (hence `scope="function"` below)."""
    with parts_of(request).database.begin() as tx:
        yield tx


async def unambiguous(request: Request) -> None:
    """A JSON body means one thing: no key twice in one object, no NaN. Raises: Problem (400)."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return
    body = await request.body()
    try:
        if body:
            json.loads(body, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Problem(400, "the body is not JSON, or a key stands twice in one object") from None


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def transacted(parts: Parts, act: Callable[[Tx], T]) -> T:
    """Run a change that touches many rows in a transaction; again where it clashed with another."""

    def once() -> T:
        with parts.database.begin() as tx:
            return act(tx)

    return untangled(once)


def caller(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
) -> Caller:
    """Who calls, if that one may use this operation. Raises: Problem (401, 403, 429)."""
    found = _signed_in(request)
    extra = getattr(request.scope.get("route"), "openapi_extra", None) or {}
    needed = extra.get("x-role", "admin")
    if RANKS[found.role] < RANKS[needed]:
        raise Problem(403, f"this needs the role {needed}; the key has the role {found.role}")
    return found


def _signed_in(request: Request) -> Caller:
    given = request.headers.getlist("authorization")
    scheme, _, key = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.lower() == "bearer" and "\x00" not in key:
        with parts_of(request).database.begin() as tx:
            row = api_keys.check(tx, key.strip())
        if row is not None:
            return Caller(row["id"], row["name"], row["role"])
    guesses: Guesses = request.app.state.guesses
    if given and guesses.failed(request.client.host if request.client else ""):
        raise Problem(429, "too many wrong keys", retry_after_s=int(WINDOW_S))
    tip = "send an API key: Authorization: Bearer baton_…"
    raise Problem(401, tip, headers={"WWW-Authenticate": 'Bearer realm="baton"'})


TxDep = Annotated[Tx, Depends(transaction, scope="function")]
PartsDep = Annotated[Parts, Depends(parts_of)]
CallerDep = Annotated[Caller, Depends(caller)]
