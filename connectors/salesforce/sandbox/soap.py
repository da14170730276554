"""The SOAP API's login and convertLead, for partner (`/u/`) and enterprise (`/c/`) clients.

Source: a recorded convertLead; partner WSDL. login() is gone from API v65 on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException, ElementTree

from connectors.salesforce.sandbox.convert import CONVERTED_STATUS, Wish, convert
from connectors.salesforce.sandbox.oauth import Denied, user_by_password
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.state import State

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACES = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}
FIRST_WITHOUT_LOGIN = 65
MAX_CONVERSIONS = 100
LOGIN_FAILED = "Invalid username, password, security token; or user locked out."


class Fault(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Request:
    """One SOAP request as it came; `kind` is u or c."""

    state: State
    kind: str
    version: str
    base_url: str
    body: bytes


def answer(request: Request) -> tuple[int, str]:
    """HTTP status and XML."""
    try:
        return 200, _envelope(request, _perform(request))
    except Fault as fault:
        return 500, _envelope(request, _fault(fault))


def _perform(request: Request) -> str:
    operation, session = _read(request.body)
    name = _local(operation)
    if name == "login":
        return _login(request, operation)
    user_id = request.state.tokens.user_of(session)
    if user_id is None:
        text = "Invalid Session ID found in SessionHeader: Illegal Session"
        raise Fault("INVALID_SESSION_ID", text)
    state = request.state
    if state.calls.count >= state.config.daily_api_requests:
        raise Fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    state.calls.add()
    if name != "convertLead":
        raise Fault("UNKNOWN_EXCEPTION", f"operation {name} is not part of this sandbox")
    wishes = [one for one in operation if _local(one) == "leadConverts"]
    if len(wishes) > MAX_CONVERSIONS:
        raise Fault("LIMIT_EXCEEDED", f"at most {MAX_CONVERSIONS} leads")
    results = "".join(_convert(state, one, Actor(user_id)) for one in wishes)
    return f"<convertLeadResponse>{results}</convertLeadResponse>"


def _read(body: bytes) -> tuple[Element, str]:
    """The operation's element and the session id. Raises: Fault."""
    try:
        envelope = ElementTree.fromstring(body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Fault("UNKNOWN_EXCEPTION", f"the request is not SOAP: {error}") from error
    parts = {_local(part): part for part in envelope}
    session = next(
        (
            e.text or ""
            for e in parts.get("Header", Element("x")).iter()
            if _local(e) == "sessionId"
        ),
        "",
    )
    operation = next(iter(parts.get("Body", Element("x"))), None)
    if operation is None:
        raise Fault("UNKNOWN_EXCEPTION", "the request has no SOAP body")
    return operation, session


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _values(element: Element) -> dict[str, str]:
    found = {_local(child): (child.text or "").strip() for child in element}
    return {name: text for name, text in found.items() if text}


def _convert(state: State, element: Element, actor: Actor) -> str:
    given = _values(element)
    wish = Wish(
        lead_id=given.get("leadId", ""),
        status=given.get("convertedStatus", CONVERTED_STATUS),
        account_id=given.get("accountId"),
        contact_id=given.get("contactId"),
        owner_id=given.get("ownerId"),
        makes_opportunity=given.get("doNotCreateOpportunity", "false").lower() != "true",
        opportunity_name=given.get("opportunityName"),
    )
    try:
        done = convert(state.org, wish, actor)
    except Problem as problem:
        error = _element("message", problem.message) + _element("statusCode", problem.code)
        ids = "".join(_element(n, None) for n in ("accountId", "contactId"))
        return (
            f"<result>{ids}<errors>{error}</errors>{_element('leadId', wish.lead_id)}"
            f"{_element('opportunityId', None)}<success>false</success></result>"
        )
    return (
        f"<result>{_element('accountId', done.account_id)}{_element('contactId', done.contact_id)}"
        f"{_element('leadId', done.lead_id)}{_element('opportunityId', done.opportunity_id)}"
        "<success>true</success></result>"
    )


def _login(request: Request, operation: Element) -> str:
    if int(request.version.partition(".")[0]) >= FIRST_WITHOUT_LOGIN:
        raise Fault("UNSUPPORTED_API_VERSION", "login() is not available in this API version")
    given = _values(operation)
    org = request.state.org
    try:
        user = user_by_password(request.state, given.get("username", ""), given.get("password", ""))
    except Denied as denied:
        raise Fault("INVALID_LOGIN", LOGIN_FAILED) from denied
    token = request.state.tokens.issue(user.id)
    url = f"{request.base_url}/services/Soap/{request.kind}/{request.version}/{org.id[:15]}"
    info = {
        "organizationId": org.id,
        "organizationName": org.config.org_name,
        "userEmail": user.fields["Email"],
        "userFullName": user.fields["Name"],
        "userId": user.id,
        "userName": user.fields["Username"],
        "userTimeZone": user.fields["TimeZoneSidKey"],
    }
    shown = "".join(_element(name, value) for name, value in info.items())
    return (
        f"<loginResponse><result>{_element('metadataServerUrl', url.replace('/u/', '/m/'))}"
        f"<passwordExpired>false</passwordExpired><sandbox>true</sandbox>"
        f"{_element('serverUrl', url)}{_element('sessionId', token)}{_element('userId', user.id)}"
        f"<userInfo>{shown}</userInfo></result></loginResponse>"
    )


def _element(name: str, value: Any) -> str:
    return (
        f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{escape(str(value))}</{name}>"
    )


def _fault(fault: Fault) -> str:
    text = escape(f"{fault.code}: {fault.message}")
    return (
        f"<soapenv:Fault><faultcode>sf:{fault.code}</faultcode><faultstring>{text}</faultstring>"
        f'<detail><sf:ApiFault xsi:type="sf:ApiFault"><sf:exceptionCode>{fault.code}'
        f"</sf:exceptionCode><sf:exceptionMessage>{escape(fault.message)}</sf:exceptionMessage>"
        "</sf:ApiFault></detail></soapenv:Fault>"
    )


def _envelope(request: Request, body: str) -> str:
    return "".join(_parts(request, body))


def _parts(request: Request, body: str) -> Iterator[str]:
    state = request.state
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" xmlns="{NAMESPACES[request.kind]}" '
    yield 'xmlns:sf="urn:fault.enterprise.soap.sforce.com" '
    yield 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    yield f"<soapenv:Header><LimitInfoHeader><limitInfo><current>{state.calls.count}</current>"
    yield f"<limit>{state.config.daily_api_requests}</limit><type>API REQUESTS</type></limitInfo>"
    yield f"</LimitInfoHeader></soapenv:Header><soapenv:Body>{body}</soapenv:Body>"
    yield "</soapenv:Envelope>"
