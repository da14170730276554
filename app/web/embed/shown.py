"""The panel of one record, for one viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from app.store.db import Tx
from app.store.happenings import Place
from app.web import moments
from app.web.embed import handing, pages, sight
from app.web.embed.passes import Pass
from app.web.embed.said import Teller
from app.web.embed.sight import Sight
from app.web.kinds import GROUPS
from app.web.paging import decode, encode
from app.web.problems import Problem
from app.web.ui.words import LANGUAGES, Words, choose
from connectors.embedding import Card

NOTES = {"too_late": "react.too_late", "reason": "react.reason"}
REASONS = ("competitor", "customer", "no_interest", "wrong_person", "no_contact")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a viewer asked for: a group of kinds, a place to read on from, and how to say it."""

    connection: str
    pass_: Pass
    kind: str = ""
    after: str | None = None
    zone: str = ""
    lang: str | None = None
    note: str = ""
    accepted: str | None = None

    @property
    def words(self) -> Words:
        return Words(choose(self.lang or self.pass_.language, None, self.accepted))

    @property
    def zone_name(self) -> str:
        return self.zone or self.pass_.zone

    @property
    def teller(self) -> Teller:
        return Teller(self.words, moments.zone_of(self.zone_name), datetime.now(UTC))

    def address(
        self,
        *,
        kind: str | None = None,
        after: str = "",
        note: str = "",
        lang: str | None = None,
    ) -> str:
        """The panel's address, with some of what was asked for changed."""
        asked = {"kind": self.kind if kind is None else kind, "after": after, "note": note}
        query = {**self.kept, **asked, "lang": lang or self.lang}
        told = urlencode({name: value for name, value in query.items() if value})
        return f"/embed/{self.connection}/panel?{told}"

    @property
    def kept(self) -> dict[str, str]:
        """What every address and form of the page carries."""
        return {"pass": self.pass_.text, "zone": self.zone, "lang": self.lang or ""}

    @property
    def place(self) -> Place | None:
        """Where to read on; an address that was tampered with leads to the newest."""
        try:
            found = decode(self.after, datetime, int)
        except Problem:
            return None
        return None if found is None or found[0].tzinfo is None else (found[0], found[1])


def panel(tx: Tx, asked: Asked, frames: Sequence[str]) -> HTMLResponse:
    """The page of a record, or what to do where Baton does not know it."""
    link_id = sight.link_of(tx, asked.connection, asked.pass_.ref)
    seen = None if link_id is None else sight.read(tx, link_id, asked.kind, asked.place)
    shared: dict[str, Any] = {
        "asked": asked,
        "languages": LANGUAGES,
        "zone": asked.zone_name,
    }
    if seen is None:
        return pages.page("unknown.html", asked.words, frames, shared)
    return pages.page("panel.html", asked.words, frames, {**shared, **_values(asked, seen)})


def _values(asked: Asked, seen: Sight) -> dict[str, Any]:
    teller = asked.teller
    groups = ["", *GROUPS]
    return {
        "person": teller.head(seen.person),
        "score": teller.score(seen.person),
        "alert": teller.alert(seen.alert),
        "handoff": handing.told(teller, seen.handoff),
        "touch": teller.touch(seen.touch),
        "days": list(teller.days(seen)),
        "groups": [(one, f"kinds.{one or 'all'}", asked.address(kind=one)) for one in groups],
        "older": None if seen.older is None else asked.address(after=encode(seen.older)),
        "newest": asked.address() if asked.place is not None else None,
        "note": NOTES.get(asked.note),
        "reasons": [asked.words(f"react.reason.{one}") for one in REASONS],
    }


def card(tx: Tx, asked: Asked, public_url: str) -> Card:
    """The few lines that a card shows of a record, and the way to its panel."""
    words, url = asked.words, f"{public_url}{asked.address()}"
    link_id = sight.link_of(tx, asked.connection, asked.pass_.ref)
    seen = None if link_id is None else sight.read(tx, link_id, None, None)
    if seen is None:
        return Card(words("panel.unknown"), [], words("panel.card"), url)
    teller, lines = asked.teller, []
    score, alert = teller.score(seen.person), teller.alert(seen.alert)
    if score is not None:
        lines.append((words("panel.score"), f"{score['total']} ({score['grade']})"))
    if alert is not None:
        lines.append((words("alert.title"), str(alert["text"])))
    for row in teller.touch(seen.touch):
        at = row["at"]
        text = " · ".join(part for part in (row["text"], at["text"] if at else "") if part)
        lines.append((str(row["label"]), text))
    return Card(str(teller.head(seen.person)["name"]), lines, words("panel.card"), url)
