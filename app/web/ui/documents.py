"""The rule documents and their versions, to read."""

import asyncio

import yaml
from fastapi import Request

from app.store import documents
from app.store.documents import Document
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import Moment, badge, empty, tag

SHOWN = 20  # versions of a document
APPLY = ("baton apply -f rules.yaml",)


async def page(request: Request) -> None:
    """The page `/documents`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit)
    with frame(request, "documents", sight) as main:
        tag("h1", words("documents.title"))
        tag("p", words("documents.intro"), "muted")
        if not found:
            with tag("div", classes="card"):
                empty(words("documents.none"), words("documents.none_hint"), APPLY)
        for versions in found:
            with tag("section", classes="card"):
                tag("h2", f"{words.known('document', versions[0].kind)} · {versions[0].name}")
                for one in versions[:SHOWN]:
                    _version(visit, one)
    watch(visit, main)


def _read(visit: Visit) -> list[list[Document]]:
    """All versions of each document."""
    with visit.desk.parts.database.begin() as tx:
        return [documents.versions(tx, one.kind, one.name) for one in documents.names(tx)]


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
        tag("pre", yaml.safe_dump(one.body, allow_unicode=True, sort_keys=False))
