"""What an in-memory account stores, the fields it has, and when it refuses a value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import Field, Fields, FieldType, Kind, Record, Ref, Rejected, Value

EMAIL = "email"
OBJECTS: Mapping[str, Kind] = {
    "Lead": "person",
    "Contact": "person",
    "Account": "company",
    "Opportunity": "opportunity",
}


def fields_of(object_: str, /, **types: FieldType) -> tuple[Field, ...]:
    """Plain writable fields of one object, by name and type."""
    return tuple(
        Field(name, name.replace("_", " ").capitalize(), type_, object_)
        for name, type_ in types.items()
    )


def _person(object_: str) -> tuple[Field, ...]:
    return (
        *fields_of(
            object_,
            email="email", first_name="text", last_name="text", phone="phone", company="text",
            job_title="text", website="url", employees="number", score="number", note="long_text",
            hot_since="datetime", opted_out="bool", owner_id="reference", touch_count="number",
            last_channel="text", days_since="number",
        ),
        Field("status", "Status", "choice", object_, choices=("new", "working", "qualified")),
        Field("grade", "Grade", "text", object_, max_length=2),
        Field("record_id", "Record id", "id", object_, writable=False),
    )  # fmt: skip


SCHEMA: tuple[Field, ...] = (
    *_person("Lead"),
    *_person("Contact"),
    *fields_of("Account", website="url", employees="number", industry="text", owner_id="reference"),
    Field("name", "Name", "text", "Account", required=True),
    *fields_of("Opportunity", amount="number", close_date="date", owner_id="reference"),
    Field("name", "Name", "text", "Opportunity", required=True),
    Field("stage", "Stage", "choice", "Opportunity", choices=("open", "won", "lost")),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One line of an account's change log. `by` is "person" or "connector"."""

    number: int
    at: datetime
    ref: Ref
    by: str
    fields: Fields


@dataclass(slots=True)
class Stored:
    """One record as the account keeps it. `number` is that of its last change."""

    ref: Ref
    object: str
    key: str | None
    number: int
    modified_at: datetime
    fields: dict[str, Value] = field(default_factory=dict)
    field_modified_at: dict[str, datetime] = field(default_factory=dict)
    deleted: bool = False
    moved_to: Ref | None = None

    def shown(self, names: Iterable[str]) -> Record:
        """A copy of the record with these fields; a field without a value is None."""
        if self.deleted:
            return Record(
                self.ref, self.object, {}, key=self.key, modified_at=self.modified_at,
                deleted=True, moved_to=self.moved_to,
            )  # fmt: skip
        wanted = tuple(names)
        return Record(
            self.ref,
            self.object,
            {name: self.fields.get(name) for name in wanted},
            key=self.key,
            modified_at=self.modified_at,
            field_modified_at={
                name: self.field_modified_at[name]
                for name in wanted
                if name in self.field_modified_at
            },
        )


def check(schema: Sequence[Field], object_: str, fields: Fields, *, created: bool) -> None:
    """Refuse what an API with a schema refuses. Raises: Rejected."""
    known = {f.name: f for f in schema if f.object == object_}
    for name, value in fields.items():
        if (known_field := known.get(name)) is None:
            raise Rejected(f"{object_} has no field {name!r}", code="unknown_field", fields=(name,))
        _check_value(known_field, value)
    missing = tuple(f.name for f in known.values() if f.required and fields.get(f.name) is None)
    if created and missing:
        raise Rejected(f"{object_} needs {', '.join(missing)}", code="required", fields=missing)


def _check_value(field_: Field, value: Value) -> None:
    where = f"{field_.object}.{field_.name}"
    if not field_.writable:
        raise Rejected(f"{where} is read-only", code="read_only", fields=(field_.name,))
    if field_.required and value is None:
        raise Rejected(f"{where} must have a value", code="required", fields=(field_.name,))
    if value is None:
        return
    if field_.choices and value not in field_.choices:
        raise Rejected(f"{where} has no choice {value!r}", code="choice", fields=(field_.name,))
    if field_.max_length is not None and len(str(value)) > field_.max_length:
        raise Rejected(
            f"{where} takes at most {field_.max_length} characters",
            code="too_long",
            fields=(field_.name,),
        )


def repoint(schema: Sequence[Field], records: Iterable[Stored], old: str, new: str) -> None:
    """Whoever names one record names another. As at the vendors that is no change of theirs: no
    stamp, nothing in the log.
    """
    named = {(one.object, one.name) for one in schema if one.type == "reference"}
    for stored in records:
        for name, value in stored.fields.items():
            if value == old and (stored.object, name) in named:
                stored.fields[name] = new
