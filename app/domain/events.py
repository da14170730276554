"""The catalogue of events: what Baton tells of, when, and with which facts. Pure.

`docs/events.md`, the API and the page of hooks are made from this one table.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from app.domain.activity import Label
from app.domain.events_of_people import PEOPLE
from app.domain.events_of_work import WORK

Facts: TypeAlias = Mapping[str, tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class EventType:
    """One type: when it is told, what it is about besides a person, and its facts by name
    (meaning, example). A fact that does not apply is absent or null.
    """

    name: str
    when: Label
    subject: str
    facts: Facts

    @property
    def example(self) -> dict[str, Any]:
        """Its facts, as they are sent."""
        return {name: example for name, (_, example) in self.facts.items()}


CATALOGUE: tuple[EventType, ...] = tuple(
    EventType(name, Label(en=en, ja=ja), subject, facts)
    for name, (en, ja, subject, facts) in {**PEOPLE, **WORK}.items()
)
NAMES: tuple[str, ...] = tuple(one.name for one in CATALOGUE)


def matching(globs: Collection[str]) -> tuple[str, ...]:
    """The types that any of these globs means: `handoff.*`, `stage.changed`, `*`."""
    return tuple(name for name in NAMES if any(fnmatchcase(name, glob) for glob in globs))


def envelope(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent of an event: its `type` and `timestamp` as Standard Webhooks have them, and
    `data`. `row` has the columns of the table.
    """
    return {
        "type": row["type"],
        "timestamp": row["at"].isoformat(),
        "data": {
            "id": public_id(row["id"]),
            "person": None if row["link_id"] is None else str(row["link_id"]),
            "subject": row["subject"] or None,
            "cause": None if row["cause_id"] is None else str(row["cause_id"]),
            **{name: value for name, value in row["data"].items() if name not in RESERVED},
        },
    }


RESERVED = frozenset({"id", "person", "subject", "cause"})


def public_id(number: int) -> str:
    """An event's id as others know it; also the `webhook-id`."""
    return f"evt_{number}"


OF_NOBODY = ("connection", "job", "document", "campaign", "storm")


def example(one: EventType) -> dict[str, Any]:
    """A whole message of a type, made of its examples."""
    person = "3f6f4a0e-0a1b-4c53-9d7e-2b1d8c1f0a11"
    about_person = not one.subject.startswith(OF_NOBODY)
    return {
        "type": one.name,
        "timestamp": "2026-11-30T09:15:00+09:00",
        "data": {
            "id": "evt_4711",
            "person": person if about_person else None,
            "subject": one.subject or None,
            "cause": "9b2d6c1e-54c8-4f0e-8a43-5f0a4f6f3a77",
            **one.example,
        },
    }
