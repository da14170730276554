"""Whom a hand-off is put before, by which ways: a task in the SFA, and channels as for alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.activity import Language
from app.domain.alert_text import Content, Piece
from app.domain.handoff_words import task
from app.domain.notice_document import Notice, NoticeKind, told_at
from app.flows.handoffs_known import Seen, document
from app.flows.raising import LANGUAGES, language
from app.flows.rules import Rules
from app.flows.ways import Whom, tell
from app.store import handoffs_entries
from app.store.alert_messages import Topic
from app.store.connections import Connection
from app.store.db import Tx
from app.store.handoffs_entries import New


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody is told: `whom` is an e-mail address, None for the record's owner; `said` the
    question, the answer or the reason; `due_at` until when they have to do something.
    """

    kind: NoticeKind
    whom: str | None
    said: str | None
    due_at: datetime


def put(
    tx: Tx, rules: Rules, target: Connection | None, seen: Seen, note: Note, *, now: datetime
) -> set[str]:
    """Tell it by the ways of the document, each once; lanes to wake. The task stands at once; the
    rest may wait for working hours.
    """
    way = seen.flow.notice(note.kind)
    if way is None:
        return set()
    key = f"handoff/{seen.kept.id}/{note.kind}/{seen.kept.version}"
    whom, wakes = way.to or note.whom, set[str]()
    has_task = target is not None and "task" in way.channels and _is_somebodys(note, whom)
    if has_task and target is not None and "RaisesAlerts" in target.capabilities:
        title, body = task(seen.told(language(target)), note.kind, note.said)
        new = New(seen.kept.id, target.name, key, "task", title, body, note.due_at, whom)
        handoffs_entries.put(tx, [new])
        wakes.add(f"handoff:{target.name}")
    said: dict[str, Any] = {one: _content(seen, note, one).as_row() for one in LANGUAGES}
    page = f"/handoffs/{seen.kept.id}"
    topic = Topic(key, seen.kept.link_id, said, page, seen.kept.cause_id)
    bells = way.channels if _is_somebodys(note, whom) else ()
    sfa = None if target is None else target.name
    return wakes | tell(
        tx,
        rules,
        topic,
        Whom(sfa, whom),
        channels=bells,
        messages=way.messages,
        due_at=_due_at(rules, way, note, now),
    )


def _due_at(rules: Rules, way: Notice, note: Note, now: datetime) -> datetime:
    """From when on channels may tell it. A reminder that would come after what it reminds of does
    not wait.
    """
    known = document(rules)
    found = told_at(known.calendar, known.outside_hours, now, urgent=way.urgent)
    return now if note.kind == "reminder" and found >= note.due_at else found


def _is_somebodys(note: Note, whom: str | None) -> bool:
    """Whether it is known who is asked in the SFA: an approval is nothing for the record's owner.
    Messages go where the channel posts.
    """
    return note.kind != "approval" or whom is not None


def _content(seen: Seen, note: Note, words: Language) -> Content:
    title, body = task(seen.told(words), note.kind, note.said)
    return Content(title, (Piece("", tuple(one for one in body.split("\n") if one)),))
