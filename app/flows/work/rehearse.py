"""Rehearse: what a version of a mapping would do to all records there are, before it is active.

The first side's records page by page, each with its counterpart, then those of the second side
that have none. A page waits in the checkpoint while its counterparts are looked at; whom only
another key than e-mail can pair waits for the second side (`rehearse_alone`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import Field

from app.domain.link import exists
from app.domain.rehearsal import Rehearsed, counted, told
from app.flows import sample
from app.flows.rehearsing import Stage, email_of, judge_all, stage
from app.flows.sample import Look
from app.flows.work import listing, rehearse_alone
from app.flows.work.kind import Args, CannotGoOn, Wait
from app.flows.work.listing import ListAsk
from app.store import comparing, connections, documents, links, rehearsals, work
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
    """The next page, or the counterparts of the last one; behind both sides those who waited for
    one in vain, then None.
    """
    turn = job.checkpoint.get("turn", 0)
    scene = _scene(tx, job, now)
    if turn > 1:
        rest = rehearsals.first(tx, job.id, rehearse_alone.AT_ONCE)
        first = scene.plan.connections[0]
        return PairAsk(first, rehearse_alone.look(scene, rest)) if rest else None
    name = scene.plan.connections[turn]
    page = _unpacked(scene, job)
    if page:
        other = scene.plan.connections[1 - turn]
        nothing = Look(other, scene.plan.kind, frozenset())
        return PairAsk(other, _look(tx, job, scene, page) or nothing)
    return listing.next_page(tx, scene.plan, name, job.checkpoint)


def _look(tx: Tx, job: Job, scene: Stage, page: Sequence[Record]) -> Look | None:
    """How to find the counterparts of a page; None where there is nothing to look for."""
    turn = job.checkpoint.get("turn", 0)
    name = scene.plan.connections[turn]
    found = next(iter(sample.counterparts(tx, scene, {name: page})), None)
    those = rehearse_alone.candidates(tx, job.id, scene, page) if turn else []
    if not those:
        return found
    more = rehearse_alone.look(scene, those)
    return more if found is None else replace(found, refs=[*found.refs, *more.refs])


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
    if turn > 1 and isinstance(ask, PairAsk):
        return _rest(tx, job, scene, ask, _items(answer))
    name = scene.plan.connections[turn]
    if isinstance(ask, PairAsk) or not isinstance(answer, Listed):
        place = {k: v for k, v in job.checkpoint.items() if k != "page"}
        return _judged(
            tx, job, scene, place, {name: _unpacked(scene, job), ask.connection: _items(answer)}
        )
    place = _behind(job, answer)
    total = sum(comparing.count_at(tx, scene.plan.kind, one) for one in scene.plan.connections)
    seen = job.done + rehearsals.count(tx, job.id) + len(answer.items)
    total = max(total, answer.total or 0, seen)
    page = _uncovered(tx, scene, name, answer.items) if turn else list(answer.items)
    skipped = len(answer.items) - len(page)
    if skipped:
        work.advance(tx, job.id, job.checkpoint, skipped)
    if page and _look(tx, job, scene, page) is not None:
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
    done, waiting = len(found[scene.plan.connections[turn]]), set[str]()
    if turn:  # whoever has a counterpart was judged with it, but for those who wait for one
        looks = found.get(first, ())
        waiting = rehearsals.waiting(tx, job.id, [one.ref.id for one in looks])
        theirs = {email_of(scene, first, one) for one in looks if one.ref.id not in waiting}
        alone = [one for one in found[second] if email_of(scene, second, one) not in theirs]
        found = {first: [one for one in looks if one.ref.id in waiting], second: alone}
    results = judge_all(tx, scene, found)
    if turn:
        results, paired = rehearse_alone.settled(tx, job.id, waiting, results)
        done += paired
    else:
        results, kept = rehearse_alone.keep(tx, job.id, scene, found[first], results)
        done -= kept
    _store(tx, job, scene, place, results, done=done, total=total)
    return set()


def _rest(tx: Tx, job: Job, scene: Stage, ask: PairAsk, records: Sequence[Record]) -> set[str]:
    """Those who waited in vain, as they are now; who is gone meanwhile becomes nothing."""
    those = [ref.id for ref in ask.look.refs]
    results = judge_all(tx, scene, {ask.connection: records})
    rehearsals.drop(tx, job.id, those)
    _store(tx, job, scene, job.checkpoint, results, done=len(those))
    return set()


def _store(
    tx: Tx,
    job: Job,
    scene: Stage,
    place: Mapping[str, Any],
    results: Sequence[Rehearsed],
    *,
    done: int,
    total: int | None = None,
) -> None:
    work.add_findings(tx, job.id, [_finding(scene, one) for one in results if _is_news(one)])
    behind = dict(place.get("behind", place))
    sums = {name: dict(counts) for name, counts in job.checkpoint.get("told", {}).items()}
    for name, counts in told(results).items():
        mine = sums.setdefault(name, {})
        for what, n in counts.items():
            mine[what] = mine.get(what, 0) + n
    work.advance(tx, job.id, {**behind, "told": sums}, done, counted(results), total=total)


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
