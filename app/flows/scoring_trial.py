"""Trying a version of the scoring rules on the people there are, without changing anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from app.domain.backtest import Tally
from app.domain.scoring import Score, score
from app.domain.scoring_document import ScoringDocument
from app.domain.threshold import Count, Judged, judge, known
from app.flows.work.kind import CannotGoOn
from app.store import documents
from app.store.db import Tx
from app.store.outcomes import Outcome
from app.store.scored import Scored

Target: TypeAlias = Literal["sao", "won"]
Against: TypeAlias = Literal["lost", "everyone"]
OUTCOMES = frozenset({"won", "lost", "stage_change"})  # activities that would tell the end itself


@dataclass(frozen=True, slots=True)
class Seen:
    """One person, and what becomes of them."""

    id: UUID
    name: str
    judged: Judged


@dataclass(frozen=True, slots=True)
class Question:
    """What a back-test asks: who came to `target`, against whom, at which moment.

    The moment is `before` the outcome; of those who have none, `horizon` ago, so that all had as
    long a time to get there.
    """

    target: Target
    against: Against
    before: timedelta
    horizon: timedelta


@dataclass(frozen=True, slots=True)
class Case:
    """A person at the moment that counts, and whether they converted."""

    one: Scored
    then: datetime
    converted: bool


def document_of(tx: Tx, name: str, version: int) -> ScoringDocument:
    """A stored version, active or not. Raises: CannotGoOn."""
    found = documents.get(tx, "scoring", name, version)
    if found is None:
        raise CannotGoOn(f"there is no version {version} of the scoring {name!r}")
    return ScoringDocument.model_validate(found.body)


def judged(
    document: ScoringDocument, people: Sequence[Scored], now: datetime, days: int
) -> list[Seen]:
    """What becomes of these people by a document; `days` are looked back over."""
    return [Seen(one.id, one.name, judge(document, one.person, now, days)) for one in people]


def counted(count: Count, seen: Sequence[Seen]) -> Count:
    """Count these people in."""
    for one in seen:
        count.add(one.judged)
    return count


def case_of(one: Scored, outcome: Outcome | None, asked: Question, now: datetime) -> Case | None:
    """The case that a person is; None where none: no end yet, or not yet known at that moment."""
    ended = outcome or Outcome(one.id)
    reached = ended.won if asked.target == "won" else ended.sao
    if reached is not None:
        return _at(one, reached - asked.before, converted=True)
    if ended.lost is not None and asked.target == "won":
        return _at(one, ended.lost - asked.before, converted=False)
    return _at(one, now - asked.horizon, converted=False) if asked.against == "everyone" else None


def _at(one: Scored, then: datetime, *, converted: bool) -> Case | None:
    first = min([one.created_at, *[fact.at for fact in one.person.facts[:1]]])
    return Case(one, then, converted) if first <= then else None


def score_then(document: ScoringDocument, case: Case) -> Score:
    """The score as it was: by what was known then, but for what tells the outcome itself."""
    facts = [one for one in case.one.person.facts if one.type not in OUTCOMES]
    return score(document, case.one.person.fields, known(facts, case.then), case.then)


def tallied(tally: Tally, document: ScoringDocument, cases: Sequence[Case]) -> list[Score]:
    """Count these cases in; answer their scores."""
    scores = [score_then(document, one) for one in cases]
    for case, result in zip(cases, scores, strict=True):
        figures = {"total": result.total, "fit": result.fit, "intent": result.intent,
                   "timing": result.timing}  # fmt: skip
        rules = [line.rule for line in result.reasons]
        tally.add(figures, rules, converted=case.converted)
    return scores
