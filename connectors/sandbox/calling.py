"""The client by which a sandbox calls out: webhooks, workflows, outbound messages."""

import ssl
from functools import cache

import httpx

LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20)


def caller(limits: httpx.Limits = LIMITS) -> httpx.AsyncClient:
    """A client of its own; the environment's proxies are not asked."""
    return httpx.AsyncClient(verify=_trusted(), trust_env=False, limits=limits)


@cache
def _trusted() -> ssl.SSLContext:
    """Read once a process: all authorities of the web, 20 ms for each client of each sandbox."""
    return httpx.create_ssl_context(trust_env=False)
