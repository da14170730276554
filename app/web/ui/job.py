"""The page of one job: what it found, by category, with what to do; and as a file."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response

from app.configuring import Missing
from app.store import people, work
from app.store.work import Finding, Job
from app.web.api.jobs import found_file
from app.web.exports import Format
from app.web.fixes import finding_fix
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.jobs import card, follow
from app.web.ui.pieces import badge, empty, fact, link, name_of, tag

PAGE = 50


async def page(request: Request, job_id: str) -> None:
    """The page `/jobs/{job_id}`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    number = int(job_id) if job_id.isascii() and job_id.isdecimal() and len(job_id) < 19 else 0  # noqa: PLR2004  what the database counts to
    read = partial(_read_job, visit, number)
    known = await asyncio.to_thread(read)
    with frame(request, "jobs", sight) as main:
        tag("h1", visit.words("jobs.title"))
        if known:
            await follow(tag("div", classes="card"), read, partial(_card, visit))
            await _results(request, visit, number)
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


def _category(request: Request) -> str | None:
    return request.query_params.get("category", "").replace("\x00", "")[:100] or None


def _read_job(visit: Visit, job_id: int) -> list[Job]:
    with visit.desk.parts.database.begin() as tx:
        found = work.get(tx, job_id)
    return [] if found is None else [found]


def _card(visit: Visit, jobs: Sequence[Job]) -> None:
    for job in jobs:
        card(visit, job, results=False)


async def _results(request: Request, visit: Visit, job_id: int) -> None:
    asked = request.query_params
    category, after = _category(request), asked.get("after", "")
    behind = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None  # noqa: PLR2004  as above
    found, counts, fields = await asyncio.to_thread(_read, visit, job_id, category, behind)
    _categories(visit, job_id, counts, category)
    if not found:
        with tag("div", classes="card"):
            empty(visit.words("jobs.nothing"), visit.words("jobs.nothing_hint"))
    with tag("ul", classes="plain-list"):
        for one in found[:PAGE]:
            _finding(visit, one, fields)
    if len(found) > PAGE:
        kept = {"after": str(found[PAGE - 1].id)} | ({"category": category} if category else {})
        with tag("p", classes="pages"):
            link(visit.words("people.more"), f"/jobs/{job_id}?{urlencode(kept)}", rel="next")


def _read(
    visit: Visit, job_id: int, category: str | None, after: int | None
) -> tuple[list[Finding], dict[str, int], dict[UUID, dict[str, Any]]]:
    with visit.desk.parts.database.begin() as tx:
        found = work.findings(tx, job_id, category=category, after=after, limit=PAGE + 1)
        fields = people.agreed(tx, {one.link_id for one in found if one.link_id})
        return found, work.finding_counts(tx, job_id), fields


def _categories(visit: Visit, job_id: int, counts: Mapping[str, int], chosen: str | None) -> None:
    words = visit.words
    address = f"/jobs/{job_id}"
    with tag("nav", classes="chips", aria_label=words("jobs.results")):
        current = {} if chosen else {"aria_current": "page"}
        link(f"{words('jobs.all')}: {sum(counts.values()):,}", address, "button", **current)
        for name, n in counts.items():
            current = {"aria_current": "page"} if name == chosen else {}
            text = f"{words.known('found', name)}: {n:,}"
            link(text, f"{address}?{urlencode({'category': name})}", "button", **current)
    with tag("p", classes="chips"):
        tag("span", words("jobs.export"), "muted")
        kept = f"?{urlencode({'category': chosen})}" if chosen else ""
        for format_ in ("csv", "ndjson"):
            link(format_.upper(), f"{address}/findings.{format_}{kept}")


def _finding(visit: Visit, one: Finding, fields: Mapping[UUID, Mapping[str, Any]]) -> None:
    words = visit.words
    with tag("li", classes="card"):
        with tag("div", classes="card-head"):
            badge(words.known("found", one.category), "warn")
            if one.connection:
                badge(one.connection)
            if one.repaired:
                badge(words("jobs.repaired"), "good")
        if one.link_id is not None and one.link_id in fields:
            name = name_of(fields[one.link_id], words.language, words("person.unknown"))
            link(name, f"/people/{one.link_id}")
        with tag("dl", classes="facts wide"):
            if one.external_id:
                with fact(words("jobs.record")):
                    tag("span", one.external_id)
            with fact(words("attention.why")):
                tag("span", _why(one))
            with fact(words("attention.fix")):
                tag("span", finding_fix(one.category, one.code).text(words.language))


def _why(one: Finding) -> str:
    told = [one.code or "", str(one.detail.get("reason") or "")]
    for name in ("fields", "filter", "people"):
        value = one.detail.get(name)
        told.append(", ".join(map(str, value)) if isinstance(value, list) else str(value or ""))
    return " · ".join(text for text in told if text) or one.category
