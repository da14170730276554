"""Check one rule against the described fields: names, objects, types, lengths, writability."""

from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType

from connectors.base import Field, FieldType
from mappings.finding import Finding, error, warning
from mappings.number_transforms import Grouped
from mappings.schema import Spot
from mappings.text_transforms import Truncate
from mappings.time_transforms import DateOf, LocalTime, TimeOf
from mappings.transform import Gather
from mappings.transforms import did_you_mean
from mappings.value_transforms import BoolWords, Values
from mappings.values import CanonicalType, as_text

UNBOUNDED = 32_000  # a side that takes so much text says nothing about how long its texts are
TEXTUAL: frozenset[FieldType] = frozenset({"text", "long_text"})
RETYPES = (
    Values,
    BoolWords,
    DateOf,
    TimeOf,
    LocalTime,
    Grouped,
    Gather,
)  # behind these, the vendor's type says nothing
NATURAL: Mapping[CanonicalType, frozenset[FieldType]] = MappingProxyType({
    "text": frozenset({"text", "long_text", "email", "phone", "url", "choice", "id", "reference"}),
    "long_text": frozenset({"text", "long_text", "url"}),
    "email": frozenset({"email", "text"}),
    "phone": frozenset({"phone", "text"}),
    "number": frozenset({"number"}),
    "bool": frozenset({"bool"}),
    "date": frozenset({"date"}),
    "datetime": frozenset({"datetime"}),
    "choice": frozenset({"choice", "text"}),
    "multi_choice": frozenset({"multi_choice", "text", "long_text"}),
    "owner": frozenset({"email", "reference", "id", "choice", "text", "number"}),
    "reference": frozenset({"reference", "id", "number", "text"}),
})  # fmt: skip
# As what no value of such a field can be read; a number may be a time, and a choice any word.
NEVER: Mapping[CanonicalType, frozenset[FieldType]] = MappingProxyType({
    "number": frozenset({"bool", "date", "datetime", "email", "multi_choice", "url"}),
    "bool": frozenset({"date", "datetime", "email", "multi_choice", "phone", "reference", "url"}),
    "date": frozenset({"bool", "email", "multi_choice", "phone", "reference", "url"}),
    "datetime": frozenset({
        "bool", "date", "email", "multi_choice", "phone", "reference", "url",
    }),
    "email": frozenset({"bool", "date", "datetime", "multi_choice", "number"}),
    "phone": frozenset({"bool", "date", "datetime", "email", "multi_choice", "url"}),
    "owner": frozenset({"bool", "date", "datetime", "multi_choice"}),
    "reference": frozenset({"bool", "date", "datetime", "email", "multi_choice"}),
})  # fmt: skip


def check_fields(spot: Spot) -> Iterator[Finding]:
    """Everything about one side of a rule but its choices."""
    if spot.role not in spot.schemas or spot.rule.field(spot.role) is None:
        return
    yield from _objects(spot)
    yield from _presence(spot)
    yield from _gathered(spot)
    for field in spot.fields:
        yield from _type(spot, field)
        yield from _fillers(spot, field)
        yield from _named(spot, field)
    yield from _length(spot)


def _objects(spot: Spot) -> Iterator[Finding]:
    for index, name in enumerate(spot.rule.objects(spot.role) or ()):
        if name not in spot.schema.objects:
            hint = did_you_mean(name, spot.schema.objects)
            where = spot.pointer(f"{spot.role}_objects", index)
            yield error(where, f'{spot.connection} has no object "{name}"{hint}')


def _presence(spot: Spot) -> Iterator[Finding]:
    where, name = spot.pointer(spot.role), str(spot.rule.field(spot.role))
    what = "writable field" if spot.told else "field"
    have = [field.object for field in spot.fields]
    if not have:
        known = [
            field.name
            for field in spot.schema.fields
            if field.object in spot.objects and (field.writable or not spot.told)
        ]
        yield error(where, f'{spot.connection} has no {what} "{name}"{did_you_mean(name, known)}')
        return
    if missing := [object_ for object_ in spot.objects if object_ not in have]:
        yield error(
            where,
            f'{spot.connection} {" and ".join(missing)} has no field "{name}"; '
            f"set {spot.role}_objects: [{', '.join(have)}]",
        )
    fixed = [field.object for field in spot.fields if not field.writable]
    if spot.told and fixed:
        own = spot.rule.baton is not None or spot.rule.const is not None
        mend = "another field" if own else f"direction: {spot.role}_to_{spot.other.role}"
        yield error(
            where,
            f'{spot.connection} has no writable field "{name}" '
            f"({' and '.join(fixed)} only shows it); use {mend}",
        )


def _gathered(spot: Spot) -> Iterator[Finding]:
    """Fields that transforms read besides the rule's own."""
    for index, transform in enumerate(spot.rule.transform(spot.role)):
        where = spot.pointer("transforms", spot.role, index)
        for object_, name in product(spot.objects, transform.reads):
            known = spot.schema.of(object_)
            if name not in known:
                hint = did_you_mean(name, known)
                yield error(where, f'{spot.connection} {object_} has no field "{name}"{hint}')


def _type(spot: Spot, field: Field) -> Iterator[Finding]:
    wanted = spot.rule.type
    fits = field.type == "other" or field.type in NATURAL[wanted]
    if fits or any(isinstance(step, RETYPES) for step in spot.rule.transform(spot.role)):
        return
    where, what = spot.pointer("type"), f"{spot.naming(field)} is {field.type}"
    if field.type in TEXTUAL:
        yield warning(where, f"{what}: text that is no {wanted} is left out and reported")
    elif wanted == "date" and field.type == "datetime":
        yield error(where, f"{what}, not date; use the transform date_of with a zone")
    elif spot.told:
        yield error(where, f"{what}, and cannot be told a {wanted}")
    elif field.type in NEVER.get(wanted, frozenset()):
        is_day = (wanted, field.type) == ("datetime", "date")
        mend = "use the transform time_of with a zone" if is_day else "correct the type"
        yield error(where, f"{what}, and can never be read as {wanted}; {mend}")
    else:
        yield warning(where, f"{what}, not {wanted}")


def _named(spot: Spot, field: Field) -> Iterator[Finding]:
    """Objects whose records a reference is said to take, of which the vendor does not let it."""
    for index, name in enumerate(spot.rule.to_objects.of(spot.role) or ()):
        if field.names and name not in field.names:
            where = spot.pointer("to_objects", spot.role, index)
            takes = f"{spot.naming(field)} names records of {' or '.join(field.names)}"
            yield error(where, f'{takes}, none of "{name}"{did_you_mean(name, field.names)}')


def _fillers(spot: Spot, field: Field) -> Iterator[Finding]:
    """Defaults, placeholders and constants that are too long, or none of the choices."""
    rule, role = spot.rule, spot.role
    fillers = {
        spot.pointer("default", role): rule.default.of(role),
        spot.pointer("placeholder", role): rule.placeholder.of(role),
        spot.pointer("const"): rule.const if spot.told and not rule.steps(role) else None,
    }
    if rule.type in {"owner", "bool", "reference"}:
        return
    for where, value in fillers.items():
        text = as_text(value)
        if text and field.choices and text not in field.choices:
            hint = did_you_mean(text, field.choices)
            yield error(where, f'{spot.naming(field)} has no choice "{text}"{hint}')
        elif field.max_length is not None and len(text) > field.max_length:
            yield error(where, f"{spot.naming(field)} takes {field.max_length} characters at most")


def _length(spot: Spot) -> Iterator[Finding]:
    """Text for which the other side has a limit, but a higher one."""
    other = spot.other
    if not spot.told or spot.rule.type not in {"text", "long_text"}:
        return
    cuts = [step.length for step in spot.rule.transform(other.role) if isinstance(step, Truncate)]
    longest = min([max((field.max_length or 0 for field in other.fields), default=0), *cuts])
    for field in spot.fields:
        if field.max_length is not None and field.max_length < longest < UNBOUNDED:
            yield warning(
                spot.pointer(spot.role),
                f"{spot.naming(field)} takes {field.max_length} characters, "
                f"{other.connection} has up to {longest}; longer text will be refused",
            )
