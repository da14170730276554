"""Where requests may go: an address is checked when it is connected to, and is the one used.

A name that an allow-list passed can lead anywhere once it is resolved (rebinding, a record that
points inside). So the resolved addresses are judged, all of them, and the connection is made to
one that was judged: nobody resolves the name a second time.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any, TypeAlias

import httpcore
import httpx

from connectors.base import Rejected

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = Callable[[str, int], Collection[str]]
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
TUNNELS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "64:ff9b:1::/48")))


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet, whatever it is wrapped in."""
    address = _unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    if any(address in network for network in TUNNELS):
        return False
    return address.is_global and not address.is_multicast


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_trusted(host: str, trusted: Iterable[str]) -> bool:
    """Whether an operator named this host: it may be anywhere."""
    return any(host == one or (one.startswith(".") and host.endswith(one)) for one in trusted)


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, the preferred one first. Raises: OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def checked(
    host: str, port: int, trusted: Collection[str], resolve: Resolve = resolved
) -> list[str]:
    """The addresses to connect to. Raises: OSError, Rejected where any is not public."""
    addresses = list(resolve(host, port))
    inside = [] if is_trusted(host, trusted) else [one for one in addresses if not is_public(one)]
    if inside or not addresses:
        raise Rejected(
            f"host {host!r} leads to an address that is not public; "
            "where that is meant, name it in BATON_ALLOW_HOSTS",
            code="HOST_NOT_PUBLIC",
        )
    return addresses


class CheckedNetwork(httpcore.NetworkBackend):
    """httpcore's network, but for where it may lead."""

    def __init__(
        self,
        trusted: Collection[str],
        resolve: Resolve = resolved,
        plain: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._trusted, self._resolve = trusted, resolve
        self._plain = plain or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Connect to an address of the host that was judged. Raises: Rejected, ConnectError."""
        try:
            addresses = checked(host, port, self._trusted, self._resolve)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        failed: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                return self._plain.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


def transport(
    trusted: Collection[str], limits: httpx.Limits, resolve: Resolve = resolved
) -> httpx.HTTPTransport:
    """An HTTP transport over `CheckedNetwork`. TLS is checked against the host's name as ever."""
    return over(CheckedNetwork(trusted, resolve), limits)


def over(network: httpcore.NetworkBackend, limits: httpx.Limits) -> httpx.HTTPTransport:
    """An HTTP transport over a network of ours."""
    made = httpx.HTTPTransport(verify=_web_tls(), limits=limits, trust_env=False)
    made._pool = httpcore.ConnectionPool(  # noqa: SLF001  httpx lets no one choose the network
        ssl_context=_web_tls(),
        max_connections=limits.max_connections,
        max_keepalive_connections=limits.max_keepalive_connections,
        keepalive_expiry=limits.keepalive_expiry,
        network_backend=network,
    )
    return made


@cache
def _web_tls() -> ssl.SSLContext:
    """Read once a process: all authorities of the web, 20 ms each time."""
    return httpx.create_ssl_context(trust_env=False)


def tls() -> ssl.SSLContext:
    """What a peer that is no web server is checked by: its certificate and its name."""
    return ssl.create_default_context()
