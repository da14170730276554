"""The `campaign` document: a group of people in the marketing system and a campaign in the SFA.

    ma: hubspot
    source: {marketing_event: {id: "4711"}}       # or {external_id: webinar-7, account_id: zoom}
    sfa: salesforce                               # or source: {list: {id: "17"}}, {campaign: …}
    target: {create: {type: Webinar}}             # or target: {campaign: 701…}
    statuses: {attended: {label: Attended, responded: true}, …}

A person is in one status there and here; the document says how the two call it, which way changes
go, and what becomes of somebody who is taken out on one side.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from connectors.campaigns import Group
from mappings.field_conditions import Name, Part

Status: TypeAlias = Literal["member", "registered", "attended", "no_show", "cancelled"]
Attribution: TypeAlias = Literal["none", "first_touch", "last_touch"]
Carried: TypeAlias = Literal[
    "campaign", "campaign_id", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"
]
Id: TypeAlias = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S+$")]


class EventSource(Part):
    """A marketing event, by the vendor's own id, or by the id that another application gave it."""

    id: Id | None = None
    external_id: Id | None = None
    account_id: Id | None = None

    @model_validator(mode="after")
    def _has_one_id(self) -> Self:
        external = self.external_id is not None and self.account_id is not None
        if (self.id is not None) == external or (self.external_id is None) != (
            self.account_id is None
        ):
            raise ValueError("give id, or both external_id and account_id")
        return self


class ListSource(Part):
    """A list of people."""

    id: Id


class CampaignSource(Part):
    """The people whom a campaign of the marketing system reached, as its reports say."""

    id: Id
    people: Literal["influenced", "first_touch", "last_touch"] = "influenced"


class Source(Part):
    """Exactly one group of people of the marketing system."""

    marketing_event: EventSource | None = None
    list: ListSource | None = None
    campaign: CampaignSource | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = (self.marketing_event, self.list, self.campaign)
        if sum(one is not None for one in given) != 1:
            raise ValueError("give either marketing_event or list or campaign")
        return self

    @property
    def group(self) -> Group:
        if self.list is not None:
            return Group("list", self.list.id)
        if self.campaign is not None:
            return Group("campaign", self.campaign.id, which=self.campaign.people)
        event = self.marketing_event or EventSource(id="-")
        if event.id is not None:
            return Group("marketing_event", event.id)
        return Group("marketing_event", event.external_id or "", event.account_id or "")


class NewCampaign(Part):
    """A campaign to be made in the SFA, once. Without `name` it is called as the document is."""

    name: Annotated[str, Field(max_length=80)] | None = None
    type: Annotated[str, Field(max_length=40)] = ""
    starts_on: date | None = None
    ends_on: date | None = None
    active: bool = True


class Target(Part):
    """A campaign of the SFA: one that is there, or one that Baton makes."""

    campaign: Id | None = None
    create: NewCampaign | None = None

    @model_validator(mode="before")
    @classmethod
    def _create_it(cls, value: object) -> object:
        """`create: true` leaves everything to Baton."""
        if isinstance(value, dict) and value.get("create") is True:
            return {**value, "create": {}}
        return value

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.campaign is None) == (self.create is None):
            raise ValueError("give either campaign (its id) or create")
        return self


class Labelled(Part):
    """What the SFA calls a status, and whether it counts as a response there."""

    label: Annotated[str, Field(min_length=1, max_length=40)]
    responded: bool = False


class InsteadOfRemoval(Part):
    """Who is taken out on one side is in this status on the other."""

    status: Status


STATUSES: Mapping[Status, Labelled] = {
    "member": Labelled(label="Sent"),
    "registered": Labelled(label="Registered"),
    "attended": Labelled(label="Attended", responded=True),
    "no_show": Labelled(label="No Show"),
    "cancelled": Labelled(label="Cancelled"),
}


class CampaignDocument(Part):
    """One pair. `policy` decides where both sides changed a status in different ways.

    `removal`: who is taken out on one side is taken out on the other (`remove`), stays there
    (`keep`), or is in a status there. `most_removed_percent`: more at once wait for a person.
    `attribution`: opportunities of its people are credited to the campaign that touched them first
    or last; `utm` are values of utm_campaign (or names) by which touches belong to this one.
    `opportunity_fields` are the SFA's fields of a credited opportunity in which the campaign and
    the UTM parameters of the touch go along. `ma_campaign` is the marketing system's campaign
    whose budget and spend are imported; without it the source, if that is one.
    """

    ma: Name
    source: Source
    sfa: Name
    target: Target
    title: Annotated[str, Field(max_length=200)] | None = None
    enabled: bool = True
    direction: Literal["both", "ma_to_sfa", "sfa_to_ma"] = "both"
    policy: Literal["prefer_ma", "prefer_sfa"] = "prefer_ma"
    removal: Literal["remove", "keep"] | InsteadOfRemoval = "remove"
    most_removed_percent: Annotated[int, Field(strict=True, ge=1, le=100)] = 20
    statuses: Mapping[Status, Labelled] = Field(default_factory=lambda: dict(STATUSES))
    read_every_s: Annotated[float, Field(strict=True, ge=5, le=86_400)] = 300.0
    attribution: Attribution = "none"
    contact_role: Annotated[str, Field(max_length=40)] | None = None
    opportunity_fields: Mapping[Carried, Name] = Field(default_factory=dict)
    utm: tuple[Name, ...] = Field(default=(), max_length=50)
    ma_campaign: Id | None = None

    @model_validator(mode="after")
    def _labels_differ(self) -> Self:
        if not self.statuses:
            raise ValueError("statuses: name at least one")
        shown: tuple[Status, ...] = ("member",)
        if self.source.marketing_event is not None:
            shown = ("registered", "attended", "no_show", "cancelled")
        if missing := [one for one in shown if one not in self.statuses]:
            raise ValueError(f"statuses: the source shows these, too: {', '.join(missing)}")
        labels = [one.label.casefold() for one in self.statuses.values()]
        if twice := sorted({one for one in labels if labels.count(one) > 1}):
            raise ValueError(f"statuses: a label stands for one status; twice: {', '.join(twice)}")
        if isinstance(self.removal, InsteadOfRemoval) and self.removal.status not in self.statuses:
            raise ValueError("removal: its status is not among the statuses")
        return self

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if self.source.campaign is not None and self.direction != "ma_to_sfa":
            raise ValueError("direction: whom a campaign reached can only be read; set ma_to_sfa")
        return self

    @property
    def costs_of(self) -> str | None:
        """The marketing system's campaign whose budget and spend are imported."""
        reached = self.source.campaign
        return self.ma_campaign or (reached.id if reached else None)
