"""Hand-offs in fields of records: state, quality, memo, next step, and the rep's decision."""

from app.domain.handoff_moves import BEFORE, TAKEN, WAITING
from app.domain.handoff_words import Written, memo_text, next_step, reason_text, state_text
from app.flows import handoffs_heard
from app.flows.handoffs import shown_by_sfa
from app.flows.handoffs_heard import DECISION, REASON
from app.flows.handoffs_known import NoDocument, document, flow_of
from app.flows.raising import language
from app.flows.round import Case
from app.store.handoffs import Kept
from connectors.base import Value

PREFIX = "handoff_"


def shown(case: Case) -> dict[str, Value]:
    """The fields of the mapping that are about a hand-off, by canonical name."""
    own = {
        one.name: one.baton
        for one in case.plan.document.fields
        if one.baton is not None and one.baton.startswith(PREFIX)
    }
    if not own:
        return {}
    kept = case.past.handoff
    values = {} if kept is None else _values(case, kept)
    return {name: values.get(baton) for name, baton in own.items()}


def _values(case: Case, kept: Kept) -> dict[str, Value]:
    rules, one = case.round.rules, kept.standing
    target = rules.connections.get(case.plan.connection("sfa"))
    words = "en" if target is None else language(target)
    values: dict[str, Value] = {
        "handoff_state": state_text(one.state, words),
        "handoff_quality": kept.quality,
        "handoff_next_step": next_step(one.state, words),
        "handoff_meeting": None if one.meeting_at is None else one.meeting_at.strftime(STAMP),
        "handoff_receiver": one.receiver,
        DECISION: _decision(case, kept),
        REASON: one.reason,
    }
    try:
        flow, zone = flow_of(rules, kept.flow), document(rules).calendar.time_zone
    except NoDocument:
        return values
    if one.state not in BEFORE and kept.delivered_at is not None:
        values["handoff_memo"] = memo_text(Written(flow, kept.memo, zone, words)) or None
    values[REASON] = reason_text(flow, one.reason, words)
    if one.state in WAITING:  # the rep may be writing it
        seen = shown_by_sfa(rules, case.link, REASON)
        values[REASON] = None if handoffs_heard.was_question(kept) else seen
    return values


STAMP = "%Y-%m-%dT%H:%M:%S.000Z"


def _decision(case: Case, kept: Kept) -> str | None:
    """What was decided; while it waits nothing, but for what the words of are to come."""
    state = kept.standing.state
    if state in WAITING:
        seen = shown_by_sfa(case.round.rules, case.link, DECISION)
        return seen if handoffs_heard.waits_for_reason(kept, seen) else None
    if state == "rejected" or (state == "recycled" and kept.accepted_at is None):
        return "Rejected"
    return "Accepted" if state in TAKEN or kept.accepted_at is not None else None
