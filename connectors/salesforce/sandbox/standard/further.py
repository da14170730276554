"""Standard fields that other software reads, beside those that the sandbox itself works with.

Source: Salesforce Object Reference.
"""

from connectors.salesforce.sandbox.fields import (
    Field,
    area,
    boolean,
    day,
    fixed,
    moment,
    phone,
    picklist,
    ref,
    text,
    url,
    whole,
)
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
INSTANCES = ("First", "Second", "Third", "Fourth", "Last")
SERIES = (
    "RecursDaily", "RecursEveryWeekday", "RecursMonthly", "RecursMonthlyNth", "RecursWeekly",
    "RecursYearly", "RecursYearlyNth",
)  # fmt: skip


def user_role() -> SObject:
    """A place in the hierarchy of roles; a new org has none."""
    return sobject(
        "UserRole",
        "Roles",
        "00E",
        [
            *system_fields(),
            text("Name", 80, required=True, name_field=True),
            ref("ParentRoleId", "UserRole"),
            text("DeveloperName", 80),
            text("RollupDescription", 80),
            picklist("OpportunityAccessForAccountOwner", "None", "Read", "Edit", length=40),
            picklist("CaseAccessForAccountOwner", "None", "Read", "Edit", length=40),
        ],
        label="Role",
    )


def _series(start: Field, end: Field, owner: str) -> list[Field]:
    """Of recurring activities, which the sandbox does not make: all blank."""
    return [
        fixed(one)
        for one in (
            boolean("IsRecurrence", "Create Recurring Series"),
            ref("RecurrenceActivityId", owner),
            start,
            end,
            picklist("RecurrenceTimeZoneSidKey", length=40),
            picklist("RecurrenceType", *SERIES, length=40),
            whole("RecurrenceInterval"),
            whole("RecurrenceDayOfWeekMask"),
            whole("RecurrenceDayOfMonth"),
            picklist("RecurrenceInstance", *INSTANCES, length=40),
            picklist("RecurrenceMonthOfYear", *MONTHS, length=40),
        )
    ]


def _user() -> list[Field]:
    return [
        ref("UserRoleId", "UserRole"),
        fixed(ref("ContactId", "Contact")),
        fixed(ref("AccountId", "Account")),
        ref("DelegatedApproverId", "User", "Group"),
        fixed(url("FullPhotoUrl", 1024)),
        fixed(url("SmallPhotoUrl", 1024)),
        fixed(boolean("IsProfilePhotoActive", "Has Profile Photo")),
        fixed(moment("LastPasswordChangeDate")),
        fixed(moment("LastViewedDate")),
        fixed(moment("LastReferencedDate")),
        boolean("ReceivesInfoEmails", "Info Emails"),
        boolean("ReceivesAdminInfoEmails", "Admin Info Emails"),
        boolean("ForecastEnabled", "Allow Forecasting"),
        boolean("UserPermissionsMarketingUser", "Marketing User"),
        boolean("UserPermissionsOfflineUser", "Offline User"),
        text("SenderName", 80),
        text("SenderEmail", 80),
        area("Signature", 1333),
    ]


def _opportunity() -> list[Field]:
    return [
        boolean("IsPrivate", "Private"),
        fixed(whole("FiscalQuarter")),
        fixed(whole("FiscalYear")),
        fixed(text("Fiscal", 6, "Fiscal Period")),
        fixed(boolean("HasOpenActivity")),
        fixed(boolean("HasOverdueTask")),
        fixed(moment("LastStageChangeDate")),
    ]


def _campaign_member() -> list[Field]:
    """Copies of what the lead or contact has."""
    return [
        fixed(one)
        for one in (
            text("Salutation", 40),
            text("Title", 128),
            area("Street", 255),
            text("City", 40),
            text("State", 80),
            text("PostalCode", 20),
            text("Country", 80),
            phone("MobilePhone"),
            phone("Fax"),
            area("Description", 32000),
            picklist("LeadSource"),
            boolean("DoNotCall"),
            boolean("HasOptedOutOfEmail"),
            boolean("HasOptedOutOfFax"),
            ref("LeadOrContactOwnerId", "Group", "User"),
        )
    ]


FURTHER: dict[str, list[Field]] = {
    "Account": [fixed(url("PhotoUrl")), text("SicDesc", 80, "SIC Description"), text("Jigsaw", 20)],
    "Contact": [
        fixed(url("PhotoUrl")),
        fixed(boolean("IsEmailBounced")),
        text("Jigsaw", 20),
        fixed(moment("LastCURequestDate", "Last Stay-in-Touch Request Date")),
        fixed(moment("LastCUUpdateDate", "Last Stay-in-Touch Save Date")),
    ],
    "Lead": [
        fixed(url("PhotoUrl")),
        text("Jigsaw", 20),
        fixed(moment("FirstCallDateTime")),
        fixed(moment("FirstEmailDateTime")),
    ],
    "Opportunity": _opportunity(),
    "Task": [
        *_series(day("RecurrenceStartDateOnly"), day("RecurrenceEndDateOnly"), "Task"),
        fixed(picklist("RecurrenceRegeneratedType", length=40)),
    ],
    "Event": [
        fixed(day("EndDate")),
        fixed(boolean("IsChild")),
        fixed(boolean("IsGroupEvent")),
        fixed(picklist("GroupEventType", "0", "1", "2", length=40)),
        *_series(moment("RecurrenceStartDateTime"), day("RecurrenceEndDateOnly"), "Event"),
    ],
    "Campaign": [fixed(moment("LastViewedDate")), fixed(moment("LastReferencedDate"))],
    "CampaignMember": _campaign_member(),
    "User": _user(),
}
