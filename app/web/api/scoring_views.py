"""What the API shows of scoring rules on trial, and of back-tests."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.configuring.trials import Trial
from app.domain.backtest import BackTest, RuleVerdict, Verdict
from app.domain.scoring_document import ScoringDocument
from app.domain.threshold import STEP
from app.store.work import Job
from app.web.api.documents import FindingView
from app.web.api.jobs import JobView


class Viewed(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class MovedView(BaseModel):
    """One person of a sample, as now and under the rules on trial."""

    link_id: UUID
    label: str = Field(examples=["ada@example.com"])
    before: int | None
    after: int
    grade_before: str | None
    grade: str
    priority: int
    changed: bool


class ThresholdView(Viewed):
    """How many new MQLs a day, if this total were the threshold."""

    threshold: int
    per_day: float
    fits: bool | None = Field(description="not more than the capacity; null: none is stated")


class TrialView(BaseModel):
    """What scoring rules would do. Nobody was changed."""

    scoring: str
    version: int = Field(description="0 for a draft that is not stored")
    people: int = Field(description="tried on so many")
    of: int = Field(description="there are so many")
    changed: int = Field(description="with another score or grade")
    moved: int = Field(description="with another grade")
    grades: dict[str, int] = Field(
        description="people by grade before and after; - is not scored", examples=[{"B>A": 12}]
    )
    before: dict[str, int] = Field(description=f"people by score, in steps of {STEP}, as now")
    after: dict[str, int] = Field(description="the same under these rules")
    priorities: dict[str, int] = Field(description="people by quadrant of fit x intent")
    days: int
    capacity_per_day: float | None
    mql: int = Field(description="the threshold of these rules")
    thresholds: list[ThresholdView]
    suggested: int | None = Field(description="the lowest threshold that fits the capacity")
    warnings: list[FindingView] = []
    results: list[MovedView] = Field([], description="those of a sample, who change most first")
    job: JobView | None = None


class BandView(Viewed):
    """Conversion of the scores from `low` to `high`, with its 95 % interval."""

    low: int
    high: int
    cases: int
    converted: int
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    lift: float | None


class PrecisionView(Viewed):
    """How good it would be to call those at or above a threshold."""

    threshold: int
    cases: int
    precision: float | None
    recall: float | None
    lift: float | None
    youden: float | None = Field(description="recall - false positive rate")


class SeparationView(Viewed):
    """How well a figure tells who converts from who does not."""

    axis: str = Field(examples=["total"])
    auc: float | None = Field(description="0.5 is chance, 1 is perfect")
    p: float | None = Field(description="Mann-Whitney U test, two-sided")
    ks: float | None
    verdict: Verdict


class RuleView(Viewed):
    """What one rule says of converting: two-proportion z-test of with it against without."""

    rule: str
    cases: int
    rate_with: float | None
    rate_without: float | None
    p: float | None
    verdict: RuleVerdict


class BackTestView(BaseModel):
    """Whether scores told beforehand who converts."""

    scoring: str
    version: int
    target: str
    cases: int
    converted: int
    rate: float | None
    verdict: Verdict
    mql: int
    suggested: int | None = Field(description="null: the rules don't discriminate")
    bands: list[BandView]
    thresholds: list[PrecisionView]
    separation: list[SeparationView]
    rules: list[RuleView]
    job: JobView


def trial_view(trial: Trial, job: JobView | None = None) -> TrialView:
    """As the API and the command line show it."""
    count = trial.count
    ordered = sorted(
        trial.people, key=lambda one: -abs(one.judged.after.total - (one.judged.before or 0))
    )
    return TrialView(
        scoring=trial.scoring,
        version=trial.version,
        people=count.people,
        of=trial.of,
        changed=count.changed,
        moved=count.moved,
        grades=count.grades,
        before=count.before,
        after=count.after,
        priorities=count.priorities,
        days=trial.days,
        capacity_per_day=trial.capacity,
        mql=trial.document.mql,
        thresholds=[ThresholdView.model_validate(one) for one in trial.thresholds],
        suggested=trial.suggested,
        warnings=[FindingView(pointer=w.pointer, message=w.message) for w in trial.warnings],
        results=[
            MovedView(
                link_id=one.id,
                label=one.name,
                before=one.judged.before,
                after=one.judged.after.total,
                grade_before=one.judged.grade_before,
                grade=one.judged.after.grade,
                priority=one.judged.after.priority,
                changed=one.judged.changed,
            )
            for one in ordered
        ],
        job=job,
    )


def backtest_view(name: str, job: Job, document: ScoringDocument, result: BackTest) -> BackTestView:
    """As the API and the command line show it."""
    told: dict[str, Any] = asdict(result)
    return BackTestView(
        scoring=name,
        version=job.args["version"],
        target=job.args.get("target", "won"),
        mql=document.mql,
        job=JobView.model_validate(job),
        **told,
    )
