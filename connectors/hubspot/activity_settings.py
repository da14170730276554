"""What can be set about activities: which feeds there are, and what HubSpot's names mean to Baton.

What costs one call a reading and needs no further scope is on; the rest is off until it is asked
for.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Worked: TypeAlias = Literal["calls", "meetings", "emails", "notes", "tasks", "communications"]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$")]
EMAIL = "email/"  # the feeds of marketing e-mails; event types have no slash
LIST = "list/"
WORKED = "engagements/"
FORMS, MARKETING, LIFECYCLE, DEALS = "forms", "marketing", "lifecycle", "deals"
OWN_FEEDS = frozenset({FORMS, MARKETING, LIFECYCLE, DEALS})
FORM_EVENT = "e_submitted_form"

# What a contact did on pages, forms and ads. "e_visited_page" is in HubSpot's own documentation,
# the others are in recorded answers; of the three event types that portals show for one form
# submission only one may be read, or it counts thrice. /events/v3/events/event-types lists those
# of an account.
EVENTS: Mapping[str, str] = {
    "e_visited_page": "page_view",
    FORM_EVENT: "form_submit",
    "e_ad_interaction": "ad_click",
}
# Marketing e-mails are not in the events API but in the e-mail events API, under these types.
# Source: HubSpot developer docs, "Events API" (note) and "Email analytics v1", read 2026-11.
EMAIL_EVENTS: Mapping[str, str] = {
    "OPEN": "email_open",
    "CLICK": "email_click",
    "BOUNCE": "email_bounce",
    "STATUSCHANGE": "unsubscribe",
}
# Source: HubSpot developer docs, "Lifecycle stages"; custom stages have numbers for names.
STAGES = (
    "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer",
    "evangelist", "other",
)  # fmt: skip
# Source: HubSpot developer docs, "Calls" (ids of the outcomes that every account has).
CALL_OUTCOMES: Mapping[str, str] = {
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "busy",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "connected",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "left live message",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "left voicemail",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "no answer",
    "17b47fee-58de-441e-a44c-c6300d46f273": "wrong number",
}

# What a contact did also moves a property of the contact, whose webhook says where to look.
# Source: HubSpot knowledge base, "HubSpot's default contact properties", read 2026-11.
NEWS: Mapping[str, str] = {
    "hs_analytics_last_timestamp": "page_view",
    "hs_analytics_last_url": "page_view",
    "hs_analytics_num_page_views": "page_view",
    "hs_email_bounce": "email_bounce",
    "hs_email_last_click_date": "email_click",
    "hs_email_last_open_date": "email_open",
    "hs_email_last_send_date": "email_sent",
    "hs_email_optout": "unsubscribe",
    "num_conversion_events": "form_submit",
    "recent_conversion_date": "form_submit",
}
LOGGED = "notes_last_contacted"  # moves with a logged call, e-mail or meeting
STAGE = "lifecyclestage"
SELDOM = frozenset({"ad_click", "email_sent", "email_bounce", "unsubscribe"})
FEW_FORMS = 5  # to look at so many forms whenever one was submitted is still cheap


def _event_types(events: Mapping[str, str]) -> Mapping[str, str]:
    """A feed's name says which API it is read from."""
    if wrong := sorted(name for name in events if "/" in name or name in OWN_FEEDS):
        raise ValueError(f"{wrong[0]!r} is no event type of HubSpot's")
    return events


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


class ActivitySettings(BaseModel):
    """Everything about activities that differs between HubSpot accounts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    portal_id: int | None = Field(
        default=None, description="Webhooks of any other account are left out."
    )
    events: Annotated[Mapping[str, str], AfterValidator(_event_types)] = Field(
        default=EVENTS, description="HubSpot's event types to read, and what Baton calls them."
    )
    email_events: Mapping[str, str] = Field(
        default=EMAIL_EVENTS,
        description="Marketing e-mail event types to read, and what Baton calls them.",
    )
    form_source: Literal["events", "submissions"] = Field(
        default="events",
        description="Form submissions are read as events, or form by form with the answers "
        "(scope forms). Never both, or they would count twice.",
    )
    forms: Annotated[tuple[Name, ...], AfterValidator(_distinct)] = Field(
        default=(), description="Ids of the forms to read submissions of; none: all forms."
    )
    form_fields: frozenset[str] = Field(
        default=frozenset(), description="Answers of a form to keep with its submission."
    )
    marketing_events: bool = Field(
        default=False, description="Read who registered for, came to or missed a marketing event."
    )
    marketing_event_days: float = Field(
        default=30.0, ge=0, description="How long after its end an event is still looked at."
    )
    lists: Annotated[tuple[Name, ...], AfterValidator(_distinct)] = Field(
        default=(), description="Ids of contact lists: who joins one did something."
    )
    engagements: frozenset[Worked] = Field(
        default=frozenset({"calls", "meetings"}),
        description="What people log in HubSpot that is an activity.",
    )
    call_outcomes: Mapping[str, str] = Field(
        default_factory=dict, description="Ids of an account's own call outcomes, and their names."
    )
    lifecycle: Literal["webhooks", "search", "off"] = Field(
        default="webhooks",
        description="Where lifecycle changes are learned from: events of the property "
        "lifecyclestage (no calls), or a search through changed contacts.",
    )
    lifecycle_stages: Annotated[tuple[Name, ...], AfterValidator(_distinct)] = Field(
        default=STAGES, description="Stages to search for; custom stages by their number."
    )
    deal_stages: bool = Field(
        default=False, description="Deals that change their stage are activities of their contacts."
    )
    workflow_activities: Mapping[Name, str] = Field(
        default_factory=dict,
        description="What a workflow reports as `activity`, in the address or the body, and what "
        "Baton calls it.",
    )
    activity_event: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,49}$")] | None = (
        Field(
            default=None,
            description="Name of the custom event that activities are logged as (form `event`).",
        )
    )
    one_call: bool = Field(
        default=True,
        description="Log new activities together with their associations in one call.",
    )

    @property
    def read_events(self) -> Mapping[str, str]:
        """The event types that are read: no form submission where those come form by form."""
        if self.form_source == "events":
            return self.events
        return {name: ours for name, ours in self.events.items() if name != FORM_EVENT}

    @property
    def behaviour_feeds(self) -> tuple[str, ...]:
        """The feeds of what makes a lead hot: those that a moved score, or a new contact, may be
        news of. What rarely does waits for the next poll.
        """
        events = (name for name, ours in self.read_events.items() if ours not in SELDOM)
        emails = (EMAIL + name for name, ours in self.email_events.items() if ours not in SELDOM)
        forms = (FORMS,) if self._forms_are_few else ()
        return (*events, *emails, *forms)

    @property
    def activity_feeds(self) -> tuple[str, ...]:
        """All feeds, in a stable order."""
        forms = () if self.form_source == "events" else (FORMS,)
        searched = ((LIFECYCLE, self.lifecycle == "search"), (DEALS, self.deal_stages))
        return (
            *self.read_events,
            *(EMAIL + name for name in self.email_events),
            *forms,
            *((MARKETING,) if self.marketing_events else ()),
            *(LIST + one for one in self.lists),
            *(WORKED + one for one in sorted(self.engagements)),
            *(name for name, on in searched if on),
        )

    @property
    def event_name(self) -> str | None:
        """The full name of the custom event. HubSpot puts the account before it."""
        own = self.activity_event
        if own is None or re.match(r"pe\d+_", own):
            return own
        return f"pe{self.portal_id}_{own}"

    @property
    def _forms_are_few(self) -> bool:
        return self.form_source == "submissions" and 0 < len(self.forms) <= FEW_FORMS

    def news_of_contact(self, property_name: str) -> tuple[str, ...]:
        """The activity feeds that a change of this property of a contact is news of."""
        type_ = NEWS.get(property_name)
        events = [name for name, ours in self.read_events.items() if ours == type_]
        emails = [EMAIL + name for name, ours in self.email_events.items() if ours == type_]
        forms = [FORMS] if type_ == "form_submit" and self._forms_are_few else []
        worked = self.engagements & {"calls", "meetings", "emails"}
        logged = [WORKED + one for one in sorted(worked)] if property_name == LOGGED else []
        moved = property_name == STAGE and self.lifecycle == "search"
        return (*events, *emails, *forms, *logged, *([LIFECYCLE] if moved else ()))
