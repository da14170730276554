"""The page of one person's score: point by point, what becomes of it, by product, and its past."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from app.domain.outlook import Forecast, Line
from app.flows import scores
from app.flows.scores import Asked, Explained
from app.store import alerts, people
from app.store.faults import DOWN
from app.web import moments
from app.web.ui import charts
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import Moment, badge, empty, fact, link, name_of, score_pill, tag
from connectors.base import ConnectorError
from connectors.scores import ScoreChange

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Story:
    """All about a person's score. `asked`: whose own scores can be asked about, and of whom."""

    person: Mapping[str, Any]
    explained: Explained | None
    history: Sequence[Mapping[str, Any]]
    asked: Sequence[Asked]


async def page(request: Request, link_id: str) -> None:
    """The page `/people/{id}/score`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    story = await asyncio.to_thread(_read, visit, link_id)
    with frame(request, "people", sight) as main:
        if story is None:
            ui.context.client.status_code = 404
            empty(visit.words("app.not_found"), "")
            link(visit.words("app.back"), "/")
        else:
            _show(visit, story)
    watch(visit, main)


def _read(visit: Visit, link_id: str) -> Story | None:
    try:
        wanted = UUID(link_id)
    except ValueError:
        return None
    with visit.desk.parts.database.begin() as tx:
        person = people.one(tx, wanted)
        if person is None:
            return None
        return Story(
            person,
            scores.explained(tx, wanted, now=datetime.now(UTC)),
            alerts.scores(tx, wanted, None, SHOWN),
            scores.askable(tx, wanted),
        )


def _show(visit: Visit, story: Story) -> None:
    words, person = visit.words, story.person
    name = name_of(person["agreed"], words.language, words("person.unknown"))
    with tag("div", classes="person-head"):
        with tag("div", classes="grow"):
            tag("h1", words("score.title", name=name))
            link(name, f"/people/{person['id']}")
        if story.explained is not None:
            score = story.explained.outlook.score
            score_pill(score.total, score.grade, visit)
    if story.explained is None:
        with tag("section", classes="card"):
            empty(words("score.no_rules"), "")
    else:
        _explained(visit, story.explained)
    for asked in story.asked:
        _vendor(visit, asked)
    _history(visit, story)


def _explained(visit: Visit, found: Explained) -> None:
    words = visit.words
    with tag("div", classes="columns"):
        with tag("div", classes="leads"), tag("section", classes="card"):
            tag("h2", words("score.lines"))
            _next(visit, found)
            for axis in ("fit", "intent", "timing", "ma_score", "total"):
                lines = [one for one in found.outlook.lines if one.reason.axis == axis]
                if lines:
                    tag("h3", words(f"axis.{axis}"))
                    _lines(visit, lines)
        with tag("div", classes="aside"):
            _matrix(visit, found)
            _categories(visit, found)


def _next(visit: Visit, found: Explained) -> None:
    with tag("dl", classes="facts"):
        with fact(visit.words("score.version")):
            tag("span", f"{found.name} · {visit.words('documents.version', version=found.version)}")
        if found.outlook.score.next_change_at is not None:
            with fact(visit.words("score.next")):
                Moment(found.outlook.score.next_change_at, visit, "full")


def _lines(visit: Visit, lines: Sequence[Line]) -> None:
    language = visit.words.language
    with tag("ul", classes="reasons"):
        for one in lines:
            reason = one.reason
            text = reason.text_ja if language == "ja" else reason.text_en
            points, _, rest = text.partition(" ")
            with tag("li", classes="reason"):
                tag("span", points, "points minus" if reason.points < 0 else "points")
                with tag("span", classes="reason-text"):
                    tag("span", rest)
                    if one.forecast is not None:
                        tag("span", _forecast(visit, one.forecast), "muted forecast")


def _forecast(visit: Visit, one: Forecast) -> str:
    """What becomes of a line, and until when."""
    on = moments.date_of(one.at.astimezone(visit.days).date(), visit.words.language)
    if not one.points:
        return visit.words("score.ends", day=on)
    return visit.words("score.decays", points=f"{one.points:g}", day=on)


def _matrix(visit: Visit, found: Explained) -> None:
    """The four quadrants, and in which of them the person is."""
    words, matrix, score = visit.words, found.document.matrix, found.outlook.score
    fit, intent = score.fit >= matrix.fit_high, score.intent >= matrix.intent_high
    rows = ((True, (matrix.fit_only, matrix.both)), (False, (matrix.neither, matrix.intent_only)))
    with tag("section", classes="card"):
        tag("h2", words("score.matrix"))
        tag("p", words("score.priority", n=score.priority), "strong")
        low, high = words("score.low"), words("score.high")
        heads = ("", f"{words('axis.intent')}: {low}", f"{words('axis.intent')}: {high}")
        with charts.table(words("score.matrix"), heads):
            for is_high, (without, with_) in rows:
                with tag("tr"):
                    said = high if is_high else low
                    tag("th", f"{words('axis.fit')}: {said}", scope="row")
                    for has, priority in ((False, without), (True, with_)):
                        here = (is_high, has) == (fit, intent)
                        current = {"aria_current": "true"} if here else {}
                        tag("td", str(priority), "here" if here else "", **current)


def _categories(visit: Visit, found: Explained) -> None:
    score = found.outlook.score
    if not score.categories:
        return
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("score.categories"))
        for category, points in sorted(score.categories.items(), key=lambda one: -one[1]):
            label = found.document.categories[category].label.text(words.language)
            tag("h3", f"{label}: {words('score.points', n=points)}")
            lines = [one for one in found.outlook.lines if one.reason.category == category]
            _lines(visit, lines)


def _vendor(visit: Visit, asked: Asked) -> None:
    """What a vendor says of its own score; it is asked when somebody wants to know."""
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("score.vendor", connection=asked.connection))
        place = tag("div", aria_live="polite")
    with place:
        button = tag(
            "button", words("score.ask", connection=asked.connection), "button", type="button"
        )
    button.on("click", partial(_ask, visit, asked, place))


async def _ask(visit: Visit, asked: Asked, place: Element) -> None:
    try:
        connector = visit.desk.parts.accounts.connector(asked.connection)
        found = await asyncio.to_thread(scores.ask, connector, asked)
    except (ConnectorError, *DOWN) as error:
        found = None
        said = visit.words("trial.failed", reason=str(error))
    place.clear()
    with place:
        if found is None:
            tag("p", said, "notice bad", role="alert")
        elif not found:
            tag("p", visit.words("score.vendor_none", connection=asked.connection), "muted")
        else:
            _changes(visit, found)


def _changes(visit: Visit, found: Sequence[ScoreChange]) -> None:
    with tag("ul", classes="reasons"):
        for one in found[:SHOWN]:
            delta = "" if one.delta is None else f"{one.delta:+g}"
            value = "-" if one.value is None else f"{one.value:g}"
            with tag("li", classes="reason"):
                tag("span", delta, "points minus" if (one.delta or 0) < 0 else "points")
                with tag("span", classes="reason-text"):
                    tag("span", f"{one.score}: {value}")
                    for reason in one.reasons:
                        tag("span", reason, "muted")
                    Moment(one.at, visit).classes("muted")


def _history(visit: Visit, story: Story) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("score.history"))
        if not story.history:
            tag("p", words("score.no_history"), "muted")
            return
        mark = None if story.explained is None else story.explained.document.mql
        totals = [int(one["score"]) for one in reversed(story.history)]
        charts.line(totals, words("score.history"), mark)
        heads = [words(f"score.{key}") for key in ("when", "total", "grade")]
        heads += [words(f"axis.{axis}") for axis in ("fit", "intent", "timing")]
        with charts.table(words("score.history"), [*heads, words("score.version")]):
            for one in story.history:
                _moment(visit, one)


def _moment(visit: Visit, one: Mapping[str, Any]) -> None:
    with tag("tr"):
        with tag("td"):
            Moment(one["at"], visit, "full")
        tag("td", str(one["score"]), "strong")
        with tag("td"):
            badge(one["grade"])
        for axis in ("fit", "intent", "timing"):
            tag("td", str(one[axis]))
        tag("td", str(one["version"]))
