"""The page of one job: how far it is, and what it found."""

import asyncio
from collections.abc import Sequence
from functools import partial

from fastapi import Request, Response

from app.configuring import Missing
from app.store import work
from app.store.work import Job
from app.web.api.jobs import found_file
from app.web.exports import Format
from app.web.ui.desk import Visit
from app.web.ui.findings import Asked, results, show
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.jobs import card, follow
from app.web.ui.pieces import link, tag

# Kinds of jobs that lead to writes, which can be taken back.
WRITE = frozenset({"backfill", "resync", "reconcile", "retry", "undo", "load"})


async def page(request: Request, job_id: str) -> None:
    """The page `/jobs/{job_id}`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    number = int(job_id) if job_id.isascii() and job_id.isdecimal() and len(job_id) < 19 else 0  # noqa: PLR2004  what the database counts to
    read = partial(_read_job, visit, number)
    known = await asyncio.to_thread(read)
    with frame(request, "jobs", sight) as main:
        tag("h1", visit.words("jobs.title"))
        with tag("p"):
            link(visit.words("jobs.every"), "/jobs")
        if known:
            await follow(tag("div", classes="card"), read, partial(_card, visit))
            if visit.may_operate and known[0].kind in WRITE:
                with tag("p"):
                    link(visit.words("undo.of_job"), f"/undo?job={number}")
            await follow(
                tag("div"), partial(results, visit, number, _asked(request)), partial(show, visit)
            )
        else:
            tag("p", visit.words("app.not_found"))
    watch(visit, main)


def export(request: Request, job_id: int, format: Format) -> Response:  # noqa: A002  the address's name
    """What a job found, as a file, for who is signed in."""
    parts = visit_of(request).desk.parts
    try:
        return found_file(parts, job_id, format, _category(request))
    except Missing as missing:
        return Response(str(missing), 404, media_type="text/plain")


def _asked(request: Request) -> Asked:
    after = request.query_params.get("after", "")
    behind = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None  # noqa: PLR2004  as above
    return Asked(_category(request), behind)


def _category(request: Request) -> str | None:
    return request.query_params.get("category", "").replace("\x00", "")[:100] or None


def _read_job(visit: Visit, job_id: int) -> list[Job]:
    with visit.desk.parts.database.begin() as tx:
        found = work.get(tx, job_id)
    return [] if found is None else [found]


def _card(visit: Visit, jobs: Sequence[Job]) -> None:
    for job in jobs:
        card(visit, job, results=False)
