"""Whether HubSpot signed a request. Pure.

Source: HubSpot developer docs, "Validating requests", read 2026-11.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from connectors.base import Inbound, Refused
from connectors.hubspot.settings import SignatureVersion
from connectors.hubspot.values import from_ms

MAX_AGE_S = 300.0  # HubSpot: reject what is older than five minutes; we refuse both ways
V3, TIMESTAMP = "x-hubspot-signature-v3", "x-hubspot-request-timestamp"
OLD, OLD_VERSION = "x-hubspot-signature", "x-hubspot-signature-version"
# The only escapes that are decoded before signing; all others stay as they are.
DECODED: Mapping[str, str] = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(",
    "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
ESCAPE = re.compile("|".join(DECODED), re.IGNORECASE)


def verify(
    inbound: Inbound,
    secrets: Sequence[str],
    allowed: Collection[SignatureVersion],
    now: datetime,
) -> None:
    """Accept the request or raise Refused (401).

    The newest version that is allowed and present decides: a v3 signature that does not match is
    not made good by a v1 that does. Any of the secrets may have signed (a rotation).
    """
    if not secrets:
        raise Refused("this connection has no client secret to check signatures with")
    if "v3" in allowed and V3 in inbound.headers:
        _check_age(_once(inbound, TIMESTAMP), now)
        _match(_once(inbound, V3), [v3(secret, inbound) for secret in secrets])
        return
    if OLD not in inbound.headers:
        raise Refused("no signature of a version that this connection takes")
    match _once(inbound, OLD_VERSION):
        case "v2" if "v2" in allowed:
            expected = [v2(secret, inbound) for secret in secrets]
        case "v1" if "v1" in allowed:
            expected = [v1(secret, inbound) for secret in secrets]
        case _:
            raise Refused("no signature of a version that this connection takes")
    _match(_once(inbound, OLD), expected)


def v3(secret: str, inbound: Inbound) -> str:
    """Base64 of HMAC-SHA256 over method, URI, raw body and timestamp."""
    uri = ESCAPE.sub(lambda found: DECODED[found[0].upper()], inbound.url)
    stamp = inbound.headers.get(TIMESTAMP, "")
    source = _bytes(f"{inbound.method}{uri}") + inbound.body + _bytes(stamp)
    return base64.b64encode(hmac.digest(secret.encode(), source, hashlib.sha256)).decode()


def v2(secret: str, inbound: Inbound) -> str:
    """Hex SHA-256 over secret, method, URI and raw body (workflows)."""
    source = _bytes(f"{secret}{inbound.method}{inbound.url}") + inbound.body
    return hashlib.sha256(source).hexdigest()


def v1(secret: str, inbound: Inbound) -> str:
    """Hex SHA-256 over secret and raw body (older subscriptions)."""
    return hashlib.sha256(secret.encode() + inbound.body).hexdigest()


def _bytes(text: str) -> bytes:
    """UTF-8, also of an address that is no proper text: it then matches nothing."""
    return text.encode("utf-8", "surrogatepass")


def _once(inbound: Inbound, name: str) -> str:
    """A header that is there exactly once, in plain ASCII."""
    value = inbound.headers.get(name)
    if value is None:
        raise Refused(f"header {name} is missing")
    if name in inbound.repeated:
        raise Refused(f"header {name} is there more than once")
    if not value.isascii():
        raise Refused(f"header {name} is not plain ASCII")
    return value


def _check_age(stamp: str, now: datetime) -> None:
    plausible = stamp.isdecimal() and len(stamp) <= 15  # noqa: PLR2004  ms until the year 33,658
    signed_at = from_ms(int(stamp)) if plausible else None
    if signed_at is None:
        raise Refused(f"header {TIMESTAMP} is not a time in milliseconds")
    if abs((now - signed_at).total_seconds()) > MAX_AGE_S:
        raise Refused("signed too long ago, or in the future")


def _match(given: str, expected: Sequence[str]) -> None:
    """Constant time, also over which of the secrets it was."""
    matches = [hmac.compare_digest(given.encode(), one.encode()) for one in expected]
    if not any(matches):
        raise Refused("the signature does not match")
