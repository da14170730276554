"""Logging activities: as notes, calls, tasks, e-mails, meetings and messages, or as custom events.

A new one is created together with its associations, which is one call for a hundred. Where its key
is there already (an answer that was lost, a digest that grew) it is updated by that key and
associated, unless it is known to be. So the whole can be repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from connectors.base import (
    AuthLost,
    Busy,
    ConnectorError,
    Entry,
    Gone,
    Landed,
    Ref,
    Rejected,
    Unsure,
)
from connectors.hubspot import completions
from connectors.hubspot.associating import Link, associate, gone, known_type, spec
from connectors.hubspot.batches import Part, Row, create, in_parts, is_clash, upsert
from connectors.hubspot.engagement_shape import OBJECT_OF_FORM, form_of, properties
from connectors.hubspot.isolate import Outcome
from connectors.hubspot.objects import BATCH
from connectors.hubspot.records import is_id
from connectors.hubspot.rest import Api

Send: TypeAlias = Callable[[Api, str, Sequence[Row]], Mapping[str, Outcome]]


@dataclass(frozen=True, slots=True)
class Planned:
    """One entry as an engagement: `row` of `object_type`, for the timelines of `ends`."""

    entry: Entry
    object_type: str
    row: Row
    ends: tuple[Ref, ...]

    @property
    def key(self) -> str:
        return self.entry.key

    def alone(self) -> "Planned":
        """On its person's timeline only."""
        mine = _specs(self.object_type, self.ends[:1])
        return replace(self, row=replace(self.row, ends=mine), ends=self.ends[:1])


def forms(api: Api) -> dict[str, bool]:
    """A custom event can't be changed once it is sent."""
    events = {completions.FORM: False} if api.settings.event_name else {}
    return {**dict.fromkeys(OBJECT_OF_FORM, True), **events}


def log(api: Api, entries: Sequence[Entry]) -> dict[str, Outcome]:
    """Log up to 100 activities, each once however often it is asked (by `key`)."""
    if len(entries) > BATCH:
        raise Rejected(f"{len(entries)} at once; the most is {BATCH}", code="batch_too_large")
    known = forms(api)
    outcomes: dict[str, Outcome] = {
        entry.key: Rejected(f"no form {entry.form!r}", code="unknown_form")
        for entry in entries
        if form_of(entry) not in known
    }
    asked = [entry for entry in entries if entry.key not in outcomes]
    events = [entry for entry in asked if form_of(entry) == completions.FORM]
    planned = [_planned(api, entry) for entry in asked if entry not in events]
    outcomes |= _tried(lambda: completions.send(api, events), [entry.key for entry in events])
    outcomes |= _log(api, planned)
    _raise_if_nothing_was_done(outcomes)
    return outcomes


def _planned(api: Api, entry: Entry) -> Planned:
    form = form_of(entry)
    object_type = OBJECT_OF_FORM[form]
    about = (ref for ref in entry.about if is_id(ref.id) and ref != entry.person)
    ends = (entry.person, *dict.fromkeys(about))
    told = {**properties(entry, form, api.settings), api.settings.key_property: entry.key}
    row = Row(entry.key, entry.key, entry.person.kind, told, ends=_specs(object_type, ends))
    return Planned(entry, object_type, row, ends)


def _specs(object_type: str, ends: Sequence[Ref]) -> list[Mapping[str, Any]]:
    """Associations as a create takes them; custom objects are associated afterwards."""
    types = ((ref, known_type(object_type, ref.kind)) for ref in ends)
    return [{"to": {"id": r.id}, "types": [spec(one)]} for r, one in types if one is not None]


def _log(api: Api, planned: Sequence[Planned]) -> dict[str, Outcome]:
    there = [one for one in planned if api.joined.ends(one.key) is not None]
    new = [one for one in planned if one not in there]
    if not api.settings.one_call:
        lost = _gone(api, new)
        return lost | _update(api, [one for one in planned if one.key not in lost])
    outcomes = _create(api, new)
    again = [one for one in new if is_clash(outcomes[one.key])]
    return outcomes | _update(api, [*there, *again])


def _create(api: Api, planned: Sequence[Planned]) -> dict[str, Outcome]:
    """Create what is new. One that is refused may be about a record that is gone: its person's
    is told, another's is left out.
    """
    outcomes = _in_parts(api, planned, create)
    refused = [one for one in planned if _may_be_gone(outcomes[one.key])]
    if refused:
        outcomes |= (lost := _gone(api, refused))
        rest = [one for one in refused if one.key not in lost and len(one.ends) > 1]
        outcomes |= _in_parts(api, [one.alone() for one in rest], create)
    landed = [one for one in planned if isinstance(outcomes[one.key], Landed)]
    return outcomes | _join(api, landed, outcomes, created=True)


def _may_be_gone(outcome: Outcome) -> bool:
    if isinstance(outcome, Rejected):
        return not outcome.fields and not is_clash(outcome)
    return isinstance(outcome, Gone)


def _update(api: Api, planned: Sequence[Planned]) -> dict[str, Outcome]:
    """Update what is there by its key, and associate it where that is not known to be done. What
    somebody deleted meanwhile is made anew.
    """
    outcomes = _in_parts(api, planned, upsert)
    fresh = [
        one
        for one in planned
        if isinstance(told := outcomes[one.key], Landed)
        and (told.created or api.joined.ends(one.key) != frozenset(one.ends))
    ]
    return outcomes | _join(api, fresh, outcomes, created=False)


def _join(
    api: Api, landed: Sequence[Planned], outcomes: Mapping[str, Outcome], *, created: bool
) -> dict[str, Outcome]:
    """Make the associations that are missing; those whose person's fails come back with its
    error: asked again, they land once.
    """
    failed: dict[str, Outcome] = {}
    for object_type in dict.fromkeys(one.object_type for one in landed):
        links = [
            Link(one.key, told.ref.id, ref, main=ref == one.ends[0])
            for one in landed
            if one.object_type == object_type and isinstance(told := outcomes[one.key], Landed)
            for ref in one.ends
            if not (created and known_type(object_type, ref.kind))
        ]
        failed |= associate(api, object_type, links)
    for one in landed:
        if one.key not in failed:
            api.joined.add(one.key, frozenset(one.ends))
    return failed


def _in_parts(api: Api, planned: Sequence[Planned], send: Send) -> dict[str, Outcome]:
    """One call for each object."""
    parts: list[Part] = []
    for object_type in dict.fromkeys(one.object_type for one in planned):
        rows = [one.row for one in planned if one.object_type == object_type]
        parts.append((rows, partial(send, api, object_type)))
    return _tried(lambda: in_parts(*parts), [one.key for one in planned])


def _gone(api: Api, planned: Sequence[Planned]) -> dict[str, Outcome]:
    """Nothing is made for somebody who is not there any more."""
    people = {one.key: one.ends[0] for one in planned}
    return _tried(lambda: gone(api, people), list(people))


def _tried(call: Callable[[], dict[str, Outcome]], keys: Sequence[str]) -> dict[str, Outcome]:
    """The outcomes; an error of the whole call is that of each key."""
    try:
        return call() if keys else {}
    except ConnectorError as error:
        return dict.fromkeys(keys, error)


def _raise_if_nothing_was_done(outcomes: Mapping[str, Outcome]) -> None:
    """Raises: Busy, AuthLost, Unsure where that is so for all of them, for one reason."""
    first = next(iter(outcomes.values()), None)
    if isinstance(first, Busy | AuthLost | Unsure) and all(o is first for o in outcomes.values()):
        raise first
