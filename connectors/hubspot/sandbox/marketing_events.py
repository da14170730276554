"""Marketing events (webinars, trade fairs) and who took part.

Source: HubSpot developer docs, "Marketing events"; HubSpot's published OpenAPI.
"""

from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso

TEXTS = ("eventName", "eventType", "eventOrganizer", "eventDescription", "eventUrl")
TIMES = ("startDateTime", "endDateTime")
FLAGS = ("eventCancelled", "eventCompleted")
STATES = {"register": "REGISTERED", "attend": "ATTENDED", "cancel": "CANCELLED"}


@dataclass(slots=True)
class Participation:
    """One contact at one event; `seen` has the moment of each state reached (epoch ms)."""

    id: str
    contact_id: str
    created_ms: int
    seen: dict[str, int] = field(default_factory=dict)
    joined_ms: int | None = None
    left_ms: int | None = None

    def state(self, *, over: bool) -> str:
        """Who registered and neither cancelled nor came is a no-show once the event is over."""
        if "ATTENDED" in self.seen:
            return "ATTENDED"
        if not self.seen:
            return "EMPTY"
        last = max(reversed(self.seen), key=lambda name: self.seen[name])  # later recorded wins
        return "NO_SHOW" if over and last == "REGISTERED" else last


@dataclass(slots=True)
class MarketingEvent:
    """`values` are the fields as given, times as ISO text."""

    id: int
    app_id: int
    account_id: str
    external_id: str
    values: dict[str, Any]
    created_ms: int
    updated_ms: int
    custom: list[dict[str, Any]] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    participations: dict[str, Participation] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return bool(self.values.get("eventCompleted"))

    def counters(self) -> dict[str, int]:
        """Registered and attended count everybody who ever did; a cancellation, who last did."""
        seen = [p.seen for p in self.participations.values()]
        states = [p.state(over=self.over) for p in self.participations.values()]
        return {
            "registered": sum(1 for one in seen if "REGISTERED" in one),
            "attended": states.count("ATTENDED"),
            "cancelled": states.count("CANCELLED"),
            "noShows": states.count("NO_SHOW"),
        }

    def basic(self) -> dict[str, Any]:
        """`MarketingEventDefaultResponse`"""
        shown = {k: self.values.get(k) for k in (*TEXTS, *TIMES)}
        flags = {k: bool(self.values.get(k)) for k in FLAGS}
        return {**shown, **flags, "customProperties": self.custom, "objectId": str(self.id)}

    def dated(self) -> dict[str, Any]:
        """`MarketingEventPublicDefaultResponse`"""
        times = {"createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms)}
        return {**self.basic(), **times, "id": str(self.id)}

    def counted(self) -> dict[str, Any]:
        """`MarketingEventPublicReadResponse`"""
        return {**self.dated(), **self._counts(), "externalEventId": self.external_id}

    def by_object_id(self) -> dict[str, Any]:
        """`MarketingEventPublicReadResponseV2`"""
        shown = self.counted()
        del shown["id"]
        status = "CANCELLED" if self.values.get("eventCancelled") else "SCHEDULED"
        own = [{"name": one["name"], "value": one["value"]} for one in self.custom]
        return {
            **shown, "customProperties": own, "appInfo": self.app_info(),
            "eventStatus": "PAST" if self.over else status,
        }  # fmt: skip

    def app_info(self) -> dict[str, str]:
        return {"id": str(self.app_id), "name": "sandbox app"}

    def _counts(self) -> dict[str, int]:
        counts = self.counters()
        return {
            "registrants": counts["registered"], "attendees": counts["attended"],
            "cancellations": counts["cancelled"], "noShows": counts["noShows"],
        }  # fmt: skip


@dataclass(slots=True)
class MarketingEvents:
    """`settings` are the apps' URLs for event details."""

    all: dict[int, MarketingEvent] = field(default_factory=dict)
    settings: dict[int, str] = field(default_factory=dict)

    def external(self, external_id: str, account_id: str | None) -> MarketingEvent | None:
        for one in self.all.values():
            if one.external_id == external_id and account_id in {None, one.account_id}:
                return one
        return None
