"""Check that a new record gets all that its object requires."""

from collections.abc import Iterator

from connectors.base import Field
from mappings.document import MappingDocument, Role
from mappings.finding import Finding, error, warning
from mappings.schema import Schema
from mappings.transforms import did_you_mean


def check_required(doc: MappingDocument, role: Role, schema: Schema) -> Iterator[Finding]:
    """The required fields of the object as which this side's records are created."""
    creation = doc.creation(role)
    objects = schema.objects
    if not creation.enabled or not objects:
        return
    object_ = creation.object or (objects[0] if len(objects) == 1 else None)
    if object_ is None:
        names = " or ".join(objects)
        yield error(
            f"/create/{role}", f"say as which object {doc.connection(role)} creates: {names}"
        )
        return
    if object_ not in objects:
        hint = did_you_mean(object_, objects)
        yield error(
            f"/create/{role}/object", f'{doc.connection(role)} has no object "{object_}"{hint}'
        )
        return
    for field in schema.of(object_).values():
        if field.required and field.writable:
            yield from _filled(doc, role, field)


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
