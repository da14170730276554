"""Scoring and hot leads within a round of decisions."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.activity import Fact, Language
from app.domain.hot_lead import AlertPlan, HotState, alert_texts, judge
from app.domain.scoring import Reason, Score, score
from app.flows.round import Case
from app.store.alerts import NewAlert
from app.store.connections import Connection


def rate(case: Case) -> None:
    """Score a person and judge whether it is hot."""
    rules, link, now = case.round.rules, case.link, case.round.now
    if rules.scoring is None:
        return
    document, version = rules.scoring
    facts = [Fact(a["type"], a["at"], a["title"], a["detail"]) for a in case.past.facts]
    result = score(document, link.agreed, facts, now)
    other = _gist(result.reasons) != _gist_of_rows(link.reasons)
    changed = (result.total, result.grade) != (link.score, link.grade)
    reasons = [_reason(one) for one in result.reasons] if other or changed else []
    if changed:
        if link.score is not None or result.total:
            case.note("scored", before=link.score, total=result.total, grade=result.grade)
        case.round.scores.append(_history(case, result, reasons, version))
    link.score, link.grade = result.total, result.grade
    link.fit, link.intent, link.timing = result.fit, result.intent, result.timing
    link.priority, link.categories = result.priority, dict(result.categories)
    if other:
        link.reasons = reasons
    link.scored_at, link.next_score_at = now, result.next_change_at
    _judge(case, result, facts)


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
    link.hot_since, link.crossing = said.hot_since, said.crossing
    link.last_alert_at = said.last_alert_at
    times = [at for at in (link.next_score_at, said.next_change_at) if at is not None]
    link.next_score_at = min(times, default=None)
    if said.alert is not None:
        _alert(case, result, said.alert)


def _alert(case: Case, result: Score, said: AlertPlan) -> None:
    rules, link = case.round.rules, case.link
    connection = case.plan.connection("sfa")
    target = rules.connections.get(connection)
    if target is None or "RaisesAlerts" not in target.capabilities or rules.hot_lead is None:
        return
    document, _ = rules.hot_lead
    title, body = alert_texts(said, link.agreed, result, language(target))
    owner = link.agreed.get("owner")
    rings = "notification" in document.channels and "Notifies" in target.capabilities
    case.round.alerts.append(
        NewAlert(
            link_id=link.id,
            rule=said.rule,
            crossing=said.crossing,
            connection=connection,
            title=title,
            body=body,
            reasons=[_reason(one) for one in said.reasons],
            owner=owner if isinstance(owner, str) else document.recipients.fallback_email,
            score=result.total,
            notice="pending" if rings else "off",
            cause_id=case.cause.id,
            caused_at=case.cause.at,
            react_by=said.due_at,
        )
    )


def language(connection: Connection) -> Language:
    """The language of texts that are written into a connection."""
    return "ja" if connection.options.get("language") == "ja" else "en"


def _gist(reasons: Sequence[Reason]) -> list[tuple[str, str, int]]:
    """What makes two lists of reasons the same to a reader: decay by fractions does not."""
    return [(r.rule, r.at.isoformat() if r.at else "", round(r.points)) for r in reasons]


def _gist_of_rows(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    return [(r["rule"], r["at"] or "", round(r["points"])) for r in rows]


def _reason(one: Reason) -> dict[str, Any]:
    return {
        "axis": one.axis,
        "rule": one.rule,
        "label": one.label,
        "label_ja": one.label_ja or one.label,
        "points": one.points,
        "at": one.at.isoformat() if one.at else None,
        "text_en": one.text_en,
        "text_ja": one.text_ja,
        **({} if one.category is None else {"category": one.category}),
    }


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
