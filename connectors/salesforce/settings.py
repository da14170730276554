"""What an admin configures for a Salesforce connection: settings, and secrets apart."""

from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from connectors.base import Kind, Rejected
from connectors.custom_objects import CustomObjects
from connectors.salesforce.ids import KINDS, OBJECTS

OLDEST_API = 42  # collections, which every batch here uses, came with v42
NEWEST_API = 68
VENDOR_HOSTS = frozenset({".salesforce.com", ".salesforce.mil", ".sfcrmproducts.cn"})


def _origin(url: str) -> str:
    """Scheme, host and port of `url`; anything more is a mistake that is named."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"not a URL: {error}") from error
    if parsed.scheme not in {"https", "http"} or not parsed.host:
        raise ValueError("give the whole address, e.g. https://acme.my.salesforce.com")
    if parsed.userinfo or parsed.path != "/" or parsed.query or parsed.fragment:
        raise ValueError("give only https:// and the host, without user, path or query")
    return str(parsed).rstrip("/")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no time zone {name!r}; use a name such as Asia/Tokyo") from error
    return name


Origin = Annotated[str, AfterValidator(_origin)]
Zone = Annotated[str, AfterValidator(_zone)]
ApiName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")]
ActivityFeed: TypeAlias = Literal["tasks", "events", "notes", "stages", "campaigns"]
SalesforceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$")]


def _version(value: str) -> str:
    whole, _, rest = value.partition(".")
    if not whole.isdigit() or rest != "0" or not OLDEST_API <= int(whole) <= NEWEST_API:
        raise ValueError(f"an API version from {OLDEST_API}.0 to {NEWEST_API}.0")
    return value


class Settings(BaseModel):
    """How to reach one Salesforce org, and how records look there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance_url: Origin = Field(description="My Domain URL, https://acme.my.salesforce.com")
    login_url: Origin | None = Field(
        None, description="Host of the token request; instance_url where empty"
    )
    flow: Literal["client_credentials", "jwt", "refresh_token", "static"] = "client_credentials"
    jwt_audience: Origin | None = Field(
        None, description="aud of the JWT; from the host (login or test) where empty"
    )
    api_version: Annotated[str, AfterValidator(_version)] = "59.0"

    key_field: ApiName = Field(
        "Baton_Key__c", description="Unique external-id text field on every synced object and Task"
    )
    custom_objects: CustomObjects = Field(
        default_factory=dict,
        description="Kinds of your own and the custom object of each, such as Subscription__c",
    )
    person_object: Literal["Lead", "Contact"] = Field(
        "Lead", description="What a new person is created as"
    )
    assignment_rules: bool | None = Field(
        None, description="Run lead assignment rules on write; the org's default where empty"
    )
    allow_duplicates: bool = Field(
        default=False, description="Save although an alert-only duplicate rule fires"
    )

    org_id: SalesforceId | None = Field(
        None, description="Messages and panels of any other org are refused; without it all are"
    )
    canvas_parameter: str = Field(
        "recordId",
        pattern=r"^\w{0,80}$",
        description="Canvas parameter with the record's id, where the page names no record itself; "
        "empty: only what Salesforce itself says",
    )
    panel_hosts: tuple[Origin, ...] = Field(
        (), description="Further origins whose pages may show the panel"
    )
    messages_to: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+$",
        max_length=500,
        description="Where outbound messages shall go, https://baton.example.com/webhooks/NAME: "
        "`baton install` makes them, and flows that send them, with the secret webhook_key",
    )
    change_events: bool = Field(
        default=False, description="Read Change Data Capture by the Pub/Sub API"
    )
    change_channel: str = Field(
        "/data/ChangeEvents",
        pattern=r"^/data/[A-Za-z][A-Za-z0-9_]{0,79}$",
        description="Channel of change events: all selected objects, or one of your own",
    )
    pubsub_endpoint: str = Field(
        "api.pubsub.salesforce.com:7443",
        pattern=r"^[a-z0-9][a-z0-9.-]*:[0-9]{2,5}$",
        description="Host and port of the Pub/Sub API",
    )
    deleted_every_s: float | None = Field(
        None, ge=300, description="How often to ask for deleted records by getDeleted; null: never"
    )
    contact_roles_every_s: float | None = Field(
        None,
        ge=60,
        description="How often to ask which opportunities' contact roles changed, for orgs that do "
        "not stamp an opportunity whose primary contact changes; null: never",
    )

    page_size: int = Field(2000, ge=1, le=2000, description="Records a page of a feed")
    bulk_from: int = Field(
        2000, ge=1, description="Records above which they are read and written by the Bulk API"
    )
    overlap_s: int = Field(
        60, ge=0, le=86_400, description="How far back each poll looks again (late commits)"
    )
    daily_ceiling: float = Field(
        0.9, gt=0, le=1, description="Share of the org's daily calls at which Baton holds back"
    )

    activity_feeds: tuple[ActivityFeed, ...] = Field(
        ("tasks", "events", "notes", "stages", "campaigns"),
        description="What to read of reps' work; each costs a call or two a poll",
    )
    event_outcome_field: ApiName | None = Field(
        None, description="Field of Event that says how a meeting went; Salesforce has none"
    )
    reason_field: ApiName | None = Field(
        None, description="Field of Opportunity that says why it was won or lost"
    )
    time_zone: Zone = Field("UTC", description="Zone in which a task's date is told")
    event_minutes: int = Field(
        30, ge=0, description="How long a logged event lasts where the activity does not say"
    )
    done_status: str = Field("Completed", description="Task status of a logged activity")
    alert_user_id: SalesforceId | None = Field(
        None, description="Owner of alert tasks that a queue cannot own; else the running user"
    )
    queues_own_tasks: bool = Field(
        default=False, description="Whether queues may own tasks in this org"
    )
    reminder_before_s: int = Field(600, ge=0, description="Reminder this long before the due time")
    notification_type: ApiName = Field(
        "Baton_Hot_Lead", description="Developer name of the custom notification type"
    )
    notification_title_max: int = Field(250, ge=1, description="Characters; undocumented limit")
    notification_body_max: int = Field(750, ge=1, description="Characters; undocumented limit")

    integration_user: str | None = Field(
        None,
        max_length=80,
        description="Username that `baton install` gives Baton's rights to, where an administrator "
        "installs; else the signed-in user",
    )
    package_language: Literal["en", "ja"] = Field(
        "en", description="Language of the labels that `baton install` gives its fields"
    )
    package_translations: bool = Field(
        default=False, description="Install Japanese translations; needs the translation workbench"
    )
    package_timeline: bool = Field(
        default=True, description="Install the timeline's pages and Lightning component"
    )
    canvas_app: ApiName = Field(
        "Baton", description="API name of the app whose Canvas the timeline's pages show"
    )

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All kinds of records that this org holds for Baton."""
        return (*OBJECTS, *self.custom_objects)

    def objects(self, kind: Kind) -> tuple[str, ...]:
        """The objects that hold a kind. Raises: Rejected."""
        own = self.custom_objects.get(kind)
        found = OBJECTS.get(kind) or ((own,) if own else ())
        if not found:
            tip = f"no object for {kind!r}; add it to custom_objects of this connection"
            raise Rejected(tip, code="UNKNOWN_KIND")
        return found

    def kind_of(self, name: str) -> Kind:
        """The kind that an object holds. Raises: KeyError."""
        return {**{own: kind for kind, own in self.custom_objects.items()}, **KINDS}[name]

    @property
    def token_url(self) -> str:
        return f"{self.login_url or self.instance_url}/services/oauth2/token"

    @property
    def audience(self) -> str:
        """Whom the JWT is for: the production or the sandbox login host.

        Source: Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".
        """
        if self.jwt_audience is not None:
            return self.jwt_audience
        hosts = f"{self.instance_url} {self.login_url or ''}"
        is_test = ".sandbox." in hosts or "//test.salesforce.com" in hosts
        return "https://test.salesforce.com" if is_test else "https://login.salesforce.com"


class Secrets(BaseModel):
    """What signs Baton in. Which ones are needed depends on the flow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: SecretStr | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    private_key: SecretStr | None = Field(None, description="PEM of the JWT flow's key")
    username: SecretStr | None = Field(None, description="User whom the JWT flow signs in")
    access_token: SecretStr | None = Field(None, description="For the static flow only")
    webhook_key: SecretStr | None = Field(
        None, min_length=16, description="Outbound messages come to the address with ?key=…"
    )
    webhook_key_previous: SecretStr | None = Field(
        None, min_length=16, description="Taken as well, during a rotation"
    )

    canvas_secret: SecretStr | None = Field(
        None, description="Consumer secret that signs the panel's requests; else client_secret"
    )
    canvas_secret_previous: SecretStr | None = Field(
        None, description="Taken as well, during a rotation"
    )

    @property
    def canvas_secrets(self) -> tuple[str, ...]:
        """The secrets that a Canvas request may be signed with."""
        given = (self.canvas_secret or self.client_secret, self.canvas_secret_previous)
        return tuple(s for one in given if one is not None and (s := one.get_secret_value()))

    @property
    def webhook_keys(self) -> tuple[str, ...]:
        """The keys that an outbound message may carry."""
        given = (self.webhook_key, self.webhook_key_previous)
        return tuple(one.get_secret_value() for one in given if one is not None)


NEEDED = {
    "client_credentials": ("client_id", "client_secret"),
    "jwt": ("client_id", "private_key", "username"),
    "refresh_token": ("client_id", "refresh_token"),
    "static": ("access_token",),
}
