"""Settings of the HubSpot sandbox, all changeable while it runs (`PATCH /_sandbox/config`).

A comment "not confirmed" marks what no public source settles; README.md lists them.
"""

import itertools
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.hubspot.sandbox.workflow_config import Workflow
from connectors.sandbox.shelf import LIVE

SCOPES = (
    "oauth",
    "crm.objects.contacts.read", "crm.objects.contacts.write",
    "crm.objects.companies.read", "crm.objects.companies.write",
    "crm.objects.deals.read", "crm.objects.deals.write",
    "crm.objects.leads.read", "crm.objects.leads.write",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read", "crm.schemas.contacts.write",
    "crm.schemas.companies.read", "crm.schemas.companies.write",
    "crm.schemas.deals.read", "crm.schemas.deals.write",
    "crm.schemas.leads.read", "crm.schemas.leads.write",
    "crm.objects.custom.read", "crm.objects.custom.write",
    "crm.schemas.custom.read", "crm.schemas.custom.write",
    "crm.objects.marketing_events.read", "crm.objects.marketing_events.write",
    "crm.lists.read", "crm.lists.write", "crm.import", "crm.export", "forms",
    "settings.users.read", "settings.users.write", "timeline", "automation", "mh-lead-scoring-view",
    "tickets", "sales-email-read", "content", "account-info.security.read",
    "business-intelligence", "analytics.behavioral_events.send",
    "behavioral_events.event_definitions.read_write",
)  # fmt: skip
DAY_S = 86_400
SIDES = ("contact", "company", "deal")
FIRST_SUBSCRIPTION_ID = 3_000_001


class Subscription(BaseModel):
    """One webhook subscription.

    HubSpot demands a `propertyName` for propertyChange; here None means any property that can be
    written, and the score, so that a rehearsal need not list them all. Of an `object.*` event an
    `objectTypeId` of None means every type. Without an id it gets the next free one.
    Source: HubSpot developer docs, "Webhooks API".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    eventType: str  # noqa: N815  HubSpot's own spelling
    propertyName: str | None = None  # noqa: N815  HubSpot's own spelling
    objectTypeId: str | None = None  # noqa: N815  HubSpot's own spelling
    active: bool = True
    id: int | None = None
    created_ms: int | None = None  # None: always there
    updated_ms: int | None = None


def usual_subscriptions() -> list[Subscription]:
    """Everything about contacts, companies and deals."""
    verbs = ("creation", "deletion", "merge", "restore", "propertyChange", "associationChange")
    names = [f"{side}.{verb}" for side in SIDES for verb in verbs]
    return [Subscription(eventType=name) for name in [*names, "contact.privacyDeletion"]]


class CrmLimits(BaseModel):
    """What the subscription allows. Source: HubSpot developer docs, "Limits tracking"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    records: int = 15_000_000
    custom_records: int = 1_500_000
    custom_object_types: int = 10
    custom_properties: int = 1000
    calculated_properties: int = 200
    pipelines: int = 100
    associations: int = 50_000


class Config(BaseModel):
    """See the groups below. Times are seconds unless the name says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # Who we are
    portal_id: int = 48_000_001
    app_id: int = 1_234_567
    user_id: int = 2_345_678
    user_email: str = "admin@example.com"
    hub_domain: str = "sandbox.hubspot.example"
    time_zone: str = "US/Eastern"
    currency: str = "USD"
    seed: int = 0  # of everything left to chance
    state_file: str | None = None  # where the account is kept between runs

    # Signing in
    private_app_token: str = "sandbox-token"  # noqa: S105  a sandbox's, public on purpose
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105  a sandbox's; also signs webhooks
    strict_oauth: bool = False  # only the client above, and only tokens and codes given out here
    token_lifetime_s: float = 1800
    code_lifetime_s: float = 1800  # not confirmed
    oauth_consent: bool = True  # the person at the consent page agrees
    check_scopes: bool = False
    scopes: list[str] = list(SCOPES)
    private_app_source: str = "INTEGRATION"  # not confirmed
    private_app_source_id: str | None = None  # not confirmed; None: the app id

    # Limits: Professional, private app. Source: HubSpot developer docs, "Usage guidelines".
    limits: bool = True
    private_app_ten_secondly: int = 190
    oauth_ten_secondly: int = 110
    associations_ten_secondly: int = 150
    search_secondly: int = 5
    daily: int = 625_000
    search_429: Literal["old", "new"] = "new"

    # memory
    live_records: int = Field(default=LIVE, ge=1)  # of each object; all others are kept packed

    # CRM behaviour
    search_lag_s: float = 0  # seconds, in reality; how many varies
    shuffle_created: bool = True
    default_lifecyclestage: str = "lead"
    lifecycle_backward: Literal["keep", "reject"] = "keep"  # not confirmed
    noop_write_touches: bool = True  # not confirmed: a write that changes nothing moves the date
    negatives_match_blank: bool = False  # not confirmed: NEQ, NOT_IN on records without a value
    merge_creates_record: bool = True
    merged_ids_in_batch_read: bool = True  # not confirmed
    blocklist_refuses: bool = True  # not confirmed: a contact with a blocklisted e-mail
    association_batch_create_status: int = 201
    association_labels_per_pair: int = 50  # not confirmed
    crm_limits: CrmLimits = CrmLimits()
    lead_needs_contact: bool = True
    url_in_records: bool = True
    seeded_age_s: float = DAY_S

    # Behaviour and scores
    score_property: str = "hubspotscore"
    score_fires_webhook: bool = True  # not confirmed
    event_types: dict[str, str] = {
        "page_view": "e_visited_page",
        "form_submit": "e_submitted_form",
        "email_open": "e_opened_email_v2",  # not confirmed
        "email_click": "e_clicked_link_in_email_v2",  # not confirmed
        "meeting_booked": "e_booked_meeting",  # not confirmed
    }
    email_events_in_event_api: bool = True  # documented for sales e-mail, not for marketing e-mail
    behaviour_updates_properties: bool = True
    custom_events: list[str] | None = None  # full names; None: any pe{portal}_... is known

    # Webhooks
    target_url: str | None = None
    subscriptions: list[Subscription] = Field(
        default_factory=usual_subscriptions, validate_default=True
    )
    developer_api_key: str | None = None  # `hapikey` of the settings API; None: any
    webhook_settings_ms: int | None = None  # when the settings API last set them; None: never
    webhook_signatures: list[Literal["v1", "v3"]] = ["v1", "v3"]
    webhook_flush_ms: float = 50
    webhook_batch: int = Field(default=100, ge=1, le=100)
    webhook_concurrency: int = Field(default=10, ge=1)
    webhook_timeout_s: float = 5
    webhook_retry_delays_s: list[float] = [
        60, 300, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 25_200,
    ]  # not confirmed: ten retries over 24 hours, jittered  # fmt: skip
    webhook_time_scale: float = Field(default=1.0, ge=0)  # 0.001: retries within seconds
    duplicate_share: float = Field(default=0, ge=0, le=1)
    reorder_share: float = Field(default=0, ge=0, le=1)
    change_flag_created: Literal["CREATED", "NEW"] = "CREATED"
    creation_fires_property_changes: bool = True
    calculated_fires_webhooks: bool = False  # not confirmed
    silent_properties: list[str] = [
        "num_unique_conversion_events", "hs_lastmodifieddate", "lastmodifieddate",
    ]  # fmt: skip

    # Workflows ("Send a webhook") and the webhooks journal
    workflows: list[Workflow] = []
    workflow_timeout_s: float = 30
    workflow_connect_timeout_s: float = 3
    workflow_retry_delays_s: list[float] = [
        60, 600, 3600, 10_800, 21_600, 43_200, 86_400, 86_400,
    ]  # not confirmed: 5xx for three days; scaled like the webhooks'  # fmt: skip
    workflow_per_second: float = Field(default=20, gt=0)
    journal_retention_s: float = 3 * DAY_S
    journal_url_life_s: float = 3600  # not confirmed
    journal_entry_events: int = Field(default=100, ge=1)  # not confirmed
    journal_without_subscription: bool = False  # every change, whoever subscribed

    @field_validator("subscriptions")
    @classmethod
    def _numbered(cls, given: list[Subscription]) -> list[Subscription]:
        """Each with an id of its own."""
        taken = {one.id for one in given if one.id is not None}
        free = (n for n in itertools.count(FIRST_SUBSCRIPTION_ID) if n not in taken)
        return [
            one if one.id is not None else one.model_copy(update={"id": next(free)})
            for one in given
        ]
