"""`baton preview` of stages, hot leads, hand-offs and agreed times: drafts tried on what is there.

Each is what the API's preview of its kind answers, in JSON or a few lines.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from app.bootstrap import Baton
from app.cli import agreement, blueprint
from app.cli.output import say, say_json
from app.configuring import alert_drafts, stage_drafts
from app.configuring.documents import check_document, parsed_document, read_text
from app.configuring.handoff_drafts import MOST, try_handoffs
from app.configuring.previewing import Draft
from app.domain.sla_document import SlaDocument
from app.flows import sla_rules, sla_what_if
from app.store.db import Tx
from app.web.api.alert_previews import preview_view
from app.web.api.handoff_previews import tried_view as handoff_view
from app.web.api.stages import tried_view as stage_view

BY_KEY: Mapping[str, str] = {  # what a document that stands alone in a file is known by
    "stages": "lifecycle", "flows": "handoff", "clocks": "sla", "rules": "hot_lead",
}  # fmt: skip
DAYS = 30  # that agreed times are tried on
Shown: TypeAlias = tuple[Any, list[str]]  # for JSON, and in a few lines


def is_alone(body: Mapping[str, Any]) -> bool:
    """Whether a file is one of these documents by itself."""
    return "documents" not in body and any(key in body for key in BY_KEY)


def drafts(file: Path, name: str | None) -> list[tuple[str, Draft]]:
    """The rules of a file that can be tried, each with its kind."""
    body = read_text(file.read_text("utf-8"), str(file))
    if "documents" not in body:
        found = [kind for key, kind in BY_KEY.items() if key in body]
        return [(found[0], Draft(name or file.stem, body))] if found else []
    return [
        (one.kind, Draft(one.name, blueprint.body_of(one)))
        for one in blueprint.read(file).documents
        if one.kind in KINDS and name in {None, one.name}
    ]


def preview_rules(baton: Baton, kind: str, draft: Draft, *, as_json: bool) -> None:
    """Try one, now; nothing is written, nobody is told. Raises: Invalid."""
    with baton.database.begin() as tx:
        plain, lines = KINDS[kind](tx, draft, datetime.now(UTC))
    if as_json:
        say_json(plain)
        return
    say(f"{kind} {draft.name}")
    for line in lines:
        say(f"  {line}")


def _lifecycle(tx: Tx, draft: Draft, now: datetime) -> Shown:
    wanted = stage_drafts.Draft(draft.name, draft.body)
    found = stage_view(stage_drafts.try_draft(tx, wanted, now=now))
    lines = [f"{one.before} -> {one.after}: {one.n:,}" for one in found.moves]
    return found.model_dump(mode="json"), [
        f"{found.people:,} of {found.of:,} people looked at", *(lines or ["nobody would move"])
    ]  # fmt: skip


def _hot_lead(tx: Tx, draft: Draft, now: datetime) -> Shown:
    wanted = alert_drafts.Draft(draft.name, draft.body)
    found = preview_view(alert_drafts.try_draft(tx, wanted, now=now))
    lines = [f"{rule}: {n:,}" for rule, n in sorted(found.per_rule.items())]
    head = f"{len(found.alerts):,} alerts in {wanted.days} days, where there were {found.raised:,}"
    unscored = [] if found.scored else ["no scoring rules are active: nobody is judged"]
    return found.model_dump(mode="json"), [head, *lines, *unscored]


def _handoff(tx: Tx, draft: Draft, now: datetime) -> Shown:
    found = handoff_view(try_handoffs(tx, draft, MOST, now=now))
    head = (
        f"{found.after.passing:,} of {found.after.judged:,} hand-offs would pass the gate, where "
        f"{found.before.passing:,} do; {len(found.changed):,} would be judged differently"
    )
    return found.model_dump(mode="json"), [head]


def _sla(tx: Tx, draft: Draft, now: datetime) -> Shown:
    body = dict(draft.body or {})
    check_document(tx, sla_rules.KIND, draft.name, body)
    parsed = parsed_document(sla_rules.KIND, draft.name, body)
    assert isinstance(parsed, SlaDocument)  # noqa: S101  its kind says so
    active = sla_rules.active(tx)
    span = (now - timedelta(days=DAYS), now)
    before = None if active is None else active.document
    found = sla_what_if.compare(tx, before, parsed, span, now=now)
    return [agreement.plain(one) for one in found], [agreement.line(one, DAYS) for one in found]


KINDS: Mapping[str, Callable[[Tx, Draft, datetime], Shown]] = {
    "lifecycle": _lifecycle, "hot_lead": _hot_lead, "handoff": _handoff, "sla": _sla,
}  # fmt: skip
