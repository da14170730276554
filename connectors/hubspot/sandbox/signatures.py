"""How HubSpot signs its webhooks. Source: HubSpot developer docs, "Validating requests"."""

import base64
import hashlib
import hmac
import re

# Version 3 decodes these in the URI before signing, and nothing else.
DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
_ENCODED = re.compile("|".join(DECODED), re.IGNORECASE)


def version_1(secret: str, body: bytes) -> str:
    """Hex SHA-256 of secret and body."""
    return hashlib.sha256(secret.encode() + body).hexdigest()


def version_2(secret: str, method: str, url: str, body: bytes) -> str:
    """Hex SHA-256 of secret, method, URI and body (workflows, cards)."""
    return hashlib.sha256(secret.encode() + method.encode() + url.encode() + body).hexdigest()


def version_3(secret: str, method: str, url: str, body: bytes, at_ms: int) -> str:
    """Base64 HMAC-SHA256 of method, URI, body and timestamp."""
    uri = _ENCODED.sub(lambda found: DECODED[found[0].upper()], url)
    signed = method.encode() + uri.encode() + body + str(at_ms).encode()
    return base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()


def headers(versions: list[str], secret: str, url: str, body: bytes, at_ms: int) -> dict[str, str]:
    """The signature headers of one delivery attempt."""
    made = {}
    if "v1" in versions:
        made["X-HubSpot-Signature"] = version_1(secret, body)
        made["X-HubSpot-Signature-Version"] = "v1"
    if "v3" in versions:
        made["X-HubSpot-Signature-v3"] = version_3(secret, "POST", url, body, at_ms)
        made["X-HubSpot-Request-Timestamp"] = str(at_ms)
    return made
