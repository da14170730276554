"""The words in which a clock tells somebody in the SFA. Languages are English and Japanese."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from app.domain.activity import Label, Language, one_line, shorten
from connectors.base import Value

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "warn": "Due soon: ", "late": "Overdue: ",
        "clock": "Agreed time: {label}", "due": "Due: {due}", "owner": "Owner: {owner}",
        "step": "Take care of it, or record what was done: the clock stops by itself.",
    },
    "ja": {
        "warn": "期限間近: ", "late": "期限超過: ",
        "clock": "対象のSLA: {label}", "due": "期限: {due}", "owner": "担当者: {owner}",
        "step": "対応のうえ記録してください。記録されると計測は自動で止まります。",
    },
}  # fmt: skip
TITLE_MAX = 80  # what a phone shows of a notification


def clock_texts(
    label: Label,
    fields: Mapping[str, Value],
    due_at: datetime | None,
    language: Language,
    *,
    is_warning: bool,
    zone: tzinfo,
) -> tuple[str, str]:
    """The title (at most 80 characters) and body of a task about a clock."""
    words = WORDS[language]
    who = _who(fields, language)
    head = words["warn" if is_warning else "late"] + label.text(language)
    due = "-" if due_at is None else due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
    lines = [
        who,
        words["clock"].format(label=label.text(language)),
        words["due"].format(due=due),
        words["owner"].format(owner=one_line(str(fields.get("owner") or "-"))),
        words["step"],
    ]
    return shorten(f"{head} - {who}" if who else head, TITLE_MAX), "\n".join(filter(None, lines))


def _who(fields: Mapping[str, Value], language: Language) -> str:
    texts = {key: one_line(str(value)) for key, value in fields.items() if value is not None}
    names = [texts.get("last_name", ""), texts.get("first_name", "")]
    name = " ".join(filter(None, names if language == "ja" else reversed(names)))
    name = name or texts.get("name", "") or texts.get("email", "")
    return " ".join(filter(None, [texts.get("company", ""), name]))
