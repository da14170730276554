"""Who is told what of a hand-off: its record's note and tasks, the journal, and whoever listens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.domain.handoff import Act, Handoff
from app.domain.handoff_moves import BEFORE, Deed
from app.domain.handoff_words import note
from app.domain.link import Link
from app.domain.notice_document import NoticeKind
from app.flows import handoffs_notices
from app.flows.handoffs_known import Seen
from app.flows.handoffs_notices import Note
from app.flows.raising import language
from app.flows.rules import Rules
from app.store import alert_messages, events, handoffs, handoffs_entries, journal
from app.store.connections import Connection
from app.store.db import Tx
from app.store.events import Happening
from app.store.handoffs_entries import New
from app.store.journal import Line

EVENTS: Mapping[Deed, str] = MappingProxyType({
    "submit": "submitted", "approve": "approved", "return": "returned", "withdraw": "closed",
    "accept": "accepted", "ask": "questioned", "answer": "answered", "reject": "rejected",
    "meet": "meeting_set", "hold": "met", "feedback": "feedback_given", "close": "closed",
    "recycle": "recycled", "reassign": "reassigned",
})  # fmt: skip
SAID: Mapping[Deed, str] = MappingProxyType({
    "ask": "question", "answer": "answer", "return": "return", "reject": "rejection",
    "withdraw": "withdrawal", "recycle": "recycling", "close": "close",
})  # fmt: skip
TO_GIVER: Mapping[Deed, NoticeKind] = MappingProxyType({
    "accept": "accepted", "ask": "question", "return": "returned", "reject": "rejected",
    "close": "closed",
})  # fmt: skip
TO_RECEIVER: Mapping[Deed, NoticeKind] = MappingProxyType(
    {"answer": "answer", "hold": "feedback_due", "reassign": "reassigned"}
)
# What nobody need hear any more who has not heard it yet, once something was done.
OVERTAKEN: Mapping[Deed, tuple[NoticeKind, ...]] = MappingProxyType({
    "approve": ("approval",), "return": ("approval",), "ask": ("delivered", "reassigned"),
    "accept": ("delivered", "reassigned", "answer"), "answer": ("question",),
    "reassign": ("delivered", "reassigned", "answer", "feedback_due"),
    "feedback": ("feedback_due",),
})  # fmt: skip
ENDS: frozenset[Deed] = frozenset({"close", "reject", "withdraw"})


def sfa_of(rules: Rules, link: Link) -> Connection | None:
    """The sales system that a person's records are in."""
    plan = rules.plan_of(link.kind, tuple(link.sides))
    return None if plan is None else rules.connections.get(plan.connection("sfa"))


@dataclass(frozen=True, slots=True)
class Times:
    """When it happened, and when whoever is told of it has to have reacted."""

    now: datetime
    deadline: datetime


def tell(
    tx: Tx, rules: Rules, before: Handoff, seen: Seen, new: Act, *, times: Times, cause_id: UUID
) -> set[str]:
    """Tell of an act that was stored: `seen` is the hand-off after it. Answer lanes to wake."""
    kept = seen.kept
    if new.deed in SAID and new.note:
        handoffs.say(tx, kept.id, SAID[new.deed], new.by, new.note)
    _happen(tx, before, seen, new, cause_id)
    return entries(tx, rules, before, seen, new, times=times)


def _happen(tx: Tx, before: Handoff, seen: Seen, new: Act, cause_id: UUID) -> None:
    kept, after = seen.kept, seen.kept.standing
    detail: dict[str, Any] = {"handoff": kept.id, "by": new.by, "from": before.state}
    detail |= {"to": after.state}
    if after.reason is not None and new.deed in {"reject", "close"}:
        detail["reason"] = after.reason
    if new.deed == "close" and new.more.get("opportunity"):
        detail["opportunity"] = dict(new.more["opportunity"])
    name = EVENTS.get(new.deed)
    if name is None:
        return
    if new.deed == "submit" and after.override is not None:
        detail["override"] = dict(after.override)
    journal.write(tx, [Line(f"handoff_{name}", kept.link_id, None, cause_id, detail)])
    data = {
        **detail, "flow": kept.flow, "state": after.state,
        "quality": seen.judged.quality.total, "giver": kept.giver,
        "receiver": after.receiver, "due_at": after.due_at.isoformat() if after.due_at else None,
        "meeting_at": after.meeting_at.isoformat() if after.meeting_at else None,
        "rules": kept.rules,
    }  # fmt: skip
    if new.deed == "feedback":
        data |= {"feedback": dict(after.feedback or {}), "rating": (after.feedback or {})["rating"]}
    happening = Happening(f"handoff.{name}", kept.link_id, f"handoff:{kept.id}", data, cause_id)
    events.tell(tx, [happening])


def entries(
    tx: Tx, rules: Rules, before: Handoff, seen: Seen, new: Act, *, times: Times
) -> set[str]:
    """The note, once it was delivered, and what an act has somebody told."""
    target, wakes = sfa_of(rules, seen.known.link), set[str]()
    kept, after = seen.kept, seen.kept.standing
    about = f"handoff/{kept.id}/"
    if new.deed in ENDS:
        alert_messages.drop_about(tx, kept.link_id, about)
        handoffs_entries.drop_tasks(tx, kept.id)
    overtaken = [f"{about}{kind}/" for kind in OVERTAKEN.get(new.deed, ())]
    alert_messages.overtake(tx, kept.link_id, overtaken, now=times.now)
    for kind, whom in _notices(before, seen, new):
        note_ = Note(kind, whom, new.note, after.due_at or times.deadline)
        wakes |= handoffs_notices.put(tx, rules, target, seen, note_, now=times.now)
    is_shown = after.state not in BEFORE and kept.delivered_at is not None
    if target is None or "LogsActivities" not in target.capabilities or not is_shown:
        return wakes
    title, body = note(seen.told(language(target)))
    at = kept.delivered_at or kept.changed_at
    key = f"handoff/{kept.id}"
    handoffs_entries.put(tx, [New(kept.id, target.name, key, "note", title, body, at)])
    return wakes | {f"handoff:{target.name}"}


def _notices(before: Handoff, seen: Seen, new: Act) -> list[tuple[NoticeKind, str | None]]:
    """Of what an act tells, and whom it concerns."""
    after, giver = seen.kept.standing, seen.kept.giver
    if after.state == "delivered" and before.state != "delivered":
        return [("delivered", after.receiver)]
    if new.deed == "submit":
        return [("approval", None)]
    if new.deed == "reassign" and seen.kept.delivered_at is None:
        return []  # nobody was told before, so nobody need be told otherwise
    found: list[tuple[NoticeKind, str | None]] = []
    if new.deed in TO_GIVER:
        found.append((TO_GIVER[new.deed], giver))
    if new.deed in TO_RECEIVER:
        found.append((TO_RECEIVER[new.deed], after.receiver))
    return found
