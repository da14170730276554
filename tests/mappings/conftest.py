"""Small mapping documents, and a schema like that of a fresh HubSpot account and Salesforce org."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from connectors.base import Field, FieldType
from mappings.document import MappingDocument
from mappings.source import validate

Document: TypeAlias = Callable[..., MappingDocument]
STATUSES = (
    "NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED",
    "BAD_TIMING",
)  # fmt: skip
LEAD_STATUSES = (
    "Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted",
)  # fmt: skip


@pytest.fixture(scope="session")
def document() -> Document:
    """A document of these rules; `more` are further keys of the document."""

    def build(*rules: dict[str, Any], **more: Any) -> MappingDocument:
        return validate({"kind": "person", "fields": list(rules), **more})

    return build


@pytest.fixture
def ma_fields() -> list[Field]:
    texts = (
        "firstname", "lastname", "company", "jobtitle", "address", "city", "state", "zip",
        "country", "website", "industry", "annualrevenue", "company_size",
    )  # fmt: skip
    return [
        Field("email", "Email", "email", "contacts"),
        *(Field(name, name.title(), "text", "contacts", max_length=65_536) for name in texts),
        Field("phone", "Phone", "phone", "contacts"),
        Field("mobilephone", "Mobile phone", "phone", "contacts"),
        Field("hs_lead_status", "Lead status", "choice", "contacts", choices=STATUSES),
        Field("hs_analytics_source", "Source", "choice", "contacts", writable=False),
        Field("lifecyclestage", "Stage", "choice", "contacts", choices=("lead", "customer")),
        Field("hubspotscore", "Score", "number", "contacts", writable=False),
        Field("hubspot_owner_id", "Owner", "reference", "contacts"),
        Field("associations.company", "Primary company", "reference", "contacts"),
        Field("hs_email_optout", "Unsubscribed", "bool", "contacts", writable=False),
        *_installed("contacts", "baton_{}"),
    ]


def _installed(name: str, pattern: str) -> list[Field]:
    """The fields that `baton install` makes, `{}` in their names for each word of it."""
    types: dict[FieldType, tuple[str, ...]] = {
        "datetime": ("Hot_Since", "First_Touch", "Last_Touch", "Stage_Since", "Handoff_Meeting"),
        "number": ("Score", "Touch_Count", "Days_Since_Touch", "Handoff_Quality"),
        "text": (
            "Grade", "Last_Channel", "Last_Page", "Last_Campaign", "Stage", "Handoff_State",
            "Handoff_Next_Step", "Handoff_Receiver", "Handoff_Decision", "Handoff_Reason",
        ),
        "long_text": ("Reasons", "Stage_Reason", "Handoff_Memo"),
    }  # fmt: skip
    lower = pattern.islower()
    return [
        Field(own, own, type_, name)
        for type_, words in types.items()
        for word in words
        if (own := pattern.format(word.lower() if lower else word))
    ]


@pytest.fixture
def sfa_fields() -> list[Field]:
    lead = [
        Field("Company", "Company", "text", "Lead", required=True, max_length=255),
        Field("Website", "Website", "url", "Lead", max_length=255),
        Field("Industry", "Industry", "choice", "Lead", choices=("Banking", "Retail")),
        Field("Status", "Status", "choice", "Lead", choices=LEAD_STATUSES),
        Field("AnnualRevenue", "Annual Revenue", "number", "Lead"),
        Field("NumberOfEmployees", "Employees", "number", "Lead"),
        Field("IsConverted", "Converted", "bool", "Lead", writable=False, required=True),
    ]
    account = Field("AccountId", "Account ID", "reference", "Contact")
    return [*lead, *_both("Lead", ""), *_both("Contact", "Mailing"), account]


def _both(name: str, prefix: str) -> list[Field]:
    address = ("City", "State", "PostalCode", "Country")
    return [
        Field("Email", "Email", "email", name, max_length=80),
        Field("FirstName", "First Name", "text", name, max_length=40),
        Field("LastName", "Last Name", "text", name, required=True, max_length=80),
        Field("Title", "Title", "text", name, max_length=128),
        Field("Phone", "Phone", "phone", name, max_length=40),
        Field("MobilePhone", "Mobile Phone", "phone", name, max_length=40),
        Field(f"{prefix}Street", "Street", "long_text", name, max_length=255),
        *(Field(f"{prefix}{part}", part, "text", name, max_length=80) for part in address),
        Field("LeadSource", "Lead Source", "choice", name, choices=("Web", "Other")),
        Field("OwnerId", "Owner ID", "reference", name),
        Field("HasOptedOutOfEmail", "Email Opt Out", "bool", name),
        *_installed(name, "Baton_{}__c"),
    ]
