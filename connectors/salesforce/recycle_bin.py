"""Emptying the recycle bin of chosen records, so that an erasure is for good.

REST has no such call; SOAP's `emptyRecycleBin` takes the same access token as a session id. It may
purge what our own user deleted; what somebody else deleted needs Modify All Data. For about a day
`queryAll` can still show what was purged.
Source: SOAP API Developer Guide, "emptyRecycleBin()", "EmptyRecycleBinResult"; partner WSDL.
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.base import AuthLost, Busy, ConnectorError, Rejected
from connectors.salesforce.errors import error_of
from connectors.salesforce.session import Api

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PARTNER = "urn:partner.soap.sforce.com"
# Of a record that was just deleted, these say that the bin does not have it (any more).
NOT_IN_THE_BIN = {
    "INVALID_ID_FIELD", "ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND",
}  # fmt: skip
BY_HAND = (
    "it is deleted, but still in the recycle bin: let the integration user use the API and Modify "
    "All Data, then try again; or empty the bin by hand"
)


def purge(api: Api, ids: Sequence[str]) -> dict[str, ConnectorError | None]:
    """Take up to 200 deleted records by canonical id out of the bin, in one call. None also for
    those that are not in it. Raises: Busy.
    """
    if not ids:
        return {}
    path = f"/services/Soap/u/{api.settings.api_version}"
    headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
    response = api.session.request(
        "POST", path, headers=headers, data=_request(api.session.token, ids), reads=True
    )
    body = _body(response.content)
    fault = body.find(f"{{{ENVELOPE}}}Fault")
    if fault is not None:
        return dict.fromkeys(ids, _refusal(_fault(fault)))
    results = body.findall(f"{{{PARTNER}}}emptyRecycleBinResponse/{{{PARTNER}}}result")
    if len(results) != len(ids):
        raise Busy("emptyRecycleBin: an answer that does not fit the records sent")
    return {one: _outcome(each) for one, each in zip(ids, results, strict=True)}


def _request(token: str, ids: Sequence[str]) -> str:
    wanted = "".join(f"<u:ids>{escape(one)}</u:ids>" for one in ids)
    return (
        f'<e:Envelope xmlns:e="{ENVELOPE}" xmlns:u="{PARTNER}"><e:Header><u:SessionHeader>'
        f"<u:sessionId>{escape(token)}</u:sessionId></u:SessionHeader></e:Header><e:Body>"
        f"<u:emptyRecycleBin>{wanted}</u:emptyRecycleBin></e:Body></e:Envelope>"
    )


def _body(answer: bytes) -> Element:
    """What the envelope holds. Raises: Busy where it is none."""
    try:
        found = fromstring(answer, forbid_dtd=True).find(f"{{{ENVELOPE}}}Body")
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Busy("emptyRecycleBin: an answer that is no XML") from error
    if found is None:
        raise Busy("emptyRecycleBin: an answer without a body")
    body: Element = found
    return body


def _fault(fault: Element) -> Mapping[str, str]:
    """Its parts have no namespace by SOAP 1.1; who gives them one is understood."""
    code = (fault.findtext("{*}faultcode") or "SOAP_FAULT").rpartition(":")[2]
    return {"errorCode": code, "message": fault.findtext("{*}faultstring") or "no message"}


def _outcome(result: Element) -> ConnectorError | None:
    if result.findtext(f"{{{PARTNER}}}success") == "true":
        return None
    code = result.findtext(f"{{{PARTNER}}}errors/{{{PARTNER}}}statusCode") or "SOAP_ERROR"
    if code in NOT_IN_THE_BIN:
        return None
    told = result.findtext(f"{{{PARTNER}}}errors/{{{PARTNER}}}message") or "no message"
    return _refusal({"errorCode": code, "message": told})


def _refusal(told: Mapping[str, str]) -> ConnectorError:
    """Why it was not purged. REST has just taken our sign-in, so a session that SOAP does not take
    says nothing about the connection. Raises: Busy.
    """
    error = error_of([told], named=False)
    if isinstance(error, Busy):
        raise error
    if isinstance(error, AuthLost | Rejected):
        return Rejected(f"{told['message']} ({told['errorCode']}); {BY_HAND}", code="RECYCLE_BIN")
    return error
