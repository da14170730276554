"""What time alone does to hand-offs: a reminder before the meeting, feedback due after it.

Each once, whatever ticks and how often: what was done is in the row, which is locked.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.handoff import Act, held_at, reminder_at
from app.flows import handoffs_acts, handoffs_known, handoffs_notices, handoffs_told
from app.flows import rules as rules_
from app.flows.handoffs import BATON
from app.flows.handoffs_known import NoDocument, Seen
from app.flows.handoffs_notices import Note
from app.flows.rules import Rules
from app.store import events, handoffs, journal, links
from app.store.db import Tx
from app.store.events import Happening
from app.store.journal import Line

LOOKED_AHEAD = timedelta(days=11)  # the longest that a document may have somebody reminded before


def due(tx: Tx, now: datetime) -> list[int]:
    """Hand-offs that the clock may have to do something to: each is one transaction."""
    if rules_.load(tx).handoff is None:
        return []
    return handoffs.meetings(tx, now + LOOKED_AHEAD)


def tick(tx: Tx, handoff_id: int, now: datetime) -> set[str]:
    """Do to one what is due; answer lanes to wake."""
    first = handoffs.get(tx, handoff_id)
    link = None if first is None else links.lock(tx, [first.link_id]).get(first.link_id)
    kept = handoffs.lock(tx, handoff_id)
    if kept is None or link is None or kept.link_id != link.id:
        return set()
    rules = rules_.load(tx)
    try:
        flow = handoffs_known.flow_of(rules, kept.flow)
    except NoDocument:
        return set()
    held = held_at(flow, kept.standing)
    if held is not None and held <= now:
        new = Act("hold", BATON, "clock")
        return handoffs_acts.do(tx, handoff_id, new, now=now)[1]
    reminded = reminder_at(flow, kept.standing)
    if reminded is None or reminded > now:
        return set()
    return _remind(tx, rules, handoffs_known.see(tx, rules, link, kept, now), now)


def _remind(tx: Tx, rules: Rules, seen: Seen, now: datetime) -> set[str]:
    """Tell the giver what is missing, once for each time of the meeting."""
    kept, one = seen.kept, seen.kept.standing
    handoffs.change(tx, kept, replace(one, reminded_for=one.meeting_at))
    missing = [label.en for label in seen.judged.quality.missing]
    target = handoffs_told.sfa_of(rules, seen.known.link)
    if not missing and not one.questions_open:
        return set()
    detail = {"handoff": kept.id, "by": BATON, "flow": kept.flow, "state": one.state,
              "missing": missing, "questions_open": one.questions_open}  # fmt: skip
    journal.write(tx, [Line("handoff_reminded", kept.link_id, None, kept.cause_id, detail)])
    subject = f"handoff:{kept.id}"
    events.tell(tx, [Happening("handoff.reminded", kept.link_id, subject, detail, kept.cause_id)])
    note = Note("reminder", kept.giver, None, one.meeting_at or now)
    return handoffs_notices.put(tx, rules, target, seen, note, now=now)
