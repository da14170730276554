"""Whether a lead is hot, and whether somebody is to be told about it now.

`crossing` counts how often a person has become hot. Each time raises one alert at most, so
(person, rule, crossing) identifies an alert. No alert is raised by history, nor within the
cool-down after the last one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from app.domain.activity import Fact, Label
from app.domain.alerting import terms
from app.domain.conditions import Subject, combined, examine
from app.domain.hot_lead_document import HotLeadDocument, HotRule
from app.domain.reasons import LIMIT
from app.domain.scoring import Reason, Score
from connectors.base import Value

Why: TypeAlias = Literal["crossed", "history", "cool-down", "already hot", "cooled off", "not hot"]


@dataclass(frozen=True, slots=True)
class HotState:
    """What is remembered of a person between judgements. `hot_since` is None when not hot."""

    hot_since: datetime | None = None
    crossing: int = 0
    last_alert_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """An alert to be raised: which rule fired, why, what the person did, what to do by when."""

    rule: str
    crossing: int
    reasons: tuple[Reason, ...]
    due_at: datetime
    step: Label
    rule_label: Label
    recent: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome, to be stored, and `why` for the journal.

    crossed: became hot, alert. history: is hot, but nothing fresh led to it. cool-down: is hot
    (again), but an alert was raised a short while ago. already hot: that was told before.
    `next_change_at`: when the clock alone could change `hot`, apart from the score's own changes.
    """

    hot: bool
    hot_since: datetime | None
    crossing: int
    alert: AlertPlan | None
    why: Why
    last_alert_at: datetime | None = None
    next_change_at: datetime | None = None

    @property
    def state(self) -> HotState:
        return HotState(self.hot_since, self.crossing, self.last_alert_at)


def judge(  # noqa: PLR0917 -- what a person is, in the order in which it comes to be
    document: HotLeadDocument,
    state: HotState,
    score: Score,
    fields: Mapping[str, Value],
    facts: Sequence[Fact],
    now: datetime,
    *,
    caused_at: datetime,
) -> Judgement:
    """Tell whether a person is hot now, and plan the alert if one is due.

    `caused_at` is when that happened which led to this judgement: the time of the activity or
    of the change of a field, not the time at which we heard of it. For a recompute after a rule
    was changed give the time of the newest activity: publishing a document pages nobody.
    """
    subject = Subject(fields, facts, score)
    findings = [examine(rule.when, subject, now) for rule in document.rules]
    holding = (rule for rule, found in zip(document.rules, findings, strict=True) if found.holds)
    rule = next(holding, None)
    lingers = state.hot_since is not None and score.total >= document.cool_off_below
    changes_at = None if lingers else combined(findings, all_=False).changes_at
    if rule is None and not lingers:
        why: Why = "not hot" if state.hot_since is None else "cooled off"
        return _outcome(replace(state, hot_since=None), why, changes_at)
    since = state.hot_since or now
    after = HotState(since, state.crossing + (state.hot_since is None), state.last_alert_at)
    fresh_from = now - timedelta(minutes=document.fresh_for_minutes)
    if rule is None or not _untold(state, score, fresh_from):
        return _outcome(after, "already hot", changes_at)
    if caused_at < fresh_from:
        return _outcome(after, "history" if state.hot_since is None else "already hot", changes_at)
    cool_down = terms(document, rule).cool_down
    if state.last_alert_at is not None and now < state.last_alert_at + cool_down:
        return _outcome(after, "cool-down", changes_at)
    alert = _plan(document, rule, after.crossing, score=score, facts=facts, now=now)
    told_at = max(now, since)  # a clock set back must not make this crossing look untold
    return _outcome(replace(after, last_alert_at=told_at), "crossed", changes_at, alert)


def _outcome(
    state: HotState, why: Why, changes_at: datetime | None, alert: AlertPlan | None = None
) -> Judgement:
    return Judgement(
        hot=state.hot_since is not None,
        hot_since=state.hot_since,
        crossing=state.crossing,
        alert=alert,
        why=why,
        last_alert_at=state.last_alert_at,
        next_change_at=changes_at,
    )


def _untold(state: HotState, score: Score, fresh_from: datetime) -> bool:
    """Tell whether an alert about the present crossing is still wanted.

    It is when the person becomes hot now; and when they became hot by history or within a
    cool-down, nobody was told since, and now they do something that earns points.
    """
    if state.hot_since is None:
        return True
    if state.last_alert_at is not None and state.last_alert_at >= state.hot_since:
        return False
    return any(
        reason.points > 0 and reason.at is not None and reason.at >= fresh_from
        for reason in score.reasons
    )


def _plan(
    document: HotLeadDocument,
    rule: HotRule,
    crossing: int,
    *,
    score: Score,
    facts: Sequence[Fact],
    now: datetime,
) -> AlertPlan:
    reasons = [reason for reason in score.reasons if reason.points > 0 and reason.rule != LIMIT]
    top = tuple(reasons[: document.reasons])
    happened = [fact for fact in facts if fact.counts_from <= now]
    recent = sorted(happened, key=lambda fact: (fact.at, fact.type, fact.title), reverse=True)
    return AlertPlan(
        rule=rule.name,
        crossing=crossing,
        reasons=top,
        due_at=now + timedelta(minutes=terms(document, rule).reaction_minutes),
        step=_step(document, top),
        rule_label=rule.label,
        recent=tuple(recent[: document.activities]),
    )


def _step(document: HotLeadDocument, reasons: Sequence[Reason]) -> Label:
    """The suggestion for the strongest reason that has one."""
    for reason in reasons:
        for step in document.next_steps:
            if fnmatchcase(reason.rule, step.reason):
                return step.text
    return document.default_step
