"""Nightly: each active mapping is compared once a day, at the time that its SFA side sets."""

from datetime import UTC, datetime, time, timedelta

from app.flows import routing
from app.flows import rules as rules_
from app.flows.options import Options
from app.flows.rules import Plan, Rules
from app.store import documents, housekeeping, work
from app.store.db import Tx

LATE = timedelta(hours=6)  # a clock that was down at the time still catches up until then


def start_due(tx: Tx, *, now: datetime) -> list[int]:
    """Queue the comparisons whose time has come; answer their jobs. Any number of clocks may ask:
    the day's slot is taken once.
    """
    rules = rules_.load(tx)
    since = {one.name: one.created_at for one in documents.active(tx) if one.kind == "mapping"}
    started: list[int] = []
    for plan in rules.plans:
        moment = _moment(rules, plan, now)
        if moment is None or moment < since[plan.name]:
            continue
        if not housekeeping.take_slot(tx, f"reconcile:{plan.name}", moment.toordinal()):
            continue
        args = {"mapping": plan.name, "repair": False}
        if not work.listed(tx, kind="reconcile", states=work.OPEN, args={"mapping": plan.name}):
            started.append(work.add(tx, "reconcile", args, by="clock"))
    return started


def start_retention(tx: Tx, *, now: datetime) -> list[int]:
    """Queue the day's forgetting of old activities, where the activity document asks for it."""
    if not routing.document(rules_.load(tx)).retention_days:
        return []
    if not housekeeping.take_slot(tx, "retention", now.toordinal()):
        return []
    if work.listed(tx, kind="retention", states=work.OPEN, args={}):
        return []
    return [work.add(tx, "retention", {}, by="clock")]


def _moment(rules: Rules, plan: Plan, now: datetime) -> datetime | None:
    """When a mapping was to be compared within the last hours; None where it was not."""
    if not all(name in rules.connections for name in plan.connections):
        return None
    at = Options.of(rules.connections[plan.connection("sfa")]).reconcile_at
    if at == "off":
        return None
    moment = datetime.combine(now.astimezone(UTC).date(), time.fromisoformat(at), UTC)
    if moment > now:
        moment -= timedelta(days=1)
    return moment if now - moment < LATE else None
