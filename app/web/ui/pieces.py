"""The pieces that pages are made of. Text goes in as text, never as HTML."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from app.flows.refer import Named
from app.web import called
from app.web.said import reason_parts
from app.web.ui.desk import Visit

Tone: TypeAlias = Literal["good", "warn", "bad", "calm"]
name_of = called.name_of  # pages say it often


def tag(kind: str, /, text: str = "", classes: str = "", **attributes: str) -> TextElement:
    """An HTML element; `aria_label` becomes aria-label."""
    made = TextElement(tag=kind, text=text)
    if classes:
        made.classes(classes)
    for key, value in attributes.items():
        made.props[key.rstrip("_").replace("_", "-")] = value
    return made


def link(text: str, address: str, classes: str = "", **attributes: str) -> TextElement:
    """A link to a page of ours."""
    return tag("a", text, classes, href=address, **attributes)


def badge(text: str, tone: Tone = "calm") -> TextElement:
    """A state in a word; the colour says nothing that the word does not."""
    return tag("span", text, f"badge {tone}")


class Moment(Element, component="moment.js"):
    """A time in the viewer's language and zone: "ago", "until" (a deadline), "for" or "full"."""

    def __init__(self, at: datetime, visit: Visit, form: str = "ago", late: str = "") -> None:
        super().__init__()
        self.props["at"] = at.isoformat()
        self.props["form"] = form
        self.props["lang"] = visit.words.language
        self.props["zone"] = visit.zone
        self.props["late"] = late


def empty(title: str, hint: str, commands: tuple[str, ...] = ()) -> None:
    """What to do next where there is nothing to show."""
    with tag("div", classes="empty"):
        tag("p", title, "strong")
        tag("p", hint, "muted")
        for command in commands:
            tag("pre", command)


def field_name(visit: Visit, field: str) -> str:
    """What a field of a mapping is called."""
    return visit.words.known("field", field)


def company_of(fields: Mapping[str, Any]) -> str:
    """The company, where it is known."""
    return called.text_of(fields, "company")


def spoken(visit: Visit, value: Any) -> str:
    """A value, or several, as text; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return visit.words("app.yes" if value else "app.no")
    if isinstance(value, list):
        return ", ".join(spoken(visit, part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {spoken(visit, part)}" for key, part in value.items())
    return str(value)


def value_of(visit: Visit, value: Any) -> None:
    """A value as it is read; a moment in the viewer's zone."""
    at = _moment(value)
    if at is None:
        tag("span", spoken(visit, value))
    else:
        Moment(at, visit, "full")


def named_value(visit: Visit, place: tuple[str, Any], named: Named) -> None:
    """A field's value: of a reference the name of the record, with the way to it."""
    _, value = place
    fields = named.get((place[0], str(value)))
    if fields is None:
        value_of(visit, value)
    else:
        link(name_of(fields, visit.words.language, str(value)), f"/people/{value}")


def change(visit: Visit, field: str, values: tuple[Any, Any], named: Named) -> None:
    """A field's value before and after; of references the names of the records."""
    with tag("span"):
        for n, value in enumerate(values):
            if n:
                tag("span", " → ")
            blank_or_value(visit, (field, value), named)


def blank_or_value(visit: Visit, place: tuple[str, Any], named: Named) -> None:
    """A field's value, as `named_value`; "(blank)" where there is none."""
    if place[1] is None:
        tag("span", visit.words("preview.blank"))
    else:
        named_value(visit, place, named)


def _moment(value: Any) -> datetime | None:
    """The moment that a text names with its zone; None where it names none."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if at is None or at.tzinfo is None else at


def reason_line(reason: Mapping[str, Any], visit: Visit) -> None:
    """One line of "why": points, what, and when it last happened."""
    points, rest, at = reason_parts(reason, visit.words.language)
    with tag("li", classes="reason"):
        tag("span", points, "points minus" if points.startswith("-") else "points")
        with tag("span", classes="reason-text"):
            tag("span", rest)
            if at is not None:
                Moment(at, visit).classes("muted")


def score_pill(score: int | None, grade: str | None, visit: Visit) -> None:
    """Score and grade."""
    if score is None:
        return
    said = visit.words("leads.score", score=score, grade=grade or "-")
    with tag(
        "span", classes=f"score grade-{(grade or 'none').lower()}", aria_label=said, role="img"
    ):
        tag("span", str(score), "score-number", aria_hidden="true")
        tag("span", grade or "-", "score-grade", aria_hidden="true")


def fact(label: str) -> TextElement:
    """A term of a description list; its value is what is made inside."""
    with tag("div", classes="fact"):
        tag("dt", label)
        return tag("dd")


def given(control: Element, text: str) -> None:
    """What a control holds before anybody types. As its `value` it would be put back whenever the
    page shows something new, also while somebody is typing.
    """
    control.props[".defaultValue"] = text
