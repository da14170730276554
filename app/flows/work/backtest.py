"""Back-test: whether a version of the scoring rules would have told who converts.

Each person with an outcome is scored as of the moment before it (`app/domain/backtest.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.backtest import Tally
from app.domain.notice_document import LOST, WON
from app.domain.scoring import Score
from app.domain.scoring_document import ScoringDocument
from app.flows import scoring_trial
from app.flows.scoring_trial import Against, Case, Question, Target
from app.flows.work.kind import Args
from app.store import links, outcomes, scored, work
from app.store.db import Tx
from app.store.work import Finding, Job

BATCH = 200
MOST_FOUND = 1_000  # surprises of either kind; the counts have everybody


class Arguments(Args):
    """Which version, and the question. `before_hours`: so long before the outcome a person is
    scored; `horizon_days`: so long ago those are who have none.
    """

    scoring: str = Field(max_length=40, examples=["main"])
    version: int = Field(ge=1, lt=2**31, examples=[4])
    target: Target = "won"
    against: Against = "lost"
    before_hours: float = Field(24, ge=0, le=24 * 365)
    horizon_days: float = Field(90, gt=0, le=3650)
    won_stages: tuple[str, ...] = Field(WON, max_length=50)
    lost_stages: tuple[str, ...] = Field(LOST, max_length=50)

    def question(self) -> Question:
        """The same as times. Of opportunities nobody is lost, but only not (yet) there."""
        return Question(
            self.target,
            "everyone" if self.target == "sao" else self.against,
            timedelta(hours=self.before_hours),
            timedelta(days=self.horizon_days),
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """Cases to be scored by a document. Nobody is called."""

    document: ScoringDocument
    cases: Sequence[Case]
    last: UUID
    people: int
    total: int
    connection: None = None


def plan(tx: Tx, job: Job, *, now: datetime) -> Ask | None:
    """The next people; None behind the last."""
    place = job.checkpoint.get("after")
    ids = links.page_ids(tx, "person", None if place is None else UUID(place), BATCH)
    if not ids:
        return None
    given = Arguments.model_validate(dict(job.args))
    ended = outcomes.first(tx, ids, _small(given.won_stages), _small(given.lost_stages))
    asked = given.question()
    concerned = ids if asked.against == "everyone" else list(ended)
    at = job.checkpoint.get("at")
    then = now if at is None else datetime.fromisoformat(at)
    found = [scoring_trial.case_of(one, ended.get(one.id), asked, then)
             for one in scored.people(tx, concerned)]  # fmt: skip
    return Ask(
        document=scoring_trial.document_of(tx, given.scoring, given.version),
        cases=[one for one in found if one is not None],
        last=ids[-1],
        people=len(ids),
        total=job.total if job.total is not None else links.count(tx, "person"),
    )


def _small(stages: Sequence[str]) -> list[str]:
    return [one.lower() for one in stages]


def call(connector: Any, ask: Ask) -> tuple[Tally, list[Score]]:  # noqa: ARG001  nobody is asked
    """Score them as of then."""
    tally = Tally()
    return tally, scoring_trial.tallied(tally, ask.document, ask.cases)


def settle(
    tx: Tx, job: Job, ask: Ask, answer: tuple[Tally, list[Score]], *, now: datetime
) -> set[str]:
    """Count them in, and note where score and outcome disagree."""
    part, scores = answer
    surprises = [
        _finding(case, result)
        for case, result in zip(ask.cases, scores, strict=True)
        if case.converted != (result.total >= ask.document.mql)
    ]
    room = max(0, MOST_FOUND - sum(n for k, n in job.counts.items() if k.startswith("surprise")))
    work.add_findings(tx, job.id, surprises[:room])
    place = {
        "after": str(ask.last),
        "at": job.checkpoint.get("at") or now.isoformat(),
        "tally": _sum(tally_of(job), part).as_json(),
    }
    counts: dict[str, int] = {}
    for one in surprises:
        counts[one.category] = counts.get(one.category, 0) + 1
    total = max(ask.total, job.done + ask.people)
    work.advance(tx, job.id, place, ask.people, counts, total=total)
    return set()


def tally_of(job: Job) -> Tally:
    """What a back-test has counted so far."""
    return Tally(**job.checkpoint.get("tally", {}))


def _sum(first: Tally, second: Tally) -> Tally:
    return Tally(
        [a + b for a, b in zip(first.cases, second.cases, strict=True)],
        {axis: _merged(first.scores.get(axis, {}), second.scores.get(axis, {}))
         for axis in {*first.scores, *second.scores}},
        _merged(first.rules, second.rules),
    )  # fmt: skip


def _merged(
    first: Mapping[str, list[int]], second: Mapping[str, list[int]]
) -> dict[str, list[int]]:
    none = [0, 0]
    return {
        key: [a + b for a, b in zip(first.get(key, none), second.get(key, none), strict=True)]
        for key in {*first, *second}
    }


def _finding(case: Case, result: Score) -> Finding:
    category = "surprise_converted" if case.converted else "surprise_not"
    detail = {"score": result.total, "grade": result.grade, "at": case.then.isoformat()}
    return Finding(category, link_id=case.one.id, kind="person", detail=detail)
