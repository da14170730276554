"""Posting to strangers: where it may go, and that it ends."""

import socket
import threading
from collections.abc import Iterator

import pytest

from connectors.outgoing import objection, poster

LOCAL = frozenset({"127.0.0.1"})
REFUSED = {
    "https://127.0.0.1/": "host '127.0.0.1' is not public",
    "https://10.1.2.3/": "host '10.1.2.3' is not public",
    "https://192.168.0.1/": "host '192.168.0.1' is not public",
    "https://172.31.0.1/": "host '172.31.0.1' is not public",
    "https://169.254.169.254/latest/meta-data/": "host '169.254.169.254' is not public",
    "https://100.64.0.1/": "host '100.64.0.1' is not public",
    "https://0.0.0.0/": "host '0.0.0.0' is not public",
    "https://[::1]/": "host '::1' is not public",
    "https://[::ffff:10.0.0.1]/": "host '::ffff:10.0.0.1' is not public",
    "https://[64:ff9b::7f00:1]/": "host '64:ff9b::7f00:1' is not public",
    "https://[2002:7f00:1::]/": "host '2002:7f00:1::' is not public",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/": "is not public",
    "https://[fd00:ec2::254]/": "host 'fd00:ec2::254' is not public",
    "https://user:pw@hooks.example.com/": "an address with a user name in it is not taken",
    "https://hooks.example.com@127.0.0.1/": "an address with a user name in it is not taken",
    "http://hooks.example.com/": "http is not safe; use https",
    "https://hooks.example.com/#a": "an address with a # in it is not taken",
    "ftp://hooks.example.com/": "expected an address that begins with https://",
    "file:///etc/passwd": "expected an address that begins with https://",
    "https://hooks.example.com:99999/": "there is no port 99999",
    "https://": "expected an address that begins with https://",
    "no address": "expected an address that begins with https://",
}


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_leads_inside_is_refused_at_once(url: str) -> None:
    """Before anything is resolved."""
    said = objection(url, ())

    assert said is not None
    assert REFUSED[url] in said


def test_a_public_address_is_taken_and_one_that_an_operator_named() -> None:
    """The latter also without TLS."""
    assert objection("https://hooks.example.com/x?y=1", ()) is None
    assert objection("http://127.0.0.1:8080/hook", LOCAL) is None
    assert objection("https://user@127.0.0.1/", LOCAL) is not None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1%lo",
        "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "fd00:ec2::254",
    ],
)  # fmt: skip
def test_a_name_that_resolves_inside_is_not_connected_to(address: str) -> None:
    """The address counts that the connection would be made to."""
    with poster((), lambda *_: [address]) as post:
        posted = post("https://hooks.example.com/", {}, b"{}")

    assert (posted.status, posted.taken) == (0, False)
    assert "not public" in (posted.reason or "")


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that begins an answer and never ends it."""
    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = server.accept()
        with peer:
            peer.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            while not ended.wait(0.05):
                try:
                    peer.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    ended.set()
    thread.join()
    server.close()


def test_a_receiver_that_drips_is_left(dripping: str) -> None:
    """The deadline is for the whole exchange: each of its bytes comes soon enough."""
    with poster(LOCAL, total_s=0.5) as post:
        posted = post(dripping, {}, b"{}")

    assert (posted.status, posted.reason) == (0, "no answer within 0.5 s")
