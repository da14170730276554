"""What hand-offs are judged and told by: the person, their history, and the document in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from app.domain import handoff_earlier
from app.domain.activity import Fact, Language
from app.domain.condition_document import Grade
from app.domain.handoff import Handoff
from app.domain.handoff_document import Flow, FlowName, HandoffDocument
from app.domain.handoff_earlier import Earlier
from app.domain.handoff_memo import Background
from app.domain.handoff_quality import Case, Judged, judge
from app.domain.handoff_words import Told, Written
from app.domain.link import Link
from app.domain.touch import NONE, Touch
from app.flows.rules import Rules
from app.store import activities, handoffs_entries, handoffs_review, touches
from app.store.db import Tx
from app.store.handoffs import Kept
from connectors.base import Value

EARLIER = 5  # hand-offs of which a new memo tells


class NoDocument(LookupError):
    """No hand-off document is published, or it has no such flow."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A person's stored score, as conditions compare it."""

    total: int
    fit: float
    intent: float
    timing: float
    grade: Grade
    ma_score: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """On what an act is done: the rules, the person (locked), the moment."""

    rules: Rules
    link: Link
    now: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A person, as a hand-off knows them. `notified`: the receiver has been told."""

    link: Link
    facts: Sequence[Fact]
    touch: Touch
    notified: bool = False


def document(rules: Rules) -> HandoffDocument:
    """The document in force. Raises: NoDocument."""
    if rules.handoff is None:
        raise NoDocument('no document of the kind "handoff" is published')
    return rules.handoff[0]


def flow_of(rules: Rules, name: str) -> Flow:
    """Raises: NoDocument."""
    found = document(rules).flows.get(cast("FlowName", name))
    if found is None:
        raise NoDocument(f'the published hand-off document has no flow "{name}"')
    return found


def known(tx: Tx, link: Link, kept: Kept | None = None) -> Known:
    """Read what is known of a person."""
    rows = activities.facts(tx, [link.id])[link.id]
    facts = [Fact(a["type"], a["at"], a["title"], a["detail"]) for a in rows]
    touch = touches.of(tx, [link.id]).get(link.id, NONE)
    told = kept is not None and handoffs_entries.notified(tx, kept.id)
    return Known(link, facts, touch, told)


def background(tx: Tx, rules: Rules, one: Known, words: Language) -> Background:
    """What a memo begins with."""
    link, flows = one.link, document(rules).flows
    before = handoffs_review.earlier(tx, link.id, EARLIER)
    ended = [
        Earlier(kept.state_at, kept.standing, flows.get(cast("FlowName", kept.flow)))
        for kept in before
    ]
    last = before[0].memo if before else {}
    zone = ZoneInfo(document(rules).calendar.time_zone)
    said = handoff_earlier.told(ended, words, zone)
    return Background(link.agreed, one.facts, one.touch, name_of(link), said, last, zone)


def name_of(link: Link) -> str:
    """How to call somebody: by the canonical names of the mapping presets, in either order."""
    fields = link.agreed
    first, last = (str(fields.get(name) or "") for name in ("first_name", "last_name"))
    whole = str(fields.get("name") or "") or " ".join(part for part in (last, first) if part)
    return whole or link.email or str(link.id)


@dataclass(frozen=True, slots=True)
class Paper:
    """What people wrote into a hand-off, and where it stands."""

    memo: Mapping[str, Value]
    ticks: Mapping[str, Any] = field(default_factory=dict)
    standing: Handoff = field(default_factory=Handoff)


def judged(flow: Flow, one: Known, paper: Paper, now: datetime) -> Judged:
    """How good a hand-off is now."""
    link = one.link
    score = None
    if link.score is not None and link.grade is not None:
        grade = cast("Grade", link.grade)
        score = Figures(link.score, link.fit or 0, link.intent or 0, link.timing or 0, grade)
    figures: dict[str, Value] = {
        "touches": one.touch.count,
        "hot": None if link.hot_since is None else link.hot_since.isoformat(),
        "registered": bool(link.sides),
        "notified": one.notified,
        "questions_open": paper.standing.questions_open,
    }
    names = {name: tick["by"] for name, tick in paper.ticks.items()}
    case = Case(paper.memo, link.agreed, one.facts, score, figures, names)
    return judge(flow, case, now)


@dataclass(frozen=True, slots=True)
class Seen:
    """A hand-off with all that is said of it."""

    flow: Flow
    kept: Kept
    known: Known
    judged: Judged
    zone: str

    def told(self, words: Language) -> Told:
        """What texts about it are made of."""
        link, kept = self.known.link, self.kept
        written = Written(self.flow, kept.memo, self.zone, words)
        name = name_of(link)
        return Told(written, kept.id, kept.standing, self.judged, name, kept.giver, link.agreed)


def see(tx: Tx, rules: Rules, link: Link, kept: Kept, now: datetime) -> Seen:
    """Raises: NoDocument."""
    flow = flow_of(rules, kept.flow)
    one = known(tx, link, kept)
    said = judged(flow, one, Paper(kept.memo, kept.ticks, kept.standing), now)
    return Seen(flow, kept, one, said, document(rules).calendar.time_zone)
