"""Vendors' words become a fix, in both languages."""

import httpx
import pytest

from app.web.fixes import FIXES, GENERAL, fix
from app.web.vendor_codes import SAME
from connectors.base import ConnectorError, Rejected
from connectors.hubspot.errors import fault_of, rejection
from connectors.salesforce.errors import classify as salesforce

SALESFORCE = {
    "REQUIRED_FIELD_MISSING": "A required field is empty.",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "The value is not among the field's choices.",
    "STRING_TOO_LONG": "The text is longer than the field.",
    "DUPLICATES_DETECTED": "A duplicate rule takes it for a record that exists.",
    "DUPLICATE_VALUE": "Another record has this e-mail or key.",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A rule of the system's admin refuses the record;",
    "UNABLE_TO_LOCK_ROW": "Somebody else holds the record,",
    "INSUFFICIENT_ACCESS_OR_READONLY": "The integration user may not edit this record.",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "The integration user may not see the record",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "The integration user may not write the field.",
    "INVALID_FIELD": "The field does not exist, or our user may not see it.",
    "INVALID_EMAIL_ADDRESS": "This is no valid e-mail address there.",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "A flow or trigger of the system fails",
    "INVALID_CROSS_REFERENCE_KEY": "The record that this one refers to is not there",
    "INACTIVE_OWNER_OR_USER": "The owner is inactive there,",
    "ENTITY_IS_LOCKED": "The record is locked there,",
    "CIRCULAR_DEPENDENCY": "The record would stand below itself.",
    "STORAGE_LIMIT_EXCEEDED": "The system has no storage left.",
    "MULTIPLE_CHOICES": "Several records there have its key.",
}
HUBSPOT = {
    "PROPERTY_DOESNT_EXIST": "The field does not exist, or our user may not see it.",
    "READ_ONLY_VALUE": "The integration user may not write the field.",
    "INVALID_OPTION": "The value is not among the field's choices.",
    "INVALID_EMAIL": "This is no valid e-mail address there.",
    "INVALID_LONG": "The value has the wrong form for the field",
    "REQUIRED_FIELD": "A required field is empty.",
    "CONFLICT": "Another record has this e-mail or key.",
    "MISSING_SCOPES": "The app lacks the scopes that the reason names.",
}


@pytest.mark.parametrize(("code", "begins"), [*SALESFORCE.items(), *HUBSPOT.items()])
def test_a_vendors_code_has_its_fix(code: str, begins: str) -> None:
    """What to do, not what went wrong."""
    assert fix("side", code).en.startswith(begins)


def test_a_code_means_another_thing_of_a_list() -> None:
    """It is the list that is not there, not the record."""
    assert fix("side", "gone").en.startswith("The record was deleted there.")
    assert fix("nurture", "gone").en.startswith("The list that the lifecycle names")
    assert fix("nurture", "").en.startswith("The marketing system did not change")


def test_what_is_left_in_the_recycle_bin_says_how_it_goes() -> None:
    """Of an erasure; other refused deletions have another way."""
    assert "still in the recycle bin" in fix("removal", "RECYCLE_BIN").en
    assert "converted is still there" in fix("removal", "CANNOT_UPDATE_CONVERTED_LEAD").en
    assert fix("removal", "DEPENDENCY").en.startswith("The system refused to delete the record.")


def test_every_code_leads_to_words() -> None:
    """No code means something that has no fix."""
    known = set(FIXES) | {name.rpartition(":")[2] for name in FIXES}
    assert sorted(set(SAME.values()) - known) == []


def test_an_unknown_code_has_a_fix_all_the_same() -> None:
    """Vendors invent new ones."""
    assert fix("side", "BRAND_NEW") == GENERAL


def rejected(error: ConnectorError | None) -> Rejected:
    assert isinstance(error, Rejected)
    return error


def test_salesforces_answer_leads_to_its_fix() -> None:
    """From the body of the answer, as it was recorded."""
    body = [
        {
            "message": "email_field: invalid email address: badone",
            "errorCode": "INVALID_EMAIL_ADDRESS",
            "fields": ["Email"],
        }
    ]
    error = rejected(salesforce(httpx.Response(400, json=body), reads=False))

    assert error.code == "INVALID_EMAIL_ADDRESS"
    assert (
        fix("side", error.code).ja == "メールアドレスの形式が不正です。元の値を修正してください。"
    )


def test_hubspots_missing_scopes_are_named() -> None:
    """The reason has the scopes, the fix says where to add them."""
    body = {
        "status": "error",
        "message": "This app hasn't been granted all required scopes to make this call.",
        "category": "MISSING_SCOPES",
        "errors": [
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": ["crm.objects.contacts.write"]},
            }
        ],
    }
    error = rejection(fault_of(httpx.Response(403, json=body)), "person", 403)

    assert "crm.objects.contacts.write" in str(error)
    assert fix("side", error.code or "").en.startswith("The app lacks the scopes")
