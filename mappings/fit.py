"""Would a vendor take these fields? By its described schema, before anything is written. Pure."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from connectors.base import Field, Fields, FieldType, Value
from mappings.schema import Schema
from mappings.transforms import did_you_mean
from mappings.values import SEPARATOR, Unfit, as_text, choices, day, moment, number, truth


class Refusal(NamedTuple):
    """Why a vendor would refuse a field. Codes as those of real refusals: unknown_field,
    read_only, too_long, choice, type, required. The message does not hold the value.
    """

    field: str
    code: str
    message: str


_READERS: Mapping[FieldType, Callable[[Value], object]] = MappingProxyType({
    "number": number, "bool": truth, "date": day, "datetime": moment,
})  # fmt: skip


def refusals(
    schema: Schema | None, object_: str | None, fields: Fields, *, creating: bool
) -> list[Refusal]:
    """What is wrong with these vendor fields; nothing where the schema is not known."""
    if schema is None or not schema.objects:
        return []
    place = object_ or (schema.objects[0] if len(schema.objects) == 1 else None)
    if place is None:
        return []
    known = schema.of(place)
    found = [one for name, value in fields.items() for one in _unfit(place, known, name, value)]
    if creating:
        blank = [f for f in known.values() if f.required and as_text(fields.get(f.name)) == ""]
        found += [Refusal(f.name, "required", f"{f.name} of a new {place} is blank") for f in blank]
    return found


def _unfit(place: str, known: Mapping[str, Field], name: str, value: Value) -> Iterator[Refusal]:
    field, text = known.get(name), as_text(value)
    if field is None:
        yield Refusal(name, "unknown_field", f"{place} has no {name}{did_you_mean(name, known)}")
    elif not field.writable:
        yield Refusal(name, "read_only", f"{name} of {place} can't be written")
    elif text:
        yield from _unlike(field, value, text)


def _unlike(field: Field, value: Value, text: str) -> Iterator[Refusal]:
    if field.max_length is not None and len(text) > field.max_length:
        message = f"{len(text)} characters; {field.name} takes {field.max_length}"
        yield Refusal(field.name, "too_long", message)
    if field.choices:
        parts = choices(text) if field.type == "multi_choice" and SEPARATOR in text else (text,)
        if any(part not in field.choices for part in parts):
            yield Refusal(field.name, "choice", f"not among the choices of {field.name}")
    elif (read := _READERS.get(field.type)) is not None:
        try:
            read(value)
        except Unfit as unfit:
            yield Refusal(field.name, "type", f"{field.name} {unfit}")
