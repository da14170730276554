"""Whether a request is signed with one of our secrets, by Standard Webhooks. Pure.

Source: Standard Webhooks 1.0.0 (spec/standard-webhooks.md), symmetric signatures, read 2026-11.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from connectors.base import Inbound, Refused
from connectors.standard_webhooks import ID, SIGNATURE, TIMESTAMP, sign

MAX_AGE_S = 300.0
# The spec: an id holds no full stop, or id and time could trade places under one signature.
ID_PATTERN = re.compile(r"[!-\-/-~]{1,256}")
TIMESTAMP_PATTERN = re.compile(r"[0-9]{1,11}")  # seconds until the year 5138


def verify(inbound: Inbound, keys: Sequence[bytes], now: datetime) -> datetime:
    """Accept the request and answer when it was sent, or raise Refused (401).

    Any of the keys may have signed, and any of the signatures (a rotation on either side);
    signatures of other versions are passed over.
    """
    id_, stamp = _once(inbound, ID), _once(inbound, TIMESTAMP)
    given = _once(inbound, SIGNATURE).split(" ")
    if not ID_PATTERN.fullmatch(id_):
        raise Refused(f"header {ID} is not 1 to 256 characters without spaces and full stops")
    if not TIMESTAMP_PATTERN.fullmatch(stamp):
        raise Refused(f"header {TIMESTAMP} is not a time in whole seconds")
    sent_at = datetime.fromtimestamp(int(stamp), UTC)
    if abs((now - sent_at).total_seconds()) > MAX_AGE_S:
        raise Refused("signed too long ago, or in the future")
    _match(given, [sign(key, id_, stamp, inbound.body) for key in keys])
    return sent_at


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


def _match(given: Sequence[str], expected: Sequence[str]) -> None:
    """Constant time, also over which signature and which of the keys it was."""
    matches = [
        hmac.compare_digest(one.encode(), other.encode()) for one in given for other in expected
    ]
    if not any(matches):
        raise Refused("the signature does not match")
