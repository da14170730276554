"""What people and the clock do to hand-offs: begin, write, tick, and act; each decides anew about
the person, so that both systems are told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.handoff import Act, Role, Unfit
from app.domain.handoff_document import FlowName
from app.domain.handoff_memo import Cleaned, changed, prefilled
from app.domain.link import Link
from app.flows import handoffs, handoffs_known, handoffs_told
from app.flows import rules as rules_
from app.flows.decide import decide
from app.flows.handoffs import Content
from app.flows.handoffs_known import Ground, Paper, Seen
from app.flows.raising import language
from app.flows.round import HISTORY, Cause
from app.flows.rules import Rules
from app.store import events, journal, links
from app.store import handoffs as stored
from app.store.db import Tx
from app.store.events import Happening
from app.store.handoffs import Kept
from app.store.journal import Line


class UnfitMemo(Unfit):
    """What was written can't be kept; the places are fields of the memo."""


class NoSuchHandoff(LookupError):
    """There is no such hand-off, or no such person to hand over."""


class Stale(Exception):
    """It was changed since the one who asks saw it; `now` is how it stands."""

    def __init__(self, now: Seen) -> None:
        super().__init__(
            f"the hand-off was changed meanwhile: it is {now.kept.standing.state}, "
            f"version {now.kept.version}"
        )
        self.now = now


class OpenAlready(Exception):
    """The person has an open hand-off of this flow."""

    def __init__(self, handoff_id: int) -> None:
        super().__init__(f"the person has an open hand-off, {handoff_id}")
        self.handoff_id = handoff_id


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, and what that one may do."""

    by: str
    role: Role


@dataclass(frozen=True, slots=True)
class Opening:
    """A new hand-off. `giver`, `receiver`: e-mail addresses of owners."""

    link_id: UUID
    flow: FlowName = "is_fs"
    giver: str | None = None
    receiver: str | None = None
    memo: Mapping[str, Any] | None = None


def begin(tx: Tx, new: Opening, who: Who, *, now: datetime) -> tuple[Seen, set[str]]:
    """Begin a hand-off, with a memo filled from what is known. Answer lanes to wake.

    Raises: NoSuchHandoff, NoDocument, OpenAlready, Unfit.
    """
    rules = rules_.load(tx)
    flow = handoffs_known.flow_of(rules, new.flow)
    link = _person(tx, new.link_id)
    there = stored.open_of(tx, link.id, new.flow)
    if there is not None:
        raise OpenAlready(there)
    known = handoffs_known.known(tx, link)
    target = handoffs_told.sfa_of(rules, link)
    words = "en" if target is None else language(target)
    start = prefilled(flow, handoffs_known.background(tx, rules, known, words), words)
    memo = _changed(changed(flow, start, new.memo or {}))
    said = handoffs_known.judged(flow, known, Paper(memo), now)
    owner = link.agreed.get("owner")
    cause_id = uuid4()
    handoff_id = stored.add(
        tx, link.id, new.flow, memo=memo, rules=rules.handoff[1] if rules.handoff else 0,
        quality=said.quality.total, band=said.quality.band.name, giver=new.giver,
        receiver=new.receiver or (owner if isinstance(owner, str) else None),
        created_by=who.by, cause_id=cause_id,
    )  # fmt: skip
    assert handoff_id is not None  # noqa: S101  the link is locked, and none is open
    detail = {"handoff": handoff_id, "by": who.by, "flow": new.flow, "state": "draft"}
    journal.write(tx, [Line("handoff_created", link.id, None, cause_id, detail)])
    subject = f"handoff:{handoff_id}"
    events.tell(tx, [Happening("handoff.created", link.id, subject, detail, cause_id)])
    wakes = _decided(tx, rules, link, cause_id, now)
    return look(tx, handoff_id, now=now), wakes


def look(tx: Tx, handoff_id: int, *, now: datetime) -> Seen:
    """A hand-off with all that is said of it. Raises: NoSuchHandoff, NoDocument."""
    kept = stored.get(tx, handoff_id)
    link = None if kept is None else links.read(tx, [kept.link_id]).get(kept.link_id)
    if kept is None or link is None:
        raise NoSuchHandoff(f"there is no hand-off {handoff_id}")
    return handoffs_known.see(tx, rules_.load(tx), link, kept, now)


def do(
    tx: Tx, handoff_id: int, new: Act, *, now: datetime, version: int | None = None
) -> tuple[Seen, set[str]]:
    """Act on a hand-off. `version`: as the one who asks saw it, None for whatever it is.

    Raises: NoSuchHandoff, Stale, Illegal, NotYours, Unfit, GateClosed, NoDocument.
    """
    return _turn(tx, handoff_id, version, now, lambda _rules, _kept: (new, Content()))


def write(
    tx: Tx, handoff_id: int, values: Mapping[str, Any], who: Who, *, now: datetime,
    version: int | None = None, giver: str | None = None,
) -> tuple[Seen, set[str]]:  # fmt: skip
    """Change fields of the memo. Raises: as `do`; Unfit names fields that can't be kept."""

    def written(rules: Rules, kept: Kept) -> tuple[Act, Content]:
        memo = _changed(changed(handoffs_known.flow_of(rules, kept.flow), kept.memo, values))
        return Act("edit", who.by, who.role), Content(memo=memo, giver=giver)

    return _turn(tx, handoff_id, version, now, written)


def tick(
    tx: Tx, handoff_id: int, item: str, who: Who, *, done: bool, now: datetime,
    version: int | None = None,
) -> tuple[Seen, set[str]]:  # fmt: skip
    """Tick an item of the checklist, or take the tick away. Raises: as `do`."""

    def ticked(rules: Rules, kept: Kept) -> tuple[Act, Content]:
        flow = handoffs_known.flow_of(rules, kept.flow)
        found = next((one for one in flow.checklist if one.name == item), None)
        if found is None or found.when is not None:
            open_ = ", ".join(one.name for one in flow.checklist if one.when is None)
            why = "no such item" if found is None else "this is checked from data"
            raise Unfit(f"{why}; to be ticked: {open_ or 'none'}", item=why)
        ticks = {name: one for name, one in kept.ticks.items() if name != item}
        if done:
            ticks[item] = {"by": who.by, "at": now.isoformat()}
        return Act("tick", who.by, who.role), Content(ticks=ticks)

    return _turn(tx, handoff_id, version, now, ticked)


def _turn(
    tx: Tx, handoff_id: int, version: int | None, now: datetime,
    meant: Callable[[Rules, Kept], tuple[Act, Content]],
) -> tuple[Seen, set[str]]:  # fmt: skip
    """Lock the person, then the hand-off, in the order of every verb; do it, and decide anew."""
    first = stored.get(tx, handoff_id)
    if first is None:
        raise NoSuchHandoff(f"there is no hand-off {handoff_id}")
    link = _person(tx, first.link_id)
    kept = stored.lock(tx, handoff_id)
    if kept is None or kept.link_id != link.id:
        raise NoSuchHandoff(f"there is no hand-off {handoff_id}")
    rules = rules_.load(tx)
    if version is not None and version != kept.version:
        raise Stale(handoffs_known.see(tx, rules, link, kept, now))
    new, content = meant(rules, kept)
    done = handoffs.take(tx, Ground(rules, link, now), kept, new, content)
    wakes = done.wakes | _decided(tx, rules, link, handoffs.cause(done.seen.kept), now)
    return done.seen, wakes


def _person(tx: Tx, link_id: UUID) -> Link:
    """Somebody, locked. Raises: NoSuchHandoff."""
    link = links.lock(tx, [link_id]).get(link_id)
    if link is None or link.kind != "person":
        raise NoSuchHandoff(f"there is no person {link_id}")
    return link


def _changed(said: Cleaned) -> Mapping[str, Any]:
    """The memo after a change. Raises: Unfit."""
    if said.problems:
        raise UnfitMemo("the memo can't be kept like this", **dict(said.problems))
    return dict(said.memo)


def _decided(tx: Tx, rules: Rules, link: Link, cause_id: UUID, now: datetime) -> set[str]:
    """Both systems are told of it. It is no news of the person, so it alerts nobody."""
    return decide(tx, rules, {link.id: link}, {link.id: Cause(cause_id, HISTORY)}, now=now)
