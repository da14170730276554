"""Where requests may go: only to public addresses, and to the one that was judged."""

import httpx
import pytest

from connectors.base import Rejected
from connectors.outward import checked, is_public, transport

INSIDE = (
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%lo",
    "fc00::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "ff02::1", "2001:db8::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    """Loopback, private, link-local, metadata, CGNAT, and what wraps them."""
    assert is_public(address) is False


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_outside_is_public(address: str) -> None:
    """Also an IPv4 address behind NAT64."""
    assert is_public(address) is True


def test_one_address_inside_spoils_a_name() -> None:
    """A name with a public and a private record is not connected to."""
    with pytest.raises(Rejected, match="not public"):
        checked("evil.example", 443, (), lambda *_: ["8.8.8.8", "10.0.0.1"])


def test_a_name_that_leads_nowhere_is_refused() -> None:
    """No address, no connection."""
    with pytest.raises(Rejected):
        checked("nowhere.example", 443, ("nowhere.example",), lambda *_: [])


def test_a_host_that_an_operator_named_may_be_anywhere() -> None:
    """By name, or by its domain with a leading dot."""
    assert checked("mail.corp.example", 25, (".corp.example",), lambda *_: ["10.0.0.1"]) == [
        "10.0.0.1"
    ]


def test_the_client_connects_to_no_address_inside() -> None:
    """The check is at the socket: what the name was before does not matter."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    assert checked("rebinds.example", 443, (), lambda *_: next(answers)) == ["8.8.8.8"]
    made = transport((), httpx.Limits(), lambda *_: next(answers))

    with httpx.Client(transport=made) as http, pytest.raises(Rejected, match="not public"):
        http.get("http://rebinds.example/")
