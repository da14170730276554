"""Preview: who would have been alerted lately under a hot-lead document. Nothing is written.

The days are lived again with the very functions that decide in earnest: each person is scored and
judged at every moment at which something happened to them. Fields are as they are now, for their
history is not kept; so a person whose fields changed since may differ. Besides: who meets a rule
right now, as if something happened to them this minute.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.activity import Fact
from app.domain.alerting import (
    Terms,
    calendar_of,
    later,
    next_escalation,
    reachable_at,
    rule_of,
    terms,
)
from app.domain.hot_lead import AlertPlan, HotState, Judgement, judge
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.link import Link
from app.domain.scoring import Score, score
from app.flows import rules as rules_
from app.flows.raising import first_messages, recipient_of
from app.flows.rules import Plan, Rules
from app.store import activities, alert_trial, links
from app.store.alert_messages import Told
from app.store.connections import Connection
from app.store.db import Tx

MOST = 500  # people: somebody waits for the answer
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Way:
    """By what somebody would be told at a connection, and when: outside of their working hours all
    but the task waits.
    """

    connection: str
    channel: Told
    at: datetime


@dataclass(frozen=True, slots=True)
class Would:
    """An alert that would be raised, and when its recipient would be rung. `hot_since`: since when
    the person really is hot; `escalates_at`: when the next is told if nobody reacts.
    """

    link_id: UUID
    name: str
    at: datetime
    rule: str
    score: int
    grade: str
    reasons: tuple[str, ...]
    recipient: str | None
    rung_at: datetime
    reasons_ja: tuple[str, ...]
    ways: tuple[Way, ...]
    react_by: datetime
    escalates_at: datetime | None
    hot_since: datetime | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a preview shows. `held`: alerts beyond what is told in a minute; `people` of `of` had
    something happen to them in that time and were looked at; `now`: those of them who meet a rule
    right now, the highest score first; `scored`: whether there are scoring rules to go by.
    """

    since: datetime
    people: int
    of: int
    alerts: Sequence[Would]
    per_day: Mapping[str, int]
    per_recipient: Mapping[str, int]
    per_rule: Mapping[str, int]
    held: int
    raised: int
    now: Sequence[Would]
    scored: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """One person, to be judged by a document."""

    rules: Rules
    document: HotLeadDocument
    plan: Plan
    link: Link
    facts: Sequence[Fact]


def preview(tx: Tx, document: HotLeadDocument, *, days: int, now: datetime) -> Trial:
    """Live the last days again under a document."""
    rules, since = rules_.load(tx), now - timedelta(days=days)
    ids = alert_trial.touched(tx, since, MOST)
    found = links.read(tx, ids)
    facts = activities.facts(tx, found)
    scored = alert_trial.scored_at(tx, ids, since)
    alerts: list[Would] = []
    standing: list[Would] = []
    for link in found.values() if rules.scoring is not None else ():
        plan = rules.plan_of(link.kind, tuple(link.sides))
        if plan is not None:
            case = _Case(rules, document, plan, link, _facts(facts[link.id]))
            alerts += _relived(case, scored.get(link.id, ()), since=since, now=now)
            standing += _standing(case, now=now)
    standing.sort(key=lambda one: (-one.score, str(one.link_id)))
    alerts.sort(key=lambda one: (one.at, str(one.link_id)), reverse=True)
    return Trial(
        since=since,
        people=len(found),
        of=alert_trial.count_touched(tx, since),
        alerts=alerts,
        per_day=_counts(_day(document, one) for one in alerts),
        per_recipient=_counts(one.recipient or "" for one in alerts),
        per_rule=_counts(one.rule for one in alerts),
        held=_held(document, alerts),
        raised=alert_trial.raised(tx, since),
        now=standing,
        scored=rules.scoring is not None,
    )


def _counts(names: Iterable[str]) -> dict[str, int]:
    """How many of each. No Counter: `asdict` of Python 3.11 makes pairs of its keys."""
    return dict(Counter(names))


def _day(document: HotLeadDocument, one: Would) -> str:
    """The day of an alert where its recipient works."""
    calendar = calendar_of(document, one.recipient)
    return one.at.astimezone(ZoneInfo(calendar.time_zone) if calendar else UTC).date().isoformat()


def _facts(rows: Sequence[Mapping[str, Any]]) -> list[Fact]:
    return [Fact(one["type"], one["at"], one["title"], one["detail"]) for one in rows]


def _relived(
    case: _Case, moments: Sequence[datetime], *, since: datetime, now: datetime
) -> Iterator[Would]:
    """The alerts about one person. What was so before `since` makes hot, and alerts nobody."""
    times = {fact.at for fact in case.facts} | set(moments)
    state = HotState()
    for at in (since, *sorted(one for one in times if since < one <= now)):
        caused_at = at if at > since else since - timedelta(days=365)
        said, result = _judged(case, state, at, caused_at)
        state = said.state
        if said.alert is not None:
            yield _would(case, said.alert, result, at)


def _standing(case: _Case, *, now: datetime) -> Iterator[Would]:
    """The alert that something happening right now would raise, of nobody told so far."""
    said, result = _judged(case, HotState(), now, now)
    if said.alert is not None:
        yield _would(case, said.alert, result, now)


def _judged(
    case: _Case, state: HotState, at: datetime, caused_at: datetime
) -> tuple[Judgement, Score]:
    then = [fact for fact in case.facts if fact.at <= at]
    assert case.rules.scoring is not None  # noqa: S101  nobody is judged without
    fields = case.link.agreed
    result = score(case.rules.scoring[0], fields, then, at)
    return judge(case.document, state, result, fields, then, at, caused_at=caused_at), result


def _would(case: _Case, plan: AlertPlan, result: Score, at: datetime) -> Would:
    document, link = case.document, case.link
    mine = terms(document, rule_of(document, plan.rule))
    who = recipient_of(case.rules, case.plan, link, mine)
    calendar = calendar_of(document, who)
    told_at = reachable_at(calendar, at)
    target = case.rules.connections.get(case.plan.connection("sfa"))
    return Would(
        link_id=link.id,
        name=str(link.agreed.get("email") or link.agreed.get("name") or link.id),
        at=at,
        rule=plan.rule,
        score=result.total,
        grade=result.grade,
        reasons=tuple(one.text_en for one in plan.reasons),
        recipient=who,
        rung_at=told_at,
        reasons_ja=tuple(one.text_ja for one in plan.reasons),
        ways=_ways(case.rules, mine, target, who, told_at=told_at, at=at),
        react_by=later(calendar, told_at, mine.reaction_minutes),
        escalates_at=next_escalation(mine.escalation, 0, calendar, told_at),
        hot_since=link.hot_since,
    )


def _ways(
    rules: Rules,
    mine: Terms,
    target: Connection | None,
    who: str | None,
    *,
    told_at: datetime,
    at: datetime,
) -> tuple[Way, ...]:
    """By what they would be told; by nothing where the SFA can't hold the alert's task."""
    if target is None or "RaisesAlerts" not in target.capabilities:
        return ()
    found = [Way(target.name, "task", at)]
    if "notification" in mine.channels and "Notifies" in target.capabilities and told_at == at:
        found.append(Way(target.name, "notification", at))
    later_ = first_messages(rules, mine, target, who, told_at=told_at, now=at)
    return (*found, *(Way(one.connection, one.channel, one.due_at) for one in later_))


def _held(document: HotLeadDocument, alerts: Sequence[Would]) -> int:
    """How many would have been one too many for their recipient within a minute."""
    told: dict[str, list[datetime]] = {}
    held = 0
    for one in sorted(alerts, key=lambda one: one.at):
        recent = [at for at in told.get(one.recipient or "", ()) if at > one.at - MINUTE]
        if len(recent) >= document.storm.per_recipient:
            held += 1
            continue
        told[one.recipient or ""] = [*recent, one.at]
    return held
