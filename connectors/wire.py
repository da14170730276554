"""One wire under both vendor SDKs: timeouts, sign-in, budget, size caps, error mapping, figures.

An SDK's own transport is replaced by a shim of a few lines that calls `Wire.send`; so every
outgoing request of Baton passes here, and `respx` sees it in tests.
"""

import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, TypeAlias

import httpx

from connectors.base import AuthLost, Busy, ConnectorError, Rejected, Unsure

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
MAX_ANSWER_BYTES = 64 * 1024 * 1024  # a vendor's page of 2,000 wide records is about 20 MB
LONGEST_ANSWER_S = 120.0  # TIMEOUT bounds each wait; this, an answer that drips for ever
UNSENT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError,
    httpx.UnsupportedProtocol,
)  # fmt: skip
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it went, for metrics and logs. `status` is 0 where there was no answer."""

    connection: str
    method: str
    path: str
    status: int
    took_s: float


Observe: TypeAlias = Callable[[Call], None]


def ignore(_: Any) -> None:
    """Hear and do nothing."""


class Budget(Protocol):
    def take(self, limit: str) -> float:
        """Take one call of a limit class; answer the seconds to wait before making it."""
        ...

    def learn(self, limit: str, headers: Mapping[str, str]) -> None:
        """Look at the vendor's limit headers."""
        ...


class Unlimited:
    """A budget that never says no."""

    def take(self, limit: str) -> float:  # noqa: ARG002  the interface
        return 0.0

    def learn(self, limit: str, headers: Mapping[str, str]) -> None: ...


class Tokens(Protocol):
    def current(self) -> str:
        """An access token that should still be good, fetching one where needed."""
        ...

    def renew(self, stale: str) -> str:
        """A token other than `stale`; one refresh for all threads. Raises: AuthLost, Busy."""
        ...


class NoTokens:
    """For calls that carry their own sign-in, such as the token request itself."""

    def current(self) -> str:
        return ""

    def renew(self, stale: str) -> str:  # noqa: ARG002  the interface
        message = "the vendor refused our sign-in"
        raise AuthLost(message)


Classify: TypeAlias = Callable[[httpx.Response, bool], ConnectorError | None]


class _AnswerLost(Exception):
    """An answer that is too large or takes too long to be read."""


@dataclass(slots=True)
class Wire:
    """Requests to one vendor account.

    `classify(response, reads)` turns an answer into the error that it means for the whole request,
    None where the answer is for the caller to read. `longest_wait_s` bounds the
    wait for the budget: beyond it the request is not made and Busy is raised.
    """

    connection: str
    http: httpx.Client
    tokens: Tokens
    classify: Classify
    budget: Budget
    hosts: frozenset[str]
    observe: Observe = ignore
    longest_wait_s: float = 2.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def send(
        self,
        method: str,
        url: str,
        *,
        limit: str = "default",
        reads: bool | None = None,
        headers: Mapping[str, str] | None = None,
        params: Any = None,
        content: bytes | str | None = None,
    ) -> httpx.Response:
        """Make one request; a 401 is answered by one refresh and the same request again.

        `reads` says that repeating is harmless although the method is POST (a search).
        Raises: Busy, AuthLost, Unsure, or what `classify` says.
        """
        reads = method in {"GET", "HEAD"} if reads is None else reads
        target = self._target(url, params)
        self._wait_for_budget(limit)
        token = self.tokens.current()

        def attempt(token: str) -> httpx.Response:
            return self._once(
                method, target, token, reads=reads, headers=headers or {}, content=content
            )

        response = attempt(token)
        if response.status_code == httpx.codes.UNAUTHORIZED and token:
            token = self.tokens.renew(token)
            self._wait_for_budget(limit)
            response = attempt(token)
        self.budget.learn(limit, response.headers)
        if response.status_code == httpx.codes.UNAUTHORIZED and token:
            raise AuthLost(f"{url_path(url)}: 401 after a fresh token")
        if (error := self.classify(response, reads)) is not None:
            raise error
        return response

    def _target(self, url: str, params: Any) -> httpx.URL:
        """Where to send it, if we may. Vendors' answers hold addresses too (the next page)."""
        try:
            target = httpx.URL(url, params=params) if params and "?" not in url else httpx.URL(url)
            target = target.copy_merge_params(params) if params and "?" in url else target
        except httpx.InvalidURL as error:
            raise Rejected(f"not an address: {error}") from error
        host = target.host
        if not any(host == h or (h.startswith(".") and host.endswith(h)) for h in self.hosts):
            raise Rejected(f"host {host!r} is not one that {self.connection!r} may talk to")
        if target.scheme != "https" and not (target.scheme == "http" and is_near(host)):
            raise Rejected(f"{target.scheme!r} is not safe for host {host!r}; use https")
        if target.userinfo:
            raise Rejected("an address with a user name in it is not taken")
        return target

    def _wait_for_budget(self, limit: str) -> None:
        wait_s = self.budget.take(limit)
        if wait_s > self.longest_wait_s:
            raise Busy(f"our own budget for {limit!r} is used up", retry_in_s=wait_s)
        if wait_s > 0:
            self.sleep(wait_s)

    def _once(
        self,
        method: str,
        url: httpx.URL,
        token: str,
        *,
        reads: bool,
        headers: Mapping[str, str],
        content: bytes | str | None,
    ) -> httpx.Response:
        if token:
            headers = {k: v for k, v in headers.items() if k.lower() != "authorization"}
            headers["Authorization"] = f"Bearer {token}"
        started = self.clock()
        status = 0
        try:
            with self.http.stream(
                method,
                url,
                headers=headers,
                content=content,
                timeout=TIMEOUT,
                follow_redirects=False,
            ) as response:
                self._read_capped(response, started)
            status = response.status_code
        except UNSENT as error:
            raise Busy(f"no connection to the vendor: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            reason = f"no answer: {type(error).__name__}"
            raise (Busy(reason) if reads else Unsure(reason)) from error
        except _AnswerLost as error:
            raise (Rejected(str(error)) if reads else Unsure(str(error))) from error
        finally:
            took_s = self.clock() - started
            self.observe(Call(self.connection, method, url.path, status, took_s))
        return response

    def _read_capped(self, response: httpx.Response, started: float) -> None:
        """Read the whole body into `response.content`, unless it is too large or too slow."""
        size = 0
        chunks: list[bytes] = []
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                raise _AnswerLost(f"the vendor's answer is larger than {MAX_ANSWER_BYTES} bytes")
            if self.clock() - started > LONGEST_ANSWER_S:
                raise httpx.ReadTimeout(f"not complete after {LONGEST_ANSWER_S:.0f} s")
            chunks.append(chunk)
        response._content = b"".join(chunks)  # noqa: SLF001  httpx cannot cap a body in public


def is_near(host: str) -> bool:
    """Whether a host may be spoken to without TLS: a private address, or a name without a dot."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def url_path(url: str) -> str:
    """The path of a URL: what may stand in logs (a query string can hold personal values)."""
    return httpx.URL(url).path


def retry_after_s(response: httpx.Response, *, longest_s: float = 86_400.0) -> float | None:
    """`Retry-After` in seconds; None where absent or neither a positive number nor a date.

    A date counts from the vendor's own `Date`, so that our clock does not matter.
    """
    raw = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(raw)
    except ValueError:
        until, now = _date(raw), _date(response.headers.get("date", ""))
        if until is None or now is None:
            return None
        seconds = max((until - now).total_seconds(), 0.0)
    return min(seconds, longest_s) if 0 <= seconds < float("inf") else None


def _date(raw: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(raw)
    except ValueError:
        return None
    return date if date.tzinfo else None


def classify_status(response: httpx.Response, *, reads: bool) -> ConnectorError | None:
    """What a status means at any vendor, where the body says nothing better.

    429 and 503 were refused before anything was done; 500, 502 and 504 may have been carried out.
    A redirect would take our sign-in to an address that nobody checked.
    """
    status = response.status_code
    if status in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE, 423, 477}:
        return Busy(f"HTTP {status}", retry_in_s=retry_after_s(response))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Busy(f"HTTP {status}") if reads else Unsure(f"HTTP {status}")
    if status in REDIRECTS:
        return Rejected(f"HTTP {status}: redirects are not followed; correct the address")
    return None
