"""Turn a side's fields into canonical values and back. Pure.

Round trip law: what `to_vendor` writes, `to_canonical` reads as the same value. A value for which
that would not hold is not written; it is a `Problem`, never a wrong value.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from connectors.base import Fields, Value
from mappings.document import SUMMARIES, MappingDocument
from mappings.filters import passes
from mappings.owners import NOBODY, Directory, read_owner, write_owner
from mappings.references import NOTHING, References, read_reference, write_reference
from mappings.sides import Role
from mappings.values import SEPARATOR, Unfit, clean, normal, wire
from mappings.worked_out import RuleAt, rules_at


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a canonical field is left out. The message never holds the value.

    Codes: unreadable, unmapped, owner_unknown, one_way, no_round_trip, transform, and those of
    references.
    """

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Canonical:
    """The values that a record shows. A field that was not read, or has a problem, is absent."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Vendor fields to be written; `told` names the canonical fields that they express."""

    fields: Fields
    problems: tuple[Problem, ...] = ()
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """What mapping needs to know besides the document.

    `directories` say who can own records at each side; `held` are the canonical values that the
    record's side was last known to hold. `references` say which links each side's records are.
    """

    directories: Mapping[Role, Directory] = field(default_factory=dict)
    held: Mapping[str, Value] = field(default_factory=dict)
    references: Mapping[Role, References] = field(default_factory=dict)


def vendor_fields(doc: MappingDocument, role: Role, object: str | None = None) -> frozenset[str]:  # noqa: A002  the vendor's table, as in Record
    """The vendor fields to read at a side, of one object or of all."""
    return frozenset(name for rule in doc.rules(role, object) for name in rule.reads(role))


def canonical_names(doc: MappingDocument, role: Role, object: str | None = None) -> frozenset[str]:  # noqa: A002  the vendor's table, as in Record
    """The canonical fields that a record of this side can show."""
    return frozenset(rule.name for rule in doc.rules(role, object))


def writable_names(doc: MappingDocument, role: Role, object: str | None = None) -> frozenset[str]:  # noqa: A002  the vendor's table, as in Record
    """The canonical fields that a record of this side may be told."""
    return frozenset(rule.name for rule in doc.rules(role, object) if rule.writes(role))


def summary_names(doc: MappingDocument, role: Role, object: str | None = None) -> frozenset[str]:  # noqa: A002  the vendor's table, as in Record
    """The canonical fields of this side that sum up what a person does."""
    return frozenset(rule.name for rule in doc.rules(role, object) if rule.baton in SUMMARIES)


def unmet_filter(doc: MappingDocument, role: Role, values: Mapping[str, Value]) -> str | None:
    """The JSON pointer of the first filter that keeps this side's record from being created on
    the other side; None where it may be.
    """
    for index, test in enumerate(doc.filters.of(role) or ()):
        if not passes(test, values):
            return f"/filters/{role}/{index}"
    return None


def to_canonical(
    doc: MappingDocument,
    role: Role,
    object: str | None,  # noqa: A002  the vendor's table, as in Record
    fields: Fields,
    context: Context,
) -> Canonical:
    """Read a record of a side. Fields that are not in `fields` were not looked at."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for at in rules_at(doc, role, object):
        if not at.reads <= fields.keys():
            continue
        try:
            values[at.name] = _read(doc, at, role, fields, context)
        except Unfit as unfit:
            problems.append(_problem(doc, at, role, unfit))
    return Canonical(values, tuple(problems))


def to_vendor(
    doc: MappingDocument,
    role: Role,
    object: str | None,  # noqa: A002  the vendor's table, as in Record
    values: Mapping[str, Value],
    context: Context,
    *,
    creating: bool,
    emptied: Collection[str] = (),
) -> Outgoing:
    """Write the canonical fields to be told (all of them, and no others) for a side.

    Left out: fields that this side is not told, and blanks unless the rule clears or the field is
    among the `emptied`. A new record gets the rules' defaults in place of blanks.
    """
    fields: dict[str, Value] = {}
    problems: list[Problem] = []
    told: set[str] = set()
    for at in rules_at(doc, role, object):
        if at.place is None:
            continue
        try:
            blank_counts = (at.rule.clears and not creating) or at.name in emptied
            if _is_told(at, values, blank_counts=blank_counts):
                fields[at.place] = _write(doc, at, role, values[at.name], context)
                told.add(at.name)
        except Unfit as unfit:
            problems.append(_problem(doc, at, role, unfit))
        if creating and at.place not in fields:
            fields |= _filled(doc, at, role, at.place)
    return Outgoing(fields, tuple(problems), frozenset(told))


def _is_told(at: RuleAt, values: Mapping[str, Value], *, blank_counts: bool) -> bool:
    if not at.told or at.name not in values:
        return False
    return values[at.name] is not None or blank_counts


def _filled(doc: MappingDocument, at: RuleAt, role: Role, vendor_field: str) -> Fields:
    """What a new record gets where there is no value."""
    filler = at.rule.filler(role)
    return {} if filler is None else {vendor_field: wire(filler, doc.format(role))}


def _read(doc: MappingDocument, at: RuleAt, role: Role, record: Fields, context: Context) -> Value:
    rule = at.rule
    if at.place is None:  # a const stands in for it
        return normal(rule.type, rule.const, doc.region)
    value = clean(record[at.place])
    if (not at.transforms) if value is None else value in at.blanks:
        return None
    value = _forward(at, value, record)
    if rule.to is not None and value is not None:
        known = context.references.get(role, NOTHING)
        return read_reference(rule.to, known, value, context.held.get(at.name))
    if rule.type == "owner" and value is not None:
        if at.keeps_email:
            return doc.owners.canonical(role, str(value).lower())
        held, directory = context.held.get(at.name), context.directories.get(role, NOBODY)
        return read_owner(doc.owners, role, directory, str(value), held)
    return normal(rule.type, value, doc.region)


def _forward(at: RuleAt, value: Value, record: Fields) -> Value:
    if at.rule.type == "multi_choice" and isinstance(value, str) and SEPARATOR in value:
        parts = [_forward(at, clean(part), record) for part in value.split(SEPARATOR)]
        return SEPARATOR.join(str(part) for part in parts if part is not None)
    for transform in at.transforms:
        value = clean(transform.read(value, record))
    return value


def _write(doc: MappingDocument, at: RuleAt, role: Role, value: Value, context: Context) -> Value:
    rule = at.rule
    agreed = normal(rule.type, value, doc.region)
    if agreed is None:
        return wire(rule.placeholder.of(role), doc.format(role))
    out: Value = agreed
    if rule.type == "owner":
        out = _owner(doc, at, role, str(agreed), context)
        context = replace(context, held={at.name: agreed})
    if rule.to is not None:
        known, objects = context.references.get(role, NOTHING), rule.to_objects.of(role)
        out = write_reference(rule.to, known, str(agreed), objects)
    out = wire(_backward(at, out), doc.format(role))
    if _read(doc, at, role, dict.fromkeys(at.reads, out), context) != agreed:
        raise Unfit("no_round_trip", "would be read back as another value")
    return out


def _owner(doc: MappingDocument, at: RuleAt, role: Role, email: str, context: Context) -> str:
    if at.keeps_email:
        return doc.owners.local(role, email)
    return write_owner(doc.owners, role, context.directories.get(role, NOBODY), email)


def _backward(at: RuleAt, value: Value) -> Value:
    if at.rule.type == "multi_choice" and isinstance(value, str) and SEPARATOR in value:
        parts = (_backward(at, part) for part in value.split(SEPARATOR))
        return SEPARATOR.join(str(part) for part in parts)
    for transform in reversed(at.transforms):
        value = transform.write(value)
    return value


def _problem(doc: MappingDocument, at: RuleAt, role: Role, unfit: Unfit) -> Problem:
    where = f"{doc.connection(role)} {at.place or at.name}"
    return Problem(at.name, unfit.code, f"{where} {unfit}")
