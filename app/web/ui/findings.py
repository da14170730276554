"""What a job found, by category, with what to do; and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from app.store import people, work
from app.store.work import OPEN, Finding, Job
from app.web.fixes import finding_fix
from app.web.ui.desk import Visit
from app.web.ui.jobs import end
from app.web.ui.pieces import Tone, badge, empty, fact, field_name, link, name_of, tag

PAGE = 50
FINE = frozenset({"created", "updated", "unchanged", "not_created"})  # ends of a rehearsal
GOOD = frozenset({"put_back", *FINE})


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which category, after which finding."""

    category: str | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what a job found, and one more where there is more."""

    job: Job
    asked: Asked
    found: Sequence[Finding]
    counts: Mapping[str, int]
    fields: Mapping[UUID, Mapping[str, Any]]

    @property
    def address(self) -> str:
        return f"/jobs/{self.job.id}"


def results(visit: Visit, job_id: int, asked: Asked) -> Results | None:
    """What a job found so far; None without such a job."""
    with visit.desk.parts.database.begin() as tx:
        job = work.get(tx, job_id)
        if job is None:
            return None
        found = work.findings(
            tx, job_id, category=asked.category, after=asked.after, limit=PAGE + 1
        )
        fields = people.agreed(tx, {one.link_id for one in found if one.link_id})
        return Results(job, asked, found, work.finding_counts(tx, job_id), fields)


def show(visit: Visit, these: Results | None) -> None:
    """The categories, the findings, and the way to the next page."""
    if these is None:
        return
    words, found = visit.words, these.found
    _categories(visit, these)
    _fixes(visit, these)
    with tag("ul", classes="plain-list rows card"):
        if not found:
            with tag("li", classes="row"):
                _nothing(visit, these.job)
        for one in found[:PAGE]:
            _finding(visit, these, one)
    if len(found) > PAGE:
        category = these.asked.category
        kept = {"after": str(found[PAGE - 1].id)} | ({"category": category} if category else {})
        with tag("p", classes="pages"):
            link(words("people.more"), f"{these.address}?{urlencode(kept)}", rel="next")


def _nothing(visit: Visit, job: Job) -> None:
    words = visit.words
    if job.state in OPEN:
        empty(words("jobs.not_yet"), words("jobs.not_yet_hint"))
    else:
        agree = job.kind == "reconcile" and job.state == "done"
        empty(words("jobs.nothing"), words("jobs.nothing_hint") if agree else "")


def _categories(visit: Visit, these: Results) -> None:
    words, chosen = visit.words, these.asked.category
    if not these.counts:
        return
    with tag("nav", classes="chips", aria_label=words("jobs.results")):
        current = {} if chosen else {"aria_current": "page"}
        total = sum(these.counts.values())
        link(f"{words('jobs.all')}: {total:,}", these.address, "button", **current)
        for name, n in these.counts.items():
            current = {"aria_current": "page"} if name == chosen else {}
            address = f"{these.address}?{urlencode({'category': name})}"
            link(f"{end(visit, these.job, name)}: {n:,}", address, "button", **current)
    with tag("p", classes="chips"):
        tag("span", words("jobs.export"), "muted")
        kept = f"?{urlencode({'category': chosen})}" if chosen else ""
        for format_ in ("csv", "ndjson"):
            link(format_.upper(), f"{these.address}/findings.{format_}{kept}")


def _fixes(visit: Visit, these: Results) -> None:
    """What to do about what this page shows, once for each cause."""
    words, job = visit.words, these.job
    fixes: dict[str, list[str]] = {}
    for one in these.found[:PAGE]:
        if job.kind == "rehearse" and one.category in FINE:
            continue
        cause = [end(visit, job, one.category)]
        if one.code and one.code != one.category:
            cause.append(words.known("code", one.code))
        named = fixes.setdefault(finding_fix(one.category, one.code).text(words.language), [])
        if (name := " · ".join(cause)) not in named:
            named.append(name)
    if not fixes:
        return
    with tag("section", classes="card"):
        tag("h2", words("attention.fix"))
        with tag("dl", classes="facts wide"):
            for text, names in fixes.items():
                with fact(", ".join(names)):
                    tag("span", text)


def _finding(visit: Visit, these: Results, one: Finding) -> None:
    words, job = visit.words, these.job
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            if one.link_id is not None and one.link_id in these.fields:
                name = name_of(these.fields[one.link_id], words.language, words("person.unknown"))
                link(name, f"/people/{one.link_id}", "strong")
            record = " ".join(part for part in (one.connection, one.external_id) if part)
            tag("p", record, "muted")
        with tag("div", classes="chips"):
            tone: Tone = "good" if one.category in GOOD and job.kind != "reconcile" else "warn"
            badge(end(visit, job, one.category), tone)
            if one.repaired:
                badge(words("jobs.repaired"), "good")
        with tag("dl", classes="facts whole"):
            _details(visit, one)


def _details(visit: Visit, one: Finding) -> None:
    """The code and reason, the fields that it is about, and others with the same address."""
    words, detail = visit.words, one.detail
    code = words.known("code", one.code)
    reason = str(detail.get("reason") or "")
    known = one.code == one.category or (one.code or "") in reason
    why = ["" if known else code, reason, detail.get("filter")]
    names = [*detail.get("fields", ()), *filter(None, [detail.get("field")])]
    if any(why):
        with fact(words("attention.why")):
            tag("span", " · ".join(str(text) for text in why if text))
    if names:
        with fact(words("jobs.fields")):
            tag("span", ", ".join(field_name(visit, str(name)) for name in names))
    if detail.get("people"):
        with fact(words("jobs.same")):
            for number, link_id in enumerate(detail["people"], 1):
                link(str(number), f"/people/{link_id}")
