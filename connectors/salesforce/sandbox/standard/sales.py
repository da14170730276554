"""Account, Contact, Lead, Opportunity and what joins them.

Source: Salesforce Object Reference and recorded describes of Lead, Contact and
OpportunityContactRole (lengths, nillable, defaulted, idLookup).
"""

from connectors.salesforce.sandbox.fields import (
    Field,
    address,
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
    url,
    whole,
)
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields

INDUSTRIES = (
    "Agriculture", "Apparel", "Banking", "Biotechnology", "Chemicals", "Communications",
    "Construction", "Consulting", "Education", "Electronics", "Energy", "Engineering",
    "Entertainment", "Environmental", "Finance", "Food & Beverage", "Government", "Healthcare",
    "Hospitality", "Insurance", "Machinery", "Manufacturing", "Media", "Not For Profit",
    "Recreation", "Retail", "Shipping", "Technology", "Telecommunications", "Transportation",
    "Utilities", "Other",
)  # fmt: skip
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
RATINGS = ("Hot", "Warm", "Cold")
SALUTATIONS = ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.")
LEAD_STATUSES = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Converted",
    "Closed - Not Converted",
)
# stage: (probability, closed, won, forecast category)
STAGES: dict[str, tuple[int, bool, bool, str]] = {
    "Prospecting": (10, False, False, "Pipeline"),
    "Qualification": (10, False, False, "Pipeline"),
    "Needs Analysis": (20, False, False, "Pipeline"),
    "Value Proposition": (50, False, False, "Pipeline"),
    "Id. Decision Makers": (60, False, False, "Pipeline"),
    "Perception Analysis": (70, False, False, "Pipeline"),
    "Proposal/Price Quote": (75, False, False, "Pipeline"),
    "Negotiation/Review": (90, False, False, "Pipeline"),
    "Closed Won": (100, True, True, "Closed"),
    "Closed Lost": (0, True, False, "Omitted"),
}


def _seen() -> list[Field]:
    return [
        fixed(day("LastActivityDate", "Last Activity")),
        fixed(moment("LastViewedDate")),
        fixed(moment("LastReferencedDate")),
    ]


def _person() -> list[Field]:
    return [
        text("LastName", 80, required=True),
        text("FirstName", 40),
        picklist("Salutation", *SALUTATIONS, length=40),
        fixed(text("Name", 121, "Full Name", name_field=True)),
        text("Title", 128),
        phone("Phone"),
        phone("MobilePhone"),
        phone("Fax"),
        email(id_lookup=True),
        boolean("HasOptedOutOfEmail", "Email Opt Out"),
        boolean("HasOptedOutOfFax", "Fax Opt Out"),
        boolean("DoNotCall"),
        area("Description", 32000),
        fixed(text("EmailBouncedReason", 255)),
        fixed(moment("EmailBouncedDate")),
    ]


def lead() -> SObject:
    return sobject(
        "Lead",
        "Leads",
        "00Q",
        [
            *system_fields(owned=True, owners=("Group", "User")),
            fixed(ref("MasterRecordId", "Lead", relationship="MasterRecord")),
            *_person(),
            text("Company", 255, required=True),
            *address("", "Address"),
            url("Website"),
            picklist("LeadSource", *SOURCES),
            picklist("Status", *LEAD_STATUSES, default=LEAD_STATUSES[0]),
            picklist("Industry", *INDUSTRIES),
            picklist("Rating", *RATINGS),
            number("AnnualRevenue", type="currency"),
            whole("NumberOfEmployees", "Employees"),
            boolean("IsConverted", "Converted", updateable=False),
            fixed(day("ConvertedDate")),
            fixed(ref("ConvertedAccountId", "Account")),
            fixed(ref("ConvertedContactId", "Contact")),
            fixed(ref("ConvertedOpportunityId", "Opportunity")),
            boolean("IsUnreadByOwner", "Unread By Owner", default=True),
            *_seen(),
        ],
    )


def contact() -> SObject:
    return sobject(
        "Contact",
        "Contacts",
        "003",
        [
            *system_fields(owned=True),
            fixed(ref("MasterRecordId", "Contact", relationship="MasterRecord")),
            ref("AccountId", "Account", children="Contacts", cascades=True),
            *_person(),
            text("Department", 80),
            *address("Mailing", "MailingAddress"),
            *address("Other", "OtherAddress"),
            phone("HomePhone"),
            phone("OtherPhone"),
            phone("AssistantPhone", "Asst. Phone"),
            text("AssistantName", 40, "Assistant's Name"),
            ref("ReportsToId", "Contact", label="Reports To ID"),
            picklist("LeadSource", *SOURCES),
            day("Birthdate"),
            *_seen(),
        ],
    )


def account() -> SObject:
    return sobject(
        "Account",
        "Accounts",
        "001",
        [
            *system_fields(owned=True),
            fixed(ref("MasterRecordId", "Account", relationship="MasterRecord")),
            text("Name", 255, "Account Name", required=True, name_field=True),
            picklist(
                "Type",
                "Prospect",
                "Customer - Direct",
                "Customer - Channel",
                "Technology Partner",
                "Installation Partner",
                "Channel Partner / Reseller",
                "Other",
                label="Account Type",
            ),
            ref("ParentId", "Account", label="Parent Account ID", children="ChildAccounts"),
            *address("Billing", "BillingAddress"),
            *address("Shipping", "ShippingAddress"),
            phone("Phone", "Account Phone"),
            phone("Fax", "Account Fax"),
            text("AccountNumber", 40),
            url("Website"),
            text("Sic", 20, "SIC Code"),
            picklist("Industry", *INDUSTRIES),
            number("AnnualRevenue", type="currency"),
            whole("NumberOfEmployees", "Employees"),
            picklist("Ownership", "Public", "Private", "Subsidiary", "Other"),
            text("TickerSymbol", 20),
            area("Description", 32000, "Account Description"),
            picklist("Rating", *RATINGS, label="Account Rating"),
            text("Site", 80, "Account Site"),
            picklist("AccountSource", *SOURCES),
            *_seen(),
        ],
    )


def opportunity() -> SObject:
    return sobject(
        "Opportunity",
        "Opportunities",
        "006",
        [
            *system_fields(owned=True),
            ref("AccountId", "Account", children="Opportunities", cascades=True),
            text("Name", 120, required=True, name_field=True),
            area("Description", 32000),
            picklist("StageName", *STAGES, label="Stage", required=True),
            number("Amount", scale=2, type="currency"),
            number("Probability", 3, 0, type="percent", label="Probability (%)"),
            fixed(number("ExpectedRevenue", scale=2, type="currency")),
            number("TotalOpportunityQuantity", 18, 2, label="Quantity"),
            day("CloseDate", required=True),
            picklist(
                "Type",
                "Existing Customer - Upgrade",
                "Existing Customer - Replacement",
                "Existing Customer - Downgrade",
                "New Customer",
                label="Opportunity Type",
            ),
            text("NextStep", 255),
            picklist("LeadSource", *SOURCES),
            fixed(boolean("IsClosed", "Closed")),
            fixed(boolean("IsWon", "Won")),
            fixed(picklist("ForecastCategory", "Omitted", "Pipeline", "BestCase", "Forecast",
                           "Closed", restricted=True)),
            picklist("ForecastCategoryName", "Omitted", "Pipeline", "Best Case", "Commit",
                     "Closed", label="Forecast Category"),
            ref("CampaignId", "Campaign", children="Opportunities"),
            ref("ContactId", "Contact", updateable=False),
            fixed(boolean("HasOpportunityLineItem", "Has Line Item")),
            *_seen(),
        ],
    )  # fmt: skip


def opportunity_contact_role() -> SObject:
    return sobject(
        "OpportunityContactRole",
        "Opportunity Contact Roles",
        "00K",
        [
            *system_fields(),
            ref("OpportunityId", "Opportunity", required=True, updateable=False, cascades=True,
                children="OpportunityContactRoles"),
            ref("ContactId", "Contact", required=True, cascades=True,
                children="OpportunityContactRoles"),
            picklist("Role", "Business User", "Decision Maker", "Economic Buyer",
                     "Economic Decision Maker", "Evaluator", "Executive Sponsor", "Influencer",
                     "Technical Buyer", "Other"),
            boolean("IsPrimary", "Primary"),
        ],
        label="Opportunity Contact Role",
    )  # fmt: skip
