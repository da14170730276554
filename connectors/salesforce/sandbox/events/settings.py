"""The settings of everything that leaves the org by itself; part of the sandbox's Config."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ChangeOn = Literal["create", "update"]


class OutboundMessage(BaseModel):
    """An outbound message and the rule that sends it.

    It is sent when a record of `object` is created or updated (`on`), an update changed one of
    `changed` (empty: any field), and the SOQL condition `when` holds. `newly` sends it on an
    update only if the condition did not hold before. `fields` are what it carries beside the Id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    object: str
    fields: list[str] = Field(default_factory=list)
    url: str
    on: list[ChangeOn] = ["create", "update"]
    changed: list[str] = Field(default_factory=list)
    when: str | None = None
    newly: bool = False


class ManagedSubscription(BaseModel):
    """A ManagedEventSubscription: `name` is its developer name, and its id here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    topic: str
    default_replay: Literal["LATEST", "EARLIEST"] = "LATEST"
    error_recovery_replay: Literal["LATEST", "EARLIEST"] = "LATEST"
    state: Literal["RUN", "STOP"] = "RUN"


class EventSettings(BaseModel):
    """Times in seconds as at Salesforce; `event_time_scale` shortens all of them at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_time_scale: float = Field(default=1.0, gt=0)
    event_seed: int = 0  # of chance: steps of replay ids, duplicates, disorder
    # outbound messages
    outbound_messages: list[OutboundMessage] = Field(default_factory=list)
    outbound_batch: int = Field(default=100, ge=1, le=100)  # notifications in one message
    outbound_flush_ms: float = Field(default=50, ge=0)
    outbound_timeout_s: float = Field(default=60, gt=0)
    outbound_first_retry_s: float = Field(default=30, ge=0)  # one third-party source
    outbound_longest_retry_s: float = Field(default=7_200, ge=0)
    outbound_life_s: float = Field(default=86_400, gt=0)
    outbound_duplicate_share: float = Field(default=0, ge=0, le=1)
    outbound_reorder_share: float = Field(default=0, ge=0, le=1)
    outbound_version: int = 66  # of the API, in EnterpriseUrl and PartnerUrl
    # change events; an org starts with no entity selected
    cdc_entities: list[str] = Field(default_factory=list)
    cdc_merge: bool = True  # same change to several records in one transaction: one event
    cdc_overflow_at: int = Field(default=100_000, ge=1)  # changes in one transaction
    cdc_client_from_call_options: bool = True  # not confirmed for REST
    event_retention_s: float = Field(default=259_200, gt=0)  # 72 h
    replay_id_step: int = Field(default=7, ge=1)  # replay ids grow by 1 to this much
    cdc_text_differences: bool = True  # diffFields: large text is sent as a difference
    managed_subscriptions: list[ManagedSubscription] = Field(default_factory=list)
    # Pub/Sub API; port, host and certificate are read when the server starts
    pubsub_host: str = "127.0.0.1"
    pubsub_port: int | None = Field(default=0, ge=0, le=65_535)  # 0: a free one; None: no server
    pubsub_certificate: str | None = None  # PEM chain; with the key: TLS
    pubsub_key: str | None = None
    pubsub_streams: int = Field(default=64, ge=1)  # RPCs at once; read when the server starts
    pubsub_outstanding: int = Field(default=100, ge=1)  # events a stream may have asked for
    pubsub_keepalive_s: float = Field(default=270, gt=0)
    pubsub_idle_s: float = Field(default=60, gt=0)  # nothing asked for: the stream ends
    pubsub_publish_idle_s: float = Field(default=70, gt=0)
