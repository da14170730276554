"""Taking writes back: which ones, what that would change, and the button that does it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import ui
from pydantic import ValidationError

from app.flows import rules as rules_
from app.flows.refer import Named, Shown, named_by
from app.flows.work import undo
from app.flows.work.undo import MOST_PREVIEWED, Arguments, Preview
from app.store import connections, documents, people
from app.store.db import Tx
from app.store.faults import DOWN
from app.web.ui import actions
from app.web.ui.desk import NotAllowed, Visit
from app.web.ui.frame import act, asking, frame, visit_of, watch
from app.web.ui.people import Person
from app.web.ui.pieces import badge, change, fact, field_name, given, link, name_of, tag

TEXTS = ("version", "job", "link", "field")
TIMES = ("since", "until")
LABELS = {"link": "undo.link_id"}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """What an undo would do, about whom, and whom old and new values name."""

    arguments: Arguments
    found: Preview
    people: Mapping[UUID, Person]
    named: Named


async def page(request: Request) -> None:
    """The page `/undo`; its query says which writes, as `POST /api/v1/undo` does."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    asked = {name: text[:LONGEST] for name, text in request.query_params.items() if text.strip()}
    asked.pop("lang", None)
    choices = await asyncio.to_thread(_choices, visit)
    shown = await asyncio.to_thread(_judge, visit, asked) if asked else None
    with frame(request, "jobs", sight) as main:
        tag("h1", words("undo.title"))
        tag("p", words("undo.intro"), "muted")
        if visit.may_operate:
            _form(visit, asked, choices)
        else:
            tag("p", words("app.forbidden"), "notice warn")
        if isinstance(shown, str):
            tag("p", shown, "notice bad", role="alert")
        elif shown is not None:
            _show(visit, shown)
    watch(visit, main)


def _choices(visit: Visit) -> dict[str, Sequence[str]]:
    with visit.desk.parts.database.begin() as tx:
        mappings = [one.name for one in documents.names(tx) if one.kind == "mapping"]
        return {"mapping": mappings, "connection": [one.name for one in connections.every(tx)]}


def _form(visit: Visit, asked: Mapping[str, str], choices: Mapping[str, Sequence[str]]) -> None:
    words = visit.words
    zone = visit.zone or "UTC"
    with tag("form", classes="filters card", method="get", action="/undo"):
        for name, options in choices.items():
            with tag("div", classes="field"):
                tag("label", words(f"undo.{name}"), for_=name)
                with tag("select", id=name, name=name):
                    for value, text in [("", words("undo.any")), *((one, one) for one in options)]:
                        option = tag("option", text, value=value)
                        if value == asked.get(name, ""):
                            option.props["selected"] = True
        for name in (*TEXTS, *TIMES):
            with tag("div", classes="field"):
                tag("label", words(LABELS.get(name, f"undo.{name}"), zone=zone), for_=name)
                kind = "datetime-local" if name in TIMES else "search"
                given(tag("input", id=name, name=name, type=kind), asked.get(name, ""))
        tag("button", words("undo.preview"), "button main", type="submit")


def _judge(visit: Visit, asked: Mapping[str, str]) -> Judged | str:
    """What an undo would do, or why that can't be said."""
    words = visit.words
    try:
        actions.check_operator(visit)
        arguments = _arguments(visit, asked)
        with visit.desk.parts.database.begin() as tx:
            return _judged(tx, arguments)
    except NotAllowed:
        return words("app.forbidden")
    except DOWN:
        return words("app.down")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        said = first["msg"].removeprefix("Value error, ")
        return words("undo.wrong", reason=f"{where}: {said}" if where else said)
    except ValueError as error:
        return words("undo.wrong", reason=str(error))


def _judged(tx: Tx, arguments: Arguments) -> Judged:
    found = undo.preview(tx, arguments)
    about = people.of_ids(tx, {one["link_id"] for one in found.samples})
    found.samples = [one for one in found.samples if one["link_id"] in about]
    shown = [_shown(about[one["link_id"]], one) for one in found.samples]
    return Judged(arguments, found, about, named_by(tx, rules_.load(tx), shown))


def _shown(person: Person, sample: Mapping[str, Any]) -> Shown:
    names = [side["connection"] for side in person["sides"]]
    values = [(sample["field"], sample[name]) for name in ("now", "then")]
    return Shown(person["kind"], names, values)


def _arguments(visit: Visit, asked: Mapping[str, str]) -> Arguments:
    """Raises: ValueError, of which ValidationError is one."""
    told: dict[str, Any] = {name: text.strip() for name, text in asked.items()}
    if "field" in told:
        told["fields"] = tuple(one.strip() for one in told.pop("field").split(",") if one.strip())
    zone = ZoneInfo(visit.zone) if visit.zone else UTC
    for name in TIMES:
        if name in told:
            at = datetime.fromisoformat(told[name])
            told[name] = at if at.tzinfo else at.replace(tzinfo=zone)
    return Arguments.model_validate(told)


def _show(visit: Visit, judged: Judged) -> None:
    words, found = visit.words, judged.found
    with tag("section", classes="card"):
        if found.records:
            tag("h2", words("undo.would", records=f"{found.records:,}"))
        else:
            tag("h2", words("undo.nothing"))
        if not found.complete:
            numbers = {"judged": f"{MOST_PREVIEWED:,}", "all": f"{found.links:,}"}
            tag("p", words("undo.some", **numbers), "notice warn")
        with tag("div", classes="chips"):
            for name, n in sorted(found.fields.items()):
                badge(f"{field_name(visit, name)}: {n:,}")
        if found.skipped:
            with tag("p", classes="chips"):
                tag("span", words("undo.left"), "muted")
                for why, n in sorted(found.skipped.items()):
                    badge(f"{words.known('undone', why)}: {n:,}", "warn")
        if found.records:
            _button(visit, judged.arguments, found)
    with tag("ul", classes="plain-list rows card"):
        for one in found.samples:
            _sample(visit, one, judged)


def _button(visit: Visit, arguments: Arguments, found: Preview) -> None:
    words = visit.words
    told = arguments.model_dump(mode="json", exclude_none=True)
    deed = partial(actions.start_job, visit, "undo", told)
    button = tag("button", words("undo.start"), "button bad", type="button")
    question = words("undo.ask", records=f"{found.records:,}")
    done = act(visit, deed, partial(ui.navigate.to, "/jobs"))
    button.on("click", done, js_handler=asking(question))


def _sample(visit: Visit, one: Mapping[str, Any], judged: Judged) -> None:
    agreed = judged.people[one["link_id"]]["agreed"]
    with tag("li", classes="row"):
        name = name_of(agreed, visit.words.language, str(one["link_id"]))
        link(name, f"/people/{one['link_id']}", "grow")
        where = f"{one['connection']} · {field_name(visit, one['field'])}"
        with tag("dl", classes="facts"), fact(where):
            change(visit, one["field"], (one["now"], one["then"]), judged.named)
