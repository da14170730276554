"""What a message about an alert says, by why it is sent. Pure."""

from collections.abc import Mapping
from typing import Any

from app.domain.activity import Language, shorten
from app.domain.alert_text import TITLE_MAX, Content, Piece
from connectors.messages import Button, Message, Section

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "raised": "",
        "escalated": "No reaction yet: ",
        "again": "Due again: ",
        "accept": "Accept",
        "snooze": "Snooze",
        "reject": "Reject",
        "open": "Open in Baton",
        "answer": "Answer without signing in: ",
        "held": "Hot leads on hold: {n}",
        "held_why": "So many people became hot within a minute that nobody was told of each. "
        "An import may be the cause. Look through them, then release or drop them.",
        "held_open": "Look through them",
    },
    "ja": {
        "raised": "",
        "escalated": "未対応: ",
        "again": "再通知: ",
        "accept": "対応する",
        "snooze": "後で",
        "reject": "対象外",
        "open": "Batonで開く",
        "answer": "サインイン不要で回答: ",
        "held": "ホットリード{n}件の通知を保留しています",
        "held_why": "1分間に多数の方がホットになったため、個別の通知を止めています。"
        "インポートなどが原因の可能性があります。内容を確認のうえ、通知または破棄してください。",
        "held_open": "内容を確認する",
    },
}
DEEDS = ("accept", "snooze", "reject")


def read_content(row: Mapping[str, Any] | None, language: Language) -> Content | None:
    """The words of an alert as its row keeps them; None where it keeps none."""
    kept = (row or {}).get(language)
    if kept is None:
        return None
    pieces = tuple(
        Piece(one["heading"], tuple(one["lines"]), one.get("listed", False))
        for one in kept["pieces"]
    )
    return Content(kept["title"], pieces)


def titled(title: str, why: str, language: Language) -> str:
    """A title that says why somebody is told."""
    return shorten(WORDS[language].get(why, "") + title, TITLE_MAX)


def about_alert(  # noqa: PLR0917 -- in the order in which it is read
    key: str,
    to: str | None,
    said: Content,
    why: str,
    language: Language,
    answer: str | None,
    page: str,
) -> Message:
    """The message about one alert, with its answers as buttons."""
    words = WORDS[language]
    deeds = () if answer is None else DEEDS
    buttons = tuple(Button(words[deed], f"{answer}?do={deed}") for deed in deeds)
    sections = tuple(Section(one.heading, one.lines) for one in said.pieces)
    open_ = Button(words["open"], page)
    return Message(
        key, to, titled(said.title, why, language), sections, (*buttons, open_), language
    )


def about_storm(key: str, to: str | None, held: int, language: Language, page: str) -> Message:
    """The one message about what is held."""
    said = held_content(held, language)
    sections = tuple(Section(one.heading, one.lines) for one in said.pieces)
    button = Button(WORDS[language]["held_open"], page)
    return Message(key, to, said.title, sections, (button,), language)


def held_content(held: int, language: Language) -> Content:
    """How many are held, and why."""
    words = WORDS[language]
    return Content(words["held"].format(n=held), (Piece("", (words["held_why"],)),))
