"""The settings of the sandbox: who may come in, how much, and what the org is strict about."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.salesforce.sandbox.certificates import rsa_key
from connectors.salesforce.sandbox.events.settings import EventSettings
from connectors.salesforce.sandbox.formula.parser import parse
from connectors.sandbox.shelf import LIVE


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ValidationRule(Strict):
    """Refuses a record of `object` while `when` (a SOQL condition) or `formula` holds for it."""

    object: str
    when: str | None = None
    formula: str | None = None
    message: str
    field: str | None = None

    @model_validator(mode="after")
    def _has_one_condition(self) -> Self:
        if (self.when is None) == (self.formula is None):
            raise ValueError("a validation rule has either when or formula")
        if self.formula is not None:
            parse(self.formula)
        return self


class DuplicateRule(Strict):
    """Records of `object` whose `fields` all equal those of a record of `against`.

    `action` alert may be overridden by the header `Sforce-Duplicate-Rule-Header: allowSave=true`.
    """

    object: str
    fields: list[str] = Field(default_factory=lambda: ["Email"])
    against: list[str] = Field(default_factory=list)
    action: Literal["block", "alert"] = "block"
    name: str = ""
    message: str = "Use one of these records?"


class Config(EventSettings):
    """Everything that `PATCH /_sandbox/config` can change. Times in seconds."""

    state_file: str | None = None  # where the org is kept between runs
    # the org
    org_name: str = "Sandbox"
    instance_url: str | None = None  # None: the address that the request came to
    baton_package: bool = True  # read at start and reset
    latest_version: int = Field(default=66, ge=42)  # recorded in May 2026
    # sign-in
    static_token: str | None = "sandbox-token"  # noqa: S105  documented, opens a sandbox only
    token_life_s: float = Field(default=7200, gt=0)
    clients: dict[str, str] = Field(default_factory=dict)  # id → secret; empty: any
    passwords: dict[str, str] = Field(default_factory=dict)  # username → password; empty: any
    refresh_tokens: Literal["any", "issued"] = "any"
    certificate: str | None = None  # PEM; set: JWT assertions are verified (RS256)
    jwt_audiences: list[str] = Field(
        default_factory=lambda: ["https://login.salesforce.com", "https://test.salesforce.com"]
    )
    jwt_audience_error: str = "audience is invalid"  # the words of these two are Unknown
    jwt_expired_error: str = "expired assertion"
    unapproved_clients: list[str] = Field(default_factory=list)  # invalid_app_access
    unapproved_users: list[str] = Field(default_factory=list)  # JWT: hasn't approved
    client_credentials_user: str | None = "integration@sandbox.example"
    strict_users: bool = False  # an unknown username is refused instead of being the API user
    scope: str = "api refresh_token"
    # who sees what
    field_level_security: bool = True  # deployed fields are seen only by who was granted them
    guarded_fields: list[str] = Field(default_factory=list)  # Object.Field: these as well
    default_record_types: dict[str, str] = Field(default_factory=dict)  # object → developer name
    # limits
    daily_api_requests: int = Field(default=100_000, ge=0)
    limit_info_on_403: bool = True  # Unknown: whether a limit error carries Sforce-Limit-Info
    chatter_posts_per_hour: int | None = None  # Unknown at Salesforce; None: no limit
    notifications_per_hour: int = Field(default=10_000, ge=0)
    notification_recipients: int = Field(default=10_000, ge=1)
    notification_title_length: int | None = None  # Unknown at Salesforce; None: no limit
    notification_body_length: int | None = None
    notification_types_by_tooling_only: bool = False  # one report says so of integration users
    daily_query_jobs: int = Field(default=10_000, ge=0)  # of Bulk API 2.0
    # bulk jobs and deployments
    deploy_polls: int = Field(default=0, ge=0)  # looks at a deployment that find it InProgress
    bulk_polls: int = Field(default=0, ge=0)  # looks at a job that find it InProgress
    bulk_upload_bytes: int = Field(default=150_000_000, ge=1)
    bulk_result_page: int = Field(default=50_000, ge=1)  # most rows of one page of results
    bulk_job_life_s: float = 604_800  # 7 days
    bulk_hard_delete: bool = True  # the user may delete past the recycle bin
    # memory
    live_records: int = Field(default=LIVE, ge=1)  # of each object; all others are kept packed
    # reading
    query_page_size: int = Field(default=2000, ge=1)
    query_page_min: int = Field(default=200, ge=1)  # bounds of Sforce-Query-Options batchSize
    query_page_max: int = Field(default=2000, ge=1)
    locator_life_s: float = 172_800  # 2 days
    replication_lag_s: float = Field(default=0, ge=0)  # latestDateCovered stays this far behind
    updated_window_days: int = 30
    deleted_window_days: int = 15
    # writing
    missing_record_code: Literal["INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND"] = (
        "INVALID_CROSS_REFERENCE_KEY"
    )
    upsert_update_status: Literal[200, 204] = 200
    queue_may_own_task: bool = True
    role_stamps_opportunity: bool = True  # whose primary contact role changes
    one_primary_role: bool = True  # a new primary contact role takes that from the one before
    task_completed_at_writable: bool = False
    task_subtype_updateable: bool = False
    auto_assign_user: str | None = None  # a user's e-mail: who gets leads of the assignment rule
    auto_assign_default: bool = False  # whether the rule runs without Sforce-Auto-Assign
    convert_field_map: dict[str, str] = Field(default_factory=dict)  # lead field → Object.field
    validation_rules: list[ValidationRule] = Field(default_factory=list)
    duplicate_rules: list[DuplicateRule] = Field(default_factory=list)

    @field_validator("certificate")
    @classmethod
    def _is_a_certificate(cls, given: str | None) -> str | None:
        if given:
            rsa_key(given)
        return given
