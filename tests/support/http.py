"""HTTP clients of tests, which all talk to this machine."""

import ssl
from functools import cache
from typing import Any

import httpx

from tests.support.patience import PATIENCE_S


def client(**options: Any) -> httpx.Client:
    """As `httpx.Client`, more patient; certificates of authorities are read once a run, not once
    a client.
    """
    return httpx.Client(verify=_trusted(), **{"timeout": PATIENCE_S, **options})


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()
