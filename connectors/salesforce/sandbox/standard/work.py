"""Task, Event, Campaign, CampaignMember.

Source: Salesforce Object Reference; recorded describe of Event. No recorded describe of Task was
found: the writability of CompletedDateTime and TaskSubtype is a setting (see README.md).
"""

from dataclasses import replace

from connectors.salesforce.sandbox.fields import (
    Field,
    area,
    boolean,
    day,
    email,
    fixed,
    moment,
    number,
    phone,
    picklist,
    ref,
    text,
    whole,
)
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields

ABOUT = ("Account", "Campaign", "Opportunity")
DONE = "Completed"
COUNTERS = (
    "NumberOfLeads", "NumberOfConvertedLeads", "NumberOfContacts", "NumberOfResponses",
    "NumberOfOpportunities", "NumberOfWonOpportunities", "AmountAllOpportunities",
    "AmountWonOpportunities",
)  # fmt: skip
MEMBER_STATUSES = {"Sent": False, "Responded": True}  # status: has responded


def _activity(children: str) -> list[Field]:
    return [
        ref("WhoId", "Contact", "Lead", label="Name ID", relationship="Who", children=children),
        ref("WhatId", *ABOUT, label="Related To ID", relationship="What", children=children),
        picklist("Subject", "Call", "Email", "Send Letter", "Send Quote", "Other"),
        area("Description", 32000),
        fixed(ref("AccountId", "Account")),
        boolean("IsReminderSet", "Reminder Set"),
        moment("ReminderDateTime", "Reminder Date/Time"),
        fixed(boolean("IsArchived", "Archived")),
    ]


def task(*, completed_at_writable: bool, subtype_updateable: bool, queue_may_own: bool) -> SObject:
    completed_at = moment("CompletedDateTime", "Completed Date")
    owners = ("Group", "User") if queue_may_own else ("User",)
    made = sobject(
        "Task",
        "Tasks",
        "00T",
        [
            *system_fields(owned=True, owners=owners),
            *_activity("Tasks"),
            day("ActivityDate", "Due Date Only"),
            picklist("Status", "Not Started", "In Progress", DONE, "Waiting on someone else",
                     "Deferred", default="Not Started"),
            picklist("Priority", "High", "Normal", "Low", default="Normal"),
            fixed(boolean("IsHighPriority", "High Priority")),
            fixed(boolean("IsClosed", "Closed")),
            picklist("Type", "Call", "Email", "Meeting", "Other"),
            picklist("TaskSubtype", "Task", "Email", "ListEmail", "Call", "Cadence", default="Task",
                     updateable=subtype_updateable, restricted=True),
            whole("CallDurationInSeconds", "Call Duration"),
            picklist("CallType", "Internal", "Inbound", "Outbound", length=40, restricted=True),
            text("CallDisposition", 255, "Call Result"),
            text("CallObject", 255, "Call Object Identifier"),
            completed_at if completed_at_writable else fixed(completed_at),
        ],
    )  # fmt: skip
    _name_by(made, "Subject")
    return made


def event() -> SObject:
    made = sobject(
        "Event",
        "Events",
        "00U",
        [
            *system_fields(owned=True, owners=("Calendar", "User")),
            *_activity("Events"),
            text("Location", 255),
            boolean("IsAllDayEvent", "All-Day Event"),
            moment("ActivityDateTime", "Due Date Time"),
            day("ActivityDate", "Due Date Only"),
            whole("DurationInMinutes", "Duration"),
            moment("StartDateTime", "Start Date Time"),
            moment("EndDateTime", "End Date Time"),
            picklist("Type", "Call", "Email", "Meeting", "Other"),
            boolean("IsPrivate", "Private"),
            picklist("ShowAs", "Busy", "OutOfOffice", "Free", length=40, default="Busy"),
            picklist("EventSubtype", "Event", default="Event", updateable=False, restricted=True),
        ],
    )
    _name_by(made, "Subject")
    return made


def _name_by(made: SObject, name: str) -> None:
    made.add([replace(made.fields[name], type="combobox", name_field=True)])


def campaign() -> SObject:
    return sobject(
        "Campaign",
        "Campaigns",
        "701",
        [
            *system_fields(owned=True),
            text("Name", 80, required=True, name_field=True),
            ref("ParentId", "Campaign", label="Parent Campaign ID", children="ChildCampaigns"),
            picklist("Type", "Conference", "Webinar", "Trade Show", "Public Relations", "Partners",
                     "Referral Program", "Advertisement", "Banner Ads", "Direct Mail", "Email",
                     "Telemarketing", "Other", length=40),
            picklist("Status", "Planned", "In Progress", "Completed", "Aborted", length=40,
                     default="Planned"),
            day("StartDate"),
            day("EndDate"),
            number("ExpectedRevenue", type="currency"),
            number("BudgetedCost", type="currency"),
            number("ActualCost", type="currency"),
            number("ExpectedResponse", 10, 2, type="percent", label="Expected Response (%)"),
            number("NumberSent", 18, 0, label="Num Sent"),
            boolean("IsActive", "Active"),
            area("Description", 32000),
            *(fixed(whole(name, calculated=True)) for name in COUNTERS if "Number" in name),
            *(fixed(number(name, type="currency", calculated=True)) for name in COUNTERS
              if "Amount" in name),
            fixed(day("LastActivityDate", "Last Activity")),
        ],
    )  # fmt: skip


def campaign_member_status() -> SObject:
    return sobject(
        "CampaignMemberStatus",
        "Campaign Member Statuses",
        "01Y",
        [
            *system_fields(),
            ref("CampaignId", "Campaign", required=True, updateable=False, cascades=True,
                children="CampaignMemberStatuses"),
            text("Label", 765, required=True, name_field=True),
            boolean("HasResponded", "Responded"),
            boolean("IsDefault", "Is Default"),
            whole("SortOrder"),
        ],
        label="Campaign Member Status",
    )  # fmt: skip


def campaign_member() -> SObject:
    return sobject(
        "CampaignMember",
        "Campaign Members",
        "00v",
        [
            *system_fields(),
            ref("CampaignId", "Campaign", required=True, updateable=False, cascades=True,
                children="CampaignMembers"),
            ref("LeadId", "Lead", updateable=False, cascades=True, children="CampaignMembers"),
            ref("ContactId", "Contact", updateable=False, cascades=True,
                children="CampaignMembers"),
            picklist("Status", *MEMBER_STATUSES, length=40),
            fixed(boolean("HasResponded", "Responded")),
            fixed(day("FirstRespondedDate")),
            fixed(picklist("Type", "Lead", "Contact")),
            fixed(ref("LeadOrContactId", "Contact", "Lead")),
            fixed(text("Name", 121, name_field=True)),
            fixed(text("FirstName", 40)),
            fixed(text("LastName", 80)),
            fixed(text("CompanyOrAccount", 255)),
            fixed(email()),
            fixed(phone("Phone")),
        ],
        label="Campaign Member",
    )  # fmt: skip
