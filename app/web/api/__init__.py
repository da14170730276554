"""The REST API, `/api/v1`. One file per resource; every operation names the role that it needs."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.routing import BaseRoute, Route

from app.web.api import (
    activities,
    alert_previews,
    alert_storms,
    alerts,
    attention,
    budgets,
    campaigns,
    campaigns_costs,
    conflicts,
    connections,
    deletions,
    document_history,
    documents,
    drifts,
    erasures,
    events,
    exports,
    handoff_previews,
    handoff_reviews,
    handoffs,
    handoffs_acts,
    hooks,
    identity,
    jobs,
    keys,
    ledger,
    people,
    person_stages,
    posting,
    previews,
    reference,
    scoring,
    sla,
    sla_figures,
    stages,
    status,
    vendors,
    why,
)
from app.web.deps import Guesses, caller, unambiguous
from app.web.parts import Parts
from app.web.problems import RESPONSES

PREFIX = "/api/v1"
TAGS: list[dict[str, Any]] = [
    {"name": "people", "description": "People, companies and opportunities, and why"},
    {"name": "activities", "description": "What people did, and where it was logged"},
    {"name": "stages", "description": "From lead to customer: who is where, for how long, and why"},
    {"name": "campaigns", "description": "Who is in a campaign, what it costs, what comes of it"},
    {"name": "handoffs", "description": "From team to team: memo, quality, gate, acceptance"},
    {"name": "alerts", "description": "Hot leads that reps were told of"},
    {"name": "sla", "description": "Agreed times: clocks, how well they are kept, what if"},
    {"name": "attention", "description": "What needs a person, with its fix"},
    {"name": "conflicts", "description": "What the systems disagree about"},
    {"name": "ledger", "description": "Every write, and taking writes back"},
    {"name": "why", "description": "Why a record is, or is not, in a system"},
    {"name": "identity", "description": "Who is the same: likely pairs, joining and parting"},
    {"name": "deletions", "description": "Deletions that spread, and those that wait"},
    {"name": "privacy", "description": "Erasure with a receipt; all data of one person"},
    {"name": "connections", "description": "Configured accounts"},
    {"name": "documents", "description": "Rules, in numbered versions"},
    {"name": "events", "description": "What happened, as others are told of it; its catalogue"},
    {"name": "hooks", "description": "Outgoing webhooks: who is told, and how that went"},
    {"name": "jobs", "description": "Long work: backfill, comparison, repair, and its results"},
    {"name": "vendors", "description": "Installed connectors"},
    {"name": "keys", "description": "API keys"},
    {"name": "status", "description": "How Baton is doing"},
    {"name": "webhooks", "description": "Called by vendors"},
    {"name": "health", "description": "For machines that watch"},
]


def install(app: FastAPI, parts: Parts) -> None:
    """Add the API to an application."""
    app.state.parts = parts
    app.state.guesses = Guesses()
    app.router.routes.extend(_operations())
    app.router.routes.append(Route(f"{PREFIX}/docs", _docs))


@cache
def _operations() -> Sequence[BaseRoute]:
    """All operations, for any application of this process: FastAPI reads every signature for them,
    which takes half a second.
    """
    routes = APIRouter(dependencies=[Depends(caller), Depends(unambiguous)], responses=RESPONSES)
    for module in (
        people, person_stages, stages, activities, posting, alerts, alert_storms,
        alert_previews,
        attention, conflicts, ledger, why, exports, identity, deletions, erasures, connections,
        campaigns, campaigns_costs,
        handoff_reviews, handoffs, handoffs_acts, handoff_previews,
        budgets, drifts, documents, document_history, previews, scoring, jobs, vendors, keys,
        status,
        events, hooks, sla, sla_figures,
    ):  # fmt: skip
        routes.include_router(module.routes)
    whole = APIRouter()
    whole.include_router(routes, prefix=PREFIX)
    return tuple(whole.routes)


def _docs(request: Request) -> Response:
    """The API on one page. `openapi_url` is where this application has its description."""
    app: FastAPI = request.app
    return reference.page(app.openapi(), app.openapi_url or "")
