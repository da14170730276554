"""Trying scoring rules before they are active: on some people at once, on all of them as a job, and
against what became of people (`app/flows/work/preview.py`, `app/flows/work/backtest.py`).

Nothing is changed anywhere, but that a draft is stored, not activated, where a job needs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.configuring.document_checks import findings
from app.configuring.documents import parsed_document, save_document
from app.configuring.previewing import Draft
from app.configuring.problems import Invalid, Missing
from app.configuring.work import start_job
from app.domain.backtest import BackTest, evaluate
from app.domain.scoring_document import ScoringDocument
from app.domain.threshold import AtThreshold, Count, at_thresholds, suggested
from app.flows import scoring_trial
from app.flows.scoring_trial import Seen
from app.flows.work import backtest, preview
from app.store import documents, links, scored
from app.store.db import Database, Tx
from app.store.work import Job
from mappings.finding import Finding

MOST = 200  # people of a sample: each is scored while somebody waits
KIND = "scoring"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look at: those with some addresses, else so many that changed last, or any."""

    sample: int = 50
    at_random: bool = False
    emails: Sequence[str] = ()
    days: int = 30
    capacity_per_day: float | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a version would do. `people`: whom it was tried on, where they are few; `of`: how many
    there are. MQLs a day are scaled up from a sample.
    """

    scoring: str
    version: int
    document: ScoringDocument
    count: Count
    of: int
    days: int
    capacity: float | None
    thresholds: tuple[AtThreshold, ...]
    people: Sequence[Seen] = ()
    warnings: Sequence[Finding] = ()

    @property
    def suggested(self) -> int | None:
        return suggested(self.thresholds)


def try_on_some(database: Database, draft: Draft, wanted: Wanted) -> Trial:
    """Try it on a sample, now. Raises: Invalid, Missing."""
    now = datetime.now(UTC)
    with database.begin() as tx:
        document, version, found = drafted(tx, draft)
        ids = scored.by_email(tx, wanted.emails) if wanted.emails else scored.some(
            tx, wanted.sample, at_random=wanted.at_random
        )  # fmt: skip
        people = scored.people(tx, ids[:MOST])
        of = links.count(tx, "person")
    seen = scoring_trial.judged(document, people, now, wanted.days)
    count = scoring_trial.counted(Count(), seen)
    capacity = wanted.capacity_per_day or document.capacity_per_day
    scale = of / len(seen) if seen and not wanted.emails else 1.0
    rows = at_thresholds(count, wanted.days, capacity, scale=scale)
    return Trial(draft.name, version, document, count, of, wanted.days, capacity, rows, seen, found)


def drafted(tx: Tx, draft: Draft) -> tuple[ScoringDocument, int, Sequence[Finding]]:
    """A draft, its version (0: it is not stored), its warnings. Raises: Invalid, Missing."""
    what, body, version = f'{KIND} "{draft.name}"', draft.body, 0
    if body is None:
        stored = documents.get(tx, KIND, draft.name, draft.version)
        if stored is None:
            raise Missing(f"there is no such version of {what}")
        body, version = stored.body, stored.version
    parsed = parsed_document(KIND, draft.name, body)
    assert isinstance(parsed, ScoringDocument)  # noqa: S101  its kind says so
    found = findings(tx, draft.name, parsed)
    if errors := [one for one in found if one.severity == "error"]:
        raise Invalid(what, errors)
    return parsed, version, found


def stored_version(tx: Tx, draft: Draft, *, by: str) -> int:
    """The version of a draft; a body is stored for it, not activated. Raises: Invalid, Missing."""
    if draft.body is not None:
        saved = save_document(
            tx, KIND, draft.name, draft.body, activate=False, note="preview", by=by
        )
        return saved.document.version
    return drafted(tx, draft)[1]


def start_preview(tx: Tx, draft: Draft, wanted: Wanted, *, by: str) -> Job:
    """Try it on everybody, as a job. Raises: Invalid, Missing, InUse."""
    args: dict[str, Any] = {"scoring": draft.name, "version": stored_version(tx, draft, by=by)}
    args |= {"days": wanted.days, "capacity_per_day": wanted.capacity_per_day}
    return start_job(tx, "preview", args, by=by)


def start_backtest(tx: Tx, draft: Draft, asked: Mapping[str, Any], *, by: str) -> Job:
    """Try it against outcomes, as a job. Raises: Invalid, Missing, InUse."""
    args = {**asked, "scoring": draft.name, "version": stored_version(tx, draft, by=by)}
    return start_job(tx, "backtest", args, by=by)


def previewed(tx: Tx, job: Job) -> Trial:
    """What a preview of everybody has shown so far. Raises: Missing."""
    document = _document(tx, job)
    count, days = preview.counted_of(job), int(job.args.get("days", 30))
    capacity = job.args.get("capacity_per_day") or document.capacity_per_day
    return Trial(
        job.args["scoring"], job.args["version"], document, count, max(job.total or 0, job.done),
        days, capacity, at_thresholds(count, days, capacity),
    )  # fmt: skip


def backtested(tx: Tx, job: Job) -> tuple[ScoringDocument, BackTest]:
    """What a back-test has shown so far, and of which rules. Raises: Missing."""
    document = _document(tx, job)
    return document, evaluate(backtest.tally_of(job), [one.name for one in document.rules])


def _document(tx: Tx, job: Job) -> ScoringDocument:
    found = documents.get(tx, KIND, job.args["scoring"], job.args["version"])
    if found is None:
        raise Missing(f"version {job.args['version']} of {KIND} is gone")
    return ScoringDocument.model_validate(found.body)
