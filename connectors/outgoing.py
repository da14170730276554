"""One message to a web address that somebody else runs: sent once, soon over, nothing believed.

The answer's body is not read: a status says all that counts. No redirect is followed, for it
would lead where nobody checked. A deadline bounds the whole exchange, not each wait within it, so
that a receiver that drips bytes holds nobody up.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import httpcore
import httpx

from connectors.base import Rejected
from connectors.outward import CheckedNetwork, Resolve, is_public, is_trusted, over, resolved
from connectors.wire import retry_after_s

TOTAL_S = 10.0
CONNECT_S = 5.0
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10)
_until: ContextVar[float] = ContextVar("until")
LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Posted:
    """How it went: the status (0: no answer), why it was no success, when to come back."""

    status: int
    took_s: float
    reason: str | None = None
    retry_in_s: float | None = None

    @property
    def taken(self) -> bool:
        return self.reason is None


class Posts(Protocol):
    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post a body. Never raises for what the other side does."""
        ...


def objection(url: str, trusted: Collection[str]) -> str | None:
    """Why nothing is ever sent to an address; None where only its resolution is to be checked.

    A `trusted` host (named by the operator) may be anywhere, and be spoken to without TLS.
    """
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return "this is no address"
    near = is_trusted(target.host, trusted)
    wrong = {
        "expected an address that begins with https://": target.scheme not in {"https", "http"}
        or not target.host,
        "an address with a user name in it is not taken": bool(target.userinfo),
        "an address with a # in it is not taken": bool(target.fragment),
        f"there is no port {target.port}": (target.port or 1) > LAST_PORT,
        "http is not safe; use https": target.scheme == "http" and not near,
        f"host {target.host!r} is not public": not (near or _may_be_public(target.host)),
    }
    return next((text for text, is_so in wrong.items() if is_so), None)


def _may_be_public(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return True  # a name: judged when it is resolved


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts over one client, to addresses that are checked as they are connected to."""

    http: httpx.Client
    trusted: frozenset[str] = frozenset()
    total_s: float = TOTAL_S
    clock: Callable[[], float] = time.monotonic

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post a body. Never raises for what the other side does."""
        began = self.clock()
        if (why_not := objection(url, self.trusted)) is not None:
            return Posted(0, 0.0, why_not)
        token = _until.set(time.monotonic() + self.total_s)
        try:
            with self.http.stream(
                "POST", url, headers=dict(headers), content=body, follow_redirects=False,
                timeout=httpx.Timeout(self.total_s, connect=CONNECT_S),
            ) as answer:  # fmt: skip
                return _read(answer, self.clock() - began)
        except Rejected as error:
            return Posted(0, self.clock() - began, str(error))
        except httpx.TimeoutException:
            return Posted(0, self.clock() - began, f"no answer within {self.total_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return Posted(0, self.clock() - began, f"no answer: {type(error).__name__}")
        finally:
            _until.reset(token)


def _read(answer: httpx.Response, took_s: float) -> Posted:
    if answer.is_success:
        return Posted(answer.status_code, took_s)
    what = ": redirects are not followed" if answer.has_redirect_location else ""
    reason = f"HTTP {answer.status_code}{what}"
    return Posted(answer.status_code, took_s, reason, retry_after_s(answer))


class _Hurried(httpcore.NetworkStream):
    """A stream whose waits end with the deadline of the exchange."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left_s(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left_s(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left_s = _left_s(timeout, httpcore.ConnectTimeout)
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, left_s))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left_s(timeout: float | None, late: type[Exception]) -> float | None:
    until = _until.get(None)
    if until is None:
        return timeout
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise late("the whole exchange took too long")
    return left_s if timeout is None else min(left_s, timeout)


class _Hurry(httpcore.SyncBackend):
    """The plain network, in haste."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        left_s = _left_s(timeout, httpcore.ConnectTimeout)
        return _Hurried(super().connect_tcp(host, port, left_s, local_address, socket_options))


@contextmanager
def poster(
    trusted: Collection[str], resolve: Resolve = resolved, total_s: float = TOTAL_S
) -> Iterator[Poster]:
    """A poster with a client of its own, closed at the end."""
    network = CheckedNetwork(trusted, resolve, _Hurry())
    with httpx.Client(transport=over(network, LIMITS), trust_env=False) as http:
        yield Poster(http, frozenset(trusted), total_s)
