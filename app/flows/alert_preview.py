"""Preview: who would have been alerted lately under a hot-lead document. Nothing is written.

The days are lived again with the very functions that decide in earnest: each person is scored and
judged at every moment at which something happened to them. Fields are as they are now, for their
history is not kept; so a person whose fields changed since may differ.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.activity import Fact
from app.domain.alerting import calendar_of, reachable_at, rule_of, terms
from app.domain.hot_lead import AlertPlan, HotState, judge
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.link import Link
from app.domain.scoring import Score, score
from app.flows import rules as rules_
from app.flows.raising import recipient_of
from app.flows.rules import Rules
from app.store import activities, alert_trial, links
from app.store.db import Tx

MOST = 500  # people: somebody waits for the answer
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Would:
    """An alert that would have been raised, and when its recipient would have been rung."""

    link_id: UUID
    name: str
    at: datetime
    rule: str
    score: int
    grade: str
    reasons: tuple[str, ...]
    recipient: str | None
    rung_at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """What a preview shows. `held`: alerts beyond what is told in a minute; `people` of `of` had
    something happen to them in that time and were looked at.
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


def preview(tx: Tx, document: HotLeadDocument, *, days: int, now: datetime) -> Trial:
    """Live the last days again under a document."""
    rules, since = rules_.load(tx), now - timedelta(days=days)
    ids = alert_trial.touched(tx, since, MOST)
    found = links.read(tx, ids)
    facts = activities.facts(tx, found)
    scored = alert_trial.scored_at(tx, ids, since)
    alerts: list[Would] = []
    if rules.scoring is not None:
        for link in found.values():
            moments = scored.get(link.id, ())
            alerts += _relived(rules, document, link, facts[link.id], moments, since=since, now=now)
    alerts.sort(key=lambda one: (one.at, str(one.link_id)), reverse=True)
    return Trial(
        since=since,
        people=len(found),
        of=alert_trial.count_touched(tx, since),
        alerts=alerts,
        per_day=Counter(one.at.date().isoformat() for one in alerts),
        per_recipient=Counter(one.recipient or "" for one in alerts),
        per_rule=Counter(one.rule for one in alerts),
        held=_held(document, alerts),
        raised=alert_trial.raised(tx, since),
    )


def _relived(
    rules: Rules,
    document: HotLeadDocument,
    link: Link,
    rows: Sequence[Mapping[str, Any]],
    moments: Sequence[datetime],
    *,
    since: datetime,
    now: datetime,
) -> Iterator[Would]:
    """The alerts about one person. What was so before `since` makes hot, and alerts nobody."""
    if rules.scoring is None:
        return
    plan = rules.plan_of(link.kind, tuple(link.sides))
    if plan is None:
        return
    facts = [Fact(a["type"], a["at"], a["title"], a["detail"]) for a in rows]
    times = {fact.at for fact in facts} | set(moments)
    state = HotState()
    for at in (since, *sorted(one for one in times if since < one <= now)):
        then = [fact for fact in facts if fact.at <= at]
        result = score(rules.scoring[0], link.agreed, then, at)
        caused_at = at if at > since else since - timedelta(days=365)
        said = judge(document, state, result, link.agreed, then, at, caused_at=caused_at)
        state = said.state
        if said.alert is not None:
            who = recipient_of(
                rules, plan, link, terms(document, rule_of(document, said.alert.rule))
            )
            yield _would(document, link, said.alert, result, who, at)


def _would(  # noqa: PLR0917 -- an alert, and about whom
    document: HotLeadDocument,
    link: Link,
    plan: AlertPlan,
    result: Score,
    who: str | None,
    at: datetime,
) -> Would:
    return Would(
        link_id=link.id,
        name=str(link.agreed.get("email") or link.agreed.get("name") or link.id),
        at=at,
        rule=plan.rule,
        score=result.total,
        grade=result.grade,
        reasons=tuple(one.text_en for one in plan.reasons),
        recipient=who,
        rung_at=reachable_at(calendar_of(document, who), at),
    )


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
