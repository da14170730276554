"""What a clock tells of a step, in words, and by the channels that the step names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.domain.activity import Label, Language
from app.domain.alert_text import Content, Piece
from app.domain.link import Link
from app.domain.notice_document import told_at
from app.domain.sla import CANCELLED, ESCALATE, LATE, MET, WARN
from app.domain.sla_document import OWNER, ClockRule, EscalationStep, Warn
from app.domain.sla_words import clock_texts
from app.flows import sla_rules
from app.flows.raising import LANGUAGES
from app.flows.rules import Rules
from app.flows.ways import Whom, tell
from app.store import alert_messages
from app.store.alert_messages import Topic
from app.store.db import Tx
from app.store.sla import Clock
from connectors.base import Value

ENDS = frozenset({MET, LATE, CANCELLED})


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that a clock takes now, if it never did."""

    clock: Clock
    rule: ClockRule
    step: str
    link: Link


class Run(Protocol):
    """A clock, as far as words need it."""

    @property
    def name(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def calendar(self) -> str: ...
    @property
    def due_at(self) -> datetime | None: ...


def texts(
    tx: Tx, run: Run, step: str, agreed: Mapping[str, Value], language: Language
) -> tuple[str, str]:
    """Title and body of what is told at a step, by the version that the clock goes by."""
    agreement = sla_rules.of(tx, run.document, run.version)
    rule = None if agreement is None else agreement.document.clock(run.name)
    label = Label(en=run.name, ja=run.name) if rule is None else rule.label
    zone = "UTC" if agreement is None else agreement.document.calendar(run.calendar).time_zone
    return clock_texts(
        label, agreed, run.due_at, language, is_warning=step == WARN, zone=ZoneInfo(zone)
    )


def called_for(rule: ClockRule, step: str) -> Warn | EscalationStep | None:
    """What the document has done at a step, besides writing it down."""
    if step == WARN:
        return rule.warn
    if step.startswith(ESCALATE):
        return rule.escalate[int(step.removeprefix(ESCALATE))]
    return None


def by_channels(tx: Tx, rules: Rules, one: Taken, *, now: datetime) -> set[str]:
    """Have the channels of a step that was just taken tell of it, once; lanes to wake. What was
    not told when the clock ends need not be, nor a warning that waits when time is over.
    """
    clock, step, link = one.clock, one.step, one.link
    if step in ENDS:
        alert_messages.drop_about(tx, link.id, f"sla/{clock.id}/")
    chosen = called_for(one.rule, step)
    if chosen is None or not chosen.messages:
        return set()
    if step.startswith(ESCALATE):
        alert_messages.overtake(tx, link.id, [f"sla/{clock.id}/{WARN}"], now=now)
    said: dict[str, Any] = {}
    for language in LANGUAGES:
        title, body = texts(tx, clock, step, link.agreed, language)
        said[language] = Content(title, (Piece("", tuple(body.split("\n"))),)).as_row()
    owner = link.agreed.get("owner")
    whom = chosen.to if chosen.to != OWNER else str(owner or "")
    topic = Topic(f"sla/{clock.id}/{step}", link.id, said, f"/people/{link.id}", clock.cause_id)
    due_at = _due_at(tx, clock, chosen, now)
    whom_ = Whom(None, whom)
    return tell(tx, rules, topic, whom_, channels=(), messages=chosen.messages, due_at=due_at)


def _due_at(tx: Tx, run: Run, chosen: Warn | EscalationStep, now: datetime) -> datetime:
    """From when on channels may tell of a step, by the version that the clock goes by."""
    agreement = sla_rules.of(tx, run.document, run.version)
    if agreement is None:
        return now
    known = agreement.document
    calendar = known.calendar(run.calendar)
    return told_at(calendar, known.outside_hours, now, urgent=chosen.urgent)
