"""The lifecycle in force with its figures, as pages and the API show them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from app.domain.lifecycle import NotAllowed, Standing, ask
from app.domain.lifecycle_document import LifecycleDocument, StageName, Team
from app.flows import rules as rules_
from app.store import stage_figures
from app.store.db import Tx
from app.store.stage_figures import Figures, Rank

TEAMS: Sequence[Team] = ("marketing", "is", "fs", "cs")


def in_force(tx: Tx) -> tuple[LifecycleDocument, int] | None:
    """The active lifecycle and its version."""
    return rules_.load(tx).lifecycle


def rows(
    tx: Tx, document: LifecycleDocument, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Each stage of the document in its order, with rule and figures."""
    ranks = [
        Rank(one.name, 0 if one.ends else place + 1, one.aim_hours)
        for place, one in enumerate(document.stages)
    ]
    found = stage_figures.figures(tx, ranks, since, until)
    return [_row(document, index, found[one.name]) for index, one in enumerate(document.stages)]


def _row(document: LifecycleDocument, index: int, figures: Figures) -> dict[str, Any]:
    rule = document.stages[index]
    conversion = round(figures.moved_on / figures.entered, 4) if figures.entered else None
    own = {"name": rule.name, "owner": rule.owner, "to": list(rule.to), "reason": rule.reason,
           "aim_hours": rule.aim_hours, "conversion": conversion}  # fmt: skip
    return own | asdict(figures) | {"next": dict(figures.next or {})}


def late_before(document: LifecycleDocument, stage: str, now: datetime) -> datetime | None:
    """Who is in a stage since before then is there longer than the aim; None without an aim."""
    rule = document.rule(stage)
    if rule is None or rule.aim_hours is None:
        return None
    return now - timedelta(hours=rule.aim_hours)


def late_at(document: LifecycleDocument, stage: str, since: datetime | None) -> datetime | None:
    """When the aim of somebody's stage ends."""
    rule = document.rule(stage)
    if rule is None or rule.aim_hours is None or since is None:
        return None
    return since + timedelta(hours=rule.aim_hours)


def follows(document: LifecycleDocument, stage: StageName) -> list[tuple[StageName, bool, str]]:
    """Where a person may move somebody from a stage, whether with a reason, and the role for it."""
    found: list[tuple[StageName, bool, str]] = []
    for rule in document.stages:
        role = rule.movers.role
        if role is None:
            continue
        try:
            ask(document, Standing(stage), rule.name, by="person", role=role, reason="-")
        except NotAllowed:
            continue
        found.append((rule.name, _needs_reason(document, stage, rule.name), role))
    return found


def _needs_reason(document: LifecycleDocument, stage: StageName, target: StageName) -> bool:
    try:
        ask(document, Standing(stage), target, by="person", role="admin")
    except NotAllowed:
        return True
    return False
