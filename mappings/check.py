"""Check a mapping document: in itself, and against the fields that the vendors describe. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

from connectors.base import Field
from mappings.check_choices import check_choices
from mappings.check_fields import check_fields
from mappings.check_required import check_required
from mappings.document import ROLES, FieldRule, MappingDocument, Role
from mappings.engine import canonical_names
from mappings.filters import fields_of
from mappings.finding import Finding, error, warning
from mappings.schema import Schema, Spot
from mappings.transform import Gather
from mappings.transforms import did_you_mean

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
    found: list[Iterable[Finding]] = [_kind(doc), _targets(doc), _filters(doc)]
    for index in range(len(doc.fields)):
        for role in ROLES:
            spot = Spot(doc, index, role, schemas)
            found += [_flow(spot), _steps(spot), check_fields(spot), check_choices(spot)]
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


def _filters(doc: MappingDocument) -> Iterator[Finding]:
    for role in ROLES:
        known = canonical_names(doc, role)
        tests = enumerate(doc.filters.of(role) or ())
        asked = (fields_of(test, f"/filters/{role}/{index}") for index, test in tests)
        for pointer, name in chain.from_iterable(asked):
            if name not in known:
                hint = did_you_mean(name, known)
                yield error(pointer, f'{doc.connection(role)} shows no field "{name}"{hint}')
