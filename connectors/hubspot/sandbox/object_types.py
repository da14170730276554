"""The object types of the account, and the many ways in which callers name them.

Names, singular, plural, upper case and type ids all work.
Source: HubSpot developer docs, "CRM objects" (ids); recorded traffic (`CONTACT`, `COMPANY`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.hubspot.sandbox.further_types import FURTHER_TYPES, FurtherType


@dataclass(frozen=True, slots=True)
class ObjectType:
    """`name` is the plural used in paths; `shown` are the properties returned unasked."""

    id: str
    name: str
    singular: str
    shown: tuple[str, ...]
    modified: str = "hs_lastmodifieddate"
    created: str = "hs_createdate"
    required: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    merges: bool = False
    scope: str = "contacts"
    aliases: tuple[str, ...] = ()
    custom: bool = False

    @property
    def label(self) -> str:
        """As in error messages and association types: `CONTACT`."""
        return self.singular.upper()

    @property
    def system(self) -> tuple[str, ...]:
        """Properties in every answer, asked for or not."""
        return (self.created, "hs_object_id", self.modified)


def _activity(type_id: str, name: str, singular: str, *required: str, text: str) -> ObjectType:
    shown = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    return ObjectType(type_id, name, singular, shown, required=required, searched=(text,))


def _further(kind: FurtherType) -> ObjectType:
    shown = tuple(sorted({kind.created, "hs_lastmodifieddate", "hs_object_id", *kind.searched}))
    return ObjectType(
        kind.id, kind.name, kind.singular, shown, created=kind.created, required=kind.required,
        searched=kind.searched, scope=kind.scope or kind.name, aliases=kind.aliases,
    )  # fmt: skip


STANDARD = (
    ObjectType(
        "0-1", "contacts", "contact",
        ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
        modified="lastmodifieddate", created="createdate", merges=True,
        searched=("firstname", "lastname", "email", "phone", "hs_additional_emails", "company"),
    ),
    ObjectType(
        "0-2", "companies", "company",
        ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
        created="createdate", merges=True, scope="companies",
        searched=("name", "domain", "website", "phone"),
    ),
    ObjectType(
        "0-3", "deals", "deal",
        ("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate",
         "hs_object_id", "pipeline"),
        created="createdate", merges=True, scope="deals",
        searched=("dealname", "pipeline", "dealstage", "description", "dealtype"),
    ),
    ObjectType(
        "0-5", "tickets", "ticket",
        ("content", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_pipeline",
         "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"),
        created="createdate", merges=True, required=("hs_pipeline_stage",), scope="tickets",
        searched=("subject", "content", "hs_ticket_category", "hs_ticket_id"),
    ),
    ObjectType(
        "0-136", "leads", "lead",
        ("hs_createdate", "hs_lastmodifieddate", "hs_lead_name", "hs_object_id"),
        required=("hs_lead_name",), scope="leads", searched=("hs_lead_name",),
    ),
    _activity("0-27", "tasks", "task", "hs_timestamp", text="hs_task_subject"),
    _activity("0-46", "notes", "note", "hs_timestamp", text="hs_note_body"),
    _activity("0-48", "calls", "call", "hs_timestamp", text="hs_call_title"),
    _activity("0-47", "meetings", "meeting", "hs_timestamp", text="hs_meeting_title"),
    _activity(
        "0-49", "emails", "email", "hs_timestamp", "hs_email_direction", text="hs_email_subject"
    ),
    _activity(
        "0-18", "communications", "communication", "hs_communication_channel_type",
        "hs_communication_logged_from", text="hs_communication_body",
    ),
    *(_further(kind) for kind in FURTHER_TYPES),
)  # fmt: skip


@dataclass(slots=True)
class ObjectTypes:
    """The registry; custom objects can be added to it."""

    _by_alias: dict[str, ObjectType] = field(default_factory=dict)
    _all: dict[str, ObjectType] = field(default_factory=dict)

    @classmethod
    def standard(cls) -> "ObjectTypes":
        types = cls()
        for kind in STANDARD:
            types.add(kind)
        return types

    def add(self, kind: ObjectType) -> None:
        self._all[kind.name] = kind
        for alias in (kind.id, kind.name, kind.singular, *kind.aliases):
            self._by_alias.setdefault(alias.lower(), kind)

    def replace(self, kind: ObjectType) -> None:
        """Another description of a type already known."""
        self.remove(kind)
        self.add(kind)

    def remove(self, kind: ObjectType) -> None:
        """Forget a custom type: none of its names lead anywhere any more."""
        self._all.pop(kind.name, None)
        for alias in [a for a, held in self._by_alias.items() if held.name == kind.name]:
            del self._by_alias[alias]

    def find(self, name: str) -> ObjectType | None:
        return self._by_alias.get(name.lower())

    def __getitem__(self, name: str) -> ObjectType:
        return self._all[name]

    def __iter__(self) -> Iterator[ObjectType]:
        return iter(self._all.values())
