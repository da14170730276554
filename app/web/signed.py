"""A request as its sender signed it."""

from collections import Counter
from collections.abc import Iterable

from fastapi import Request

from connectors.base import Inbound


def signed_request(request: Request, public_url: str, body: bytes) -> Inbound:
    """The request as its sender signed it: at our public address, whatever a proxy says."""
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    target = (path.partition(b"?")[0] + query).decode("latin-1")
    headers, repeated = _headers(scope["headers"])
    return Inbound(request.method, f"{public_url}{target}", headers, body, repeated)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> tuple[dict[str, str], frozenset[str]]:
    pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]
    counts = Counter(name for name, _ in pairs)
    return dict(pairs), frozenset(name for name, n in counts.items() if n > 1)
