"""Object types beyond sales and activities: commerce, goals, post, feedback, marketing events.

Each is described as far as software reads and writes it; they follow the general rules.
Source: HubSpot developer docs, "Object definition" of each; its published OpenAPI.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FurtherType:
    """One object type in brief. `properties` are lines for `properties.parse`."""

    id: str
    name: str
    singular: str
    searched: tuple[str, ...]
    properties: tuple[str, ...]
    created: str = "hs_createdate"
    required: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    scope: str | None = None  # other than the name


_PRICED = (
    "name|Name|string/text",
    "description|Description|string/textarea",
    "price|Unit price|number/number",
    "hs_sku|SKU|string/text",
    "hs_cost_of_goods_sold|Unit cost|number/number",
    "hs_recurring_billing_period|Term|string/text",
    "recurringbillingfrequency|Billing frequency|enumeration/select||e",
    "tax|Tax|number/number",
    "createdate|Create date|datetime/date||r",
)
_CHARGE = (
    "hs_label|Label|string/text",
    "hs_type|Type|enumeration/select|||PERCENT,FIXED",
    "hs_value|Value|number/number",
)
_QUOTE_STATES = "DRAFT,APPROVAL_NOT_NEEDED,PENDING_APPROVAL,APPROVED,REJECTED"
_MONEY = ("hs_currency|Currency|string/text",)
_STAGED = (
    "hs_pipeline|Pipeline|enumeration/select||e", "hs_pipeline_stage|Stage|enumeration/select||e",
)  # fmt: skip
_SHOP = ("hs_external_status|Status|string/text", "hs_total_price|Total price|number/number")

FURTHER_TYPES = (
    FurtherType(
        "0-7", "products", "product", ("name", "description", "price", "hs_sku"),
        (*_PRICED, "hs_url|URL|string/text", "hs_images|Image URL|string/text",
         "hs_product_type|Product type|enumeration/select|||inventory,non_inventory,service"),
        created="createdate",
    ),
    FurtherType(
        "0-8", "line_items", "line_item", ("name", "description", "price", "hs_sku"),
        (*_PRICED, "quantity|Quantity|number/number", "amount|Net price|number/number",
         "discount|Unit discount|number/number",
         "hs_discount_percentage|Discount percentage|number/number",
         "hs_line_item_currency_code|Currency|enumeration/select||e",
         "hs_product_id|Product ID|number/number",
         "hs_position_on_quote|Position on quote|number/number"),
        created="createdate",
    ),
    FurtherType(
        "0-14", "quotes", "quote", ("hs_title", "hs_quote_number"),
        ("hs_title|Quote title|string/text", "hs_expiration_date|Expiration date|datetime/date",
         f"hs_status|Quote status|enumeration/select|||{_QUOTE_STATES}",
         "hs_quote_amount|Quote amount|number/number||r",
         "hs_quote_number|Reference number|string/text",
         "hs_quote_link|Quote link|string/text||r", "hs_language|Language|enumeration/select||e",
         "hs_locale|Locale|enumeration/select||e", "hs_terms|Terms|string/textarea",
         "hs_comments|Comments|string/textarea",
         "hs_esign_enabled|E-signature|bool/booleancheckbox",
         "hs_payment_enabled|Payment|bool/booleancheckbox",
         "hs_public_url_key|Public URL key|string/text||r", *_MONEY),
        required=("hs_title", "hs_expiration_date"),
    ),
    FurtherType(
        "0-19", "feedback_submissions", "feedback_submission", ("hs_content",),
        ("hs_content|Response|string/textarea||r", "hs_survey_name|Survey name|string/text||r",
         "hs_survey_type|Survey type|enumeration/select||r|CSAT,NPS,CES,CUSTOM",
         "hs_survey_channel|Survey source|enumeration/select||r|EMAIL,WEB",
         "hs_sentiment|Sentiment|enumeration/select||r|PASSIVE,DETRACTOR,PROMOTER",
         "hs_submission_name|Submission name|string/text||r",
         "hs_submission_timestamp|Submission date|datetime/date||r",
         "hs_value|Value|number/number||r", "hs_contact_id|Contact ID|number/number||r"),
    ),
    FurtherType(
        "0-74", "goal_targets", "goal_target", ("hs_goal_name",),
        ("hs_goal_name|Goal name|string/text", "hs_target_amount|Target amount|number/number",
         "hs_start_datetime|Start date|datetime/date", "hs_end_datetime|End date|datetime/date",
         "hs_assignee_user_id|Assignee|number/number",
         "hs_kpi_value|In progress|number/number||r"),
        aliases=("goals",), scope="goals",
    ),
    FurtherType(
        "0-116", "postal_mail", "postal_mail", ("hs_postal_mail_body",),
        ("hs_timestamp|Activity date|datetime/date",
         "hs_postal_mail_body|Postal mail body|string/html",
         "hs_body_preview|Body preview|string/text||r",
         "hs_attachment_ids|Attached file ids|enumeration/checkbox||e"),
        required=("hs_timestamp",), scope="contacts",
    ),
    FurtherType(
        "0-53", "invoices", "invoice", ("hs_number",),
        ("hs_number|Invoice number|string/text", "hs_invoice_date|Invoice date|datetime/date",
         "hs_due_date|Due date|datetime/date", "hs_tax_id|Tax ID|string/text",
         "hs_invoice_status|Invoice status|enumeration/select|||draft,open,paid,voided",
         "hs_amount_billed|Amount billed|number/number",
         "hs_balance_due|Balance due|number/number",
         "hs_purchase_order_number|Purchase order|string/text",
         "hs_external_recipient|External recipient|number/number", *_MONEY),
        required=("hs_currency",),
    ),
    FurtherType(
        "0-101", "commerce_payments", "commerce_payment", ("hs_customer_email",),
        ("hs_initial_amount|Gross amount|number/number",
         "hs_initiated_date|Payment date|datetime/date",
         "hs_customer_email|Customer email|string/text",
         "hs_latest_status|Status|enumeration/select||e",
         "hs_reference_number|Reference number|string/text",
         "hs_currency_code|Currency|string/text"),
        aliases=("payments", "payment"), scope="commercepayments",
    ),
    FurtherType(
        "0-69", "subscriptions", "subscription", ("hs_name",),
        ("hs_name|Name|string/text",
         "hs_status|Status|enumeration/select|||active,past_due,canceled,expired,scheduled",
         "hs_recurring_billing_start_date|Start date|datetime/date",
         "hs_last_payment_amount|Last payment amount|number/number",
         "hs_currency_code|Currency|string/text"),
        aliases=("commerce_subscriptions", "commerce_subscription"),
    ),
    FurtherType(
        "0-123", "orders", "order", ("hs_order_name",),
        ("hs_order_name|Order name|string/text",
         "hs_fulfillment_status|Fulfillment status|string/text",
         "hs_external_order_id|Order ID|string/text", "hs_currency_code|Currency|string/text",
         "hs_source_store|Source store|string/text", *_SHOP),
    ),
    FurtherType(
        "0-142", "carts", "cart", ("hs_cart_name",),
        ("hs_cart_name|Cart name|string/text", "hs_external_cart_id|Cart ID|string/text",
         "hs_currency_code|Currency|string/text", "hs_source_store|Source store|string/text",
         *_SHOP),
    ),
    FurtherType("0-410", "courses", "course", ("hs_course_name",), (
        "hs_course_name|Course name|string/text", "hs_course_id|Course ID|string/text",
        "hs_course_description|Description|string/textarea",
        "hs_enrollment_capacity|Enrollment capacity|number/number", *_STAGED)),
    FurtherType("0-420", "listings", "listing", ("hs_name",), (
        "hs_name|Listing name|string/text", "hs_price|Price|number/number",
        "hs_address_1|Address|string/text", "hs_city|City|string/text",
        "hs_state_province|State|string/text", "hs_zip|Postal code|string/text", *_STAGED)),
    FurtherType("0-162", "services", "service", ("hs_name",), (
        "hs_name|Service name|string/text", "hs_description|Description|string/textarea",
        "hs_start_date|Start date|datetime/date", "hs_close_date|Close date|datetime/date",
        "hs_status|Status|enumeration/select||e", *_STAGED)),
    FurtherType("0-421", "appointments", "appointment", ("hs_appointment_name",), (
        "hs_appointment_name|Appointment name|string/text",
        "hs_appointment_start|Appointment start|datetime/date",
        "hs_appointment_end|Appointment end|datetime/date", *_STAGED)),
    FurtherType("0-970", "projects", "project", ("hs_name",), (
        "hs_name|Project name|string/text", "hs_description|Description|string/textarea",
        "hs_start_date|Start date|datetime/date", "hs_due_date|Due date|datetime/date", *_STAGED)),
    FurtherType("0-11", "conversations", "conversation", ("hs_thread_id",), (
        "hs_thread_id|Thread ID|number/number||r", "hs_status|Status|enumeration/select||re")),
    FurtherType("0-28", "forms", "form", ("hs_name",), (
        "hs_name|Name|string/text||r", "hs_form_id|Form ID|string/text||r")),
    FurtherType("0-84", "discounts", "discount", ("hs_label",), _CHARGE),
    FurtherType("0-85", "fees", "fee", ("hs_label",), _CHARGE),
    FurtherType("0-86", "taxes", "tax", ("hs_label",), _CHARGE),
    FurtherType(
        "0-54", "marketing_events", "marketing_event", ("hs_event_name",),
        ("hs_event_name|Event name|string/text||r",
         "hs_event_type|Event type|string/text||r",
         "hs_event_description|Description|string/textarea||r",
         "hs_event_organizer|Organizer|string/text||r",
         "hs_event_url|Event URL|string/text||r",
         "hs_start_datetime|Start date|datetime/date||r",
         "hs_end_datetime|End date|datetime/date||r",
         "hs_event_cancelled|Cancelled|bool/booleancheckbox||r",
         "hs_event_completed|Completed|bool/booleancheckbox||r",
         "hs_registrations|Registrations|number/number||r",
         "hs_attendees|Attendees|number/number||r",
         "hs_cancellations|Cancellations|number/number||r",
         "hs_no_shows|No shows|number/number||r"),
    ),
)  # fmt: skip
