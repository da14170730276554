"""Check creation: the objects of new records, their fixed values, and all that they require."""

from collections.abc import Iterator, Mapping

from connectors.base import Field
from mappings.creation import Creation
from mappings.document import MappingDocument
from mappings.field_conditions import Scalar
from mappings.finding import Finding, error, warning
from mappings.schema import Schema
from mappings.sides import Role
from mappings.transforms import did_you_mean
from mappings.values import as_text


def check_required(doc: MappingDocument, role: Role, schema: Schema) -> Iterator[Finding]:
    """The objects as which this side's records are created, and their required fields."""
    creation, connection = doc.creation(role), doc.connection(role)
    if not creation.enabled or not schema.objects:
        return
    asked: set[Field] = set()
    for pointer, named, fixed in _births(creation, f"/create/{role}"):
        object_ = named or (schema.objects[0] if len(schema.objects) == 1 else None)
        if object_ is None:
            names = " or ".join(schema.objects)
            yield error(pointer, f"say as which object {connection} creates: {names}")
        elif object_ not in schema.objects:
            hint = did_you_mean(object_, schema.objects)
            yield error(f"{pointer}/object", f'{connection} has no object "{object_}"{hint}')
        else:
            known = schema.of(object_)
            yield from _set(connection, f"{pointer}/set", known, fixed)
            needed = {f for f in known.values() if f.required and f.name not in fixed} - asked
            for field in sorted(needed, key=list(known.values()).index):
                if field.writable:
                    yield from _filled(doc, role, field)
            asked |= needed


def _births(
    creation: Creation, pointer: str
) -> Iterator[tuple[str, str | None, Mapping[str, Scalar]]]:
    """Every place that says what a new record is: pointer, object, fixed values."""
    yield pointer, creation.object, creation.set
    for index, case in enumerate(creation.cases):
        fixed = {**creation.set, **case.set}
        yield f"{pointer}/cases/{index}", case.object or creation.object, fixed


def _set(
    connection: str, pointer: str, known: Mapping[str, Field], fixed: Mapping[str, Scalar]
) -> Iterator[Finding]:
    """Fixed values of fields that are not there, can't be written, or have no such choice."""
    for name, value in fixed.items():
        where, field = f"{pointer}/{name}", known.get(name)
        if field is None or not field.writable:
            hint = did_you_mean(name, [one.name for one in known.values() if one.writable])
            yield error(where, f'{connection} has no writable field "{name}"{hint}')
        elif field.choices and as_text(value) not in field.choices:
            hint = did_you_mean(as_text(value), field.choices)
            yield error(where, f'"{name}" of {field.object} has no choice "{value}"{hint}')


def _filled(doc: MappingDocument, role: Role, field: Field) -> Iterator[Finding]:
    rules = [
        (index, rule)
        for index, rule in enumerate(doc.fields)
        if rule.field(role) == field.name and rule.covers(role, field.object)
    ]
    sure = (
        r.filler(role) is not None or (r.const is not None and r.writes(role)) for _, r in rules
    )
    if any(sure):
        return
    what = f'{doc.connection(role)} requires "{field.name}" ({field.label}) of a new {field.object}'
    told = [index for index, rule in rules if rule.writes(role)]
    if told:
        yield warning(
            f"/fields/{told[0]}/{role}",
            f'{what}, and it may be blank; add placeholder: {{{role}: "[unknown]"}} or a default',
        )
        return
    where = f"/fields/{rules[0][0]}/{role}" if rules else "/fields"
    yield error(
        where,
        f"{what}, and nothing fills it; add default: {{{role}: ...}} to its rule"
        if rules
        else f"{what}, and nothing fills it; add a rule with {role}: {field.name}, and a default",
    )
