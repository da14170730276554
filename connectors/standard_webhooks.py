"""The signature of Standard Webhooks, as it is made and as it is checked. Pure.

Source: Standard Webhooks 1.0.0 (spec/standard-webhooks.md), symmetric signatures, read 2026-11.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64  # 192 to 512 bits
HOW_TO = 'make one with: echo "whsec_$(openssl rand -base64 32)"'


def sign(key: bytes, id_: str, stamp: str, body: bytes) -> str:
    """`v1,` and base64 of HMAC-SHA256 over id, time and raw body, with full stops between."""
    digest = hmac.digest(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def signed(keys: Iterable[bytes], id_: str, stamp: str, body: bytes) -> dict[str, str]:
    """The headers of a message: one signature a key, so that a receiver may know either."""
    signatures = " ".join(sign(key, id_, stamp, body) for key in keys)
    return {ID: id_, TIMESTAMP: stamp, SIGNATURE: signatures}


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises: ValueError, which does not quote it."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"expected a secret that begins with {PREFIX}; {HOW_TO}")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"what follows {PREFIX} is not base64; {HOW_TO}") from None
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"expected {LEAST_BYTES} to {MOST_BYTES} random bytes; {HOW_TO}")
    return key


def new_secret() -> str:
    """A secret that nobody else has."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
