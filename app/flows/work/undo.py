"""Undo: put back what confirmed writes changed, where it still stands.

Nobody is called here: values are set aside on the sides (`app/domain/aside.py`), and the lanes
write them like everything else, with a look just before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from app.domain.link import Link
from app.domain.undo import Outcome, carry_out, undo
from app.flows import rules as rules_
from app.flows.decide import decide
from app.flows.round import HISTORY, Cause
from app.flows.rules import Rules
from app.flows.work.kind import Args
from app.store import journal, ledger, links, work
from app.store.db import Tx
from app.store.journal import Line
from app.store.ledger import Scope
from app.store.work import Finding, Job

BATCH = 200  # links in one transaction
MOST_PREVIEWED = 5000  # links that a preview judges; a job has no such bound
SAMPLES = 20


class Arguments(Args):
    """Which writes: all that fit all of these. `since` and `until` are times of the writes."""

    mapping: str | None = Field(None, max_length=200, examples=["main"])
    version: int | None = Field(None, ge=1, lt=2**31, examples=[3])
    job: int | None = Field(None, ge=1, lt=2**63, description="those that a job made or caused")
    cause: UUID | None = None
    connection: str | None = Field(None, max_length=200, examples=["salesforce"])
    link: UUID | None = Field(None, description="one person, company or opportunity")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    fields: tuple[str, ...] = Field((), max_length=200, examples=[["phone"]])

    @model_validator(mode="after")
    def _says_which(self) -> "Arguments":
        named = (self.mapping, self.job, self.cause, self.connection, self.link)
        if not any((*named, self.since, self.until)):
            raise ValueError("say which writes: mapping, job, cause, connection, link or a time")
        if self.version is not None and self.mapping is None:
            raise ValueError("a version needs its mapping")
        return self

    @property
    def connections(self) -> Sequence[str]:
        return () if self.connection is None else (self.connection,)

    def scope(self, upto: int | None = None) -> Scope:
        """These writes, as far as the entry `upto`."""
        return Scope(**self.model_dump(), upto=upto)


@dataclass(frozen=True, slots=True)
class Ask:
    """The next links, in the order of their ids; `upto` is the newest entry that counts."""

    ids: Sequence[UUID]
    upto: int
    total: int
    connection: None = None


@dataclass(slots=True)
class Preview:
    """What an undo would do. `records` are those with something to put back; `complete`: all were
    judged; samples hold values.
    """

    links: int
    complete: bool
    records: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    samples: list[dict[str, Any]] = field(default_factory=list)
    skipped_samples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, link_id: UUID, outcome: Outcome) -> None:
        self.records += len({one.connection for one in outcome.back})
        for one in outcome.back:
            self.fields[one.field] = self.fields.get(one.field, 0) + 1
            if len(self.samples) < SAMPLES:
                sample = {"link_id": link_id, "now": one.now, "then": one.value}
                sample |= {"connection": one.connection, "field": one.field}
                self.samples.append(sample)
        for left in outcome.skipped:
            self.skipped[left.why] = self.skipped.get(left.why, 0) + 1
            if len(self.skipped_samples) < SAMPLES:
                self.skipped_samples.append({"link_id": link_id, **asdict(left)})


def preview(tx: Tx, arguments: Arguments) -> Preview:
    """Judge without doing anything."""
    scope, rules = arguments.scope(), rules_.load(tx)
    total = ledger.count_links(tx, scope)
    found = Preview(total, complete=total <= MOST_PREVIEWED)
    after: UUID | None = None
    for _ in range(0, min(total, MOST_PREVIEWED), BATCH):
        ids = ledger.links_of(tx, scope, after, BATCH)
        if not ids:
            break
        known = links.read(tx, ids)
        for link_id, outcome in _judged(tx, rules, scope, ids, known).items():
            found.add(link_id, outcome)
        after = ids[-1]
    return found


def plan(tx: Tx, job: Job, *, now: datetime) -> Ask | None:  # noqa: ARG001  the interface
    """The next links; None behind the last."""
    place = job.checkpoint
    upto = place.get("upto") or ledger.newest(tx)
    scope = Arguments(**job.args).scope(upto)
    after = place.get("after")
    ids = ledger.links_of(tx, scope, None if after is None else UUID(after), BATCH)
    total = job.total if job.total is not None else ledger.count_links(tx, scope)
    return Ask(ids, upto, total) if ids else None


def call(connector: object, ask: Ask) -> None:
    """Nobody is asked."""


def settle(tx: Tx, job: Job, ask: Ask, answer: None, *, now: datetime) -> set[str]:  # noqa: ARG001  the interface
    """Set values aside on these links' sides and decide; go on behind them."""
    rules = rules_.load(tx)
    scope = Arguments(**job.args).scope(ask.upto)
    found = links.lock(tx, ask.ids)
    judged = _judged(tx, rules, scope, ask.ids, found)
    changed: dict[UUID, Link] = {}
    counts: dict[str, int] = {}
    lines: list[Line] = []
    for link_id, outcome in judged.items():
        for left in outcome.skipped:
            counts[left.why] = counts.get(left.why, 0) + 1
        if not outcome.back:
            continue
        counts["put_back"] = counts.get("put_back", 0) + len(outcome.back)
        link = changed[link_id] = found[link_id]
        label = _label(rules, link)
        carry_out(link, outcome.back, version=label, job=job.id)
        fields = sorted({one.field for one in outcome.back})
        detail = {"fields": fields, "by": job.created_by, "job": job.id}
        lines.append(Line("undone", link_id, None, job.cause_id, detail, version=label))
        ledger.mark_undone(tx, [n for one in outcome.back for n in one.entries], job.id)
    journal.write(tx, lines)
    work.add_findings(tx, job.id, _findings(judged, found))
    causes = dict.fromkeys(changed, Cause(job.cause_id, HISTORY))
    wakes = decide(tx, rules, changed, causes, now=now)
    place = {"after": str(ask.ids[-1]), "upto": ask.upto}
    work.advance(tx, job.id, place, len(ask.ids), counts, total=ask.total)
    return wakes


def _judged(
    tx: Tx, rules: Rules, scope: Scope, ids: Sequence[UUID], found: Mapping[UUID, Link]
) -> dict[UUID, Outcome]:
    entries = ledger.of_links(tx, scope, ids)
    return {
        link_id: undo(
            found.get(link_id),
            entries.get(link_id, []),
            writable=_writable(rules, found.get(link_id)),
            fields=scope.fields,
        )
        for link_id in ids
    }


def _writable(rules: Rules, link: Link | None) -> dict[str, frozenset[str]]:
    """What the active mapping writes at each connection of a link."""
    plan_ = None if link is None else rules.plan_of(link.kind, tuple(link.sides))
    if link is None or plan_ is None:
        return {}
    return {
        name: plan_.writes(role, link.sides[name].object)
        for role, name in plan_.roles()
        if name in link.sides
    }


def _label(rules: Rules, link: Link) -> str:
    plan_ = rules.plan_of(link.kind, tuple(link.sides))
    return "" if plan_ is None else plan_.label


def _findings(judged: Mapping[UUID, Outcome], found: Mapping[UUID, Link]) -> list[Finding]:
    """One a field and record: put back, or why not."""
    rows: list[Finding] = []
    for link_id, outcome in judged.items():
        link = found.get(link_id)
        every = [(one.connection, one.field, "put_back") for one in outcome.back]
        every += [(one.connection, one.field, one.why) for one in outcome.skipped]
        for connection, name, category in every:
            side = None if link is None else link.sides.get(connection)
            row = Finding(
                category,
                link_id=None if link is None else link.id,
                connection=connection,
                kind=None if side is None else side.kind,
                external_id=None if side is None else side.external_id,
                detail={"field": name},
            )
            rows.append(row)
    return rows
