"""The SOAP API for partner (`/u/`) and enterprise (`/c/`) clients.

Source: a recorded convertLead; partner WSDL. login() is gone from API v65 on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox import soap_dml, soap_read
from connectors.salesforce.sandbox.convert import CONVERTED_STATUS, Wish, convert
from connectors.salesforce.sandbox.metadata import calls as metadata_calls
from connectors.salesforce.sandbox.oauth import Denied, user_by_password
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.soap_call import SoapCall, with_headers
from connectors.salesforce.sandbox.soap_xml import (
    ENVELOPE,
    Fault,
    element,
    fault,
    local,
    read,
    text,
    values,
)
from connectors.salesforce.sandbox.state import State

NAMESPACES = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com",
              "m": "http://soap.sforce.com/2006/04/metadata"}  # fmt: skip
METADATA = "m"
FIRST_WITHOUT_LOGIN = 65
MAX_CONVERSIONS = 100
T = TypeVar("T")
LOGIN_FAILED = "Invalid username, password, security token; or user locked out."


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
    except Fault as problem:
        return 500, _envelope(request, fault(problem))


def _perform(request: Request) -> str:
    operation, headers = read(request.body)
    session = text(headers.get("SessionHeader", Element("x")), "sessionId")
    name = local(operation)
    if name == "login" and request.kind != METADATA:
        return _login(request, operation)
    user_id = request.state.tokens.user_of(session)
    if user_id is None:
        problem = "Invalid Session ID found in SessionHeader: Illegal Session"
        raise Fault("INVALID_SESSION_ID", problem)
    state = request.state
    if state.calls.count >= state.config.daily_api_requests:
        raise Fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    state.calls.add()
    actor = Actor(user_id, origin=f"com/salesforce/api/soap/{request.version}")
    if request.kind == METADATA:
        return _find(metadata_calls.OPERATIONS, name)(state, operation, actor)
    call = SoapCall(
        state, operation, with_headers(actor, headers), request.kind,
        _whole(request.version), headers, request.base_url,
    )  # fmt: skip
    try:
        return _find(OPERATIONS, name)(call)
    except Problem as problem:
        raise Fault(problem.code, problem.message) from problem


def _find(operations: Mapping[str, T], name: str) -> T:
    if (perform := operations.get(name)) is None:
        raise Fault("UNKNOWN_EXCEPTION", f"operation {name} is not part of this sandbox")
    return perform


def _whole(version: str) -> str:
    """`59` and `59.0` are the same version."""
    return version if "." in version else f"{version}.0"


def _convert_leads(call: SoapCall) -> str:
    wishes = [one for one in call.operation if local(one) == "leadConverts"]
    if len(wishes) > MAX_CONVERSIONS:
        raise Fault("LIMIT_EXCEEDED", f"at most {MAX_CONVERSIONS} leads")
    results = "".join(_convert(call.state, one, call.actor) for one in wishes)
    return f"<convertLeadResponse>{results}</convertLeadResponse>"


def _convert(state: State, asked: Element, actor: Actor) -> str:
    given = values(asked)
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
        error = element("message", problem.message) + element("statusCode", problem.code)
        ids = "".join(element(n, None) for n in ("accountId", "contactId"))
        return (
            f"<result>{ids}<errors>{error}</errors>{element('leadId', wish.lead_id)}"
            f"{element('opportunityId', None)}<success>false</success></result>"
        )
    return (
        f"<result>{element('accountId', done.account_id)}{element('contactId', done.contact_id)}"
        f"{element('leadId', done.lead_id)}{element('opportunityId', done.opportunity_id)}"
        "<success>true</success></result>"
    )


def _login(request: Request, operation: Element) -> str:
    version = request.version.partition(".")[0]
    if not version.isascii() or not version.isdecimal() or len(version) > 3:
        raise Fault("UNSUPPORTED_API_VERSION", f"Invalid API version specified on URL: {version}")
    if int(version) >= FIRST_WITHOUT_LOGIN:
        raise Fault("UNSUPPORTED_API_VERSION", "login() is not available in this API version")
    given = values(operation)
    org = request.state.org
    try:
        user = user_by_password(request.state, given.get("username", ""), given.get("password", ""))
    except Denied as denied:
        raise Fault("INVALID_LOGIN", LOGIN_FAILED) from denied
    token = request.state.tokens.issue(user.id)
    url = f"{request.base_url}/services/Soap/{request.kind}/{request.version}/{org.id[:15]}"
    shown = soap_read.user_info(org, user)
    return (
        f"<loginResponse><result>{element('metadataServerUrl', url.replace('/u/', '/m/'))}"
        f"<passwordExpired>false</passwordExpired><sandbox>true</sandbox>"
        f"{element('serverUrl', url)}{element('sessionId', token)}{element('userId', user.id)}"
        f"<userInfo>{shown}</userInfo></result></loginResponse>"
    )


def _envelope(request: Request, body: str) -> str:
    return "".join(_parts(request, body))


def _parts(request: Request, body: str) -> Iterator[str]:
    state = request.state
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" xmlns="{NAMESPACES[request.kind]}" '
    thing = "fault" if "<soapenv:Fault>" in body else "sobject"
    kind = "partner" if request.kind == "u" else "enterprise"
    yield f'xmlns:sf="urn:{thing}.{kind}.soap.sforce.com" '
    yield 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    if request.kind != METADATA:
        used, most = element("current", state.calls.count), state.config.daily_api_requests
        info = f"{used}{element('limit', most)}<type>API REQUESTS</type>"
        info = f"<LimitInfoHeader><limitInfo>{info}</limitInfo></LimitInfoHeader>"
        yield f"<soapenv:Header>{info}</soapenv:Header>"
    yield f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"


OPERATIONS: Mapping[str, Callable[[SoapCall], str]] = {
    "convertLead": _convert_leads,
    **soap_dml.OPERATIONS,
    **soap_read.OPERATIONS,
}
