"""Tell: messages about alerts and other topics, by channels and in the SFA. Each is told once.

Most channels can't be asked whether something arrived. So a message is marked before the call,
and one whose outcome is in doubt is not sent again: the task in the SFA stands. A further task
is idempotent, and is asked for until it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from app.domain.activity import Language
from app.domain.alert_message import (
    WORDS,
    about_alert,
    about_storm,
    held_content,
    read_content,
    titled,
)
from app.domain.alert_text import Content, Piece
from app.flows.alert_links import Links
from app.flows.raising import language
from app.flows.waiting import back_off_s, code_of
from app.store import alert_messages, connections, documents, journal
from app.store.alert_messages import DueMessage, Told
from app.store.db import Tx
from app.store.journal import Line
from connectors.base import Alert, AuthLost, Busy, ConnectorError, Landed, Ref, Unsure
from connectors.capabilities import Notifies, RaisesAlerts
from connectors.messages import Mentions, Message, SendsMessages

AT_ONCE = 20
SHORT = 40  # so that the key with its number stays within 60
LINKS_HOURS = 72.0  # where no document says it
Outcomes: TypeAlias = Mapping[str, Landed | ConnectorError | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to tell by one channel: `messages` to people, or `alerts` to somebody in the SFA."""

    connection: str
    channel: Told
    due: Mapping[str, DueMessage]
    messages: Sequence[Message] = ()
    alerts: Sequence[Alert] = ()


def plan(tx: Tx, connection: str, links: Links, *, now: datetime) -> Ask | None:
    """The next messages of one kind. Only the lane's holder calls this."""
    for channel, ids in alert_messages.in_flight(tx, connection).items():
        again = channel == "task"
        state = "pending" if again else "in_doubt"
        reason = "the worker that sent it died"
        alert_messages.change(tx, ids, wait_s=0 if again else None, state=state, reason=reason)
    due = alert_messages.due(tx, connection, AT_ONCE, now=now)
    if not due:
        return None
    channel = due[0].channel
    chosen = {_key(one): one for one in due if one.channel == channel}
    alert_messages.change(tx, [one.id for one in chosen.values()], state="flying")
    known = connections.get(tx, connection)
    words: Language = "en" if known is None else language(known)
    voice = _Voice(words, links, links_end(tx, now), now)
    if channel == "message":
        messages = [_message(key, one, voice) for key, one in chosen.items()]
        return Ask(connection, channel, chosen, messages=messages)
    alerts = [_alert(key, one, voice) for key, one in chosen.items()]
    return Ask(connection, channel, chosen, alerts=alerts)


def _key(one: DueMessage) -> str:
    if one.storm_id is not None:
        return f"storm/{one.storm_id}/{one.id}"
    if one.about is not None:
        return f"{one.about[:SHORT]}/{one.id}"
    return f"alert/{one.link_id}/{one.crossing}/{one.step}.{one.round}"[:60]


def _said(one: DueMessage, words: Language) -> Content:
    """The alert's words; those of an older release had one language, and no parts."""
    kept = read_content(one.content, words)
    return kept or Content(one.title or "", (Piece("", tuple((one.body or "").split("\n"))),))


def links_end(tx: Tx, now: datetime) -> datetime:
    """Until when links that are made now answer an alert."""
    active = next((one for one in documents.active(tx) if one.kind == "hot_lead"), None)
    body = {} if active is None else documents.body(tx, active)
    return now + timedelta(hours=float(body.get("links_hours", LINKS_HOURS)))


@dataclass(frozen=True, slots=True)
class _Voice:
    """In which language something is told, with which links, until when they work."""

    words: Language
    links: Links
    ends_at: datetime
    now: datetime

    def answer(self, one: DueMessage) -> str | None:
        if one.alert_id is None:
            return None
        return self.links.answer(one.alert_id, one.id, self.ends_at)

    def page(self, one: DueMessage) -> str:
        if one.storm_id is not None:
            return f"{self.links.public_url}/alerts?show=held"
        if one.path is not None:
            return f"{self.links.public_url}{one.path}"
        return self.links.person(one.link_id)


def _message(key: str, one: DueMessage, voice: _Voice) -> Message:
    words, page = voice.words, voice.page(one)
    to = one.recipient if "@" in one.recipient else None
    if one.storm_id is not None:
        return about_storm(key, to, one.held, words, page)
    answer = voice.answer(one)
    return about_alert(key, to, _said(one, words), one.reason_for, words, answer, page)


def _alert(key: str, one: DueMessage, voice: _Voice) -> Alert:
    held = one.storm_id is not None
    said = held_content(one.held, voice.words) if held else _said(one, voice.words)
    answer = voice.answer(one)
    more = "" if answer is None else f"\n{WORDS[voice.words]['answer']}{answer}"
    return Alert(
        key=key,
        person=Ref(one.person_kind or "person", one.person_id or ""),
        owner_id=one.owner_id,
        title=titled(said.title, one.reason_for, voice.words),
        body=said.body + (more if one.channel == "task" else ""),
        due_at=one.react_by or voice.now,
        url=voice.page(one),
    )


def call(connector: object, ask: Ask) -> Outcomes:
    """Tell. Raises: Busy, AuthLost, Unsure, Rejected."""
    match ask.channel:
        case "message":
            return connector.send(ask.messages) if isinstance(connector, SendsMessages) else {}
        case "notification":
            return connector.notify(ask.alerts) if isinstance(connector, Notifies) else {}
        case "mention":
            return connector.mention(ask.alerts) if isinstance(connector, Mentions) else {}
        case "task":
            return connector.raise_alerts(ask.alerts) if isinstance(connector, RaisesAlerts) else {}


def settle(tx: Tx, ask: Ask, outcomes: Outcomes, *, now: datetime) -> set[str]:
    """Record what was told, and what was not."""
    missing = Unsure("the answer does not name this message")
    for key, one in ask.due.items():
        outcome = outcomes.get(key, missing)
        if outcome is None or isinstance(outcome, Landed):
            _sent(tx, one, outcome, now=now)
        else:
            _failed(tx, one, outcome)
    return set()


def _sent(tx: Tx, one: DueMessage, landed: Landed | None, *, now: datetime) -> None:
    external_id = None if landed is None else landed.ref.id
    alert_messages.change(
        tx,
        [one.id],
        state="sent",
        sent_at=now,
        external_id=external_id,
        code=None,
        reason=None,
    )
    journal.write(tx, [_line("told", one)])


def _failed(tx: Tx, one: DueMessage, error: ConnectorError) -> None:
    waits = isinstance(error, Busy | AuthLost) or (
        isinstance(error, Unsure) and one.channel == "task"
    )
    said: dict[str, Any] = {"code": code_of(error), "reason": str(error)}
    said["attempts"] = one.attempts + 1
    if waits:
        wait_s = back_off_s(one.attempts, error)
        alert_messages.change(tx, [one.id], wait_s=wait_s, state="pending", **said)
        return
    state = "in_doubt" if isinstance(error, Unsure) else "failed"
    alert_messages.change(tx, [one.id], state=state, **said)
    journal.write(tx, [_line("untold", one, code=code_of(error))])


def _line(event: str, one: DueMessage, **more: object) -> Line:
    detail: dict[str, Any] = {"channel": one.channel, **more}
    if one.about is not None:
        detail |= {"about": one.about, "to": one.recipient}
        return Line(f"notice_{event}", one.link_id, one.connection, one.cause_id, detail)
    detail |= {"alert": one.alert_id, "why": one.reason_for, "step": one.step}
    return Line(f"alert_{event}", one.link_id, one.connection, one.cause_id, detail)


def give_up(tx: Tx, ask: Ask, error: ConnectorError, *, now: datetime) -> set[str]:
    """The whole call failed: every message of it ended like this."""
    return settle(tx, ask, dict.fromkeys(ask.due, error), now=now)
