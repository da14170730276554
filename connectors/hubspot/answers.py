"""HubSpot's answers, as far as Baton reads them. Whatever HubSpot adds is ignored."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

T = TypeVar("T")


def _or_empty_list(value: Any) -> Any:
    return [] if value is None else value


def _or_empty_dict(value: Any) -> Any:
    return {} if value is None else value


List = Annotated[list[T], BeforeValidator(_or_empty_list)]
Properties = Annotated[dict[str, str | None], BeforeValidator(_or_empty_dict)]


class Answer(BaseModel):
    """Ids come as numbers or as text, depending on the endpoint and its version."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Change(Answer):
    """One entry of a property's history."""

    timestamp: AwareDatetime
    value: str | None = None
    source_type: str = Field(default="", alias="sourceType")
    source_id: str | None = Field(default=None, alias="sourceId")

    @property
    def app(self) -> str | None:
        """The id of the app that made it; None where a person or something else did."""
        source = self.source_id or ""
        return source if self.source_type == "INTEGRATION" and source.isdecimal() else None


class Item(Answer):
    """One record. Property values are text or null."""

    id: str
    properties: Properties = Field(default_factory=dict)
    history: Annotated[dict[str, List[Change]], BeforeValidator(_or_empty_dict)] = Field(
        default_factory=dict, alias="propertiesWithHistory"
    )
    updated_at: AwareDatetime | None = Field(default=None, alias="updatedAt")
    archived_at: AwareDatetime | None = Field(default=None, alias="archivedAt")
    new: bool | None = None
    trace_id: str | None = Field(default=None, alias="objectWriteTraceId")


class Detail(Answer):
    """One of the causes inside a fault."""

    message: str = ""
    code: str | None = None
    context: Annotated[dict[str, Any], BeforeValidator(_or_empty_dict)] = Field(
        default_factory=dict
    )


class Fault(Answer):
    """An error body, or one part's error in a 207. HubSpot's docs: treat each field as optional."""

    message: str | None = None
    category: str | None = None
    sub_category: Any = Field(default=None, alias="subCategory")
    policy_name: str | None = Field(default=None, alias="policyName")
    context: Annotated[dict[str, Any], BeforeValidator(_or_empty_dict)] = Field(
        default_factory=dict
    )
    errors: List[Detail] = Field(default_factory=list)

    def said(self, name: str) -> tuple[str, ...]:
        """The values of one context entry, of the fault or of its causes, as text."""
        contexts = [self.context, *(cause.context for cause in self.errors)]
        said = (one[name] for one in contexts if one.get(name) is not None)
        value: Any = next(said, [])
        return tuple(str(one) for one in (value if isinstance(value, list) else [value]))


class Batch(Answer):
    """The answer of a batch call; `errors` only in a 207."""

    results: List[Item] = Field(default_factory=list)
    errors: List[Fault] = Field(default_factory=list)


class Next(Answer):
    after: str


class Paging(Answer):
    next: Next | None = None


class Listing(Answer):
    """A page of a list or of a search, which also says how many hits it has in `total`."""

    total: int | None = None
    results: List[Item] = Field(default_factory=list)
    paging: Paging | None = None

    @property
    def after(self) -> str | None:
        return self.paging.next.after if self.paging and self.paging.next else None


class Event(Answer):
    """One occurrence in the events API. `occurredAt` is ISO text, or epoch milliseconds."""

    id: str
    object_type: str = Field(alias="objectType")
    object_id: str = Field(alias="objectId")
    occurred_at: datetime = Field(alias="occurredAt")
    properties: Annotated[dict[str, Any], BeforeValidator(_or_empty_dict)] = Field(
        default_factory=dict
    )


class Events(Answer):
    results: List[Event] = Field(default_factory=list)
    paging: Paging | None = None


class Subscribed(Answer):
    """The status of one subscription to e-mails."""

    status: str | None = None


class EmailEvent(Answer):
    """One event of a marketing e-mail. `created` is epoch milliseconds. A bounce has a `category`
    and the server's `response`; a changed subscription its `source`, and the `status` of all mail
    or of single `subscriptions`.
    """

    id: str
    created: int
    recipient: str = ""
    url: str | None = None
    subject: str | None = None
    campaign: str | None = Field(default=None, alias="emailCampaignId")
    category: str | None = None
    response: str | None = None
    source: str | None = None
    status: str | None = Field(default=None, alias="portalSubscriptionStatus")
    subscriptions: List[Subscribed] = Field(default_factory=list)


class EmailEvents(Answer):
    """A page of the e-mail events API."""

    has_more: bool = Field(default=False, alias="hasMore")
    offset: str | None = None
    events: List[EmailEvent] = Field(default_factory=list)


class Option(Answer):
    value: str


class Metadata(Answer):
    read_only_value: bool = Field(default=False, alias="readOnlyValue")


class Property(Answer):
    """One property definition."""

    name: str
    label: str = ""
    type: str
    field_type: str = Field(default="", alias="fieldType")
    group: str = Field(default="", alias="groupName")
    options: List[Option] = Field(default_factory=list)
    calculated: bool = False
    external_options: bool = Field(default=False, alias="externalOptions")
    referenced: str | None = Field(default=None, alias="referencedObjectType")
    unique: bool = Field(default=False, alias="hasUniqueValue")
    metadata: Metadata | None = Field(default=None, alias="modificationMetadata")


class PropertyList(Answer):
    results: List[Property] = Field(default_factory=list)


class OwnerItem(Answer):
    id: str
    email: str | None = None
    type: str | None = None
    first_name: str | None = Field(default=None, alias="firstName")
    last_name: str | None = Field(default=None, alias="lastName")
    archived: bool = False


class OwnerList(Answer):
    results: List[OwnerItem] = Field(default_factory=list)
    paging: Paging | None = None


class Portal(Answer):
    """Account information."""

    portal_id: str = Field(alias="portalId")
    ui_domain: str | None = Field(default=None, alias="uiDomain")
    account_type: str | None = Field(default=None, alias="accountType")


class Usage(Answer):
    current: int = Field(alias="currentUsage")
    limit: int = Field(alias="usageLimit")


class UsageList(Answer):
    results: List[Usage] = Field(default_factory=list)


class Grant(Answer):
    """A token answer. `refresh_token` may be a new one."""

    access_token: str = Field(min_length=1)
    refresh_token: str | None = None
    expires_in: float = Field(gt=0)


class Association(Answer):
    """One association made: `from` and `to` are {id}, `fromObjectId` in some versions."""

    source: dict[str, Any] | None = Field(default=None, alias="from")
    from_object_id: str | None = Field(default=None, alias="fromObjectId")

    @property
    def from_id(self) -> str | None:
        said = self.source.get("id") if self.source else None
        return str(said) if said is not None else self.from_object_id


class Associations(Answer):
    results: List[Association] = Field(default_factory=list)
    errors: List[Fault] = Field(default_factory=list)
