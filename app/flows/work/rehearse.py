"""Rehearse: what a version of a mapping would do to all records there are, before it is active.

The first side's records page by page, each with its counterpart, then those of the second side
that have none. A page waits in the checkpoint while its counterparts are looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import Field

from app.domain.link import exists
from app.domain.rehearsal import Rehearsed, counted, told
from app.flows import sample
from app.flows.rehearsing import Stage, email_of, judge_all, stage
from app.flows.sample import Look
from app.flows.work import listing
from app.flows.work.kind import Args, CannotGoOn, Wait
from app.flows.work.listing import ListAsk
from app.store import comparing, connections, documents, links, work
from app.store.db import Tx
from app.store.work import Finding, Job
from connectors.base import Listed, Record, Ref
from mappings.document import MappingDocument


class Arguments(Args):
    """Which version of which mapping; it need not be active."""

    mapping: str = Field(max_length=40, examples=["person"])
    version: int = Field(ge=1, le=2**31 - 1, examples=[4])


@dataclass(frozen=True, slots=True)
class PairAsk:
    """The counterparts of a page."""

    connection: str
    look: Look


Asks: TypeAlias = ListAsk | PairAsk


def _scene(tx: Tx, job: Job, now: datetime) -> Stage:
    name, version = job.args["mapping"], job.args["version"]
    found = documents.get(tx, "mapping", name, version)
    if found is None:
        raise CannotGoOn(f"there is no version {version} of the mapping {name!r}")
    scene = stage(tx, name, MappingDocument.model_validate(found.body), version, now=now)
    for one in scene.plan.connections:
        if connections.get(tx, one) is None:
            raise CannotGoOn(f"the mapping names {one!r}, which is no connection")
    return scene


def plan(tx: Tx, job: Job, *, now: datetime) -> Asks | Wait | None:
    """The next page, or the counterparts of the last one; None behind both sides."""
    turn = job.checkpoint.get("turn", 0)
    if turn > 1:
        return None
    scene = _scene(tx, job, now)
    name = scene.plan.connections[turn]
    page = _unpacked(scene, job)
    if page:
        other = scene.plan.connections[1 - turn]
        nothing = Look(other, scene.plan.kind, frozenset())
        look = next(iter(sample.counterparts(tx, scene, {name: page})), nothing)
        return PairAsk(other, look)
    return listing.next_page(tx, scene.plan, name, job.checkpoint)


def call(connector: Any, ask: Asks) -> Listed | list[Record]:
    """Read a page, or counterparts. Raises: Busy, AuthLost, Rejected."""
    if isinstance(ask, PairAsk):
        return sample.look(connector, ask.look)
    return listing.call(connector, ask)


def settle(
    tx: Tx, job: Job, ask: Asks, answer: Listed | list[Record], *, now: datetime
) -> set[str]:
    """Judge the page, or keep it until its counterparts are known."""
    scene = _scene(tx, job, now)
    turn = job.checkpoint.get("turn", 0)
    name = scene.plan.connections[turn]
    if isinstance(ask, PairAsk) or not isinstance(answer, Listed):
        place = {k: v for k, v in job.checkpoint.items() if k != "page"}
        return _judged(
            tx, job, scene, place, {name: _unpacked(scene, job), ask.connection: _items(answer)}
        )
    place = _behind(job, answer)
    total = sum(comparing.count_at(tx, scene.plan.kind, one) for one in scene.plan.connections)
    total = max(total, answer.total or 0, job.done + len(answer.items))
    page = _uncovered(tx, scene, name, answer.items) if turn else list(answer.items)
    skipped = len(answer.items) - len(page)
    if skipped:
        work.advance(tx, job.id, job.checkpoint, skipped)
    if page and sample.counterparts(tx, scene, {name: page}):
        kept = {**job.checkpoint, "page": [_packed(one) for one in page], "behind": place}
        work.advance(tx, job.id, kept, total=total)
        return set()
    _judged(tx, job, scene, place, {name: page}, total=total)
    listing.wait_for(tx, job, ask, answer)
    return set()


def _items(answer: Listed | list[Record]) -> Sequence[Record]:
    return answer.items if isinstance(answer, Listed) else answer


def _behind(job: Job, page: Listed) -> dict[str, Any]:
    turn = job.checkpoint.get("turn", 0)
    kept = {"told": job.checkpoint.get("told", {})}
    if page.more:
        return {**kept, "turn": turn, "cursor": page.cursor}
    return {**kept, "turn": turn + 1, "cursor": None}


def _uncovered(tx: Tx, scene: Stage, name: str, records: Sequence[Record]) -> list[Record]:
    """Those of the second side that were not judged with one of the first."""
    first = scene.plan.connections[0]
    known = links.by_external_id(tx, name, scene.plan.kind, [one.ref.id for one in records])
    there = links.read(tx, known.values())
    covered = {i for i, link in there.items() if exists(link.sides.get(first))}
    return [one for one in records if known.get(one.ref.id) not in covered]


def _judged(
    tx: Tx,
    job: Job,
    scene: Stage,
    place: Mapping[str, Any],
    found: Mapping[str, Sequence[Record]],
    *,
    total: int | None = None,
) -> set[str]:
    """Store what would become of a page, and go on behind it."""
    turn = job.checkpoint.get("turn", 0)
    first, second = scene.plan.connections
    done = len(found[scene.plan.connections[turn]])
    if turn:  # whoever has a counterpart was judged with it
        theirs = {email_of(scene, first, one) for one in found.get(first, ())}
        alone = [one for one in found[second] if email_of(scene, second, one) not in theirs]
        found = {second: alone}
    results = judge_all(tx, scene, found)
    work.add_findings(tx, job.id, [_finding(scene, one) for one in results if _is_news(one)])
    behind = dict(place.get("behind", place))
    sums = {name: dict(counts) for name, counts in job.checkpoint.get("told", {}).items()}
    for name, counts in told(results).items():
        mine = sums.setdefault(name, {})
        for what, n in counts.items():
            mine[what] = mine.get(what, 0) + n
    work.advance(tx, job.id, {**behind, "told": sums}, done, counted(results), total=total)
    return set()


def _is_news(one: Rehearsed) -> bool:
    return one.outcome != "unchanged"


def _finding(scene: Stage, one: Rehearsed) -> Finding:
    """Names of fields and reasons; no values."""
    side = next((s for s in one.sides if s.outcome == one.outcome), one.sides[0])
    known = next((s.external_id for s in one.sides if s.external_id), None)
    reasons = "; ".join(dict.fromkeys(t.message for t in side.troubles))
    fields = [f.field for f in side.fields] or sorted({t.field for t in side.troubles})
    return Finding(
        category=one.outcome,
        link_id=one.link_id,
        connection=side.connection,
        kind=scene.plan.kind,
        external_id=side.external_id or known,
        code=side.troubles[0].code if side.troubles else None,
        detail={
            "fields": sorted(one.conflicts) if one.outcome == "conflict" else fields,
            **({"filter": side.filter} if side.filter else {}),
            **({"reason": reasons} if reasons else {}),
        },
    )


def _packed(one: Record) -> dict[str, Any]:
    at = None if one.modified_at is None else one.modified_at.isoformat()
    return {
        "id": one.ref.id, "object": one.object, "fields": dict(one.fields), "key": one.key,
        "at": at, "deleted": one.deleted,
    }  # fmt: skip


def _unpacked(scene: Stage, job: Job) -> list[Record]:
    return [
        Record(
            Ref(scene.plan.kind, row["id"]),
            row["object"],
            row["fields"],
            row["key"],
            None if row["at"] is None else datetime.fromisoformat(row["at"]),
            deleted=row["deleted"],
        )
        for row in job.checkpoint.get("page", [])
    ]
