"""Putting what was logged on the timelines it belongs to: first its person's, then others'.

HubSpot takes an association any number of times, so all of it may be repeated.
Source: HubSpot developer docs, "Associations v4".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors.base import Busy, ConnectorError, Gone, Kind, Landed, Ref, Unsure
from connectors.hubspot.answers import Associations
from connectors.hubspot.batches import Row, blamed
from connectors.hubspot.isolate import Outcome, isolated
from connectors.hubspot.objects import ASSOCIATION
from connectors.hubspot.records import chunks, read
from connectors.hubspot.rest import Api

MOST = 2000  # associations in one call


@dataclass(frozen=True, slots=True)
class Link:
    """One engagement (`from_id`, logged under `key`) to be put on one record's timeline."""

    key: str
    from_id: str
    to: Ref
    main: bool


def known_type(object_type: str, kind: Kind) -> int | None:
    """The association type from an engagement to a record; None for custom objects."""
    return ASSOCIATION.get(object_type, {}).get(kind)


def spec(type_id: int) -> dict[str, Any]:
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}


def associate(api: Api, object_type: str, links: Sequence[Link]) -> dict[str, ConnectorError]:
    """Make the associations; answer what failed, by key. That of a further record matters only
    where it may work another time: the activity is on its person's timeline.
    """
    failed: dict[str, ConnectorError] = {}
    for kind in dict.fromkeys(link.to.kind for link in links):
        of_kind = [link for link in links if link.to.kind == kind]
        for part in chunks(of_kind, MOST):
            for link, error in _errors(api, object_type, kind, part):
                if link.main or isinstance(error, Busy | Unsure):
                    failed.setdefault(link.key, error)
    return failed


def _errors(
    api: Api, object_type: str, kind: Kind, links: Sequence[Link]
) -> list[tuple[Link, ConnectorError]]:
    rows = {f"{n}": link for n, link in enumerate(links)}
    sent = [Row(name, link.to.id, kind, {}) for name, link in rows.items()]
    try:
        outcomes = isolated(sent, partial(_send, api, object_type, kind, rows))
    except ConnectorError as error:
        return [(link, error) for link in links]
    return [
        (rows[name], outcome)
        for name, outcome in outcomes.items()
        if isinstance(outcome, ConnectorError)
    ]


def _send(
    api: Api, object_type: str, kind: Kind, links: Mapping[str, Link], rows: Sequence[Row]
) -> dict[str, Outcome]:
    """One call; an association that HubSpot's errors do not speak of is made."""
    type_id = known_type(object_type, kind)
    how = {} if type_id is None else {"types": [spec(type_id)]}
    inputs = [{"from": {"id": links[row.key].from_id}, "to": {"id": row.id}, **how} for row in rows]
    call: Callable[..., Any] = api.associations.create if how else api.associations.create_default
    answer = api.ask(
        Associations, call, object_type, api.settings.object_of(kind), {"inputs": inputs}
    )
    made = {one.from_id for one in answer.results}
    missing = [row for row in rows if links[row.key].from_id not in made]
    errors = blamed(missing, answer.errors)
    landed = {row.key: Landed(Ref(kind, row.id)) for row in rows}
    return {name: errors.get(name, one) for name, one in landed.items()}


def gone(api: Api, people: Mapping[str, Ref]) -> dict[str, Outcome]:
    """Those (key -> record) whose record is not there any more, and where it went."""
    refs = dict.fromkeys(people.values())
    lost: dict[Ref, Outcome] = {}
    for kind in dict.fromkeys(ref.kind for ref in refs):
        of_kind = [ref for ref in refs if ref.kind == kind]
        for part in chunks(of_kind, api.settings.read_batch):
            lost |= {
                one.ref: Gone(f"{one.object} {one.ref.id} is not there", one.moved_to)
                for one in read(api, part, ())
                if one.deleted
            }
    return {key: lost[ref] for key, ref in people.items() if ref in lost}
