"""The wire's limits: which hosts, how much, how long, how often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx
import pytest
import respx

from connectors.base import Busy, ConnectorError, Rejected, Unsure
from connectors.wire import (
    MAX_ANSWER_BYTES,
    NoTokens,
    Unlimited,
    Wire,
    classify_status,
    is_near,
    retry_after_s,
)
from tests.support.http import client as http_client

URL = "https://api.vendor.example/v1/things"
HOSTS = frozenset({"api.vendor.example", ".my.vendor.example", "127.0.0.1", "sandbox"})


@dataclass
class Waits:
    """A budget that asks for the waits it was given, and hears what the vendor says."""

    waits: list[float]
    taken: list[str] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)

    def take(self, limit: str) -> float:
        self.taken.append(limit)
        return self.waits.pop(0)

    def learn(self, limit: str, headers: Mapping[str, str]) -> None:
        self.heard.append((limit, headers["x-left"]))


class OneToken:
    """Tokens of which the second is as good as the first."""

    def current(self) -> str:
        return "old"

    def renew(self, stale: str) -> str:
        assert stale == "old"
        return "new"


def plain(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the interface
    return classify_status(response, reads=reads)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def wire(http: httpx.Client) -> Wire:
    return Wire("main", http, NoTokens(), plain, Unlimited(), HOSTS)


@respx.mock
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1",
        "https://api.vendor.example.evil.example/",
        "https://evilapi.vendor.example/",
        "https://my.vendor.example.evil.example/",
        "https://notmy.vendor.example/",
        "https://api.vendor.example@evil.example/",
        "https://evil.example\\@api.vendor.example/",
        "https://me:secret@api.vendor.example/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "http://api.vendor.example/v1",
        "http://org.my.vendor.example/v1",
        "ftp://api.vendor.example/",
        "file:///etc/passwd",
        "//api.vendor.example/",
        "/services/data",
        "",
        "https://",
        "https://api.vendor.example:notaport/",
        "https://api.vendor.example/\x00",
    ],
)
def test_other_addresses_are_never_asked(wire: Wire, url: str) -> None:
    """Foreign hosts, look-alikes, user names, plain HTTP and junk: Rejected, nothing is sent."""
    route = respx.route().mock(return_value=httpx.Response(200))

    with pytest.raises(Rejected):
        wire.send("GET", url)
    assert route.call_count == 0


@respx.mock
@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://API.Vendor.Example/v1",
        "https://api.vendor.example:443/v1",
        "https://acme.my.vendor.example/v1",
        "https://acme--dev.sandbox.my.vendor.example/v1",
        "http://127.0.0.1:9101/v1",
        "http://sandbox:9101/v1",
    ],
)
def test_the_accounts_own_addresses_are_asked(wire: Wire, url: str) -> None:
    """Exact hosts, hosts below a leading dot, and local sandboxes in plain HTTP."""
    route = respx.route().mock(return_value=httpx.Response(200))

    assert wire.send("GET", url).status_code == 200
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("localhost", True), ("127.0.0.1", True), ("::1", True), ("10.1.2.3", True),
        ("sandbox", True), ("8.8.8.8", False), ("api.vendor.example", False),
    ],
)  # fmt: skip
def test_plain_http_is_for_near_hosts(host: str, near: bool) -> None:  # noqa: FBT001  a table
    """Private addresses and names without a dot."""
    assert is_near(host) is near


@respx.mock
def test_redirects_are_not_followed(wire: Wire) -> None:
    """A redirect ends as Rejected; the other address is never asked."""
    elsewhere = respx.get("https://acme.my.vendor.example/").mock(return_value=httpx.Response(200))
    respx.get(URL).mock(
        return_value=httpx.Response(302, headers={"location": "https://acme.my.vendor.example/"})
    )

    with pytest.raises(Rejected, match="redirects are not followed"):
        wire.send("GET", URL)
    assert elsewhere.call_count == 0


def endless(sent: list[int]) -> Iterator[bytes]:
    """A body without an end, counting what was taken of it."""
    while True:
        sent[0] += 1024 * 1024
        yield b"x" * 1024 * 1024


class Stream(httpx.SyncByteStream):
    """A response body that is made while it is read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self.chunks


@pytest.mark.parametrize(("method", "error"), [("GET", Rejected), ("POST", Unsure)])
def test_an_endless_answer_is_cut_off(method: str, error: type[ConnectorError]) -> None:
    """No more than the cap is read; a write with such an answer is in doubt."""
    sent = [0]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Stream(endless(sent))))
    with httpx.Client(transport=transport) as http:
        wire = Wire("main", http, NoTokens(), plain, Unlimited(), HOSTS)

        with pytest.raises(error, match="larger than"):
            wire.send(method, URL)

    assert sent[0] <= MAX_ANSWER_BYTES + 1024 * 1024


@pytest.mark.parametrize(("method", "error"), [("GET", Busy), ("POST", Unsure)])
def test_an_answer_that_drips_is_cut_off(method: str, error: type[ConnectorError]) -> None:
    """However often a byte comes, the whole answer has its time."""
    now = [0.0]

    def drip() -> Iterator[bytes]:
        while True:
            now[0] += 20
            yield b"x"

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Stream(drip())))
    with httpx.Client(transport=transport) as http:
        wire = Wire(
            "main", http, NoTokens(), plain, Unlimited(), HOSTS, clock=lambda: now[0]
        )  # fmt: skip

        with pytest.raises(error):
            wire.send(method, URL)

    assert now[0] == 140


@respx.mock
def test_the_budget_is_asked_and_its_short_waits_are_kept(http: httpx.Client) -> None:
    """A short wait is waited for; the vendor's headers are passed on, per limit class."""
    budget, slept = Waits([0.0, 1.5]), list[float]()
    wire = Wire("main", http, NoTokens(), plain, budget, HOSTS, sleep=slept.append)
    respx.get(URL).mock(return_value=httpx.Response(200, headers={"x-left": "7"}))

    wire.send("GET", URL)
    wire.send("GET", URL, limit="search")

    assert budget.taken == ["default", "search"]
    assert budget.heard == [("default", "7"), ("search", "7")]
    assert slept == [1.5]


@respx.mock
def test_a_used_up_budget_sends_nothing(http: httpx.Client) -> None:
    """A wait that is too long is Busy with that wait, without a request or a sleep."""
    slept = list[float]()
    wire = Wire("main", http, NoTokens(), plain, Waits([9.0]), HOSTS, sleep=slept.append)
    route = respx.get(URL).mock(return_value=httpx.Response(200))

    with pytest.raises(Busy) as busy:
        wire.send("GET", URL)

    assert busy.value.retry_in_s == 9.0
    assert (route.call_count, slept) == (0, [])


@respx.mock
def test_a_replay_counts_as_a_call(http: httpx.Client) -> None:
    """The request after a refresh takes its own place in the budget."""
    budget = Waits([0.0, 0.0])
    wire = Wire("main", http, OneToken(), plain, budget, HOSTS)
    respx.get(URL).mock(
        side_effect=[httpx.Response(401), httpx.Response(200, headers={"x-left": "1"})]
    )

    wire.send("GET", URL)

    assert budget.taken == ["default", "default"]


DATE = "Fri, 20 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("7", 7.0),
        (" 2.5 ", 2.5),
        ("0", 0.0),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("315360000", 86_400.0),
        ("Fri, 20 Nov 2026 10:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0.0),
        ("Fri, 20 Nov 2036 10:00:00 GMT", 86_400.0),
        ("Fri, 99 Nov 2026 10:00:30 GMT", None),
    ],
)
def test_retry_after_is_a_sane_number_or_nothing(raw: str, seconds: float | None) -> None:
    """Numbers and dates count, up to a day; junk counts as not said."""
    response = httpx.Response(429, headers={"retry-after": raw, "date": DATE})

    assert retry_after_s(response) == seconds


def test_a_date_without_the_vendors_own_time_is_not_guessed() -> None:
    """Without a `Date` header a date in `Retry-After` says nothing."""
    assert retry_after_s(httpx.Response(429, headers={"retry-after": DATE})) is None
    assert retry_after_s(httpx.Response(429)) is None


@respx.mock
def test_a_refusal_for_load_carries_its_hint(wire: Wire) -> None:
    """What the vendor says about when to come back reaches the caller."""
    respx.get(URL).mock(return_value=httpx.Response(429, headers={"retry-after": "11"}))

    with pytest.raises(Busy) as busy:
        wire.send("GET", URL)
    assert busy.value.retry_in_s == 11.0
