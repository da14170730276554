"""The wire: one refresh for a 401, and what each way of failing means to the caller."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
import respx

from connectors.base import AuthLost, Busy, ConnectorError, Rejected, Unsure
from connectors.wire import Call, NoTokens, Tokens, Unlimited, Wire, classify_status
from tests.support.http import client as http_client

URL = "https://api.vendor.example/v1/things"


@dataclass
class Rotating:
    """Tokens that go up by one with each refresh; one refresh for all who hold the same one."""

    number: int = 1
    refreshes: int = 0
    fails: ConnectorError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> str:
        return f"token-{self.number}"

    def renew(self, stale: str) -> str:
        with self.lock:
            if stale == self.current():
                self.refreshes += 1
                if self.fails:
                    raise self.fails
                self.number += 1
            return self.current()


def plain(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the interface
    return classify_status(response, reads=reads)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def calls() -> list[Call]:
    return []


@pytest.fixture
def open_wire(http: httpx.Client, calls: list[Call]) -> Callable[[Tokens], Wire]:
    """A wire to one account, with the tokens that a test chooses."""

    def opened(tokens: Tokens) -> Wire:
        hosts = frozenset({"api.vendor.example"})
        return Wire("main", http, tokens, plain, Unlimited(), hosts, observe=calls.append)

    return opened


@pytest.fixture
def wire(open_wire: Callable[[Tokens], Wire]) -> Wire:
    return open_wire(Rotating())


@respx.mock
def test_a_401_is_answered_by_one_refresh_and_the_same_request(
    open_wire: Callable[[Tokens], Wire],
) -> None:
    """The replay carries the same query, headers and body, and the new token."""
    tokens = Rotating()
    route = respx.post(URL).mock(side_effect=[httpx.Response(401), httpx.Response(200)])

    open_wire(tokens).send(
        "POST",
        f"{URL}?a=1",
        params={"b": "2"},
        headers={"Sforce-Auto-Assign": "FALSE", "Content-Type": "application/json"},
        content=b'{"x": 1}',
    )

    first, second = (call.request for call in route.calls)
    assert tokens.refreshes == 1
    assert first.headers["authorization"] == "Bearer token-1"
    assert second.headers["authorization"] == "Bearer token-2"
    assert second.url == first.url == f"{URL}?a=1&b=2"
    assert second.content == first.content == b'{"x": 1}'
    for name in ("sforce-auto-assign", "content-type"):
        assert second.headers[name] == first.headers[name]


@respx.mock
def test_a_second_401_is_a_lost_sign_in(open_wire: Callable[[Tokens], Wire]) -> None:
    """A fresh token that is refused too is AuthLost, after exactly two requests."""
    tokens = Rotating()
    route = respx.get(URL).mock(return_value=httpx.Response(401))

    with pytest.raises(AuthLost, match="401 after a fresh token"):
        open_wire(tokens).send("GET", URL)
    assert (route.call_count, tokens.refreshes) == (2, 1)


@respx.mock
@pytest.mark.parametrize("error", [AuthLost("refused"), Busy("the token service is down")])
def test_a_refresh_that_fails_says_why(
    open_wire: Callable[[Tokens], Wire], error: ConnectorError
) -> None:
    """What the refresh raises is what the caller gets; nothing is replayed."""
    route = respx.get(URL).mock(return_value=httpx.Response(401))

    with pytest.raises(type(error)):
        open_wire(Rotating(fails=error)).send("GET", URL)
    assert route.call_count == 1


@respx.mock
def test_many_threads_with_one_stale_token_refresh_once(
    open_wire: Callable[[Tokens], Wire],
) -> None:
    """The wire tells which token was refused, so that the others find the new one."""
    tokens, refused = Rotating(), threading.Barrier(4, timeout=30)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == "Bearer token-1":
            refused.wait()
            return httpx.Response(401)
        return httpx.Response(200)

    respx.get(URL).mock(side_effect=answer)
    wire, statuses = open_wire(tokens), list[int]()
    threads = [
        threading.Thread(target=lambda: statuses.append(wire.send("GET", URL).status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 4
    assert tokens.refreshes == 1


@respx.mock
def test_a_callers_own_sign_in_is_left_alone(open_wire: Callable[[Tokens], Wire]) -> None:
    """Without tokens the caller's header goes out, and a 401 is for the caller to read."""
    route = respx.post(URL).mock(return_value=httpx.Response(401))

    response = open_wire(NoTokens()).send("POST", URL, headers={"Authorization": "Basic YTpi"})

    assert response.status_code == 401
    assert route.calls.last.request.headers["authorization"] == "Basic YTpi"


@respx.mock
def test_our_token_replaces_any_that_an_sdk_set(wire: Wire) -> None:
    """However the SDK spells the header, one Authorization goes out: ours."""
    route = respx.get(URL).mock(return_value=httpx.Response(200))

    wire.send("GET", URL, headers={"AUTHORIZATION": "Bearer of-the-sdk"})

    assert route.calls.last.request.headers.get_list("authorization") == ["Bearer token-1"]


UNSENT = [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError]
IN_DOUBT = [
    httpx.ReadTimeout, httpx.ReadError, httpx.WriteTimeout, httpx.WriteError,
    httpx.RemoteProtocolError, httpx.CloseError,
]  # fmt: skip


@respx.mock
@pytest.mark.parametrize("error", UNSENT)
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_what_was_never_sent_is_busy(
    wire: Wire, method: str, error: type[httpx.TransportError]
) -> None:
    """Without a connection nothing can have happened, also for a write."""
    respx.route(url=URL).mock(side_effect=error)

    with pytest.raises(Busy, match=f"no connection to the vendor: {error.__name__}"):
        wire.send(method, URL)


@respx.mock
@pytest.mark.parametrize("error", IN_DOUBT)
def test_a_write_that_may_have_arrived_is_unsure(
    wire: Wire, error: type[httpx.TransportError]
) -> None:
    """Once something was sent, a write without an answer is in doubt."""
    respx.post(URL).mock(side_effect=error)

    with pytest.raises(Unsure, match=f"no answer: {error.__name__}"):
        wire.send("POST", URL)


@respx.mock
@pytest.mark.parametrize("error", IN_DOUBT)
def test_a_read_without_an_answer_is_busy(wire: Wire, error: type[httpx.TransportError]) -> None:
    """Reading again does no harm, also where a search is a POST."""
    respx.route(url=URL).mock(side_effect=error)

    with pytest.raises(Busy):
        wire.send("GET", URL)
    with pytest.raises(Busy):
        wire.send("POST", URL, reads=True)


@respx.mock
def test_a_body_that_cannot_be_decoded_is_no_answer(wire: Wire) -> None:
    """A broken compression leaves a write in doubt and a read to be repeated."""
    broken = {"content-encoding": "gzip"}
    respx.route(url=URL).mock(
        side_effect=lambda _: httpx.Response(200, headers=broken, stream=httpx.ByteStream(b"no"))
    )

    with pytest.raises(Unsure):
        wire.send("POST", URL)
    with pytest.raises(Busy):
        wire.send("GET", URL)


@respx.mock
@pytest.mark.parametrize(
    ("status", "of_read", "of_write"),
    [
        (423, Busy, Busy),
        (429, Busy, Busy),
        (477, Busy, Busy),
        (500, Busy, Unsure),
        (502, Busy, Unsure),
        (503, Busy, Busy),
        (504, Busy, Unsure),
        (301, Rejected, Rejected),
        (307, Rejected, Rejected),
    ],
)
def test_a_status_means_the_same_everywhere(
    wire: Wire, status: int, of_read: type[ConnectorError], of_write: type[ConnectorError]
) -> None:
    """429 and 503 were refused before anything was done; other 5xx may have been carried out."""
    respx.route(url=URL).mock(return_value=httpx.Response(status))

    with pytest.raises(of_read):
        wire.send("GET", URL)
    with pytest.raises(of_write):
        wire.send("POST", URL)


@respx.mock
@pytest.mark.parametrize("status", [200, 201, 204, 207, 300, 304, 400, 403, 404, 409])
def test_other_answers_are_for_the_caller(wire: Wire, status: int) -> None:
    """What only the vendor's own rules can read comes back as it is."""
    respx.get(URL).mock(return_value=httpx.Response(status, json={"a": 1}))

    response = wire.send("GET", URL)

    assert (response.status_code, response.json()) == (status, {"a": 1})


@respx.mock
def test_every_request_is_observed_without_its_query(wire: Wire, calls: list[Call]) -> None:
    """Figures carry the path and the status, 0 where there was none, and no personal values."""
    respx.get(URL).mock(side_effect=[httpx.Response(200), httpx.ReadTimeout])

    wire.send("GET", f"{URL}?email=ada@example.com")
    with pytest.raises(Busy):
        wire.send("GET", URL)

    seen = [(call.connection, call.method, call.path, call.status) for call in calls]
    assert seen == [("main", "GET", "/v1/things", 200), ("main", "GET", "/v1/things", 0)]
