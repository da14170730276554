"""Outbound messages: what they say is only where to look.

Nothing signs them, and the session id that once came with them is always empty. So the org must be
the configured one, and where `webhook_key` is set the address must carry it (`?key=…`). A record
that was deleted meanwhile comes empty: other feeds tell of it.
Source: Outbound Messaging WSDL (API 67.0); Salesforce Help, "Considerations for Outbound Messages".
"""

import hmac
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.base import Hint, Inbound, Refused
from connectors.salesforce.ids import canonical, ref_in
from connectors.salesforce.settings import Secrets, Settings

MESSAGE = "{http://soap.sforce.com/2005/09/outbound}"
RECORD_ID = "{urn:sobject.enterprise.soap.sforce.com}Id"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}"
MOST_NOTIFICATIONS = 1000  # the WSDL says 100; the rest is room
LARGEST_BYTES = 4 * 1024 * 1024
LONGEST_ID = 40
ACK = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    b"</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)


def parse(inbound: Inbound, settings: Settings, secrets: Secrets) -> list[Hint]:
    """Check and read one message; records of objects that are not synced are left out.

    Raises: Refused (401 not of our org or without the key, 400 unreadable, 413 too large).
    """
    _check_key(inbound, secrets)
    if settings.org_id is None:
        raise Refused("this connection has no org_id to check messages against")
    message = _message(inbound.body)
    org_id = (message.findtext(f"{MESSAGE}OrganizationId") or "").strip()
    if canonical(org_id) != canonical(settings.org_id):
        raise Refused("a message of another org")
    notifications = message.findall(f"{MESSAGE}Notification")
    if len(notifications) > MOST_NOTIFICATIONS:
        raise Refused(f"more than {MOST_NOTIFICATIONS} notifications in one message", 413)
    return [hint for one in notifications if (hint := _hint(one, settings)) is not None]


def _check_key(inbound: Inbound, secrets: Secrets) -> None:
    """Constant time, also over which of the two keys it was (a rotation)."""
    keys = secrets.webhook_keys
    if not keys:
        return
    given = parse_qs(urlsplit(inbound.url).query).get("key", [])
    shown = given[0].encode() if len(given) == 1 else b""
    matches = [hmac.compare_digest(shown, key.encode()) for key in keys]
    if not any(matches):
        raise Refused("the address does not carry this connection's webhook_key")


def _message(body: bytes) -> Element:
    """The message in a SOAP envelope. No DTD, no entities: nothing of XML that can blow up."""
    if len(body) > LARGEST_BYTES:
        raise Refused("the message is too large", 413)
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Refused("the body is no XML that is taken", 400) from error
    found = root.find(f"{ENVELOPE}Body/{MESSAGE}notifications")
    if root.tag != f"{ENVELOPE}Envelope" or found is None:
        raise Refused("the body is no outbound message", 400)
    message: Element = found
    return message


def _hint(notification: Element, settings: Settings) -> Hint | None:
    identity = (notification.findtext(f"{MESSAGE}Id") or "").strip()
    if not identity or len(identity) > LONGEST_ID:
        raise Refused("a notification without an id", 400)
    record = notification.find(f"{MESSAGE}sObject")
    if record is None:
        return None
    name = record.get(TYPE, "").rpartition(":")[2]
    record_id = (record.findtext(RECORD_ID) or "").strip()
    ref = ref_in(name, record_id, settings.custom_objects)
    return None if ref is None else Hint(canonical(identity), ref, feeds=())


def acknowledgement() -> tuple[bytes, str]:
    """The one answer to a whole message; any other is a reason to send it again."""
    return ACK, "text/xml; charset=utf-8"
