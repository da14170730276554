"""simple-salesforce over our wire: a session shim, and the calls the adapter makes."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from json import JSONDecodeError, dumps
from threading import local
from typing import Any, Protocol

import httpx
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connectors.base import Busy, Rejected, Unsure
from connectors.salesforce.limits import Daily
from connectors.salesforce.settings import Settings
from connectors.wire import Tokens, Wire

Row = Mapping[str, Any]


class OrgTokens(Tokens, Protocol):
    """Tokens that also know where the org is."""

    @property
    def origin(self) -> str: ...


class Session:
    """The part of `requests.Session` that the SDK uses, over the wire.

    The SDK always says https and the host it was made with; only path and query of its URLs are
    taken, the origin is the signed-in org's. So a `nextRecordsUrl` cannot lead elsewhere.
    """

    proxies = None

    def __init__(self, wire: Wire, tokens: OrgTokens) -> None:
        self._wire = wire
        self._tokens = tokens
        self._last = local()

    @property
    def token(self) -> str:
        """The access token, for an API that takes it in the body (SOAP)."""
        return self._tokens.current()

    @property
    def asked_at(self) -> datetime | None:
        """When, by the vendor's clock and at the latest, this thread's last request was begun."""
        return getattr(self._last, "asked_at", None)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        data: str | bytes | None = None,
        limit: str = "default",
        reads: bool | None = None,
    ) -> httpx.Response:
        path = httpx.URL(url).raw_path.decode("ascii")
        dropped = {"authorization", "x-prettyprint"}  # the wire signs in; nobody reads the answers
        kept = {k: v for k, v in (headers or {}).items() if k.lower() not in dropped}
        started = time.monotonic()
        response = self._wire.send(
            method,
            self._tokens.origin + path,
            limit=limit,
            reads=reads,
            headers=kept,
            params=params,
            content=data,
        )
        self._last.asked_at = _begun(response, time.monotonic() - started)
        return response

    def get(self, url: str, **rest: Any) -> httpx.Response:
        return self.request("GET", url, **rest)

    def post(self, url: str, **rest: Any) -> httpx.Response:
        return self.request("POST", url, **{k: v for k, v in rest.items() if k != "proxies"})


def _begun(response: httpx.Response, took_s: float) -> datetime | None:
    """The answer's `Date`, less the time that it took."""
    try:
        return parsedate_to_datetime(response.headers["date"]) - timedelta(seconds=took_s)
    except (KeyError, ValueError, TypeError):
        return None


def _page(path: str, answer: Any) -> Row:
    rows = answer.get("records") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(r, dict) and r.get("Id") for r in rows):
        raise Busy(f"{path}: an answer without records")
    page: Row = answer
    return page


@dataclass(slots=True)
class Api:
    """One org as the adapter sees it. Safe to share between threads: it keeps caches only."""

    settings: Settings
    daily: Daily
    session: Session
    sdk: Salesforce
    described: dict[str, Mapping[str, Row]] = field(default_factory=dict)
    record_types: dict[str, Mapping[str, str]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    notification_type_id: str | None = None
    user_id: str | None = None
    loaded: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # outcomes of loads

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        reads: bool | None = None,
        limit: str = "default",
    ) -> Any:
        """One REST call under `/services/data/vNN.0/`; the answer's JSON, [] where it is empty."""
        try:
            answer = self.sdk.restful(
                path,
                params=None if params is None else dict(params),
                method=method,
                data=None if body is None else dumps(body, allow_nan=False),
                headers=dict(headers or {}),
                reads=reads,
                limit=limit,
            )
        except JSONDecodeError as error:
            reason = f"{path}: an answer that breaks off"
            raise (Busy if reads or method == "GET" else Unsure)(reason) from error
        except SalesforceError as error:  # `classify` let it pass: results of an action
            return error.content
        except ValueError as error:
            raise Rejected(f"{path}: a value that JSON cannot hold: {error}") from error
        return [] if answer is None else answer

    def csv(
        self,
        method: str,
        path: str,
        text: str | None = None,
        *,
        params: Mapping[str, str] | None = None,
    ) -> tuple[str, Mapping[str, str]]:
        """One call whose body and answer are CSV; the answer's text and headers."""
        headers = {"Accept": "text/csv"} | ({} if text is None else {"Content-Type": "text/csv"})
        url = f"{self.sdk.base_url}{path}"
        response = self.session.request(method, url, headers=headers, params=params, data=text)
        return response.text, response.headers

    def query(self, soql: str, *, deleted_too: bool = False, limit: str = "default") -> Row:
        """One page of a query: `records` and `done`."""
        path = "queryAll/" if deleted_too else "query/"
        answer = self.call("GET", path, params={"q": soql}, limit=limit)
        return _page(path, answer)

    def rows(
        self, soql: str, *, deleted_too: bool = False, limit: str = "default"
    ) -> Iterator[Row]:
        """All records of a query, page after page.

        A page has as many records as Salesforce likes; `nextRecordsUrl` leads on.
        """
        page = self.query(soql, deleted_too=deleted_too, limit=limit)
        while True:
            yield from page["records"]
            if page.get("done", True) or not page.get("nextRecordsUrl"):
                return
            locator = str(page["nextRecordsUrl"]).rpartition("/")[2]
            path = "queryAll/" if deleted_too else "query/"
            page = _page(path, self.call("GET", path + locator, limit=limit))

    def describe(self, name: str) -> Row:
        """The schema of one object, as the running user may see it."""
        try:
            answer = getattr(self.sdk, name).describe()
        except JSONDecodeError as error:
            raise Busy(f"describe {name}: an answer that breaks off") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("fields"), list):
            raise Busy(f"describe {name}: an answer without fields")
        return answer
