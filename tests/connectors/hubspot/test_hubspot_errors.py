"""HubSpot's refusals, by bodies from recorded traffic and its documentation."""

from typing import Any

import httpx
import pytest
import respx

from connectors.base import (
    AuthLost,
    Busy,
    ConnectorError,
    Gone,
    Ref,
    Rejected,
    Unsure,
    Write,
)
from connectors.hubspot import HubSpot

READ = "/crm/v3/objects/contacts/batch/read"
UPDATE = "/crm/v3/objects/contacts/batch/update"
TEN_SECONDLY = {
    "status": "error",
    "message": "You have reached your ten_secondly_rolling limit.",
    "errorType": "RATE_LIMIT",
    "correlationId": "c",
    "policyName": "TEN_SECONDLY_ROLLING",
    "groupName": "publicapi:private_app-api-calls-ten-secondly:1:2",
}
SEARCH_OLD = {
    "status": "error",
    "message": "You have reached your secondly limit.",
    "correlationId": "c",
    "category": "RATE_LIMITS",
}
SEARCH_NEW = {"status": "error", "errorType": "RATE_LIMIT", "policyName": "SECONDLY"}
DAILY = {"status": "error", "message": "You have reached your daily limit.", "policyName": "DAILY"}
NOON_UTC = {"date": "Fri, 20 Nov 2026 12:00:00 GMT"}
NO_PROPERTY = {
    "category": "VALIDATION_ERROR",
    "message": 'Property values were not valid: [{"isValid":false,"message":"Property \\"x\\" does '
    'not exist","error":"PROPERTY_DOESNT_EXIST","name":"x"}]',
}
OPTION = {
    "message": "no such option",
    "code": "INVALID_OPTION",
    "context": {"propertyName": ["x"]},
}
NO_OPTION = {"message": "not valid", "category": "VALIDATION_ERROR", "errors": [OPTION]}
DUPLICATE = {"message": "Contact already exists. Existing ID: 1725751", "category": "CONFLICT"}
CLASH = {
    "category": "VALIDATION_ERROR",
    "message": "Cannot set PropertyValueCoordinates{portalId=1, propertyName=baton_key, value=k} "
    "on 17. 18 already has that value.",
}
NO_SCOPE = {
    "category": "MISSING_SCOPES",
    "message": "One or more of the following scopes are required.",
    "errors": [
        {
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": ["crm.objects.contacts.read"]},
        }
    ],
}


def read_error(hubspot: HubSpot) -> ConnectorError:
    with pytest.raises(ConnectorError) as raised:
        hubspot.read([Ref("person", "1")], ["email"])
    return raised.value


def write_outcome(hubspot: HubSpot) -> object:
    """The outcome of one update, whether returned or raised."""
    try:
        return hubspot.write([Write("k", "person", Ref("person", "17"), {"x": "1"})])["k"]
    except ConnectorError as error:
        return error


@pytest.mark.parametrize(
    ("body", "headers", "retry_in_s"),
    [
        (TEN_SECONDLY, {}, 10.0),
        (SEARCH_OLD, {}, 1.0),
        (SEARCH_NEW, {}, 1.0),
        (DAILY, NOON_UTC, 12 * 3600.0),
        (DAILY, {"date": "garbage"}, 3600.0),
        ({"message": "ten_secondly_rolling"}, {}, 10.0),
        ({"status": "error"}, {}, None),
        ({"status": "error"}, {"retry-after": "7"}, 7.0),
        (TEN_SECONDLY, {"retry-after": "Fri, 20 Nov 2026 12:00:00 GMT"}, 10.0),
        (TEN_SECONDLY, {"retry-after": "nan"}, 10.0),
    ],
)
def test_a_429_waits_as_long_as_its_limit(
    hubspot: HubSpot,
    router: respx.MockRouter,
    body: dict[str, Any],
    headers: dict[str, str],
    retry_in_s: float | None,
) -> None:
    """The policy name or the message tells which limit it is; a plain Retry-After wins."""
    router.post(READ).respond(429, json=body, headers=headers)

    error = read_error(hubspot)

    assert isinstance(error, Busy)
    assert error.retry_in_s == retry_in_s


def test_the_daily_limit_ends_at_midnight_of_the_account(
    connect: Any, router: respx.MockRouter
) -> None:
    """In Tokyo noon UTC is 21 o'clock: three hours are left."""
    router.post(READ).respond(429, json=DAILY, headers=NOON_UTC)

    error = read_error(connect(time_zone="Asia/Tokyo"))

    assert isinstance(error, Busy)
    assert error.retry_in_s == 3 * 3600.0


@pytest.mark.parametrize(
    ("status", "reading", "writing"),
    [
        (423, Busy, Busy),
        (477, Busy, Busy),
        (500, Busy, Unsure),
        (502, Busy, Unsure),
        (503, Busy, Busy),
        (504, Busy, Unsure),
        (521, Busy, Busy),
        (523, Busy, Busy),
        (524, Busy, Unsure),
        (525, Busy, Busy),
        (403, Rejected, Rejected),
        (414, Rejected, Rejected),
        (302, Rejected, Rejected),
    ],
)
def test_what_a_status_means(
    hubspot: HubSpot,
    router: respx.MockRouter,
    status: int,
    reading: type[ConnectorError],
    writing: type[ConnectorError],
) -> None:
    """A write that may have been carried out is in doubt; one that was not is only late."""
    router.post(READ).respond(status, html="<h1>oops</h1>")
    router.post(UPDATE).respond(status, html="<h1>oops</h1>")

    assert type(read_error(hubspot)) is reading
    assert type(write_outcome(hubspot)) is writing


@pytest.mark.parametrize("body", [b"<html>login</html>", b'{"results": [{"id"', b"", b"[]", b"7"])
def test_a_success_that_cannot_be_read_is_no_success(
    hubspot: HubSpot, router: respx.MockRouter, body: bytes
) -> None:
    """HTML, half a body or another shape: a look is repeated, a write is in doubt."""
    router.post(READ).respond(200, content=body)
    router.post(UPDATE).respond(200, content=body)

    assert isinstance(read_error(hubspot), Busy)
    assert isinstance(write_outcome(hubspot), Unsure)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, NO_PROPERTY, ("PROPERTY_DOESNT_EXIST", ("x",), None)),
        (400, NO_OPTION, ("INVALID_OPTION", ("x",), None)),
        (409, DUPLICATE, ("CONFLICT", (), Ref("person", "1725751"))),
        (400, CLASH, ("VALIDATION_ERROR", (), Ref("person", "18"))),
        (403, NO_SCOPE, ("MISSING_SCOPES", (), None)),
        (400, {"message": "Invalid input JSON on line 1, column 191."}, ("HTTP_400", (), None)),
        (400, {}, ("HTTP_400", (), None)),
        (400, [1], ("HTTP_400", (), None)),
    ],
)
def test_a_refusal_names_what_it_is_about(
    hubspot: HubSpot,
    router: respx.MockRouter,
    status: int,
    body: Any,
    said: tuple[str, tuple[str, ...], Ref | None],
) -> None:
    """The fields and the existing record come out of older and newer bodies alike."""
    router.post(UPDATE).respond(status, json=body)

    outcome = write_outcome(hubspot)

    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.fields, outcome.existing) == said
    assert str(outcome)


def test_a_missing_scope_is_said_by_name(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """The reason tells which scope to add."""
    router.post(READ).respond(403, json=NO_SCOPE)

    assert "crm.objects.contacts.read" in str(read_error(hubspot))


def test_a_refused_token_is_a_lost_sign_in(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """A static token has nothing to refresh with, so it is not tried a second time."""
    body = {"status": "error", "category": "INVALID_AUTHENTICATION", "message": "not found"}
    route = router.post(READ).respond(401, json=body)

    assert isinstance(read_error(hubspot), AuthLost)
    assert route.call_count == 1


def test_no_connection_is_busy_and_a_cut_one_in_doubt(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """What never left is only late; what may have arrived is in doubt."""
    router.post(UPDATE).mock(side_effect=[httpx.ConnectError("no"), httpx.ReadError("cut")])

    assert isinstance(write_outcome(hubspot), Busy)
    assert isinstance(write_outcome(hubspot), Unsure)


def test_a_record_that_is_nowhere_is_gone(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """The 207 of an update names it; the single read says that it was not merged."""
    missing = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some CONTACT objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        "context": {"ids": ["17"]},
    }
    body = {"status": "COMPLETE", "results": [], "numErrors": 1, "errors": [missing]}
    router.post(UPDATE).respond(207, json=body)
    not_found = {"status": "error", "message": "resource not found", "correlationId": "c"}
    router.get("/crm/v3/objects/contacts/17").respond(404, json=not_found)

    outcome = write_outcome(hubspot)

    assert isinstance(outcome, Gone)
    assert outcome.moved_to is None
