"""Outbound messages as XML, and the listener's acknowledgement.

Source: Outbound Messaging WSDL (API 67.0): SOAP 1.1, order of elements, one Ack for the whole
message. SessionId is always empty since February 2026.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException, ElementTree

from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.records import Row

NAMESPACE = "http://soap.sforce.com/2005/09/outbound"
SOBJECT = "urn:sobject.enterprise.soap.sforce.com"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the org, the outbound message's own id, where the SOAP API is."""

    org_id: str
    action_id: str
    enterprise_url: str
    partner_url: str


def envelope(
    org: Org, sender: Sender, kind: str, fields: Sequence[str], items: Iterable[tuple[str, str]]
) -> bytes:
    """One message: `items` are (notification id, record id). Records are shown as they are now."""
    return "".join(_envelope(org, sender, kind, fields, items)).encode()


def _envelope(
    org: Org, sender: Sender, kind: str, fields: Sequence[str], items: Iterable[tuple[str, str]]
) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" '
    yield 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    yield 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n <soapenv:Body>\n'
    yield f'  <notifications xmlns="{NAMESPACE}">\n'
    yield f"   <OrganizationId>{sender.org_id}</OrganizationId>\n"
    yield f"   <ActionId>{sender.action_id}</ActionId>\n"
    yield '   <SessionId xsi:nil="true"/>\n'
    yield f"   <EnterpriseUrl>{escape(sender.enterprise_url)}</EnterpriseUrl>\n"
    yield f"   <PartnerUrl>{escape(sender.partner_url)}</PartnerUrl>\n"
    for id_, record_id in items:
        yield f"   <Notification>\n    <Id>{id_}</Id>\n"
        yield f'    <sObject xsi:type={quoteattr("sf:" + kind)} xmlns:sf="{SOBJECT}">\n'
        yield from _record(org.row(record_id), fields)
        yield "    </sObject>\n   </Notification>\n"
    yield "  </notifications>\n </soapenv:Body>\n</soapenv:Envelope>"


def _record(row: Row | None, fields: Sequence[str]) -> Iterator[str]:
    """The Id and what is not null; nothing of a record that was deleted meanwhile."""
    if row is None or row.deleted:
        return
    yield f"     <sf:Id>{row.id}</sf:Id>\n"
    for name in sorted(set(fields) - {"Id"}):
        if (value := row.fields.get(name)) is not None:
            yield f"     <sf:{name}>{escape(_text(row, name, value))}</sf:{name}>\n"


def _text(row: Row, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if row.object.fields[name].type == "datetime":
        return str(value).replace("+0000", "Z")
    return str(value)


def acknowledged(status: int, body: bytes) -> bool:
    """Tell whether a listener took the message: 200 and a SOAP answer whose Ack is true."""
    if status != 200:
        return False
    try:
        root = ElementTree.fromstring(body)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        return False
    acks = [one.text or "" for one in root.iter(f"{{{NAMESPACE}}}Ack")]
    return bool(acks) and all(ack.strip().lower() in {"true", "1"} for ack in acks)
