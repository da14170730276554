"""A person's history: by day, with pictures, filters, and where each activity was logged."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from app.domain.activity import Fact, type_label
from app.store import happenings
from app.store.db import Tx
from app.store.faults import DOWN
from app.store.happenings import Place, Wanted
from app.web import moments
from app.web.kinds import GROUPS, icon_of, types_of
from app.web.timeline import day_name, details, heading, told
from app.web.ui.desk import Visit
from app.web.ui.pieces import badge, link, tag

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters in the address; empty ones do not matter."""

    kind: str = ""
    source: str = ""

    @property
    def any(self) -> bool:
        return bool(self.kind or self.source)

    def wanted(self, link_id: UUID) -> Wanted:
        source = self.source or None
        return Wanted(link_id=link_id, types=types_of(self.kind), connection=source)


def asked_of(request: Request) -> Asked:
    """What the address asks for."""
    given = request.query_params
    kind = given.get("kind", "")
    source = given.get("source", "").replace("\x00", "")[:200]
    return Asked(kind if kind in GROUPS else "", source)


def read(tx: Tx, link_id: UUID, asked: Asked, after: Place | None = None) -> list[dict[str, Any]]:
    """A page, and one more where there is more."""
    return happenings.activities(tx, asked.wanted(link_id), after, PAGE + 1)


@dataclass(slots=True)
class History:
    """The section on the page. `show` fills it; "load more" goes on from where it ended."""

    visit: Visit
    link_id: UUID
    asked: Asked
    sources: Sequence[str]
    day: date | None = None
    place: Element = field(init=False)
    entries: Element | None = None

    def show(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Filters, and the newest."""
        self._filters()
        self.place = tag("div", classes="history")
        if not found:
            self._nothing()
        self._add(found)

    def _filters(self) -> None:
        words = self.visit.words
        with tag("nav", classes="chips filter-chips", aria_label=words("kinds.label")):
            for kind in ("", *GROUPS):
                self._chip(words(f"kinds.{kind or 'all'}"), replace(self.asked, kind=kind))
        if len(self.sources) < 2:  # noqa: PLR2004  nothing to choose between
            return
        with tag("nav", classes="chips filter-chips", aria_label=words("timeline.source")):
            tag("span", words("timeline.source"), "muted")
            for source in ("", *self.sources):
                text = source or words("timeline.all_sources")
                self._chip(text, replace(self.asked, source=source))

    def _chip(self, text: str, to: Asked) -> None:
        given = {"kind": to.kind, "source": to.source}
        query = urlencode({name: value for name, value in given.items() if value})
        current = {"aria_current": "true"} if to == self.asked else {}
        link(text, f"/people/{self.link_id}{'?' if query else ''}{query}", "chip", **current)

    def _nothing(self) -> None:
        words = self.visit.words
        with self.place, tag("div", classes="empty"):
            if self.asked.any:
                tag("p", words("timeline.none_fits"), "strong")
                link(words("timeline.clear"), f"/people/{self.link_id}")
            else:
                tag("p", words("timeline.none"), "strong")
                tag("p", words("timeline.none_hint"), "muted")

    def _add(self, found: Sequence[Mapping[str, Any]]) -> None:
        for one in found[:PAGE]:
            day = one["at"].astimezone(self.visit.days).date()
            if day != self.day or self.entries is None:
                self.day = day
                with self.place:
                    tag(
                        "h3",
                        day_name(day, self.visit.words, self.visit.days, datetime.now(UTC)),
                        "day",
                    )
                    self.entries = tag("ol", classes="entries")
            with self.entries:
                self._entry(one)
        if len(found) > PAGE:
            last = found[PAGE - 1]
            self._more((last["at"], last["id"]))

    def _entry(self, one: Mapping[str, Any]) -> None:
        language = self.visit.words.language
        fact = Fact(one["type"], one["at"], one["title"], one["detail"])
        with tag("li", classes="entry"):
            tag("span", classes=f"icon icon-{icon_of(fact.type)}", aria_hidden="true")
            with tag("div", classes="grow"):
                with tag("p"):
                    tag("span", type_label(fact.type, language), "strong")
                    tag("span", f" {heading(fact, language)}")
                with tag("p", classes="muted"):
                    clock = moments.clock(fact.at, self.visit.days)
                    tag("time", clock, datetime=fact.at.isoformat())
                    tag("span", f" · {one['connection']}")
                for line in details(fact, language):
                    tag("p", line, "muted")
                self._deliveries(one["deliveries"])

    def _deliveries(self, those: Sequence[Mapping[str, Any]]) -> None:
        if not those:
            return
        words = self.visit.words
        with tag("ul", classes="chips plain-list", aria_label=words("timeline.delivered")):
            for each in those:
                said = told(each, words, self.visit.days)
                with tag("li"):
                    badge(f"{said.connection}: {said.state}", said.tone)
                    if said.why:
                        tag("span", f" {said.why}", "muted")

    def _more(self, after: Place) -> None:
        with self.place:
            button = tag("button", self.visit.words("timeline.older"), "button", type="button")

        async def clicked() -> None:
            try:
                found = await asyncio.to_thread(self._read, after)
            except DOWN:
                ui.notify(self.visit.words("app.down"), type="negative")
                return
            button.delete()
            self._add(found)

        button.on("click", clicked)

    def _read(self, after: Place) -> list[dict[str, Any]]:
        with self.visit.desk.parts.database.begin() as tx:
            return read(tx, self.link_id, self.asked, after)
