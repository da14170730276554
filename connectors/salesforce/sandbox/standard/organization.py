"""User, Group, queues, Organization, Profile, CustomNotificationType, FeedItem.

Source: Salesforce Object Reference.
"""

from connectors.salesforce.sandbox.fields import (
    address,
    area,
    boolean,
    email,
    fixed,
    moment,
    phone,
    picklist,
    ref,
    text,
    whole,
)
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields


def user() -> SObject:
    return sobject(
        "User",
        "Users",
        "005",
        [
            *system_fields(),
            text("Username", 80, required=True, id_lookup=True, unique=True),
            text("LastName", 80, required=True),
            text("FirstName", 40),
            fixed(text("Name", 121, "Full Name", name_field=True)),
            text("CompanyName", 80),
            text("Department", 80),
            text("Title", 80),
            email(required=True, id_lookup=True),
            phone("Phone"),
            phone("MobilePhone", "Mobile"),
            text("Alias", 8, required=True),
            text("CommunityNickname", 40, "Nickname"),
            boolean("IsActive", "Active", default=True),
            text("TimeZoneSidKey", 40, "Time Zone", default="America/Los_Angeles"),
            text("LocaleSidKey", 40, "Locale", default="en_US"),
            text("LanguageLocaleKey", 40, "Language", default="en_US"),
            text("EmailEncodingKey", 40, "Email Encoding", default="UTF-8"),
            picklist("UserType", "Standard", "PowerPartner", "Guest", default="Standard",
                     createable=False, updateable=False),
            text("Division", 80),
            text("EmployeeNumber", 20),
            *address("", "Address"),
            phone("Extension"),
            phone("Fax"),
            area("AboutMe", 1000),
            fixed(moment("LastLoginDate")),
            ref("ProfileId", "Profile"),
            ref("ManagerId", "User", children="ManagedUsers"),
            text("FederationIdentifier", 512, "SAML Federation ID", id_lookup=True),
        ],
        deletable=False,
    )  # fmt: skip


def group() -> SObject:
    return sobject(
        "Group",
        "Groups",
        "00G",
        [
            *system_fields(),
            text("Name", 40, required=True, name_field=True),
            text("DeveloperName", 80),
            picklist("Type", "Regular", "Queue", "Role", "Organization", length=40,
                     default="Regular", updateable=False),
            email(),
            ref("OwnerId", "Organization", "User", createable=False, updateable=False),
            ref("RelatedId", "User", createable=False, updateable=False, relationship="Related"),
            boolean("DoesSendEmailToMembers", "Send Email to Members"),
            boolean("DoesIncludeBosses", "Include Bosses", default=True),
        ],
    )  # fmt: skip


def calendar() -> SObject:
    """Public and resource calendars: they may own events. A new org has none."""
    return sobject(
        "Calendar",
        "Calendars",
        "023",
        [
            *system_fields(),
            text("Name", 80, required=True, name_field=True),
            picklist("Type", "Public", "Resource", length=40, updateable=False),
            boolean("IsActive", "Active", default=True),
        ],
    )


def group_member() -> SObject:
    return sobject(
        "GroupMember",
        "Group Members",
        "011",
        [
            *system_fields(),
            ref("GroupId", "Group", required=True, updateable=False, children="GroupMembers",
                cascades=True),
            ref("UserOrGroupId", "Group", "User", required=True, updateable=False),
        ],
        label="Group Member",
        updateable=False,
    )  # fmt: skip


def queue_sobject() -> SObject:
    return sobject(
        "QueueSobject",
        "Queue Sobjects",
        "03g",
        [
            *system_fields(),
            ref("QueueId", "Group", required=True, updateable=False, relationship="Queue",
                children="QueueSobjects", cascades=True),
            picklist("SobjectType", "Lead", "Task", "Case", required=True, updateable=False,
                     length=40),
        ],
        label="Queue Sobject",
        updateable=False,
    )  # fmt: skip


def organization() -> SObject:
    return sobject(
        "Organization",
        "Organizations",
        "00D",
        [
            *system_fields(),
            text("Name", 80, required=True, name_field=True),
            text("InstanceName", 5, createable=False, updateable=False),
            boolean("IsSandbox", "Is Sandbox", createable=False, updateable=False),
            picklist("OrganizationType", "Developer Edition", "Enterprise Edition",
                     "Unlimited Edition", createable=False, updateable=False, length=40),
            text("TimeZoneSidKey", 40, "Time Zone"),
            text("LanguageLocaleKey", 40, "Language"),
            text("DefaultLocaleSidKey", 40, "Locale"),
            text("Division", 80),
            *address("", "Address"),
            phone("Phone"),
            phone("Fax"),
            text("PrimaryContact", 80),
            text("NamespacePrefix", 15, createable=False, updateable=False),
            fixed(moment("TrialExpirationDate")),
            fixed(boolean("IsReadOnly", "Is Read Only")),
            whole("FiscalYearStartMonth", default=1),
            text("SignupCountryIsoCode", 2, createable=False, updateable=False),
        ],
        createable=False,
        deletable=False,
    )  # fmt: skip


def profile() -> SObject:
    return sobject(
        "Profile",
        "Profiles",
        "00e",
        [
            *system_fields(),
            text("Name", 255, required=True, name_field=True),
            area("Description", 255),
            picklist("UserType", "Standard", createable=False, updateable=False, length=40),
        ],
        createable=False,
        updateable=False,
        deletable=False,
    )


def record_type() -> SObject:
    return sobject(
        "RecordType",
        "Record Types",
        "012",
        [
            *system_fields(),
            text("Name", 80, required=True, name_field=True),
            text("DeveloperName", 80, "Record Type Name", required=True),
            text("NamespacePrefix", 15, createable=False, updateable=False),
            area("Description", 255),
            text("SobjectType", 40, "SObject Type Name", required=True, updateable=False),
            boolean("IsActive", "Active", default=True),
        ],
        label="Record Type",
        deletable=False,
    )


def custom_notification_type() -> SObject:
    return sobject(
        "CustomNotificationType",
        "Custom Notification Types",
        "0ML",
        [
            *system_fields(),
            text("DeveloperName", 80, required=True, name_field=True),
            text("MasterLabel", 80, required=True),
            text("CustomNotifTypeName", 80),
            boolean("Desktop"),
            boolean("Mobile"),
            area("Description", 255),
        ],
        label="Custom Notification Type",
        createable=False,
        updateable=False,
        deletable=False,
    )


def feed_item() -> SObject:
    return sobject(
        "FeedItem",
        "Feed Items",
        "0D5",
        [
            *system_fields(),
            ref("ParentId", "Account", "Contact", "Lead", "Opportunity", "User", "Group",
                required=True, updateable=False, relationship="Parent", cascades=True),
            area("Body", 10000),
            picklist("Type", "TextPost", "LinkPost", "ContentPost", default="TextPost", length=40,
                     updateable=False),
        ],
        label="Feed Item",
    )  # fmt: skip
