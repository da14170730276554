"""One document as text: a draft is written, checked, saved, tried and published; who made which
version active, when and why.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import Request
from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from app.configuring import Invalid, Missing, OutOfDate, Saved
from app.store.faults import DOWN
from app.web.ui import editor_actions
from app.web.ui.desk import NotAllowed, Visit
from app.web.ui.documents import TRIES, findings_of
from app.web.ui.editor_actions import Draft, Opened
from app.web.ui.frame import asking, frame, visit_of, watch
from app.web.ui.pieces import Moment, given, link, tag

VALUE = "(event) => emit(event.target.value)"
LONGEST_NOTE = 500


async def page(request: Request, kind: str, name: str) -> None:
    """The page `/documents/{kind}/{name}`, of the version that the query names."""
    visit = visit_of(request)
    words = visit.words
    asked = request.query_params.get("version", "")
    version = int(asked) if asked.isdecimal() and len(asked) < len(str(2**31)) else None
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit, kind, name, version)
    with frame(request, "documents", sight) as main:
        tag("h1", f"{words.known('document', kind)} · {name}")
        with tag("p"):
            link(words("documents.every"), "/documents")
        if found is None:
            tag("p", words("app.not_found"), "notice bad", role="alert")
        else:
            if visit.may_configure:
                _editor(visit, found.draft)
            else:
                tag("pre", found.draft.text)
            _activations(visit, found.activations)
    watch(visit, main)


def _read(visit: Visit, kind: str, name: str, version: int | None) -> Opened | None:
    try:
        with visit.desk.parts.database.begin() as tx:
            return editor_actions.opened(tx, kind, name, version)
    except Missing:
        return None


@dataclass(slots=True)
class _Desk:
    """The draft that is written, and where it is said what came of it."""

    visit: Visit
    draft: Draft
    place: Element

    def say(self, show: Callable[[], None]) -> None:
        """Show something instead of what was shown before."""
        self.place.clear()
        with self.place:
            show()


def _editor(visit: Visit, draft: Draft) -> None:
    words = visit.words
    with tag("section", classes="card memo"):
        if draft.version is None:
            tag("p", words("editor.new"), "muted")
        else:
            tag("p", words("editor.from", version=draft.version), "muted")
        with tag("div", classes="long"):
            tag("label", words("editor.text"), for_="document-text")
            text = tag("textarea", id="document-text", rows="28", spellcheck="false")
            given(text, draft.text)
        with tag("div", classes="long"):
            tag("label", words("editor.note"), for_="document-note")
            limit = str(LONGEST_NOTE)
            note = tag("input", id="document-note", maxlength=limit, autocomplete="off")
        with tag("div", classes="card-foot"):
            check = tag("button", words("editor.check"), "button", type="button")
            save = tag("button", words("editor.save"), "button", type="button")
            publish = tag("button", words("editor.publish"), "button main", type="button")
            desk = _Desk(visit, draft, tag("div", classes="answer", role="status"))
    text.on("change", partial(_take, draft, "text"), js_handler=VALUE)
    note.on("change", partial(_take, draft, "note"), js_handler=VALUE)
    check.on("click", _checked(desk))
    save.on("click", _saved(desk, publish=False))
    question = words("editor.ask_publish", name=draft.name)
    publish.on("click", _saved(desk, publish=True), js_handler=asking(question))


def _take(draft: Draft, name: str, event: GenericEventArguments) -> None:
    setattr(draft, name, str(event.args))


def _checked(desk: _Desk) -> Callable[[], Awaitable[None]]:
    async def clicked() -> None:
        try:
            draft = replace(desk.draft)  # as it stands now; whoever waits may go on writing
            found = await asyncio.to_thread(editor_actions.check, desk.visit, draft)
        except DOWN:
            ui.notify(desk.visit.words("app.down"), type="negative")
            return
        desk.say(lambda: _findings(desk.visit, found))

    return clicked


def _findings(visit: Visit, found: Sequence[Any]) -> None:
    if any(one.severity == "error" for one in found):
        tag("p", visit.words("editor.wrong"), "notice bad", role="alert")
    else:
        tag("p", visit.words("editor.right"), "strong")
    findings_of(visit, found)


def _saved(desk: _Desk, *, publish: bool) -> Callable[[], Awaitable[None]]:
    words = desk.visit.words

    async def clicked() -> None:
        try:
            draft = replace(desk.draft)  # as above
            deed = partial(editor_actions.save, desk.visit, draft, publish=publish)
            saved = await asyncio.to_thread(deed)
        except NotAllowed:
            ui.notify(words("app.forbidden"), type="negative")
        except Invalid as invalid:
            problems = invalid.problems
            desk.say(lambda: _findings(desk.visit, problems))
        except OutOfDate as late:
            said = words("editor.late", version=late.current)
            desk.say(partial(_late, said))
        except DOWN:
            ui.notify(words("app.down"), type="negative")
        else:
            if saved.document.active or desk.draft.seen == 0:
                desk.draft.seen = saved.document.version
            desk.say(lambda: _said(desk.visit, saved))

    return clicked


def _late(said: str) -> None:
    tag("p", said, "notice bad", role="alert")


def _said(visit: Visit, saved: Saved) -> None:
    """What became of a draft, and what can be done with it now."""
    words, one = visit.words, saved.document
    key = "editor.published" if one.active else "editor.saved"
    tag("p", words(key if saved.changed else "editor.same", version=one.version), "strong")
    with tag("p", classes="chips"):
        if one.kind in TRIES and not one.active:
            link(words(TRIES[one.kind]), f"/documents/{one.kind}/{one.name}/{one.version}")
        if saved.job is not None:
            link(words("documents.progress"), f"/jobs/{saved.job}")
    findings_of(visit, saved.warnings)


def _activations(visit: Visit, those: Sequence[Mapping[str, Any]]) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("editor.history"))
        if not those:
            tag("p", words("editor.never"), "muted")
        with tag("ol", classes="timeline"):
            for one in those:
                with tag("li"):
                    tag("p", _line(visit, one), "strong")
                    if one["note"]:
                        tag("p", str(one["note"]))
                    at: datetime = one["at"]
                    Moment(at, visit, "full").classes("muted")


def _line(visit: Visit, one: Mapping[str, Any]) -> str:
    words, version, before = visit.words, one["version"], one["before"]
    who = words("editor.who", name=one["by"]) if one["by"] else ""
    key = "editor.back" if before is not None and before > version else "editor.made_active"
    return f"{words(key, version=version)} {who}".strip()
