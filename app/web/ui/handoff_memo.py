"""The memo of a hand-off as a form: what is typed is judged at once, and saved by a button."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nicegui.events import GenericEventArguments

from app.domain.handoff_document import MemoField
from app.flows.handoffs_known import Seen
from app.web.ui.desk import Visit
from app.web.ui.pieces import given, tag, value_of

VALUE = "(event) => emit(event.target.value)"
CHECKED = "(event) => emit(event.target.checked)"
LOCAL = "%Y-%m-%dT%H:%M"
INPUTS = {"number": "number", "date": "date", "datetime": "datetime-local", "email": "email"}


@dataclass(slots=True)
class Typed:
    """What was typed and not saved yet, by field."""

    visit: Visit
    seen: Seen
    changed: Callable[[], None]
    values: dict[str, Any] = field(default_factory=dict)

    def take(self, one: MemoField, value: Any) -> None:
        """A field was left with another value; a time is meant in the viewer's zone."""
        if one.type == "datetime" and value:
            local = datetime.fromisoformat(str(value)).replace(tzinfo=self.visit.days)
            value = local.isoformat()
        self.values[one.name] = value
        self.changed()


def form(typed: Typed) -> None:
    """All sections with their fields."""
    visit, seen = typed.visit, typed.seen
    language = visit.words.language
    for section in seen.flow.sections:
        with tag("fieldset"):
            tag("legend", section.label.text(language), "strong")
            for one in section.fields:
                _field(typed, one)


def shown(visit: Visit, seen: Seen) -> None:
    """The memo for reading."""
    language = visit.words.language
    with tag("dl", classes="facts wide"):
        for one in seen.flow.fields.values():
            value = seen.kept.memo.get(one.name)
            if value is None:
                continue
            with tag("div", classes="fact"):
                tag("dt", one.label.text(language))
                with tag("dd"):
                    chosen = next((c for c in one.choices if c.value == value), None)
                    value_of(visit, value if chosen is None else chosen.label.text(language))


def _field(typed: Typed, one: MemoField) -> None:
    words, value = typed.visit.words, typed.seen.kept.memo.get(one.name)
    name = f"memo-{one.name}"
    label = one.label.text(words.language)
    if one.required:
        label += f" ({words('handoffs.required')})"
    with tag("div", classes="long" if one.type == "long_text" else "field"):
        if one.type == "bool":
            with tag("label", classes="check"):
                made = tag("input", id=name, type="checkbox")
                if value:
                    made.props["checked"] = True
                tag("span", label)
            made.on("change", lambda e: typed.take(one, bool(e.args)), js_handler=CHECKED)
            return
        tag("label", label, for_=name)
        made = _control(typed, one, name, value)

    def left(event: GenericEventArguments) -> None:
        typed.take(one, event.args)

    made.on("change", left, js_handler=VALUE)


def _control(typed: Typed, one: MemoField, name: str, value: Any) -> Any:
    words = typed.visit.words
    if one.type == "choice":
        with tag("select", id=name) as made:
            options = [("", words("handoffs.choose"))]
            options += [(c.value, c.label.text(words.language)) for c in one.choices]
            for key, text in options:
                option = tag("option", text, value=key)
                if key == (value or ""):
                    option.props["selected"] = True
        return made
    if one.type == "long_text":
        made = tag("textarea", id=name, rows="3")
        given(made, value or "")
        return made
    shown_ = "" if value is None else str(value)
    if one.type == "datetime" and value:
        shown_ = f"{datetime.fromisoformat(str(value)).astimezone(typed.visit.days):{LOCAL}}"
    made = tag("input", id=name, type=INPUTS.get(one.type, "text"), autocomplete="off")
    given(made, shown_)
    return made
