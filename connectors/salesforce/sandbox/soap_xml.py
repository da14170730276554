"""XML as Salesforce's SOAP APIs read and write it."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax import saxutils

from defusedxml import DefusedXmlException, ElementTree

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Text for XML, without the characters that XML cannot hold."""
    return saxutils.escape(FORBIDDEN.sub("", text))


class Fault(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read(body: bytes) -> tuple[Element, dict[str, Element]]:
    """The operation's element and the headers by name. Raises: Fault."""
    try:
        envelope = ElementTree.fromstring(body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Fault("UNKNOWN_EXCEPTION", f"the request is not SOAP: {error}") from error
    parts = {local(part): part for part in envelope}
    headers = {local(one): one for one in parts.get("Header", Element("x"))}
    operation = next(iter(parts.get("Body", Element("x"))), None)
    if operation is None:
        raise Fault("UNKNOWN_EXCEPTION", "the request has no SOAP body")
    return operation, headers


def local(node: Element) -> str:
    """A tag without its namespace."""
    return str(node.tag).rpartition("}")[2]


def text(node: Element, name: str, default: str = "") -> str:
    """The text of the first child of that name, in any letter case."""
    found = (one for one in node if local(one).lower() == name.lower())
    return next(((one.text or "").strip() for one in found), default)


def texts(node: Element, name: str) -> list[str]:
    """The texts of all children of that name."""
    return [(one.text or "").strip() for one in node if local(one) == name]


def values(node: Element) -> dict[str, str]:
    """Children by name, blank ones left out."""
    found = {local(child): (child.text or "").strip() for child in node}
    return {name: value for name, value in found.items() if value}


def child(node: Element, name: str) -> Element | None:
    """The first child of that name, in any letter case."""
    return next((one for one in node if local(one).lower() == name.lower()), None)


def is_nil(node: Element) -> bool:
    return node.get(f"{{{XSI}}}nil") in {"true", "1"}


def element(name: str, value: Any) -> str:
    """One element with text; null is `xsi:nil`."""
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    shown = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{shown}</{name}>"


def tree(name: str, value: Any) -> str:
    """What a describe shows, as XML: lists repeat their element, null is left out."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(tree(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(tree(key, inner) for key, inner in value.items())}</{name}>"
    return (
        f"<{name}>{escape(str(value).lower() if isinstance(value, bool) else str(value))}</{name}>"
    )


def fault(one: Fault) -> str:
    shown = escape(f"{one.code}: {one.message}")
    return (
        f"<soapenv:Fault><faultcode>sf:{one.code}</faultcode><faultstring>{shown}</faultstring>"
        f'<detail><sf:ApiFault xsi:type="sf:ApiFault"><sf:exceptionCode>{one.code}'
        f"</sf:exceptionCode><sf:exceptionMessage>{escape(one.message)}</sf:exceptionMessage>"
        "</sf:ApiFault></detail></soapenv:Fault>"
    )
