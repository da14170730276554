"""Answers of Salesforce, with the bodies that were recorded or documented."""

from typing import Any

import httpx
import pytest

from connectors.base import AuthLost, Busy, ConnectorError, Gone, Ref, Rejected, Unsure
from connectors.salesforce.errors import classify

JSON = "application/json;charset=UTF-8"


def answer(status: int, code: str, message: str, fields: list[str] | None = None) -> httpx.Response:
    error: dict[str, Any] = {"message": message, "errorCode": code}
    if fields is not None:
        error["fields"] = fields
    return httpx.Response(status, json=[error], headers={"content-type": JSON})


LOCKED = "unable to obtain exclusive access to this record or 1 records: 00QOx00000aLVDoMAO"
NO_KEY = "Provided external ID field does not exist or is not accessible: Namez"


@pytest.mark.parametrize(
    ("status", "code", "message", "expected"),
    [
        (401, "INVALID_SESSION_ID", "Session expired or invalid", AuthLost),
        (401, "INVALID_AUTH_HEADER", "INVALID_AUTH_HEADER", AuthLost),
        (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", Busy),
        (400, "UNABLE_TO_LOCK_ROW", LOCKED, Busy),
        (404, "ENTITY_IS_DELETED", "entity is deleted", Gone),
        (404, "NOT_FOUND", "The requested resource does not exist", Gone),
        (404, "NOT_FOUND", NO_KEY, Rejected),
        (400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", Gone),
        (400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", Gone),
        (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Company]", Rejected),
        (400, "MALFORMED_QUERY", "unexpected token: x", Rejected),
        (400, "A_CODE_OF_TOMORROW", "something new", Rejected),
    ],
)
def test_each_code_is_one_of_the_five_errors(
    status: int, code: str, message: str, expected: type[ConnectorError]
) -> None:
    """The code decides which of the five reactions a refusal gets, unknown codes are refusals."""
    assert type(classify(answer(status, code, message), reads=False)) is expected


def test_the_daily_limit_is_waited_for_longer_than_a_concurrency_limit() -> None:
    """The daily limit frees up over hours, the limit of long calls in seconds."""
    daily = answer(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    together = answer(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.")

    errors = [classify(each, reads=True) for each in (daily, together)]

    assert [e.retry_in_s for e in errors if isinstance(e, Busy)] == [900.0, 30.0]


def test_a_refusal_names_the_fields_and_the_fix() -> None:
    """A picklist refusal says which field, what value, and what to do about it."""
    message = "Lead Status: bad value for restricted picklist field: Hot"
    code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"

    error = classify(answer(400, code, message, ["Status"]), reads=False)

    assert isinstance(error, Rejected)
    assert (error.code, error.fields) == (code, ("Status",))
    assert str(error) == f"{message} ({code}); map the value to one of the field's choices"


def test_a_missing_key_field_says_how_to_install_it() -> None:
    """Upserts need the external-id field; the refusal tells how it comes into being."""
    error = classify(answer(404, "NOT_FOUND", NO_KEY), reads=False)

    assert "baton install" in str(error)


def test_an_owner_that_does_not_exist_is_a_refusal_of_that_field() -> None:
    """Only a missing record itself is "gone", not one that a field refers to."""
    error = classify(
        answer(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ["OwnerId"]),
        reads=False,
    )

    assert isinstance(error, Rejected)
    assert error.fields == ("OwnerId",)


@pytest.mark.parametrize("spelling", ["duplicateResut", "duplicateResult"])
def test_a_duplicate_tells_the_existing_record_in_either_spelling(spelling: str) -> None:
    """REST misspells the key; both spellings lead to the record that is already there."""
    match = {"record": {"attributes": {"type": "Contact"}, "Id": "0037h00000doU3R"}}
    details = {
        "allowSave": True,
        "duplicateRule": "Standard_Contact_Duplicate_Rule",
        "matchResults": [{"entityType": "Contact", "matchRecords": [match], "size": 1}],
    }
    message = "Use one of these records?"
    body = [{spelling: details, "errorCode": "DUPLICATES_DETECTED", "message": message}]

    error = classify(httpx.Response(400, json=body), reads=False)

    assert isinstance(error, Rejected)
    assert error.existing == Ref("person", "0037h00000doU3RAAU")


@pytest.mark.parametrize("broken", [None, [], {"matchResults": "x"}, {"matchResults": [1]}])
def test_a_duplicate_without_details_is_still_a_refusal(broken: Any) -> None:
    """Details that are missing or of another shape cost the reference, not the refusal."""
    body = [{"duplicateResut": broken, "errorCode": "DUPLICATES_DETECTED", "message": "x"}]

    error = classify(httpx.Response(400, json=body), reads=False)

    assert isinstance(error, Rejected)
    assert error.existing is None


@pytest.mark.parametrize(
    ("reads", "expected"), [(True, Busy), (False, Unsure)], ids=["read", "write"]
)
@pytest.mark.parametrize("status", [200, 500, 502])
def test_a_page_instead_of_data_leaves_a_write_in_doubt(
    status: int, *, reads: bool, expected: type[ConnectorError]
) -> None:
    """HTML under 200 or a 5xx: a read is tried again, a write has an unknown outcome."""
    page = httpx.Response(status, html="<html>Down for maintenance</html>")

    assert type(classify(page, reads=reads)) is expected


def test_a_404_page_hints_at_the_instance_url() -> None:
    """A wrong address answers with a page; that is for a person to mend."""
    error = classify(httpx.Response(404, html="<h1>URL No Longer Exists</h1>"), reads=True)

    assert isinstance(error, Rejected)
    assert "instance URL" in str(error)


def test_service_unavailable_keeps_the_time_that_it_names() -> None:
    """503 with Retry-After says when to come back."""
    error = classify(httpx.Response(503, headers={"retry-after": "7"}), reads=False)

    assert isinstance(error, Busy)
    assert error.retry_in_s == 7.0
