"""What operators do from the pages. Each asks anew whether the viewer may; each is journalled."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid4

from app import configuring
from app.configuring import work as starting
from app.domain.reaction import Reaction
from app.flows import asked, clock_pauses, erase, regroup
from app.flows import rules as rules_
from app.flows.asked import Asked
from app.flows.react import react as react_
from app.flows.resolve import Choice, Say, Take
from app.flows.resolve import resolve as resolve_
from app.store import attention, board, candidates, journal, lanes, removals, work
from app.store.attention import Item, Wanted
from app.store.candidates import Candidate, CandidateState
from app.store.conflicts import Wanted as WantedConflicts
from app.store.db import Tx
from app.store.journal import Line
from app.web import bulk
from app.web.api.drifts import confirmed
from app.web.deps import RANKS, transacted
from app.web.fields_read import fields_read_of
from app.web.ui.desk import NotAllowed, Visit

LONGEST_NOTE = 500  # characters of a reason
Verdict: TypeAlias = Literal["confirm", "reject", "reopen"]


def pause(visit: Visit, name: str) -> None:
    """Stop all traffic of a connection; what comes up meanwhile waits. Raises: NotAllowed."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
        configuring.pause(tx, name)
        _note(tx, visit, "paused", name)


def resume(visit: Visit, name: str) -> None:
    """Let a connection work again, from where it stopped. Raises: NotAllowed."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
        wakes = configuring.resume(tx, name)
        _note(tx, visit, "resumed", name)
    visit.desk.parts.wake(wakes)


def retry(visit: Visit, item: Item) -> None:
    """Try again what failed; resume a connection that stands. Raises: NotAllowed."""
    if item.what == "connection":
        resume(visit, item.subject)
        return

    def again(tx: Tx) -> set[str]:
        _operator(tx, visit)
        attention.retry(tx, Wanted(key=item.key), _by(visit))
        return set(lanes.due(tx))

    visit.desk.parts.wake(transacted(visit.desk.parts, again))


def keep_held(visit: Visit, connection: str) -> None:
    """Delete nothing of what was held or refused at a connection. Raises: NotAllowed."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
        kept = removals.refuse(tx, connection)
        cause = uuid4()
        journal.write(
            tx,
            [
                Line(
                    "deletions_refused", one.link_id, connection, cause, dict[str, Any](_by(visit))
                )
                for one in kept
            ],
        )


def retry_class(visit: Visit, wanted: Wanted) -> None:
    """Try again all that failed in one way. Raises: NotAllowed."""

    def again(tx: Tx) -> set[str]:
        _operator(tx, visit)
        attention.retry(tx, wanted, _by(visit))
        return set(lanes.due(tx))

    visit.desk.parts.wake(transacted(visit.desk.parts, again))


def resolve(visit: Visit, where: tuple[UUID, str], answer: Take | Say) -> None:
    """Say which value of a field of a link counts. Raises: NotAllowed, NotResolved."""

    def decide(tx: Tx) -> set[str]:
        _operator(tx, visit)
        now = datetime.now(UTC)
        return resolve_(tx, rules_.load(tx), {where: answer}, _by(visit), now=now)

    visit.desk.parts.wake(transacted(visit.desk.parts, decide))


def resolve_all(visit: Visit, wanted: WantedConflicts, take: Choice) -> None:
    """Take one side in all conflicts that fit. Raises: NotAllowed."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
    bulk.resolve_all(visit.desk.parts, wanted, take, _by(visit))


def look(visit: Visit, link_id: UUID | None, q: str) -> None:
    """Have somebody looked at now. Raises: NotAllowed."""

    def ask(tx: Tx) -> set[str]:
        _operator(tx, visit)
        wanted = Asked(email=q) if "@" in q else Asked()
        return asked.look(tx, rules_.load(tx), wanted, link_id).wakes

    visit.desk.parts.wake(transacted(visit.desk.parts, ask))


def react(visit: Visit, alert_id: int, say: Callable[[str], Reaction]) -> None:
    """Answer an alert. Raises: NotAllowed, NoSuchAlert, NotPossible."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
        react_(tx, alert_id, say(visit.who), now=datetime.now(UTC))


def pause_clock(visit: Visit, clock_id: int, reason: str) -> None:
    """Let a clock stand still. Raises: NotAllowed, clock_pauses.NotPossible."""

    def pause_(tx: Tx) -> set[str]:
        _operator(tx, visit)
        return clock_pauses.pause(tx, clock_id, reason, visit.who, now=datetime.now(UTC))

    visit.desk.parts.wake(transacted(visit.desk.parts, pause_))


def resume_clock(visit: Visit, clock_id: int) -> None:
    """Let it go on. Raises: as `pause_clock`."""

    def resume_(tx: Tx) -> set[str]:
        _operator(tx, visit)
        return clock_pauses.resume(tx, clock_id, visit.who, now=datetime.now(UTC))

    visit.desk.parts.wake(transacted(visit.desk.parts, resume_))


def start_job(visit: Visit, kind: str, args: Mapping[str, Any], share: float | None = None) -> None:
    """Start a job that may use a `share` of the vendors' allowance. Raises: NotAllowed, InUse."""

    def start(tx: Tx) -> int:
        _operator(tx, visit)
        return starting.start_job(tx, kind, args, by=visit.who, share=share).id

    visit.desk.parts.wake({work.lane_of(transacted(visit.desk.parts, start))})


def change_job(visit: Visit, change: Callable[..., object], job_id: int) -> None:
    """Pause, resume or cancel a job. Raises: NotAllowed, InUse."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
        change(tx, job_id, by=visit.who)
    visit.desk.parts.wake({work.lane_of(job_id)})


def decide_pair(visit: Visit, one: Candidate, deed: Verdict) -> None:
    """Say whether two are one. Raises: NotAllowed, Unfit, Unknown."""

    def decide(tx: Tx) -> set[str]:
        _operator(tx, visit)
        if deed != "confirm":
            state: CandidateState = "rejected" if deed == "reject" else "open"
            candidates.decide(tx, one.id, state, visit.who)
            return set()
        rules, now = rules_.load(tx), datetime.now(UTC)
        pair = (one.one_id, one.two_id)
        return regroup.merge(tx, rules, *pair, by=visit.who, now=now).wakes

    visit.desk.parts.wake(transacted(visit.desk.parts, decide))


def unlink(visit: Visit, link_id: UUID, connection: str) -> None:
    """Take a record out of a person. Raises: NotAllowed, Unfit, Unknown."""

    def part(tx: Tx) -> set[str]:
        _operator(tx, visit)
        rules, now = rules_.load(tx), datetime.now(UTC)
        return regroup.unlink(tx, rules, link_id, connection, by=visit.who, now=now).wakes

    visit.desk.parts.wake(transacted(visit.desk.parts, part))


def relink(visit: Visit, link_id: UUID, record: tuple[str, str]) -> None:
    """Put a record (connection, id) into a person. Raises: NotAllowed, Unfit, Unknown."""

    def join(tx: Tx) -> set[str]:
        _operator(tx, visit)
        rules, now = rules_.load(tx), datetime.now(UTC)
        return regroup.relink(tx, rules, link_id, *record, by=visit.who, now=now).wakes

    visit.desk.parts.wake(transacted(visit.desk.parts, join))


def erase_person(visit: Visit, link_id: UUID) -> UUID:
    """Erase somebody everywhere; answer the receipt's id. Raises: NotAllowed, Unknown."""

    def act(tx: Tx) -> tuple[list[UUID], set[str]]:
        _allowed(tx, visit, "admin")
        rules = rules_.load(tx)
        return erase.everybody(tx, rules, [link_id], by=visit.who), erase.wakes(rules)

    receipts, wakes = transacted(visit.desk.parts, act)
    if not receipts:
        raise regroup.Unknown(f"there is no person {link_id}")
    visit.desk.parts.wake(wakes)
    return receipts[0]


def confirm_drift(visit: Visit, connection: str, drift_id: int) -> None:
    """Say that a change of a field is all right. Raises: NotAllowed, Missing, InUse."""

    def confirm(tx: Tx) -> set[str]:
        _operator(tx, visit)
        return confirmed(tx, connection, drift_id, visit.who)[1]

    visit.desk.parts.wake(transacted(visit.desk.parts, confirm))


def activate(visit: Visit, kind: str, name: str, version: int, *, why: str = "") -> None:
    """Make a version the active one, also to roll back. Raises: NotAllowed, Invalid, Missing."""
    note = why.strip()[:LONGEST_NOTE]
    parts = visit.desk.parts
    check_admin(visit)
    fields_read_of(parts, kind, name, version)

    def change(tx: Tx) -> set[str]:
        _allowed(tx, visit, "admin")
        saved = configuring.activate_version(tx, kind, name, version, note=note, by=visit.who)
        return set(saved.wakes)

    parts.wake(transacted(parts, change))


def check_operator(visit: Visit) -> None:
    """Raises: NotAllowed, where the viewer may not act (any more)."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)


def check_admin(visit: Visit) -> None:
    """Raises: NotAllowed, where the viewer may not configure (any more)."""
    with visit.desk.parts.database.begin() as tx:
        _allowed(tx, visit, "admin")


def _operator(tx: Tx, visit: Visit) -> None:
    _allowed(tx, visit, "operator")


def _allowed(tx: Tx, visit: Visit, role: str) -> None:
    key = board.live_key(tx, visit.key.id)
    if key is None or RANKS[key.role] < RANKS[role]:
        raise NotAllowed(visit.key.id)


def _note(tx: Tx, visit: Visit, event: str, connection: str) -> None:
    journal.write(tx, [Line(event, None, connection, uuid4(), dict[str, Any](_by(visit)))])


def _by(visit: Visit) -> dict[str, str]:
    return {"by": visit.key.name, "key": visit.key.id}
