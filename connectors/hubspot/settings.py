"""What can be set about a HubSpot connection, and what it must be told in confidence."""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.base import Kind, Rejected
from connectors.budget import Rate
from connectors.custom_objects import CustomObjects
from connectors.hubspot.activity_settings import DEALS, NEWS, ActivitySettings
from connectors.hubspot.objects import BATCH, KIND_OF_TYPE_ID, OBJECT

SignatureVersion = Literal["v1", "v2", "v3"]
PropertyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,99}$")]

# What mappings commonly read; a subscription is needed for each property.
WATCHED: Mapping[Kind, tuple[str, ...]] = {
    "person": (
        "email", "firstname", "lastname", "phone", "mobilephone", "company", "jobtitle",
        "hs_lead_status", "hubspot_owner_id", "lifecyclestage", *NEWS,
    ),
    "company": ("name", "domain", "phone", "hubspot_owner_id"),
    "opportunity": ("dealname", "amount", "closedate", "dealstage", "hubspot_owner_id"),
}  # fmt: skip
# HubSpot's own pages, by where the account's data is kept. Source: HubSpot developer docs,
# "Context" of UI extensions (dataHostingLocation), read 2026-11.
PANEL_HOSTS = (
    "https://app.hubspot.com", "https://app-na2.hubspot.com", "https://app-na3.hubspot.com",
    "https://app-eu1.hubspot.com", "https://app-ap1.hubspot.com",
)  # fmt: skip
LEAST_PER_10_S = 100  # what any HubSpot account is allowed, until its answers say more


class Settings(ActivitySettings):
    """Everything that differs between HubSpot accounts or that HubSpot may move."""

    app_id: int | None = Field(default=None, description="Webhooks of any other app are left out.")
    base_url: str = "https://api.hubapi.com"
    token_path: str = Field(default="/oauth/v3/token", pattern=r"^/")
    moved_paths: Mapping[str, str] = Field(
        default_factory=dict,
        description="Path prefixes to replace, such as /crm/v3/objects by /crm/objects/2026-09.",
    )
    signatures: frozenset[SignatureVersion] = Field(
        default=frozenset({"v3"}),
        description="Webhook signatures taken. v2 (workflows) and v1 do not show their age.",
    )
    panel_hosts: tuple[str, ...] = Field(
        default=PANEL_HOSTS, description="Origins of HubSpot's pages that may show the panel."
    )
    time_zone: str = Field(
        default="UTC", description="Of the HubSpot account: its daily limit ends at midnight."
    )
    key_property: PropertyName = Field(
        default="baton_key", description="The unique property that holds Baton's own id."
    )
    custom_objects: CustomObjects = Field(
        default_factory=dict,
        description="Kinds of your own and the custom object of each: `2-…` or its full name.",
    )
    score_property: PropertyName = Field(
        default="hubspotscore", description="HubSpot's own score; read with every contact."
    )
    primary_contact_label: int | None = Field(
        default=None,
        ge=1,
        description="Type id of the association label (deal to contact) of a deal's primary "
        "contact; without it, any associated contact may be it.",
    )
    requests_per_10_s: int | None = Field(
        default=None,
        ge=1,
        description="Calls in ten seconds at most; without it, as many as HubSpot's answers allow "
        "(100 Free and Starter, 110 OAuth app, 190 from Professional).",
    )
    searches_per_s: int = Field(default=5, ge=1)
    associations_per_10_s: int = Field(
        default=100, ge=1, description="100 Free and Starter, 150 from Professional."
    )
    daily_share: float = Field(
        default=0.9, gt=0, le=1, description="Of the account's daily calls, for a private app."
    )
    lead_scoring: Literal["2026-09-beta", "2027-03-beta"] = Field(
        default="2026-09-beta", description="Version of the lead-scoring API (beta) to ask."
    )
    field_times: bool = Field(
        default=False,
        description="Also read when each field changed, for the policy newest (batches of 50).",
    )
    search_lag_s: float = Field(
        default=120.0, ge=0, description="How late a change may appear in HubSpot's search index."
    )
    event_lag_s: float = Field(default=600.0, ge=0, description="How late an event may appear.")
    journal: bool = Field(
        default=False, description="Read the Webhooks Journal (needs portal_id and an app)."
    )
    journal_every_s: float = Field(
        default=2.0, ge=0.1, description="How often to look for new entries of the journal."
    )
    journal_file_hosts: frozenset[str] = Field(
        default=frozenset({".hubspot.com", ".hubspotusercontent.com", ".amazonaws.com"}),
        description="Hosts that the journal's files may be fetched from (.x: all below x).",
    )
    summary_properties: bool = Field(
        default=True, description="Install the properties that sum up what a contact did."
    )
    webhook_url: str | None = Field(
        default=None,
        description="Where HubSpot shall send webhooks; with app_id and a developer_api_key the "
        "installation subscribes the app.",
    )
    webhook_properties: Mapping[Kind, tuple[PropertyName, ...]] = Field(
        default=WATCHED, description="Properties whose changes the installation subscribes to."
    )
    deletions_every_s: float | None = Field(
        default=3600.0, ge=0, description="How often to look for deleted records; null: never."
    )

    @field_validator("base_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
            raise ValueError("expected a URL such as https://api.hubapi.com")
        if parts.scheme == "http" and (host == "hubapi.com" or host.endswith(".hubapi.com")):
            raise ValueError("HubSpot itself is reached by https only")
        return url.rstrip("/")

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (LookupError, OSError, ValueError) as error:
            raise ValueError(f"no time zone {name!r}; use a name such as Asia/Tokyo") from error
        return name

    @model_validator(mode="after")
    def _journal_has_an_account(self) -> "Settings":
        if self.journal and self.portal_id is None:
            raise ValueError("journal: give portal_id, the account whose entries are to be read")
        return self

    @model_validator(mode="after")
    def _event_has_an_account(self) -> "Settings":
        if "None" in (self.event_name or ""):
            raise ValueError("activity_event: give portal_id, the account whose event it is")
        return self

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All kinds of records that this account holds for Baton."""
        return (*OBJECT, *self.custom_objects)

    def object_of(self, kind: Kind) -> str:
        """HubSpot's object of a kind. Raises: Rejected."""
        found = OBJECT.get(kind) or self.custom_objects.get(kind)
        if found is None:
            tip = f"no object for {kind!r}; add it to custom_objects of this connection"
            raise Rejected(tip, code="unknown_kind")
        return found

    def kind_of_type(self, type_id: str) -> Kind | None:
        """The kind of an object type by its id; custom objects are known if set by it."""
        own = {name: kind for kind, name in self.custom_objects.items()}
        return KIND_OF_TYPE_ID.get(type_id) or own.get(type_id)

    @property
    def read_batch(self) -> int:
        """Half the batch with history, which HubSpot's own client does too when listing."""
        return BATCH // 2 if self.field_times else BATCH

    def feeds_about(self, kind: Kind, property_name: str | None) -> tuple[str, ...]:
        """The activity feeds that may have news after a change of this property of a record, or
        after something else (None) that happened to it.
        """
        if kind == "opportunity":
            return (DEALS,) if self.deal_stages and property_name in {None, "dealstage"} else ()
        if kind != "person":
            return ()
        if property_name in {None, self.score_property}:
            return self.behaviour_feeds  # a score moves with behaviour of any kind
        return self.news_of_contact(property_name or "")

    def rates(self) -> Mapping[str, Rate]:
        """The limit classes that the adapter's calls name.

        Source: HubSpot developer docs, "API usage guidelines": search and associations have
        limits of their own.
        """
        stated = self.requests_per_10_s
        return {
            "default": Rate(stated or LEAST_PER_10_S, 10.0, assumed=stated is None),
            "associations": Rate(self.associations_per_10_s, 10.0),
            "search": Rate(self.searches_per_s, 1.0),
        }


class Secrets(BaseModel):
    """Either a static token (private app), or an OAuth app's id, secret and refresh token.

    `client_secret` also signs the webhooks; during a rotation the old one is kept beside it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    access_token: str | None = Field(default=None, repr=False, min_length=1)
    client_id: str | None = Field(default=None, repr=False, min_length=1)
    client_secret: str | None = Field(default=None, repr=False, min_length=1)
    client_secret_previous: str | None = Field(default=None, repr=False, min_length=1)
    developer_api_key: str | None = Field(default=None, repr=False, min_length=1)
    refresh_token: str | None = Field(default=None, repr=False, min_length=1)

    @model_validator(mode="after")
    def _can_sign_in(self) -> "Secrets":
        by_oauth = self.client_id and self.client_secret and self.refresh_token
        if not (self.access_token or by_oauth):
            raise ValueError(
                "give access_token, or all of client_id, client_secret and refresh_token"
            )
        return self

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets that a webhook may be signed with, the current one first."""
        return tuple(s for s in (self.client_secret, self.client_secret_previous) if s)
