"""What changed in a vendor's schema since it was read before, and which rules that touches. Pure.

A field of a mapping that is gone, or is of a type that the rule can't read, is *paused*: neither
read nor told, so that its absence is no blank. One that became read-only is not told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from connectors.base import Field
from mappings.check_fields import check_fields
from mappings.check_required import check_required
from mappings.document import FieldRule, MappingDocument
from mappings.schema import Schema, Spot
from mappings.sides import Role
from mappings.value_transforms import Values

Difference: TypeAlias = Literal[
    "added", "deleted", "type", "length", "choices", "writable", "required"
]
Pause: TypeAlias = Literal["all", "writes"]


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `field` is as described last: now, or before it was deleted.

    `before` and `after` are the value that differs; a whole field for `added` and `deleted`.
    """

    change: Difference
    field: Field
    before: Any = None
    after: Any = None


def compare(before: Sequence[Field], after: Sequence[Field]) -> list[Drift]:
    """How two descriptions of the same objects differ."""
    old = {(one.object, one.name): one for one in before}
    new = {(one.object, one.name): one for one in after}
    found = [Drift("deleted", old[key], _plain(old[key])) for key in old if key not in new]
    found += [Drift("added", new[key], None, _plain(new[key])) for key in new if key not in old]
    for key in old.keys() & new.keys():
        found += _differences(old[key], new[key])
    return sorted(found, key=lambda one: (one.field.object, one.field.name, one.change))


def _differences(old: Field, new: Field) -> Iterator[Drift]:
    if old.type != new.type:
        yield Drift("type", new, old.type, new.type)
    if old.max_length != new.max_length:
        yield Drift("length", new, old.max_length, new.max_length)
    if set(old.choices) != set(new.choices):
        yield Drift("choices", new, list(old.choices), list(new.choices))
    if old.writable != new.writable:
        yield Drift("writable", new, old.writable, new.writable)
    if old.required != new.required:
        yield Drift("required", new, old.required, new.required)


def _plain(field: Field) -> dict[str, Any]:
    return {**asdict(field), "choices": list(field.choices)}


def pointers(doc: MappingDocument, role: Role, one: Drift) -> list[str]:
    """The places of a document that a difference may do harm to."""
    if one.change in {"required", "added"}:
        return _unfilled(doc, role, one) if one.field.required else []
    return [
        f"/fields/{index}/{role}"
        for index, rule in enumerate(doc.fields)
        if rule.covers(role, one.field.object)
        and one.field.name in rule.reads(role)
        and _harms(rule, role, one)
    ]


def pause(doc: MappingDocument, role: Role, one: Drift) -> Pause | None:
    """What of a field that a document touches has to rest until a person has seen to it."""
    if one.change == "deleted":
        return "all"
    if one.change == "writable":
        return "writes" if one.after is False else None
    if one.change != "type":
        return None
    schemas = {role: Schema((one.field,))}
    spots = (Spot(doc, index, role, schemas) for index in range(len(doc.fields)))
    unfit = (
        finding.pointer.endswith("/type")
        for spot in spots
        if spot.rule.field(role) == one.field.name
        for finding in check_fields(spot)
    )
    return "all" if any(unfit) else None


def _harms(rule: FieldRule, role: Role, one: Drift) -> bool:
    told = rule.writes(role) and rule.field(role) == one.field.name
    match one.change:
        case "deleted" | "type":
            return True
        case "length":
            shorter = one.after is not None and (one.before is None or one.after < one.before)
            return told and shorter
        case "choices":
            gone, new = set(one.before) - set(one.after), set(one.after) - set(one.before)
            maps = any(isinstance(step, Values) for step in rule.transform(role))
            return (told and bool(gone)) or (maps and bool(gone or new))
        case _:
            return told and one.after is False


def _unfilled(doc: MappingDocument, role: Role, one: Drift) -> list[str]:
    """Where new records would lack a field that is required now."""
    found = check_required(doc, role, Schema((one.field,)))
    return list(dict.fromkeys(f.pointer for f in found if f.pointer.startswith("/fields")))
