"""The presets work as they are, on fresh accounts."""

import pytest

from connectors.base import Field, Value
from mappings.check import check
from mappings.engine import Context, to_canonical, to_vendor, unmet_filter
from mappings.owners import Directory
from mappings.presets import preset, preset_text, presets
from mappings.source import dump, parse

NAME = "hubspot-salesforce-person"
REPS = Context({"ma": Directory({"77": "rep@x.co"}), "sfa": Directory({"005": "rep@x.co"})})
ADA = {
    "email": "Ada@Example.com", "firstname": "Ada", "lastname": "", "company": "Engines",
    "phone": "03-1234-5678", "address": "1 Main St",
    "hs_analytics_source": "TIKTOK", "hubspot_owner_id": "77", "hubspotscore": "80.0",
    "industry": "Computing", "annualrevenue": "1500000",
}  # fmt: skip


def test_presets_are_found_by_name() -> None:
    """All presets can be listed, read as text with comments, and parsed."""
    assert NAME in presets()
    assert "# " in preset_text(NAME)
    assert all(parse(dump(preset(name))) == preset(name) for name in presets())
    with pytest.raises(KeyError, match=f"there are .*{NAME}"):
        preset("nothing")


def test_a_preset_has_no_errors_where_baton_is_installed(
    ma_fields: list[Field], sfa_fields: list[Field]
) -> None:
    """Only the revenue, which one side keeps as text, deserves a warning."""
    found = check(preset(NAME), ma_fields, sfa_fields)

    assert [finding.line("main") for finding in found if finding.severity == "error"] == []
    assert [finding.message for finding in found] == [
        (
            'hubspot field "annualrevenue" of contacts is text: '
            "text that is no number is left out and reported"
        )
    ]


def test_a_contact_becomes_a_lead() -> None:
    """Required fields are filled, values are mapped, and what is only read is not told."""
    doc = preset(NAME)
    shown = to_canonical(doc, "ma", "contacts", ADA, REPS)

    lead = to_vendor(doc, "sfa", "Lead", shown.values, REPS, creating=True)

    assert unmet_filter(doc, "ma", shown.values) is None
    assert shown.values["ma_score"] == 80
    assert lead.problems == ()
    assert lead.fields == {
        "Email": "ada@example.com",
        "FirstName": "Ada",
        "LastName": "[unknown]",
        "Company": "Engines",
        "Phone": "+81312345678",
        "Street": "1 Main St",
        "LeadSource": "Other",
        "OwnerId": "005",
        "AnnualRevenue": 1500000,
    }


def test_a_contact_record_gets_only_what_contacts_have() -> None:
    """After a conversion the address moves to the Mailing fields, and lead fields are left."""
    doc = preset(NAME)
    values: dict[str, Value] = {
        "street": "1 Main St",
        "company": "Engines",
        "stage_salesforce": "Closed - Not Converted",
    }
    score: dict[str, Value] = {
        "baton_score": 92,
        "baton_grade": "A",
        "baton_hot_since": "2026-05-01T07:25:37.000Z",
    }

    told = to_vendor(doc, "sfa", "Contact", values | score, REPS, creating=False)

    assert told.fields == {
        "MailingStreet": "1 Main St",
        "Baton_Score__c": 92,
        "Baton_Grade__c": "A",
        "Baton_Hot_Since__c": "2026-05-01T07:25:37.000Z",
    }


def test_a_lead_becomes_a_contact_and_its_placeholders_stay_behind() -> None:
    """Words that only stand for a blank in a required field never reach the other side."""
    doc = preset(NAME)
    lead: dict[str, Value] = {
        "Email": "bo@x.co",
        "LastName": "[unknown]",
        "Company": "[not provided]",
        "Status": "Closed - Not Converted",
        "OwnerId": "005",
        "NumberOfEmployees": 40.0,
    }

    shown = to_canonical(doc, "sfa", "Lead", lead, REPS)
    told = to_vendor(doc, "ma", "contacts", shown.values, REPS, creating=True)

    assert shown.values["employees"] == 40
    assert shown.values["lead_status"] == "Closed - Not Converted"
    assert told.fields == {
        "email": "bo@x.co",
        "hubspot_owner_id": "77",
    }
