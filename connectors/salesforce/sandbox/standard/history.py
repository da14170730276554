"""OpportunityStage, OpportunityHistory, Note, ContentNote and its links.

Source: Salesforce Object Reference.
"""

from collections.abc import Iterator
from typing import Any

from connectors.salesforce.sandbox.fields import (
    Field,
    area,
    boolean,
    day,
    fixed,
    moment,
    number,
    picklist,
    ref,
    text,
    whole,
)
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields
from connectors.salesforce.sandbox.standard.sales import STAGES

FORECASTS = ("Omitted", "Pipeline", "BestCase", "MostLikely", "Forecast", "Closed")
PARENTS = ("Account", "Contact", "Lead", "Opportunity")
SHOWN = {"BestCase": "Best Case", "Forecast": "Commit"}  # forecast category → its name


def _without_changes() -> list[Field]:
    """System fields of a record that is never changed."""
    return [one for one in system_fields() if not one.name.startswith("LastModified")]


def opportunity_history() -> SObject:
    return _read_only(
        sobject(
            "OpportunityHistory",
            "Opportunity Histories",
            "008",
            [
                *_without_changes(),
                fixed(ref("OpportunityId", "Opportunity", children="OpportunityHistories")),
                fixed(picklist("StageName", *STAGES)),
                fixed(number("Amount", 18, 2, type="currency")),
                fixed(number("PrevAmount", 18, 2, type="currency", label="Previous Amount")),
                fixed(number("ExpectedRevenue", 18, 2, type="currency")),
                fixed(day("CloseDate")),
                fixed(day("PrevCloseDate", "Previous Close Date")),
                fixed(number("Probability", 3, 0, type="percent")),
                fixed(picklist("ForecastCategory", *FORECASTS, label="To Forecast Category",
                               length=40)),
            ],
            label="Opportunity History",
        )
    )  # fmt: skip


def opportunity_stage() -> SObject:
    return _read_only(
        sobject(
            "OpportunityStage",
            "Opportunity Stages",
            "01J",
            [
                *system_fields(),
                text("ApiName", 255, "API Name", id_lookup=True),
                text("MasterLabel", 255, name_field=True),
                text("Description", 255),
                boolean("IsActive", "Is Active"),
                boolean("IsClosed", "Closed"),
                boolean("IsWon", "Won"),
                number("DefaultProbability", 3, 0, type="percent", label="Probability (%)"),
                picklist("ForecastCategory", *FORECASTS, length=40),
                text("ForecastCategoryName", 255),
                whole("SortOrder"),
            ],
            label="Opportunity Stage",
        )
    )


def stages() -> Iterator[dict[str, Any]]:
    """The stages that a new org has."""
    for order, (name, (probability, closed, won, category)) in enumerate(STAGES.items(), 1):
        yield {
            "ApiName": name, "MasterLabel": name, "IsActive": True, "IsClosed": closed,
            "IsWon": won, "DefaultProbability": float(probability), "SortOrder": order,
            "ForecastCategory": category, "ForecastCategoryName": SHOWN.get(category, category),
        }  # fmt: skip


def note() -> SObject:
    """The classic note, under one record."""
    return sobject(
        "Note",
        "Notes",
        "002",
        [
            *system_fields(owned=True),
            ref("ParentId", *PARENTS, required=True, updateable=False, relationship="Parent",
                children="Notes", cascades=True),
            text("Title", 80, required=True, name_field=True),
            area("Body", 32000),
            boolean("IsPrivate", "Private"),
        ],
    )  # fmt: skip


def content_note() -> SObject:
    """The enhanced note: HTML in base64, under as many records as it has links."""
    return sobject(
        "ContentNote",
        "Content Notes",
        "069",
        [
            *system_fields(owned=True),
            text("Title", 255, required=True, name_field=True),
            area("Content", 52_428_800),
            fixed(text("TextPreview", 255)),
            fixed(text("FileType", 20, default="SNOTE")),
            fixed(moment("ContentModifiedDate")),
        ],
        label="Content Note",
    )


def content_document_link() -> SObject:
    return sobject(
        "ContentDocumentLink",
        "Content Document Links",
        "06A",
        [
            *_without_changes(),
            ref("ContentDocumentId", "ContentNote", required=True, updateable=False,
                cascades=True),
            ref("LinkedEntityId", *PARENTS, "User", required=True, updateable=False,
                cascades=True),
            picklist("ShareType", "V", "C", "I", default="V", length=40),
            picklist("Visibility", "AllUsers", "InternalUsers", "SharedUsers", length=40,
                     default="AllUsers"),
        ],
        label="Content Document Link",
    )  # fmt: skip


def _read_only(made: SObject) -> SObject:
    made.createable = made.updateable = made.deletable = False
    return made
