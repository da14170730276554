"""The page of scoring rules on trial: tried on people, and tested against what became of them."""

from collections.abc import Callable
from functools import partial

from fastapi import Request
from nicegui.element import Element

from app.configuring import trials
from app.configuring.previewing import Draft
from app.configuring.trials import Wanted
from app.store import work
from app.store.db import Tx
from app.store.work import Job, lane_of
from app.web.api.scoring_views import BackTestView, TrialView, backtest_view, trial_view
from app.web.deps import transacted
from app.web.ui import actions
from app.web.ui.backtest_shown import show_backtest
from app.web.ui.desk import Visit
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.jobs import card, follow
from app.web.ui.pieces import empty, tag
from app.web.ui.trial_shown import show_trial
from app.web.ui.tried import head, trying

SAMPLE = 50


async def page(request: Request, name: str, version: int) -> None:
    """The page `/documents/scoring/{name}/{version}`."""
    visit = visit_of(request)
    words, draft = visit.words, Draft(name, version=version)
    sight = await visit.desk.live.look()
    with frame(request, "documents", sight) as main:
        title = words("trial.title", name=name, version=version)
        head(visit, (title, words("trial.intro")), partial(_buttons, visit, draft))
        latest, tested = tag("div"), tag("div")
    await follow(latest, partial(_latest, visit, draft), partial(_show_latest, visit))
    await follow(tested, partial(_tested, visit, draft), partial(_show_tested, visit))
    watch(visit, main)


def _buttons(visit: Visit, draft: Draft, place: Element) -> None:
    words = visit.words
    on_some = trying(
        visit, place, lambda: _read(visit, draft), lambda shown: show_trial(visit, shown)
    )
    some = tag("button", words("trial.some", n=SAMPLE), "button main", type="button")
    some.on("click", on_some)
    by = visit.who
    everybody = partial(_start, visit, lambda tx: trials.start_preview(tx, draft, Wanted(), by=by))
    test = partial(_start, visit, lambda tx: trials.start_backtest(tx, draft, {}, by=by))
    tag("button", words("trial.all"), "button", type="button").on("click", act(visit, everybody))
    tag("button", words("trial.test"), "button", type="button").on("click", act(visit, test))


def _start(visit: Visit, start: Callable[[Tx], Job]) -> None:
    """Start a job. Raises: NotAllowed, InUse."""
    actions.check_operator(visit)
    job = transacted(visit.desk.parts, start)
    visit.desk.parts.wake({lane_of(job.id)})


def _read(visit: Visit, draft: Draft) -> TrialView:
    """What a trial shows."""
    wanted = Wanted(SAMPLE, at_random=True)
    return trial_view(trials.try_on_some(visit.desk.parts.database, draft, wanted))


def _newest(visit: Visit, draft: Draft, kind: str) -> Job | None:
    args = {"scoring": draft.name, "version": draft.version}
    with visit.desk.parts.database.begin() as tx:
        return next(iter(work.listed(tx, kind=kind, args=args, limit=1)), None)


def _latest(visit: Visit, draft: Draft) -> tuple[Job, TrialView] | None:
    job = _newest(visit, draft, "preview")
    if job is None:
        return None
    with visit.desk.parts.database.begin() as tx:
        return job, trial_view(trials.previewed(tx, job))


def _tested(visit: Visit, draft: Draft) -> tuple[Job, BackTestView] | None:
    job = _newest(visit, draft, "backtest")
    if job is None:
        return None
    with visit.desk.parts.database.begin() as tx:
        document, result = trials.backtested(tx, job)
    return job, backtest_view(draft.name, job, document, result)


def _show_latest(visit: Visit, found: tuple[Job, TrialView] | None) -> None:
    if found is None:
        return
    job, shown = found
    tag("h2", visit.words("trial.latest"))
    with tag("section", classes="card"):
        card(visit, job)
    show_trial(visit, shown)


def _show_tested(visit: Visit, found: tuple[Job, BackTestView] | None) -> None:
    tag("h2", visit.words("backtest.title"))
    if found is None:
        with tag("section", classes="card"):
            empty(visit.words("backtest.none"), "")
        return
    job, shown = found
    with tag("section", classes="card"):
        card(visit, job)
    show_backtest(visit, shown)
