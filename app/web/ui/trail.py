"""What was done about a person, and why, as the journal tells it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from app.flows.resolve import Say
from app.web import moments
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act
from app.web.ui.pieces import Moment, spoken, tag

# Where details' values have their words, and those that other events have, too.
AREAS: Mapping[str, str] = {"why": "hot_why", "field": "field", "fields": "field"}
AREAS_OF: Mapping[str, Mapping[str, str]] = {
    "stage_changed": {"before": "stage", "by": "mover"},
}


def trail(visit: Visit, lines: Sequence[Mapping[str, Any]]) -> None:
    """The newest lines of the journal."""
    if not lines:
        tag("p", visit.words("person.no_trail"), "muted")
        return
    with tag("ol", classes="timeline"):
        for one in lines:
            with tag("li"):
                with tag("p"):
                    tag("span", visit.words.known("event", one["event"]), "strong")
                    if one["connection"]:
                        tag("span", f" · {one['connection']}")
                if said := _detail(visit, one["event"], one["detail"]):
                    tag("p", said, "muted")
                if one["event"] == "conflict_decided" and visit.may_operate:
                    _instead(visit, one)
                Moment(one["at"], visit, "full").classes("muted")


def _instead(visit: Visit, line: Mapping[str, Any]) -> None:
    """The value that lost by policy can be used after all."""
    for value in line["detail"].get("lost", {}).values():
        text = f"{visit.words('conflicts.instead')}: {value}"
        button = tag("button", text, "button", type="button")
        where = (line["link_id"], line["detail"]["field"])
        deed = partial(actions.resolve, visit, where, Say(value))
        button.on("click", act(visit, deed, button.delete))


def _detail(visit: Visit, event: str, detail: Mapping[str, Any]) -> str:
    """The detail of a journal line in words; ids of rows say nothing to people."""
    said = [
        f"{visit.words.known('detail', key)}: {_said(visit, (event, key), value)}"
        for key, value in detail.items()
        if visit.words.has("detail", key) and value not in (None, [], "", False)
    ]
    return " · ".join(said)


def _said(visit: Visit, about: tuple[str, str], value: Any) -> str:
    """The value of a detail of an event."""
    event, key = about
    area = {**AREAS, **AREAS_OF.get(event, {})}.get(key)
    if area is not None:
        values = value if isinstance(value, list) else [value]
        return ", ".join(visit.words.known(area, str(one)) for one in values)
    if key == "until":
        at = datetime.fromisoformat(value)
        return moments.moment(at, visit.days, visit.words.language)
    return spoken(visit, value)
