"""What a rep says of a hand-off by a field of the SFA's record: Accepted, Rejected and why, or
Question and what is asked.

The field is Baton's own: it is empty while the hand-off waits, and shows what was decided. So what
a look shows there instead is what somebody set. What can't be is put back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from app.domain.handoff import Act, NotYours, Unfit
from app.domain.handoff_moves import WAITING, Deed, Illegal
from app.domain.link import Link
from app.flows import handoffs, handoffs_told
from app.flows.handoffs_known import Ground, NoDocument
from app.flows.round import Past
from app.flows.rules import Rules
from app.store import handoffs as stored
from app.store import journal
from app.store.db import Tx
from app.store.handoffs import Kept
from app.store.journal import Line

DECISION, REASON = "handoff_decision", "handoff_reason"
SAID: Mapping[str, Deed] = MappingProxyType({
    "accepted": "accept", "accept": "accept", "受諾": "accept",
    "rejected": "reject", "reject": "reject", "却下": "reject",
    "question": "ask", "ask": "ask", "質問": "ask",
})  # fmt: skip
WORDED: frozenset[Deed] = frozenset({"ask", "reject"})  # their words are in the reason's field
OTHER = "other"


def hear(
    tx: Tx, rules: Rules, found: Mapping[UUID, Link], past: dict[UUID, Past], now: datetime
) -> set[str]:
    """Take in what reps set at these links, which are locked, and put into their `past` how their
    hand-offs stand then; answer lanes to wake.
    """
    wakes: set[str] = set()
    for link_id, link in found.items():
        one, ground = past[link_id].handoff, Ground(rules, link, now)
        if one is None or not _may_say(ground, one):
            continue
        kept = stored.lock(tx, one.id)
        if kept is not None:
            wakes |= _heard(tx, ground, kept)
            past[link_id] = replace(past[link_id], handoff=stored.get(tx, kept.id))
    return wakes


def _may_say(ground: Ground, kept: Kept) -> bool:
    """Whether the field shows something else than what was heard of it last."""
    return handoffs.shown_by_sfa(ground.rules, ground.link, DECISION) != kept.shown


def waits_for_reason(kept: Kept, shown: str | None) -> bool:
    """Whether a rep has set a rejection or question, and is about to fill in the reason or what is
    asked: not heard so far.
    """
    return kept.standing.state in WAITING and kept.shown != shown and _deed(shown) in WORDED


def was_question(kept: Kept) -> bool:
    """Whether the question was taken, so that its words are no reason of what comes next."""
    return _deed(kept.shown) == "ask"


def _deed(shown: str | None) -> Deed | None:
    return SAID.get((shown or "").strip().casefold())


def _heard(tx: Tx, ground: Ground, kept: Kept) -> set[str]:
    shown = handoffs.shown_by_sfa(ground.rules, ground.link, DECISION)
    reason = handoffs.shown_by_sfa(ground.rules, ground.link, REASON)
    if waits_for_reason(kept, shown) and reason is None:
        return set()
    stored.note_shown(tx, kept.id, shown)
    deed = _deed(shown)
    if kept.standing.state not in WAITING or deed is None:
        return set()
    target = handoffs_told.sfa_of(ground.rules, ground.link)
    connection = "" if target is None else target.name
    new = Act(deed, f"rep ({connection})", "rep", reason=reason)
    if deed == "ask":
        new = replace(new, reason=None, note=reason)
    try:
        return _taken(tx, ground, kept, new)
    except (Illegal, NotYours, Unfit, NoDocument) as error:
        detail = {"handoff": kept.id, "by": new.by, "why": str(error)}
        journal.write(tx, [Line("handoff_refused", kept.link_id, connection, None, detail)])
        return set()


def _taken(tx: Tx, ground: Ground, kept: Kept, new: Act) -> set[str]:
    """A reason in the rep's own words is the list's `other`, with these words as its note."""
    try:
        return handoffs.take(tx, ground, kept, new).wakes
    except Unfit:
        own = replace(new, reason=OTHER, note=new.reason)
        return handoffs.take(tx, ground, kept, own).wakes
