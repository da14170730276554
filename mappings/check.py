"""Check a mapping document: in itself, and against the fields that the vendors describe. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, combinations

from connectors.base import Field
from mappings.check_choices import check_choices
from mappings.check_cycles import check_cycles
from mappings.check_fields import check_fields
from mappings.check_required import check_required
from mappings.document import FieldRule, MappingDocument
from mappings.engine import canonical_names
from mappings.filters import Filter, fields_of
from mappings.finding import Finding, error, warning
from mappings.owners import Owners
from mappings.schema import Schema, Spot
from mappings.sides import ROLES, Role
from mappings.transform import Gather
from mappings.transforms import did_you_mean
from mappings.value_transforms import Values

__all__ = ["Finding", "check"]


def check(
    doc: MappingDocument, ma_fields: Sequence[Field] | None, sfa_fields: Sequence[Field] | None
) -> list[Finding]:
    """Find what is wrong with a document; a side whose fields are None is not looked at.

    A document with a finding of severity `error` must not be used.
    """
    schemas: dict[Role, Schema] = {}
    if ma_fields is not None:
        schemas["ma"] = Schema(ma_fields)
    if sfa_fields is not None:
        schemas["sfa"] = Schema(sfa_fields)
    found: list[Iterable[Finding]] = [
        _kind(doc),
        _targets(doc),
        check_cycles(doc),
        _conditions(doc),
        _identity(doc),
        _owners(doc),
    ]
    for index in range(len(doc.fields)):
        for role in ROLES:
            spot = Spot(doc, index, role, schemas)
            found += [_flow(spot), _steps(spot), check_fields(spot), check_choices(spot)]
            found.append(_emptied(spot))
    found += [check_required(doc, role, schema) for role, schema in schemas.items()]
    return list(dict.fromkeys(chain.from_iterable(found)))


def _kind(doc: MappingDocument) -> Iterator[Finding]:
    if doc.kind == "person" and not any(rule.type == "email" for rule in doc.fields):
        yield warning("/fields", "no field of type email: nobody is matched by e-mail address")


def _flow(spot: Spot) -> Iterator[Finding]:
    rule, role = spot.rule, spot.role
    if rule.writer == role and not rule.supplies(role):
        yield warning(
            spot.pointer("direction"), f"{rule.direction}, but {role} has no field here to read"
        )


def _steps(spot: Spot) -> Iterator[Finding]:
    """Transforms that cannot be read, stand in the wrong place, or cannot go back."""
    other = spot.other.role
    others = {type(transform) for transform in spot.rule.transform(other)}
    for index, step in enumerate(spot.rule.steps(spot.role)):
        where = spot.pointer("transforms", spot.role, index)
        if step.fault:
            yield error(where, step.fault)
        elif isinstance(step.transform, Gather) and index > 0:
            yield error(where, "it makes a value of several fields, so it must come first")
        elif spot.told and step.transform.undo == "one_way":
            yield error(
                where,
                f"it has no inverse, and {spot.connection} is told this field; "
                "drop it, or make the field one-way, read from this side",
            )
        elif (
            spot.told and step.transform.undo == "both_sides" and type(step.transform) not in others
        ):
            yield error(
                where,
                f"it has no inverse unless {other} has it too; "
                "put it on both sides, or make the field one-way, read from this side",
            )


def _emptied(spot: Spot) -> Iterator[Finding]:
    """A value that the map does not know must not empty the field at the other side."""
    rule, other = spot.rule, spot.other.role
    empties = rule.blank == "clear" and rule.supplies(spot.role) and rule.writes(other)
    for index, transform in enumerate(rule.transform(spot.role)):
        unknown = isinstance(transform, Values) and transform.otherwise == "blank"
        if empties and unknown and spot.told:
            yield error(
                spot.pointer("transforms", spot.role, index),
                f"a value that is not in the map would empty {spot.other.connection}, as the field "
                "goes both ways with blank: clear; say otherwise: problem or keep, or blank: keep",
            )


def _targets(doc: MappingDocument) -> Iterator[Finding]:
    """Two canonical fields written to one vendor field would overwrite each other for ever."""
    for role in ROLES:
        told = [
            (index, rule)
            for index, rule in enumerate(doc.fields)
            if rule.writes(role) or rule.filler(role) is not None
        ]
        for (_, first), (index, second) in combinations(told, 2):
            if _collide(first, second, role):
                yield error(
                    f"/fields/{index}/{role}",
                    f'{doc.connection(role)} field "{first.field(role)}" is already written '
                    f'by the field "{first.name}"',
                )


def _collide(one: FieldRule, two: FieldRule, role: Role) -> bool:
    same = one.field(role) == two.field(role) and one.name != two.name
    return same and one.overlaps(two, role)


def _conditions(doc: MappingDocument) -> Iterator[Finding]:
    """Conditions on fields that are not there: of filters, of new records, of territories."""
    anything = canonical_names(doc, "ma") | canonical_names(doc, "sfa")
    for role in ROLES:
        filters, cases = doc.filters.of(role) or (), doc.creation(role).cases
        shown = canonical_names(doc, role)
        yield from _known(filters, f"/filters/{role}", "", shown, f"{doc.connection(role)} shows")
        tests = [case.when for case in cases]
        yield from _known(tests, f"/create/{role}/cases", "/when", anything, "there is")
    tests = [one.when for one in doc.owners.territories]
    yield from _known(tests, "/owners/territories", "/when", anything, "there is")


def _known(
    tests: Iterable[Filter], pointer: str, end: str, known: Collection[str], whose: str
) -> Iterator[Finding]:
    for index, test in enumerate(tests):
        for where, name in fields_of(test, f"{pointer}/{index}{end}"):
            if name not in known:
                yield error(where, f'{whose} no field "{name}"{did_you_mean(name, known)}')


def _identity(doc: MappingDocument) -> Iterator[Finding]:
    """Keys that no field is, or that a side does not show: nothing would ever meet by them."""
    own = doc.identity.own(doc.kind)
    for index, key in enumerate(doc.identity.of(doc.kind)):
        for role in ROLES:
            shown = canonical_names(doc, role)
            if key in own and key not in shown:
                says = f'{doc.connection(role)} shows no field "{key}"'
                yield error(f"/identity/keys/{index}", f"{says}{did_you_mean(key, shown)}")


def _owners(doc: MappingDocument) -> Iterator[Finding]:
    if doc.owners != Owners() and not any(rule.type == "owner" for rule in doc.fields):
        yield error("/owners", "no field is of type owner: add one, or leave this out")
