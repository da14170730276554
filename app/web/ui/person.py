"""One person: the sides, the score with its reasons, the activities, and what was done and why."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.flows import refer
from app.flows import rules as rules_
from app.flows.regroup import UNLINKED
from app.store import happenings, journal, people
from app.store.db import Tx
from app.web.ui import actions, answering, handoff_person, history, lifecycle_person, sla_clocks
from app.web.ui.desk import Visit
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.history import Asked, History
from app.web.ui.people import SIDE_TONES, Person, shown_of
from app.web.ui.pieces import (
    Moment,
    badge,
    company_of,
    empty,
    fact,
    field_name,
    link,
    name_of,
    named_value,
    reason_line,
    score_pill,
    tag,
)
from app.web.ui.trail import trail

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one person; of what happened, what was asked for."""

    person: Person
    alert: Mapping[str, Any] | None
    asked: Asked
    happened: Sequence[Mapping[str, Any]]
    trail: Sequence[Mapping[str, Any]]
    standing: lifecycle_person.Standing | None
    clocks: sla_clocks.Found
    handoffs: handoff_person.Standing | None


async def page(request: Request, link_id: str) -> None:
    """The page `/people/{id}`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    story = await asyncio.to_thread(_read, visit, link_id, history.asked_of(request))
    with frame(request, "people", sight, by_days=True) as main:
        if story is None:
            ui.context.client.status_code = 404
            empty(visit.words("app.not_found"), "")
            link(visit.words("app.back"), "/")
        else:
            _show(visit, story, [one.name for one in sight.board.health])
    watch(visit, main)


def _read(visit: Visit, link_id: str, asked: Asked) -> Story | None:
    try:
        wanted = UUID(link_id)
    except ValueError:
        return None
    with visit.desk.parts.database.begin() as tx:
        return _story(tx, wanted, asked)


def _story(tx: Tx, wanted: UUID, asked: Asked) -> Story | None:
    person = people.one(tx, wanted)
    if person is None:
        return None
    person["named"] = refer.named_by(tx, rules_.load(tx), [shown_of(person)])
    return Story(
        person,
        happenings.newest_alert(tx, wanted),
        asked,
        history.read(tx, wanted, asked),
        journal.trail(tx, wanted, None, SHOWN),
        lifecycle_person.read(tx, person),
        sla_clocks.read(tx, wanted),
        handoff_person.read(tx, person),
    )


def _show(visit: Visit, story: Story, sources: Sequence[str]) -> None:
    words = visit.words
    _head(visit, story.person)
    _alert(visit, story.alert)
    with tag("div", classes="columns"):
        with tag("div", classes="leads"):
            with _section(words("timeline.title")):
                History(visit, story.person["id"], story.asked, sources).show(story.happened)
            with _section(words("person.trail")):
                trail(visit, story.trail)
        with tag("div", classes="aside"):
            with _section(words("person.reasons")):
                _score(visit, story.person)
            if story.standing is not None:
                with _section(words("stages.trail")):
                    lifecycle_person.show(visit, story.person, story.standing)
            if story.handoffs is not None:
                with _section(words("handoffs.title")):
                    handoff_person.show(visit, story.person, story.handoffs)
            if story.clocks[0]:
                with _section(words("sla.person")):
                    sla_clocks.show(visit, story.clocks)
            with _section(words("person.sides")):
                for side in story.person["sides"]:
                    _side(visit, side)
                    if visit.may_operate:
                        _regroup(visit, story, side)
            _values(visit, story.person)


def _section(title: str) -> Any:
    section = tag("section", classes="card")
    with section:
        tag("h2", title)
    return section


def _head(visit: Visit, person: Person) -> None:
    words, fields = visit.words, person["agreed"]
    with tag("div", classes="person-head"):
        with tag("div", classes="grow"):
            name = name_of(fields, words.language, words("person.unknown"))
            tag("h1", name)
            parts = [str(fields.get("job_title") or ""), company_of(fields), person["email"] or ""]
            tag("p", " · ".join(part for part in parts if part), "muted")
            with tag("div", classes="chips"):
                badge(words.known("stage", person["stage"]))
                if person["hot_since"] is not None:
                    with badge("", "warn"):
                        tag("span", f"{words('leads.hot_since')} ")
                        Moment(person["hot_since"], visit)
        link(words("why.title"), f"/why?q={person['id']}", "button")
        if visit.may_operate:
            link(words("undo.link"), f"/undo?link={person['id']}", "button")
        if visit.may_configure:
            link(words("erase.title"), f"/people/{person['id']}/erase", "button")
        score_pill(person["score"], person["grade"], visit)


def _alert(visit: Visit, row: Mapping[str, Any] | None) -> None:
    """The newest alert, and the answer to it."""
    if row is None:
        return
    one = answering.of_row(row)
    with _section(visit.words("alert.title")):
        with tag("p", classes="chips"):
            answering.state(visit, one)
            if one.stands in answering.OPEN:
                tag("span", visit.words("alert.react_by"), "muted")
                Moment(row["react_by"], visit, "until", visit.words("alert.late"))
        answering.buttons(visit, one, ui.navigate.reload)


def _score(visit: Visit, person: Person) -> None:
    words = visit.words
    if person["score"] is None:
        tag("p", words("person.no_score"), "muted")
        return
    with tag("dl", classes="facts"):
        for axis in ("fit", "intent", "timing"):
            with fact(words(f"axis.{axis}")):
                tag("span", str(person[axis]))
    with tag("ul", classes="reasons"):
        for reason in person["reasons"]:
            reason_line(reason, visit)
    link(words("score.link"), f"/people/{person['id']}/score")


def _side(visit: Visit, side: Mapping[str, Any]) -> None:
    words = visit.words
    with tag("article", classes="side"):
        with tag("div", classes="card-head"):
            tag("h3", side["connection"])
            badge(words.known("side", side["state"]), SIDE_TONES.get(side["state"], "calm"))
        record = " ".join(part for part in (side["object"], side["external_id"]) if part)
        tag("p", record if side["external_id"] else words("person.not_there"), "muted")
        if side["reason"]:
            tag("p", side["reason"], "notice bad" if side["state"] == "failed" else "notice warn")
        for problem in side["problems"]:
            tag("p", f"{field_name(visit, problem['field'])}: {problem['message']}", "notice warn")
        with tag("p", classes="muted"):
            tag("span", f"{words('person.updated')} ")
            Moment(side["changed_at"], visit)


def _regroup(visit: Visit, story: Story, side: Mapping[str, Any]) -> None:
    """Take a record out of the person, or put back the one that was taken out."""
    person_id, name = story.person["id"], side["connection"]
    others = [one for one in story.person["sides"] if one["external_id"] and one is not side]
    taken = next((one["detail"].get("external_id") for one in story.trail
                  if one["event"] == "unlinked" and one["connection"] == name), None)  # fmt: skip
    deed: Callable[[], None]
    if side["code"] == UNLINKED and taken:
        label, deed = "person.relink", partial(actions.relink, visit, person_id, (name, taken))
    elif side["external_id"] and others:
        label, deed = "person.unlink", partial(actions.unlink, visit, person_id, name)
    else:
        return
    button = tag("button", visit.words(label), "button", type="button")
    button.on("click", act(visit, deed, ui.navigate.reload))


def _values(visit: Visit, person: Person) -> None:
    with _section(visit.words("person.values")), tag("dl", classes="facts wide"):
        for name, value in sorted(person["agreed"].items()):
            if value is not None:
                with fact(field_name(visit, name)):
                    named_value(visit, (name, value), person["named"])
        for name, values in sorted(person["conflicts"].items()):
            with fact(f"{visit.words('person.conflict')}: {field_name(visit, name)}"):
                for role, value in sorted(values.items()):
                    said = visit.words.known("connection_role", role)
                    with tag("p", f"{said}: ", "notice warn"):
                        named_value(visit, (name, value), person["named"])
                link(visit.words("conflicts.title"), f"/conflicts?link={person['id']}")
