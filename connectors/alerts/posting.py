"""What Slack and Teams have in common: JSON to an address that is itself the secret."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from connectors.vendor import Opening
from connectors.wire import Classify, NoTokens, Tokens, Wire


def wire(
    opening: Opening, hosts: frozenset[str], classify: Classify, tokens: Tokens | None = None
) -> Wire:
    """The wire to one channel: to the vendor's own hosts, and those that the operator named."""
    return Wire(
        connection=opening.name,
        http=opening.http,
        tokens=tokens or NoTokens(),
        classify=classify,
        budget=opening.budget,
        hosts=hosts | opening.hosts,
        observe=opening.observe,
    )


def post(to: Wire, url: str, body: Mapping[str, Any]) -> httpx.Response:
    """Send a JSON body. Raises: any of the five."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return to.send(
        "POST", url, headers={"Content-Type": "application/json; charset=utf-8"}, content=content
    )


def parsed(response: httpx.Response) -> Any:
    """The answer's JSON; None where it is none."""
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def is_address(url: str) -> bool:
    """Whether a text is the address of a hook; which hosts are taken is the wire's business."""
    parts = urlsplit(url)
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and "@" not in parts.netloc


def short(text: str, most: int) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
