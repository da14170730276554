"""Associations as fields: `associations.company` of a contact or deal, `associations.person` of a
deal. HubSpot has no property for most of them, so they are read and written by calls of their
own, and only where a mapping asks for them.

Of companies the field is the primary one, which a contact shows as a property (no call); of a
deal's contacts the one with the label of the setting `primary_contact_label`. Else it is all that
are associated, joined by ";"; one that is told is added to them.
Source: HubSpot developer docs, "Associations v4", type ids read 2026-11: 1,000 inputs to read and
2,000 to write at once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeAlias

from pydantic import Field as Named

from connectors.base import ConnectorError, Field, Fields, Gone, Kind, Landed, Record, Ref, Rejected
from connectors.hubspot.answers import Answer, Associations, Fault, List
from connectors.hubspot.batches import Row, blamed
from connectors.hubspot.errors import part_error
from connectors.hubspot.isolate import Outcome, Send, isolated
from connectors.hubspot.rest import Api
from connectors.hubspot.settings import Settings

PREFIX: Final = "associations."
PRIMARY: Final[Mapping[tuple[Kind, Kind], int]] = {
    ("person", "company"): 1,
    ("opportunity", "company"): 5,
}
SHOWN: Final[Mapping[tuple[Kind, str], str]] = {
    ("person", f"{PREFIX}company"): "associatedcompanyid"
}
HUBSPOT_DEFINED: Final = "HUBSPOT_DEFINED"
USER_DEFINED: Final = "USER_DEFINED"
DEAL_TO_CONTACT: Final = 3

Mark: TypeAlias = tuple[str, int]  # category and id of the association type of the one that counts


class _Kinship(Answer):
    """The type of an association."""

    category: str = HUBSPOT_DEFINED
    type_id: int = Named(alias="typeId")


class _End(Answer):
    """One record that another is associated with, and how."""

    id: str = Named(alias="toObjectId")
    kinships: List[_Kinship] = Named(default_factory=list, alias="associationTypes")

    @property
    def types(self) -> frozenset[Mark]:
        return frozenset((one.category, one.type_id) for one in self.kinships)


class _Row(Answer):
    """A record and what it is associated with."""

    source: dict[str, Any] = Named(alias="from")
    to: List[_End] = Named(default_factory=list)

    @property
    def from_id(self) -> str:
        return str(self.source.get("id"))


class _Read(Answer):
    """Associations read in a batch; records without any are among the errors."""

    results: List[_Row] = Named(default_factory=list)
    errors: List[Fault] = Named(default_factory=list)


def described(settings: Settings, kind: Kind) -> Iterator[Field]:
    """The associations of a kind, as fields."""
    for other in settings.kinds:
        if kind not in {other, "company"}:
            label = "Primary company" if (kind, other) in PRIMARY else f"Associated {other}"
            yield Field(PREFIX + other, label, "reference", settings.object_of(kind))


def properties_for(kind: Kind, fields: Collection[str]) -> set[str]:
    """The properties that show these fields: those that are one, and those that stand for one."""
    plain = {name for name in fields if not name.startswith(PREFIX)}
    return plain | {SHOWN[kind, name] for name in fields if (kind, name) in SHOWN}


def without(fields: Fields) -> Fields:
    """The fields that are properties."""
    return {name: value for name, value in fields.items() if not name.startswith(PREFIX)}


def shown(kind: Kind, fields: Collection[str], properties: Mapping[str, Any]) -> Fields:
    """The associations that a record's properties show."""
    names = [name for name in fields if SHOWN.get((kind, name)) in properties]
    return {name: properties[SHOWN[kind, name]] or None for name in names}


def filled(api: Api, kind: Kind, records: Sequence[Record], names: Collection[str]) -> list[Record]:
    """Records with the associations that no property shows, one call for each name.

    Raises: Busy, AuthLost, Rejected.
    """
    fields = {record.ref.id: dict(record.fields) for record in records if not record.deleted}
    for name in sorted(names):
        other = name.removeprefix(PREFIX)
        if not fields or not name.startswith(PREFIX) or (kind, name) in SHOWN:
            continue
        ends, mark = read(api, kind, other, list(fields)), _mark(api.settings, kind, other)
        for id_, own in fields.items():
            own[name] = ";".join(_counted(mark, ends.get(id_, ()))) or None
    return [replace(one, fields=fields.get(one.ref.id, one.fields)) for one in records]


def _mark(settings: Settings, kind: Kind, other: Kind) -> Mark | None:
    """What marks the one that counts; None where all do."""
    if (kind, other) in PRIMARY:
        return HUBSPOT_DEFINED, PRIMARY[kind, other]
    label = settings.primary_contact_label if (kind, other) == ("opportunity", "person") else None
    return None if label is None else (USER_DEFINED, label)


def _counted(mark: Mark | None, ends: Sequence[_End]) -> list[str]:
    """The ids of those ends that the field means, the oldest record first."""
    ids = [one.id for one in ends if mark is None or mark in one.types]
    return sorted(ids, key=lambda id_: (len(id_), id_))


def read(api: Api, kind: Kind, other: Kind, ids: Sequence[str]) -> Mapping[str, Sequence[_End]]:
    """What records are associated with, by their ids."""
    path = _path(api, kind, other, "read")
    response = api.post(path, {"inputs": [{"id": one} for one in ids]})
    answer = api.read(_Read, response)
    for fault in answer.errors:
        if not isinstance(error := part_error(fault, None), Gone):
            raise error
    return {one.from_id: one.to for one in answer.results}


def _path(api: Api, kind: Kind, other: Kind, deed: str) -> str:
    here, there = api.settings.object_of(kind), api.settings.object_of(other)
    return f"/crm/v4/associations/{here}/{there}/batch/{deed}"


def write(
    api: Api, kind: Kind, asked: Mapping[str, Fields], outcomes: Mapping[str, Outcome]
) -> dict[str, Outcome]:
    """Associate what landed as it was asked (by key); the outcomes, with what went wrong here."""
    result = dict(outcomes)
    names = sorted({n for fields in asked.values() for n in fields if n.startswith(PREFIX)})
    for name in names:
        other = name.removeprefix(PREFIX)
        rows: list[Row] = []
        for key, fields in asked.items():
            landed = result.get(key)
            if name in fields and isinstance(landed, Landed):
                to = {"to": str(fields[name] or "")}
                rows.append(Row(key, landed.ref.id, kind, to))
        joined = [row for row in rows if row.properties["to"]]
        parted = [row for row in rows if not row.properties["to"]]
        result |= _failed(api, kind, joined, _sent(joined, partial(_join, api, other)))
        result |= _failed(api, kind, parted, _sent(parted, partial(_part, api, other)))
    return result


def _sent(rows: Sequence[Row], send: Send[Row]) -> Mapping[str, Outcome]:
    try:
        return isolated(rows, send)
    except ConnectorError as error:
        return dict.fromkeys((row.key for row in rows), error)


def _failed(
    api: Api, kind: Kind, rows: Sequence[Row], outcomes: Mapping[str, Outcome]
) -> dict[str, Outcome]:
    """The errors. Where HubSpot says "not found" it is about the other record, if ours is there."""
    errors: dict[str, Outcome] = {}
    for row in rows:
        outcome = outcomes[row.key]
        if isinstance(outcome, Gone) and _is_there(api, Ref(kind, row.id)):
            reason = f"the record that it is to be associated with is not in HubSpot: {outcome}"
            outcome = Rejected(reason, code="ASSOCIATION_TARGET")
        if not isinstance(outcome, Landed):
            errors[row.key] = outcome
    return errors


def _is_there(api: Api, ref: Ref) -> bool:
    name = api.settings.object_of(ref.kind)
    batch = {"properties": ["hs_object_id"], "inputs": [{"id": ref.id}]}
    return bool(api.batch_read(name, batch))


def _join(api: Api, other: Kind, rows: Sequence[Row]) -> dict[str, Outcome]:
    """Associate each with what it is told; with a company, or by a label, as its primary one."""
    kind = rows[0].kind
    mark = _mark(api.settings, kind, other)
    inputs: list[dict[str, Any]] = [
        {"from": {"id": row.id}, "to": {"id": row.properties["to"]}} for row in rows
    ]
    if mark is not None:
        inputs = [{**one, "types": _types(mark)} for one in inputs]
    deed = "associate/default" if mark is None else "create"
    answer = api.read(Associations, api.post(_path(api, kind, other, deed), {"inputs": inputs}))
    made = {one.from_id for one in answer.results}
    if mark is not None and mark[0] == USER_DEFINED:
        _unmark_others(api, other, [row for row in rows if row.id in made], mark)
    errors = blamed([row for row in rows if row.id not in made], answer.errors)
    return {row.key: errors.get(row.key, Landed(Ref(kind, row.id))) for row in rows}


def _types(mark: Mark) -> list[dict[str, Any]]:
    """A label comes on top of the plain association, which it does not replace."""
    plain = [(HUBSPOT_DEFINED, DEAL_TO_CONTACT)] if mark[0] == USER_DEFINED else []
    return [
        {"associationCategory": category, "associationTypeId": id_}
        for category, id_ in [*plain, mark]
    ]


def _unmark_others(api: Api, other: Kind, rows: Sequence[Row], mark: Mark) -> None:
    """HubSpot sees to one primary company, and lets any number of contacts have a label."""
    kind = rows[0].kind if rows else ""
    ends = read(api, kind, other, [row.id for row in rows]) if rows else {}
    inputs = [
        {"from": {"id": row.id}, "to": {"id": id_}, "types": _types(mark)[-1:]}
        for row in rows
        for id_ in _counted(mark, ends.get(row.id, ()))
        if id_ != row.properties["to"]
    ]
    if inputs:
        api.post(_path(api, kind, other, "labels/archive"), {"inputs": inputs})


def _part(api: Api, other: Kind, rows: Sequence[Row]) -> dict[str, Outcome]:
    """Take away the primary company, or the only associated record; of several none is chosen."""
    kind = rows[0].kind
    mark = _mark(api.settings, kind, other)
    ends = read(api, kind, other, [row.id for row in rows])
    counted = {row.key: _counted(mark, ends.get(row.id, ())) for row in rows}
    several = Rejected("several are associated: take away the right one in HubSpot",
                       code="ASSOCIATION_SEVERAL")  # fmt: skip
    outcomes: dict[str, Outcome] = {
        row.key: Landed(Ref(kind, row.id)) if len(counted[row.key]) <= 1 else several
        for row in rows
    }
    inputs: list[dict[str, Any]] = [
        {"from": {"id": row.id}, "to": [{"id": counted[row.key][0]}]}
        for row in rows
        if len(counted[row.key]) == 1
    ]
    if mark is not None:
        inputs = [{**one, "to": one["to"][0], "types": _types(mark)[-1:]} for one in inputs]
    if inputs:
        deed = "archive" if mark is None else "labels/archive"
        api.post(_path(api, kind, other, deed), {"inputs": inputs})
    return outcomes
