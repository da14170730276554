"""How the two CRMs vouch for who looks at which record."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import urlencode

ORG_ID = "00D5g000004ZzZzEAK"
LEAD = "00Q5g00000AbCdEEAV"
CONTACT = "17"
CONSUMER_SECRET = "canary-consumer-secret"
CLIENT_SECRET = "canary-client-secret"
SFA = {
    "name": "crm",
    "vendor": "salesforce",
    "role": "sfa",
    "settings": {
        "instance_url": "https://acme.my.salesforce.com",
        "flow": "static",
        "org_id": ORG_ID,
    },
    "secrets": {"access_token": "token", "canvas_secret": CONSUMER_SECRET},
}
MA = {
    "name": "hub",
    "vendor": "hubspot",
    "role": "ma",
    "settings": {"portal_id": 42},
    "secrets": {"access_token": "token", "client_secret": CLIENT_SECRET},
}


def canvas(
    record: str = LEAD, *, language: str = "en_US", zone: str = "Asia/Tokyo",
    secret: str = CONSUMER_SECRET,
) -> bytes:  # fmt: skip
    """The form that Salesforce posts from a lead's page."""
    said = {
        "algorithm": "HMACSHA256",
        "context": {
            "user": {"email": "rep@acme.example", "language": language, "timeZone": zone},
            "organization": {"organizationId": ORG_ID},
            "environment": {"record": {"attributes": {"type": "Lead"}, "Id": record}},
        },
    }
    payload = base64.b64encode(json.dumps(said).encode())
    digest = hmac.new(secret.encode(), payload, hashlib.sha256).digest()
    whole = f"{base64.b64encode(digest).decode()}.{payload.decode()}"
    return urlencode({"signed_request": whole}).encode()


def card(public_url: str, record: str = CONTACT, **more: str) -> tuple[str, dict[str, str]]:
    """Path and headers with which HubSpot asks for a card, from a contact's page."""
    asked = {"userEmail": "rep@acme.example", "associatedObjectId": record, "portalId": "42"}
    path = f"/embed/hub/card?{urlencode({**asked, **more})}"
    stamp = str(int(datetime.now(UTC).timestamp() * 1000))
    decoded = f"{public_url}{path}".replace("%40", "@").replace("%2F", "/")
    source = f"GET{decoded}{stamp}".encode()
    digest = hmac.new(CLIENT_SECRET.encode(), source, hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    return path, {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
