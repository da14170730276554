"""HubSpot's own properties: the part of them that integrations commonly touch.

Lines are read by `properties.parse`. Source: HubSpot developer docs and recorded schemas.
"""

from connectors.hubspot.sandbox.further_types import FURTHER_TYPES

STAGES = (
    "subscriber,lead,marketingqualifiedlead,salesqualifiedlead,"
    "opportunity,customer,evangelist,other"
)
LEAD_STATUS = "NEW,OPEN,IN_PROGRESS,OPEN_DEAL,UNQUALIFIED,ATTEMPTED_TO_CONTACT,CONNECTED,BAD_TIMING"
GROUPS = {
    "contacts": "contactinformation", "companies": "companyinformation",
    "deals": "dealinformation", "tickets": "ticketinformation", "leads": "lead_information",
    "tasks": "engagement",
    "notes": "engagement", "calls": "engagement", "meetings": "engagement",
    "emails": "engagement", "communications": "engagement",
}  # fmt: skip

_ENTERED = tuple(
    f"hs_lifecyclestage_{stage}_date|Became a {stage} date|datetime/date||rc"
    for stage in STAGES.split(",")
)
_ADDRESS = tuple(
    f"{name}|{name.title()}|string/text" for name in ("address", "city", "state", "zip", "country")
)
_PERSON_TEXT = tuple(
    f"{name}|{name.replace('_', ' ').title()}|string/text"
    for name in (
        "firstname", "lastname", "salutation", "jobtitle", "company", "website", "industry",
        "job_function", "seniority", "company_size", "annualrevenue", "hs_persona", "message",
    )
)  # fmt: skip
_ACTIVITY = (
    "hs_timestamp|Activity date|datetime/date",
    "hs_attachment_ids|Attached file ids|enumeration/checkbox||e",
)

STANDARD_PROPERTIES: dict[str, tuple[str, ...]] = {
    "*": (
        "hs_object_id|Record ID|number/number||r",
        "hs_lastmodifieddate|Last modified date|datetime/date||r",
        "hs_createdate|Object create date|datetime/date||r",
        "hs_object_source|Record creation source|string/text||rh",
        "hs_object_source_id|Record creation source ID|string/text||rh",
        "hs_object_source_label|Record source|string/text||r",
        "hs_object_source_user_id|Record creation source user ID|number/number||rh",
        "hs_merged_object_ids|Merged record IDs|enumeration/checkbox||re",
        "hs_created_by_user_id|Created by user ID|number/number||r",
        "hs_updated_by_user_id|Updated by user ID|number/number||r",
        "hubspot_owner_id|Owner|enumeration/select||e",
        "hubspot_owner_assigneddate|Owner assigned date|datetime/date||r",
        "hubspot_team_id|HubSpot team|enumeration/select||re",
    ),
    "contacts": (
        "createdate|Create date|datetime/date||r",
        "lastmodifieddate|Last modified date|datetime/date||r",
        "email|Email|string/text||u",
        *_PERSON_TEXT,
        *_ADDRESS,
        "phone|Phone number|string/phonenumber",
        "mobilephone|Mobile phone number|string/phonenumber",
        f"lifecyclestage|Lifecycle stage|enumeration/radio|||{STAGES}",
        f"hs_lead_status|Lead status|enumeration/radio|||{LEAD_STATUS}",
        *_ENTERED,
        "hubspotscore|HubSpot score|number/number||rh",
        "hs_additional_emails|Additional email addresses|enumeration/checkbox||re",
        "hs_all_contact_vids|All vids for a contact|enumeration/checkbox||rce",
        "hs_calculated_merged_vids|Merged vids with timestamps|enumeration/checkbox||rce",
        "hs_email_domain|Email domain|string/text||rc",
        "hs_full_name_or_email|Full name or email|string/text||rc",
        "hs_is_contact|Is a contact|bool/calculation_equation||rc",
        "hs_is_unworked|Contact unworked|bool/calculation_equation||rc",
        "hs_pipeline|Pipeline|enumeration/select||re",
        "hs_timezone|Time zone|enumeration/select||e",
        "hs_language|Preferred language|enumeration/select||e",
        "hs_legal_basis|Legal basis|enumeration/checkbox||e",
        "hs_email_optout|Unsubscribed from all email|bool/booleancheckbox||r",
        "hs_marketable_status|Marketing contact status|enumeration/select||re",
        "associatedcompanyid|Primary associated company ID|number/number",
        "hs_analytics_source|Original source|enumeration/select||re",
        "hs_analytics_num_page_views|Number of pageviews|number/number|analyticshistory|r",
        "hs_analytics_last_url|Last page seen|string/text|analyticshistory|r",
        "hs_analytics_last_timestamp|Time last seen|datetime/date|analyticshistory|r",
        "hs_email_open|Marketing emails opened|number/number|emailinformation|r",
        "hs_email_click|Marketing emails clicked|number/number|emailinformation|r",
        "hs_email_bounce|Marketing emails bounced|number/number|emailinformation|r",
        "hs_email_last_open_date|Last marketing email open date|datetime/date|emailinformation|r",
        "hs_email_last_click_date|Last marketing email click date|datetime/date|emailinformation|r",
        "num_conversion_events|Number of form submissions|number/number|conversioninformation|r",
        "num_unique_conversion_events|Unique forms submitted|number/number|conversioninformation|r",
        "recent_conversion_date|Recent conversion date|datetime/date|conversioninformation|r",
        "recent_conversion_event_name|Recent conversion|string/text|conversioninformation|r",
        "first_conversion_date|First conversion date|datetime/date|conversioninformation|r",
        "first_conversion_event_name|First conversion|string/text|conversioninformation|r",
    ),
    "companies": (
        "createdate|Create date|datetime/date||r",
        "name|Company name|string/text",
        "domain|Company domain name|string/text",
        "website|Website URL|string/text",
        "phone|Phone number|string/phonenumber",
        *_ADDRESS,
        "description|Description|string/textarea",
        "industry|Industry|enumeration/select||e",
        "numberofemployees|Number of employees|number/number",
        "annualrevenue|Annual revenue|number/number",
        "timezone|Time zone|string/text",
        "type|Type|enumeration/radio|||PROSPECT,PARTNER,RESELLER,VENDOR,OTHER",
        f"lifecyclestage|Lifecycle stage|enumeration/radio|||{STAGES}",
        f"hs_lead_status|Lead status|enumeration/radio|||{LEAD_STATUS}",
        *_ENTERED,
        "hubspotscore|HubSpot score|number/number||rh",
        "hs_pipeline|Pipeline|enumeration/select||re",
    ),
    "deals": (
        "createdate|Create date|datetime/date",
        "dealname|Deal name|string/text",
        "dealstage|Deal stage|enumeration/radio||e",
        "pipeline|Pipeline|enumeration/select||e",
        "amount|Amount|number/number",
        "closedate|Close date|datetime/date",
        "dealtype|Deal type|enumeration/radio|||newbusiness,existingbusiness",
        "description|Deal description|string/textarea",
        "deal_currency_code|Currency|enumeration/select||e",
        "closed_lost_reason|Closed lost reason|string/textarea",
        "closed_won_reason|Closed won reason|string/textarea",
        "hs_priority|Priority|enumeration/select|||low,medium,high",
        "hs_next_step|Next step|string/text",
        "hs_is_closed|Is deal closed?|bool/calculation_equation||rc",
        "hs_is_closed_won|Is closed won|bool/calculation_equation||rc",
        "hs_deal_stage_probability|Deal probability|number/calculation_equation||rc",
        "amount_in_home_currency|Amount in company currency|number/calculation_equation||rc",
        "hs_projected_amount|Weighted amount|number/calculation_equation||rc",
        "hs_closed_amount|Closed deal amount|number/calculation_equation||rc",
    ),
    "tickets": (
        "createdate|Create date|datetime/date",
        "subject|Ticket name|string/text",
        "content|Ticket description|string/textarea",
        "hs_pipeline|Pipeline|enumeration/select||e",
        "hs_pipeline_stage|Ticket status|enumeration/radio||e",
        "hs_ticket_priority|Priority|enumeration/select|||LOW,MEDIUM,HIGH,URGENT",
        (
            "hs_ticket_category|Category|enumeration/checkbox|||"
            "PRODUCT_ISSUE,BILLING_ISSUE,FEATURE_REQUEST,GENERAL_INQUIRY"
        ),
        "hs_ticket_id|Ticket ID|number/number||r",
        "source_type|Source|enumeration/select|||CHAT,EMAIL,FORM,PHONE",
        "hs_resolution|Resolution|enumeration/select|||ISSUE_FIXED,NO_RESPONSE,DUPLICATE",
        "closed_date|Close date|datetime/date",
        "hs_is_closed|Is closed|bool/calculation_equation||rc",
    ),
    "leads": (
        "hs_lead_name|Lead name|string/text",
        "hs_lead_type|Lead type|enumeration/select|||NEW BUSINESS,RE-ATTEMPTING,UPSELL",
        "hs_lead_label|Lead label|enumeration/select|||HOT,WARM,COLD",
        "hs_pipeline|Lead pipeline|enumeration/select||e",
        "hs_pipeline_stage|Lead pipeline stage|enumeration/select||e",
    ),
    "custom": (
        "hs_pipeline|Pipeline|enumeration/select||e",
        "hs_pipeline_stage|Pipeline stage|enumeration/radio||e",
    ),
    "tasks": (
        *_ACTIVITY,
        "hs_task_subject|Task title|string/text",
        "hs_task_body|Task notes|string/html",
        (
            "hs_task_status|Task status|enumeration/select|||"
            "NOT_STARTED,IN_PROGRESS,WAITING,COMPLETED,DEFERRED"
        ),
        "hs_task_priority|Priority|enumeration/select|||NONE,LOW,MEDIUM,HIGH",
        "hs_task_type|Task type|enumeration/select|||EMAIL,CALL,TODO",
        "hs_task_reminders|Reminders|string/text",
        "hs_task_completion_date|Completed at|datetime/date||r",
    ),
    "notes": (*_ACTIVITY, "hs_note_body|Note body|string/html"),
    "calls": (
        *_ACTIVITY,
        "hs_call_title|Call title|string/text",
        "hs_call_body|Call notes|string/html",
        "hs_call_duration|Call duration|number/number",
        "hs_call_direction|Call direction|enumeration/select|||INBOUND,OUTBOUND",
        "hs_call_disposition|Call outcome|enumeration/select||e",
        (
            "hs_call_status|Call status|enumeration/select|||"
            "BUSY,CALLING_CRM_USER,CANCELED,COMPLETED,CONNECTING,FAILED,IN_PROGRESS,NO_ANSWER,QUEUED,RINGING"
        ),
        "hs_call_from_number|From number|string/text",
        "hs_call_to_number|To number|string/text",
        "hs_call_recording_url|Recording URL|string/text",
        "hs_activity_type|Call and meeting type|enumeration/select||e",
    ),
    "meetings": (
        *_ACTIVITY,
        "hs_meeting_title|Meeting name|string/text",
        "hs_meeting_body|Meeting description|string/html",
        "hs_internal_meeting_notes|Internal meeting notes|string/html",
        "hs_meeting_start_time|Meeting start time|datetime/date",
        "hs_meeting_end_time|Meeting end time|datetime/date",
        "hs_meeting_location|Meeting location|string/text",
        "hs_meeting_external_url|External URL|string/text",
        (
            "hs_meeting_outcome|Meeting outcome|enumeration/select|||"
            "SCHEDULED,COMPLETED,RESCHEDULED,NO_SHOW,CANCELED"
        ),
        "hs_activity_type|Call and meeting type|enumeration/select||e",
    ),
    "emails": (
        *_ACTIVITY,
        (
            "hs_email_direction|Email direction|enumeration/select|||"
            "EMAIL,INCOMING_EMAIL,FORWARDED_EMAIL"
        ),
        "hs_email_subject|Email subject|string/text",
        "hs_email_text|Email body|string/textarea",
        "hs_email_html|Email HTML|string/html",
        (
            "hs_email_status|Email send status|enumeration/select|||"
            "BOUNCED,FAILED,SCHEDULED,SENDING,SENT"
        ),
        "hs_email_headers|Email headers|string/textarea",
    ),
    "communications": (
        *_ACTIVITY,
        (
            "hs_communication_channel_type|Channel type|enumeration/select|||"
            "WHATS_APP,LINKEDIN_MESSAGE,SMS"
        ),
        "hs_communication_logged_from|Logged from|enumeration/select|||CRM",
        "hs_communication_body|Body|string/html",
    ),
    **{kind.name: kind.properties for kind in FURTHER_TYPES},
}
