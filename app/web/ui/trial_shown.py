"""What a trial of scoring rules shows: who changes, how scores spread, MQLs a day."""

from app.domain.threshold import STEP
from app.web.api.scoring_views import TrialView
from app.web.ui import charts
from app.web.ui.desk import Visit
from app.web.ui.pieces import badge, empty, link, tag

SHOWN = 10


def show_trial(visit: Visit, shown: TrialView) -> None:
    """All of it, in cards."""
    words = visit.words
    with tag("section", classes="card"):
        if not shown.people:
            empty(words("trial.nobody"), "")
            return
        tag("h3", words("trial.tried", people=f"{shown.people:,}", of=f"{shown.of:,}"))
        with tag("div", classes="chips"):
            badge(words("trial.changed", n=f"{shown.changed:,}"))
            badge(words("trial.moved", n=f"{shown.moved:,}"), "warn" if shown.moved else "calm")
        for warning in shown.warnings:
            tag("p", f"{warning.pointer}: {warning.message}", "notice warn")
        tag("h3", words("trial.grades"))
        with tag("div", classes="chips"):
            for move, n in sorted(shown.grades.items()):
                before, _, after = move.partition(">")
                was = words("trial.unscored") if before == "-" else before
                badge(f"{was} → {after}: {n:,}", "calm" if before == after else "warn")
    with tag("div", classes="halves"):
        _mqls(visit, shown)
        _spread(visit, shown)
    if shown.results:
        _people(visit, shown)


def _mqls(visit: Visit, shown: TrialView) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h3", words("trial.mqls"))
        tag("p", words("trial.mqls_hint", days=shown.days, mql=shown.mql), "muted")
        if shown.capacity_per_day is None:
            tag("p", words("trial.no_capacity"), "muted")
        else:
            tag("p", words("trial.capacity", capacity=f"{shown.capacity_per_day:g}"))
        if shown.suggested is not None:
            tag("p", words("trial.suggested", threshold=shown.suggested), "strong")
        most = max((row.per_day for row in shown.thresholds), default=0) or 1
        heads = (words("trial.threshold"), words("trial.per_day"), "")
        with charts.table(words("trial.mqls"), heads):
            for row in shown.thresholds:
                with tag("tr", classes="current" if row.threshold == shown.mql else ""):
                    tag("th", str(row.threshold), scope="row")
                    charts.bar(row.per_day / most, f"{row.per_day:g}")
                    with tag("td"):
                        if row.fits is not None:
                            said = words("trial.fits" if row.fits else "trial.too_many")
                            badge(said, "good" if row.fits else "warn")


def _spread(visit: Visit, shown: TrialView) -> None:
    words = visit.words
    heads = (words("trial.score"), words("trial.now"), words("trial.then"))
    most = max([*shown.before.values(), *shown.after.values()], default=1)
    with tag("section", classes="card"):
        tag("h3", words("trial.spread"))
        with charts.table(words("trial.spread"), heads):
            for low in range(0, 100, STEP):
                high = 100 if low + STEP == 100 else low + STEP - 1  # noqa: PLR2004  full marks
                with tag("tr"):
                    tag("th", f"{low}-{high}", scope="row")
                    for counts in (shown.before, shown.after):
                        n = counts.get(str(low), 0)
                        charts.bar(n / most, f"{n:,}")


def _people(visit: Visit, shown: TrialView) -> None:
    words = visit.words
    heads = (words("trial.person"), words("trial.now"), words("trial.then"))
    with tag("section", classes="card"):
        tag("h3", words("trial.people"))
        with charts.table(words("trial.people"), heads):
            for one in shown.results[:SHOWN]:
                was = words("trial.unscored")
                with tag("tr"):
                    with tag("td"):
                        link(one.label, f"/people/{one.link_id}/score")
                    tag("td", was if one.before is None else f"{one.before} {one.grade_before}")
                    tag("td", f"{one.after} {one.grade}")
