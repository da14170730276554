"""For machines that watch: is the process alive, is it ready, what are its figures.

These are open: they hold no personal values. Keep them from the public at the proxy if names of
connections are nobody's business.
"""

import threading
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from app.metrics import FEED_KEPT, FEED_LAG, QUEUE, SLA_OPEN
from app.store import feeds, lanes, migrate, sla_listing
from app.store.faults import DOWN
from app.web.parts import Parts


class Health(BaseModel):
    """`ok`, or the reasons why not."""

    status: str
    reasons: list[str] = []


def router(parts: Parts) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["health"])
    scrape = threading.Lock()

    @routes.get("/healthz", summary="The process is alive")
    def alive() -> Health:
        return Health(status="ok")

    @routes.get("/readyz", summary="Requests can be served", responses={503: {"model": Health}})
    def ready() -> Response:
        """The database is reachable and of this release's revision; 503 with reasons if not."""
        reasons = _reasons(parts)
        found = Health(status="not ready" if reasons else "ok", reasons=reasons)
        return JSONResponse(found.model_dump(), 503 if reasons else 200)

    @routes.get("/metrics", summary="Figures for Prometheus", response_class=Response)
    def metrics() -> Response:
        with scrape:
            _refresh(*_figures(parts))
            _count_clocks(parts)
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


def _reasons(parts: Parts) -> list[str]:
    try:
        current, wanted = migrate.state(parts.database)
    except DOWN as error:
        return [f"the database can't be reached ({type(error).__name__})"]
    if current != wanted and not migrate.is_newer(current):  # while an upgrade rolls out
        return [f"the database is at revision {current or 'none'}, this release needs {wanted}"]
    return []


def _figures(parts: Parts) -> tuple[dict[str, dict[str, int]], list[dict[str, Any]]]:
    try:
        with parts.database.begin() as tx:
            return lanes.queue_depths(tx), feeds.of(tx)
    except DOWN:
        return {}, []  # other figures are worth having all the more


def _count_clocks(parts: Parts) -> None:
    SLA_OPEN.clear()
    try:
        with parts.database.begin() as tx:
            counts = sla_listing.open_counts(tx)
    except DOWN:
        return
    for (clock, state), n in counts.items():
        SLA_OPEN.labels(clock, state).set(n)


def _refresh(depths: dict[str, dict[str, Any]], read: list[dict[str, Any]]) -> None:
    for gauge in (QUEUE, FEED_LAG, FEED_KEPT):
        gauge.clear()
    for feed in read:
        if feed["lag_s"] is not None:
            FEED_LAG.labels(feed["connection"], feed["name"]).set(feed["lag_s"])
        if feed["kept_s"] is not None:
            FEED_KEPT.labels(feed["connection"], feed["name"]).set(feed["kept_s"])
    for connection, counts in depths.items():
        for what, n in counts.items():
            QUEUE.labels(connection, what).set(n)
