"""`baton preview` of scoring rules, and `baton backtest`: rules on trial, nobody changed."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from app.bootstrap import Baton
from app.cli import blueprint, trying_rules
from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.following import follow
from app.cli.output import say, say_json
from app.configuring import read_text, trials
from app.configuring.previewing import Draft
from app.configuring.trials import Wanted
from app.store import documents
from app.store.work import Job, lane_of
from app.web.api import scoring_views
from app.web.api.scoring_views import BackTestView, TrialView

BY_PREVIEW, BY_BACKTEST = "baton preview", "baton backtest"
SCORING_KEYS = frozenset({"fit", "intent", "timing", "axes", "grades", "mql"})
SHOWN = 10
VERDICTS = {
    "discriminates": "the score tells who converts",
    "does_not_discriminate": "these rules don't discriminate: the score does not tell who converts",
    "inverted": "these rules are the wrong way round: who converts scores lower",
    "too_few": "too few outcomes to say anything",
}
File = Annotated[
    Path | None, typer.Argument(exists=True, dir_okay=False, help="Scoring rules, or a file for "
                                "apply; else the active rules.")
]  # fmt: skip
Name = Annotated[str | None, typer.Option(help="The document's name; else the file's.")]
Target = Annotated[Literal["sao", "won"], typer.Option(help="What the score should tell.")]
Against = Annotated[
    Literal["lost", "everyone"], typer.Option(help="Whom those who were won are compared with.")
]
Before = Annotated[float, typer.Option(min=0, help="Score so many hours before the outcome.")]
Horizon = Annotated[float, typer.Option(min=0.1, help="Days ago, for who has no outcome.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def is_scoring(body: dict[str, Any]) -> bool:
    """Whether a file is a scoring document by itself."""
    return bool(SCORING_KEYS & body.keys()) and "documents" not in body


def drafts(file: Path, name: str | None) -> list[Draft]:
    """The scoring rules of a file."""
    body = read_text(file.read_text("utf-8"), str(file))
    if is_scoring(body):
        return [Draft(name or file.stem, body)]
    if "fields" in body or trying_rules.is_alone(body):
        return []
    entries = [one for one in blueprint.read(file).documents if one.kind == "scoring"]
    return [Draft(e.name, blueprint.body_of(e)) for e in entries if name in {None, e.name}]


def preview_scoring(baton: Baton, draft: Draft, wanted: Wanted | None, *, as_json: bool) -> None:
    """Try rules on some people, or (`wanted` None) on all."""
    if wanted is not None:
        shown = scoring_views.trial_view(trials.try_on_some(baton.database, draft, wanted))
    else:
        with baton.database.begin() as tx:
            job = trials.start_preview(tx, draft, Wanted(), by=BY_PREVIEW)
        job = _done(baton, job, f"preview {draft.name}")
        with baton.database.begin() as tx:
            shown = scoring_views.trial_view(trials.previewed(tx, job))
    if as_json:
        say_json(shown.model_dump(mode="json", exclude={"job"}))
    else:
        _show_trial(shown)


def backtest(
    file: File = None, *, name: Name = None, target: Target = "won", against: Against = "lost",
    before_hours: Before = 24, horizon_days: Horizon = 90, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Test scoring rules against what became of people: does the score tell who converts?

    Each person is scored as of a moment before the outcome. Nobody is changed.
    """
    asked = {"target": target, "against": against, "before_hours": before_hours,
             "horizon_days": horizon_days}  # fmt: skip
    with attached() as baton:
        for draft in _active(baton, name) if file is None else drafts(file, name):
            with baton.database.begin() as tx:
                job = trials.start_backtest(tx, draft, asked, by=BY_BACKTEST)
            job = _done(baton, job, f"backtest {draft.name}")
            with baton.database.begin() as tx:
                document, result = trials.backtested(tx, job)
            shown = scoring_views.backtest_view(draft.name, job, document, result)
            if as_json:
                say_json(shown.model_dump(mode="json", exclude={"job"}))
            else:
                _show_backtest(shown)


def _active(baton: Baton, name: str | None) -> list[Draft]:
    with baton.database.begin() as tx:
        active = [one for one in documents.names(tx, "scoring") if one.active]
    found = [Draft(one.name, version=one.version) for one in active if name in {None, one.name}]
    if not found:
        raise Failed("no scoring document is active; name a file")
    return found


def _done(baton: Baton, job: Job, title: str) -> Job:
    baton.wake({lane_of(job.id)})
    return follow(baton, job, title)


def _show_trial(shown: TrialView) -> None:
    say(f"{shown.scoring}: tried on {shown.people:,} of {shown.of:,} people; {shown.changed:,} "
        f"would have another score, {shown.moved:,} another grade")  # fmt: skip
    for warning in shown.warnings:
        say(f"  warning: {warning.pointer}: {warning.message}")
    for one in [one for one in shown.results if one.changed][:SHOWN]:
        say(f"  {one.label:40} {_score(one.before, one.grade_before)} -> "
            f"{_score(one.after, one.grade)}")  # fmt: skip
    if shown.grades:
        say("  grades: " + ", ".join(f"{k} {n:,}" for k, n in sorted(shown.grades.items())))
    say(f"  new MQLs a day by threshold, over {shown.days} days:")
    for row in shown.thresholds:
        fits = {None: "", True: "  fits the capacity", False: "  more than the capacity"}[row.fits]
        mark = "  <- mql" if row.threshold == shown.mql else ""
        say(f"    {row.threshold:3}  {row.per_day:8}{fits}{mark}")
    if shown.suggested is not None:
        say(f"  suggested threshold for {shown.capacity_per_day:g} a day: {shown.suggested}")


def _score(total: int | None, grade: str | None) -> str:
    return "no score" if total is None else f"{total:3} {grade}"


def _show_backtest(shown: BackTestView) -> None:
    total = shown.separation[0]
    rate = _percent(shown.rate)
    say(f"{shown.scoring}@{shown.version}: {shown.cases:,} cases, {shown.converted:,} "
        f"{shown.target} ({rate})")  # fmt: skip
    how = "" if total.auc is None else f" (AUC {total.auc}, p {total.p}, KS {total.ks})"
    say(f"  {VERDICTS[shown.verdict]}{how}")
    say("  score     cases  converted   rate  lift")
    for band in shown.bands:
        say(f"  {band.low:3}-{band.high:3} {band.cases:8,} {band.converted:10,} "
            f"{_percent(band.rate):>6}  {'-' if band.lift is None else band.lift}")  # fmt: skip
    say("  threshold  cases  precision  recall")
    for row in shown.thresholds[1::2]:
        say(f"  {row.threshold:9} {row.cases:6,} {_percent(row.precision):>10} "
            f"{_percent(row.recall):>7}")  # fmt: skip
    if shown.suggested is not None:
        say(f"  suggested threshold: {shown.suggested} (now {shown.mql})")
    for rule in shown.rules:
        if rule.verdict in {"no_difference", "lowers"}:
            say(f"  rule {rule.rule}: {rule.verdict.replace('_', ' ')} ({_percent(rule.rate_with)} "
                f"with, {_percent(rule.rate_without)} without)")  # fmt: skip


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"


def add_to(cli: typer.Typer) -> None:
    cli.command()(backtest)
