"""The rule documents and their versions: to read, to rehearse, to activate again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from urllib.parse import urlencode

import yaml
from fastapi import Request
from nicegui import ui
from nicegui.events import GenericEventArguments

from app.configuring import Invalid, check_document
from app.domain.presets import presets
from app.store import documents, work
from app.store.db import Tx
from app.store.documents import Document
from app.store.work import Job
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act, asking_why, frame, visit_of, watch
from app.web.ui.pieces import Moment, badge, empty, link, tag
from mappings import presets as mapping_presets
from mappings.finding import Finding

SHOWN = 20  # versions of a document
RETROACTIVE = ("resync", "recompute")  # kinds of jobs
APPLY = ("baton apply -f rules.yaml",)
TRIES = {  # what leads to the page on which a version is tried
    "lifecycle": "stages.try_link",
    "hot_lead": "alert_trial.link",
    "handoff": "handoffs.try_link",
    "sla": "sla.try_link",
    "mapping": "preview.link",
    "scoring": "trial.link",
}


async def page(request: Request) -> None:
    """The page `/documents`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    found, resyncs = await asyncio.to_thread(_read, visit)
    with frame(request, "documents", sight) as main:
        tag("h1", words("documents.title"))
        tag("p", words("documents.intro"), "muted")
        if not found:
            with tag("div", classes="card"):
                empty(words("documents.none"), words("documents.none_hint"), APPLY)
        for versions, findings in found:
            with tag("section", classes="card"):
                with tag("div", classes="card-head"):
                    tag("h2", f"{words.known('document', versions[0].kind)} · {versions[0].name}")
                    link(words("editor.link"), f"/documents/{versions[0].kind}/{versions[0].name}")
                findings_of(visit, findings)
                _resync(visit, resyncs.get(f"{versions[0].kind}/{versions[0].name}"))
                for one in versions[:SHOWN]:
                    _version(visit, one)
        if visit.may_configure:
            _beginnings(visit, [versions[0] for versions, _ in found])
    watch(visit, main)


def _beginnings(visit: Visit, there: Sequence[Document]) -> None:
    """Kinds of which there is no document yet, each with the way to its preset. Of mappings: the
    kinds of record that none maps.
    """
    mapped = {one.body.get("kind") for one in there if one.kind == "mapping"}
    unmapped = [kind for kind in mapping_presets.kinds() if kind not in mapped]
    kinds = [kind for kind in presets() if kind not in {one.kind for one in there}]
    if not kinds and not unmapped:
        return
    with tag("section", classes="card"):
        tag("h2", visit.words("editor.begin"))
        with tag("p", classes="chips"):
            for kind in unmapped:
                called = f"{visit.words.known('document', 'mapping')} · {kind}"
                link(called, f"/documents/mapping/{kind}")
            for kind in kinds:
                link(visit.words.known("document", kind), f"/documents/{kind}/main")


def _read(
    visit: Visit,
) -> tuple[list[tuple[list[Document], Sequence[Finding]]], dict[str, Job]]:
    """All versions of each document, what is found about the active one as things are now, and
    the jobs that bring what is there under it and have not ended, by kind and name.
    """
    with visit.desk.parts.database.begin() as tx:
        names = documents.names(tx)
        found = [(documents.versions(tx, one.kind, one.name), _found(tx, one)) for one in names]
        jobs = [one for kind in RETROACTIVE for one in work.listed(tx, kind=kind, states=work.OPEN)]
        return found, {_document_of(job): job for job in jobs}


def _document_of(job: Job) -> str:
    """The document that a job applies to all records, as `kind/name`."""
    if job.kind == "resync":
        return f"mapping/{job.args['mapping']}"
    return str(job.args.get("rules") or "").partition("@")[0]


def _resync(visit: Visit, job: Job | None) -> None:
    """Activation is retroactive: how far that is."""
    if job is None:
        return
    with tag("p", classes="notice"):
        tag("span", visit.words("documents.resync", id=job.id))
        link(visit.words("documents.progress"), f"/jobs/{job.id}")


def _found(tx: Tx, one: Document) -> Sequence[Finding]:
    if not one.active:
        return ()
    try:
        return check_document(tx, one.kind, one.name, one.body)
    except Invalid as invalid:
        return invalid.problems


def findings_of(visit: Visit, findings: Sequence[Finding]) -> None:
    """What is said against a document, errors first."""
    if not findings:
        return
    words = visit.words
    with tag("ul", classes="findings", aria_label=words("documents.findings")):
        for one in sorted(findings, key=lambda finding: finding.severity):
            with tag("li"):
                bad = one.severity == "error"
                badge(words(f"documents.{one.severity}"), "bad" if bad else "warn")
                tag("code", one.pointer or "/")
                tag("span", one.message)


def _version(visit: Visit, one: Document) -> None:
    words = visit.words
    with tag("details", classes="version"):
        with tag("summary"):
            tag("span", words("documents.version", version=one.version), "strong")
            if one.active:
                badge(words("documents.active"), "good")
            if one.created_by:
                tag("span", words("documents.by", name=one.created_by), "muted")
            Moment(one.created_at, visit, "full").classes("muted")
            if one.note:
                tag("span", one.note, "muted")
        with tag("p", classes="chips"):
            if one.kind in TRIES:
                link(words(TRIES[one.kind]), f"/documents/{one.kind}/{one.name}/{one.version}")
            if one.kind == "mapping" and visit.may_operate:
                chosen = urlencode({"mapping": one.name, "version": one.version})
                link(words("undo.of_version"), f"/undo?{chosen}")
            if visit.may_configure:
                link(words("editor.use"), f"/documents/{one.kind}/{one.name}?version={one.version}")
            if visit.may_configure and not one.active:
                label = words("documents.activate")
                said = f"{label}: {one.kind} {one.name} {one.version}"
                button = tag("button", label, "button", type="button", aria_label=said)
                question = words("documents.ask_activate", name=one.name, version=one.version)
                button.on("click", _activating(visit, one), js_handler=asking_why(question))
        tag("pre", yaml.safe_dump(one.body, allow_unicode=True, sort_keys=False))


def _activating(visit: Visit, one: Document) -> Callable[[GenericEventArguments], Awaitable[None]]:
    async def clicked(event: GenericEventArguments) -> None:
        why = str(event.args or "")
        deed = partial(actions.activate, visit, one.kind, one.name, one.version, why=why)
        await act(visit, deed, ui.navigate.reload)()

    return clicked
