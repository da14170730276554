"""A person decides about alerts that are held: let them go, or drop them."""

from datetime import datetime
from typing import Any, Literal

from app.domain.alerting import (
    calendar_of,
    later,
    next_escalation,
    reachable_at,
    rule_of,
    terms,
)
from app.flows import rules as rules_
from app.flows.raising import first_messages, happening
from app.flows.react import NoSuchAlert, NotPossible
from app.flows.rules import Rules
from app.store import alert_messages, events, journal, storms
from app.store.db import Tx
from app.store.journal import Line


class NoSuchStorm(NoSuchAlert):
    """There is no storm of that number."""


class Decided(NotPossible):
    """Somebody has decided about it already; the text says who, and what."""


def release(tx: Tx, storm_id: int, by: str, *, now: datetime) -> set[str]:
    """Tell what was held, with deadlines from now on; answer the lanes to wake.

    Raises: NoSuchStorm, Decided.
    """
    storm = _open(tx, storm_id)
    rules, wakes = rules_.load(tx), set[str]()
    for row in storms.held(tx, storm_id):
        wakes |= _let_go(tx, rules, row, by, now)
    _decide(tx, storm, "released", by, now=now)
    return wakes


def drop(tx: Tx, storm_id: int, by: str, *, now: datetime) -> None:
    """Tell nobody. The people stay hot. Raises: NoSuchStorm, Decided."""
    storm = _open(tx, storm_id)
    for row in storms.held(tx, storm_id):
        storms.change(tx, row["id"], state="dropped", notice="off", due_at=None, wake_at=None)
        journal.write(tx, [_line("alert_dropped", row, by)])
    _decide(tx, storm, "dropped", by, now=now)


def _open(tx: Tx, storm_id: int) -> dict[str, Any]:
    found = storms.lock(tx, storm_id)
    if found is None:
        raise NoSuchStorm(f"there is no storm {storm_id}")
    if found["state"] != "open":
        raise Decided(f"{found['decided_by']} has decided: {found['state']}")
    return found


def _decide(
    tx: Tx, storm: dict[str, Any], state: Literal["released", "dropped"], by: str, *, now: datetime
) -> None:
    """The storm is over, and others hear of it."""
    storms.decide(tx, storm["id"], state, by=by, now=now)
    detail = {
        "storm": storm["id"],
        "recipient": storm["recipient"] or None,
        "state": state,
        "alerts": storms.count(tx, storm["id"]),
        "by": by,
        "began_at": storm["started_at"].isoformat(),
    }
    journal.write(tx, [Line("storm_ended", None, storm["connection"], None, detail)])


def _let_go(tx: Tx, rules: Rules, row: dict[str, Any], by: str, now: datetime) -> set[str]:
    target = rules.connections.get(row["connection"])
    journal.write(tx, [_line("alert_released", row, by)])
    if rules.hot_lead is None or target is None:
        storms.change(tx, row["id"], state="pending", due_at=now)
        return {f"alert:{row['connection']}"}
    document, _ = rules.hot_lead
    mine = terms(document, rule_of(document, row["rule"]))
    calendar = calendar_of(document, row["owner"])
    told_at = reachable_at(calendar, now)
    due = later(calendar, told_at, mine.reaction_minutes)
    rings = "notification" in mine.channels and "Notifies" in target.capabilities
    storms.change(
        tx,
        row["id"],
        state="pending",
        notice="pending" if rings and told_at == now else "off",
        due_at=now,
        react_by=due,
        wake_at=next_escalation(mine.escalation, 0, calendar, told_at),
    )
    about = (row["id"], row["link_id"], row["cause_id"], row["connection"], row["owner"], due)
    events.tell(tx, [happening(*about, rule=row["rule"], score=row["score"])])
    told = first_messages(rules, mine, target, row["owner"], told_at=told_at, now=now)
    alert_messages.add(tx, row["id"], told)
    return {f"alert:{row['connection']}"} | {f"tell:{m.connection}" for m in told}


def _line(event: str, row: dict[str, Any], by: str) -> Line:
    detail = {"alert": row["id"], "by": by}
    return Line(event, row["link_id"], row["connection"], row["cause_id"], detail)
