"""Every answer of Salesforce -> one of the five errors, by its code.

Source: SOAP API Developer Guide, "StatusCode" and "ExceptionCode"; REST API Developer Guide,
"Status Codes and Error Responses"; recorded answers (README.md).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from connectors.base import AuthLost, Busy, ConnectorError, Gone, Ref, Rejected, Unsure
from connectors.salesforce.ids import ref_of
from connectors.wire import classify_status

DAILY_RETRY_S = 900.0  # TotalRequests: a rolling 24 h, so capacity comes back bit by bit
CONCURRENT_RETRY_S = 30.0  # ConcurrentPerOrgLongTxn: as soon as one of the long calls ends
CONVERTED = "CANNOT_UPDATE_CONVERTED_LEAD"

_LATER = {
    "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "REQUEST_RUNNING_TOO_LONG",
    "INVALID_QUERY_LOCATOR", "PLATFORM_EVENT_PUBLISHING_UNAVAILABLE",
}  # fmt: skip
_SIGNED_OUT = {"INVALID_SESSION_ID", "INVALID_AUTH_HEADER", "API_DISABLED_FOR_ORG"}
_NOT_THERE = {"ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY", CONVERTED}
_OF_THE_RECORD = {"Id", "id", "WhoId"}
_SAME_VALUE = re.compile(r"duplicates value on record with id: (\w{15,18})")
_NO_KEY_FIELD = "external ID field does not exist"

_FIXES = {
    "REQUIRED_FIELD_MISSING": "map a value, or a default, to each of these fields",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "map the value to one of the field's choices",
    "STRING_TOO_LONG": "shorten the value in the mapping (transform `truncate`)",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "satisfy the org's validation rule, or change the rule",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "give the integration user edit access to the field, "
    "or take it out of the mapping",
    "INVALID_FIELD": "take the field out of the mapping, or create it in Salesforce",
    "INSUFFICIENT_ACCESS": "let the user set things up: Modify Metadata Through Metadata API "
    "Functions, and Customize Application",
    "INSUFFICIENT_ACCESS_OR_READONLY": "give the integration user access to the record",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "give the integration user access to the "
    "record that is referred to",
    "DUPLICATES_DETECTED": "link to the existing record, or change the duplicate rule",
    "INVALID_EMAIL_ADDRESS": "correct the e-mail address at its source",
    "INACTIVE_OWNER_OR_USER": "give the record to an active user, or the integration user the "
    "permission Update Records with Inactive Owners",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "mend the org's flow, its admin got an e-mail about it",
}


def classify(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the wire's interface
    """What an answer means for the whole request; None where it is for the caller to read."""
    return None if _is_soap(response) else _of_rest(response, reads=reads)


def _of_rest(response: httpx.Response, *, reads: bool) -> ConnectorError | None:
    if (error := classify_status(response, reads=reads)) is not None:
        return error
    status = response.status_code
    if status == httpx.codes.NO_CONTENT or _is_bulk(response):
        return None
    if "json" not in response.headers.get("content-type", ""):
        return _not_json(status, reads=reads)
    if status < httpx.codes.MULTIPLE_CHOICES:
        return None
    if status == httpx.codes.MULTIPLE_CHOICES:
        return Rejected("several records have this external id", code="MULTIPLE_CHOICES")
    return _from_body(response, reads=reads)


def _is_soap(response: httpx.Response) -> bool:
    """An envelope, with status 500 where it holds a fault. Source: SOAP 1.1, section 6.2."""
    told = {httpx.codes.OK, httpx.codes.INTERNAL_SERVER_ERROR}
    is_xml = response.headers.get("content-type", "").startswith("text/xml")
    return is_xml and response.status_code in told and b":Envelope" in response.content


def _is_bulk(response: httpx.Response) -> bool:
    """CSV results, or the empty 201 of an upload. Source: Bulk API 2.0 developer guide."""
    empty = response.status_code == httpx.codes.CREATED and not response.content
    is_csv = response.headers.get("content-type", "").startswith("text/csv")
    return empty or (is_csv and response.status_code == httpx.codes.OK)


def _not_json(status: int, *, reads: bool) -> ConnectorError:
    """A page where data should be: maintenance, a proxy, or an address that is no API."""
    if status >= httpx.codes.BAD_REQUEST:
        reason = f"HTTP {status} without an error code: is the instance URL right?"
        return Rejected(reason, code=f"HTTP_{status}")
    if status >= httpx.codes.MULTIPLE_CHOICES:
        return Busy(f"HTTP {status}: redirected, which is not followed")
    reason = f"HTTP {status} with something else than JSON"
    return Busy(reason) if reads else Unsure(reason)


def _from_body(response: httpx.Response, *, reads: bool) -> ConnectorError | None:
    status = response.status_code
    try:
        body = response.json()
    except ValueError:
        return _not_json(status, reads=reads)
    if _is_action(body):
        return None
    errors = body if isinstance(body, list) else [body]
    return error_of(errors, named=True, status=status)


def _is_action(body: Any) -> bool:
    """Invocable actions answer 400 with one result an input, which the caller reads."""
    return (
        isinstance(body, list)
        and bool(body)
        and all(isinstance(item, dict) and "isSuccess" in item for item in body)
    )


def error_of(errors: Sequence[Any], *, named: bool, status: int = 400) -> ConnectorError:
    """What a list of errors means, for a request or for one record of a collection.

    `named` says that the request named its record by id, so that "not found" is that record's.
    """
    known = _mappings(list(errors))
    first: Mapping[str, Any] = known[0] if known else {}
    code = str(first.get("errorCode") or first.get("statusCode") or f"HTTP_{status}")
    message = str(first.get("message") or "no message").strip()
    fields = tuple(str(name) for error in known for name in error.get("fields") or ())
    if code == "REQUEST_LIMIT_EXCEEDED":
        wait_s = CONCURRENT_RETRY_S if "Concurrent" in message else DAILY_RETRY_S
        return Busy(f"{message} ({code})", retry_in_s=wait_s)
    if code in _LATER:
        return Busy(f"{message} ({code})")
    if code in _SIGNED_OUT:
        return AuthLost(f"{message} ({code})")
    if _is_gone(code, message, fields, named=named):
        return Gone(f"{message} ({code})")
    return rejected(code, message, fields, existing=_existing(first))


def rejected(
    code: str, message: str, fields: tuple[str, ...] = (), existing: Ref | None = None
) -> Rejected:
    """A refusal with its reason and, where the code tells it, its fix."""
    fix = _FIXES.get(code)
    if _NO_KEY_FIELD in message:
        fix = "install Baton's package (`baton install`), or set `key_field`"
    reason = f"{message} ({code})" + (f"; {fix}" if fix else "")
    return Rejected(reason, code=code, fields=fields, existing=existing)


def _is_gone(code: str, message: str, fields: Sequence[str], *, named: bool) -> bool:
    if code == CONVERTED:
        return True
    if not named or code not in _NOT_THERE or _NO_KEY_FIELD in message:
        return False
    return set(fields) <= _OF_THE_RECORD


def _existing(error: Mapping[str, Any]) -> Ref | None:
    """The record that a duplicate rule or a unique field found.

    REST misspells the rule's key (`duplicateResut`).
    """
    if (same := _SAME_VALUE.search(str(error.get("message")))) is not None:
        return ref_of(same[1])
    result = error.get("duplicateResut") or error.get("duplicateResult")
    if not isinstance(result, Mapping):
        return None
    ids = [
        str(record.get("Id"))
        for results in _mappings(result.get("matchResults"))
        for match in _mappings(results.get("matchRecords"))
        for record in _mappings([match.get("record")])
    ]
    return next((ref for ref in map(ref_of, ids) if ref is not None), None)


def _mappings(values: Any) -> list[Mapping[str, Any]]:
    return [v for v in values if isinstance(v, Mapping)] if isinstance(values, list) else []
