"""Where NiceGUI stands: one stage a process, as NiceGUI is one; any app can put its desk on it."""

import functools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from nicegui import ui
from starlette.routing import Match, Mount
from starlette.types import Scope

from app.store.faults import DOWN
from app.web.parts import Parts
from app.web.shell import MACHINES
from app.web.ui import (
    alert_trial,
    alerts,
    attention,
    campaign,
    campaigns,
    candidates,
    conflicts,
    connections,
    dashboard,
    documents,
    downloads,
    editor,
    erasing,
    erasures,
    handoff,
    handoff_review,
    handoff_trial,
    handoffs,
    hook,
    hooks,
    job,
    jobs,
    lifecycle,
    lifecycle_people,
    lifecycle_review,
    lifecycle_trial,
    people,
    person,
    plain,
    rehearsal,
    score,
    scoring_trial,
    sign_in,
    sla,
    sla_trial,
    undo,
    why,
)
from app.web.ui.desk import Desk
from app.web.ui.frame import visit_of
from app.web.ui.gate import Gate
from app.web.ui.live import Live
from app.web.ui.sessions import Sessions

PAGES: Mapping[str, Callable[..., Any]] = {
    "/": dashboard.page,
    "/people": people.page,
    "/alerts": alerts.page,
    "/people/{link_id}": person.page,
    "/people/{link_id}/score": score.page,
    "/people/{link_id}/erase": erasing.page,
    "/erasures": erasures.page,
    "/erasures/{erasure_id}": erasing.receipt,
    "/stages": lifecycle.page,
    "/stages/{name}": lifecycle_people.page,
    "/deviations": lifecycle_review.page,
    "/deviations/handoffs": handoff_review.page,
    "/campaigns": campaigns.page,
    "/campaigns/{name}": campaign.page,
    "/sla": sla.page,
    "/handoffs": handoffs.page,
    "/handoffs/{handoff_id}": handoff.page,
    "/attention": attention.page,
    "/conflicts": conflicts.page,
    "/candidates": candidates.page,
    "/why": why.page,
    "/jobs": jobs.page,
    "/jobs/{job_id}": job.page,
    "/undo": undo.page,
    "/connections": connections.page,
    "/documents": documents.page,
    "/documents/{kind}/{name}": editor.page,
    "/hooks": hooks.page,
    "/hooks/{name}": hook.page,
    "/documents/sla/{name}/{version}": sla_trial.page,
    "/documents/mapping/{name}/{version}": rehearsal.page,
    "/documents/scoring/{name}/{version}": scoring_trial.page,
    "/documents/lifecycle/{name}/{version}": lifecycle_trial.page,
    "/documents/hot_lead/{name}/{version}": alert_trial.page,
    "/documents/handoff/{name}/{version}": handoff_trial.page,
}
FAVICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='8' fill='#0f62d6'/>"
    "<path d='M7 22 20 9m5 1L12 23' stroke='#fff' stroke-width='4' stroke-linecap='round'/></svg>"
)


class Pages(Mount):
    """All paths that no machine asks for; so a wrong method at the API stays a 405."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope.get("path", "").startswith(MACHINES):
            return Match.NONE, {}
        return super().matches(scope)


def mount(app: FastAPI, parts: Parts) -> None:
    """Put the pages under an app, after all its other routes.

    NiceGUI runs once a process: any number of apps may be made, one may serve at a time.
    """
    desk = Desk(parts, Sessions(parts.vault.signing_key), Live(parts.database))
    host = _host()
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[Any]:
        async with host.router.lifespan_context(host), inner(served) as state:
            yield state

    app.router.lifespan_context = lifespan
    app.include_router(sign_in.router(desk), include_in_schema=False)
    app.router.routes.append(Pages("/", Gate(host, desk), name="pages"))


@functools.cache
def _host() -> FastAPI:
    """The app that carries NiceGUI. It knows no desk: each request brings its own."""
    host = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for path, build in PAGES.items():
        ui.page(path, title="Baton", response_timeout=15)(or_down(build))
    host.add_api_route("/jobs/{job_id}/findings.{format}", job.export)
    host.add_api_route("/attention.{format}", downloads.attention)
    host.add_api_route("/conflicts.{format}", downloads.conflicts)
    host.add_api_route("/why.{format}", downloads.why)
    ui.run_with(
        host, title="Baton", favicon=FAVICON, dark=None, tailwind=False, show_welcome_message=False
    )
    return host


def or_down(build: Callable[..., Any]) -> Callable[..., Any]:
    """A page that says so where the database went away since the gate asked it."""

    @functools.wraps(build)
    async def built(request: Request, **more: Any) -> Response | None:
        try:
            await build(request, **more)
        except DOWN:
            return plain.down(visit_of(request).words)
        return None

    return built
