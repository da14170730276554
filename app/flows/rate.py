"""Scoring and hot leads within a round of decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.activity import Fact
from app.domain.hot_lead import HotState, judge
from app.domain.scoring import Reason, Score, score
from app.flows import raising
from app.flows.raising import language, reason_row
from app.flows.round import Case

__all__ = ["language", "rate"]


def rate(case: Case, before: Mapping[str, Any]) -> None:
    """Score a person and judge whether it is hot; `before` is what was agreed until now."""
    rules, link, now = case.round.rules, case.link, case.round.now
    if rules.scoring is None or _stands(case, before):
        return
    document, version = rules.scoring
    facts = [Fact(a["type"], a["at"], a["title"], a["detail"]) for a in case.past.facts]
    result = score(document, link.agreed, facts, now)
    other = _gist(result.reasons) != _gist_of_rows(link.reasons)
    changed = (result.total, result.grade) != (link.score, link.grade)
    reasons = [reason_row(one) for one in result.reasons] if other or changed else []
    if changed:
        if link.score is not None or result.total:
            was, now_ = (link.score, link.grade), (result.total, result.grade)
            case.note("scored", before=was[0], grade_before=was[1], total=now_[0], grade=now_[1])
        case.round.scores.append(_history(case, result, reasons, version))
    link.score, link.grade = result.total, result.grade
    link.fit, link.intent, link.timing = result.fit, result.intent, result.timing
    link.priority, link.categories = result.priority, dict(result.categories)
    if other:
        link.reasons = reasons
    link.scored_at, link.next_score_at = now, result.next_change_at
    _judge(case, result, facts)


def _stands(case: Case, before: Mapping[str, Any]) -> bool:
    """Whether the last score is right still: somebody without activities was told something, and
    nothing else is known of them. What changes by time, or by new rules, is due by itself.
    """
    link = case.link
    rated = case.round.told and link.scored_at is not None and not case.past.facts
    return rated and link.agreed.items() <= before.items()


def _judge(case: Case, result: Score, facts: Sequence[Fact]) -> None:
    rules, link, now = case.round.rules, case.link, case.round.now
    if rules.hot_lead is None:
        return
    document, _ = rules.hot_lead
    state = HotState(link.hot_since, link.crossing, link.last_alert_at)
    said = judge(document, state, result, link.agreed, facts, now, caused_at=case.cause.at)
    if said.hot_since != link.hot_since or said.alert is not None:
        event = "hot" if said.hot else "cooled"
        case.note(event, why=said.why, crossing=said.crossing, total=result.total)
    if said.why == "cool-down" and said.crossing > link.crossing:
        case.round.repeats.add(link.id)
    link.hot_since, link.crossing = said.hot_since, said.crossing
    link.last_alert_at = said.last_alert_at
    times = [at for at in (link.next_score_at, said.next_change_at) if at is not None]
    link.next_score_at = min(times, default=None)
    if said.alert is not None:
        raising.plan(case, result, said.alert)


def _gist(reasons: Sequence[Reason]) -> list[tuple[str, str, int]]:
    """What makes two lists of reasons the same to a reader: decay by fractions does not."""
    return [(r.rule, r.at.isoformat() if r.at else "", round(r.points)) for r in reasons]


def _gist_of_rows(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    return [(r["rule"], r["at"] or "", round(r["points"])) for r in rows]


def _history(
    case: Case, result: Score, reasons: list[dict[str, Any]], version: int
) -> dict[str, Any]:
    return {
        "link_id": case.link.id,
        "at": case.round.now,
        "score": result.total,
        "fit": result.fit,
        "intent": result.intent,
        "timing": result.timing,
        "grade": result.grade,
        "priority": result.priority,
        "categories": dict(result.categories),
        "reasons": reasons,
        "version": version,
        "cause_id": case.cause.id,
    }
