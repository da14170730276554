"""HTTP clients of tests, which all talk to this machine."""

import ssl
from functools import cache
from typing import Any

import httpx


def client(**options: Any) -> httpx.Client:
    """As `httpx.Client`; certificates of authorities are read once a run, not once a client."""
    return httpx.Client(verify=_trusted(), **options)


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()
