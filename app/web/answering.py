"""`/a/{token}`: somebody answers an alert by a link, without signing in.

GET shows a page and changes nothing, for mail scanners and previews open links. Only its buttons,
which POST, act. The link is signed and ends, and names one alert.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from app.domain.alert_message import DEEDS, read_content
from app.domain.alert_text import Piece
from app.domain.reaction import LONGEST_REASON, Reaction, standing
from app.flows import react
from app.flows.alert_links import Claim, Links
from app.store import alert_messages, happenings
from app.store.db import Tx
from app.store.faults import DOWN
from app.web.parts import Parts
from app.web.ui import plain
from app.web.ui.gate import words_of
from app.web.ui.words import Words

OPEN = {"open", "due_again", "snoozed", "handled"}
HOURS = (1, 4, 24)
LONGEST_TOKEN = 400


def router(parts: Parts) -> APIRouter:
    """The page and its buttons."""
    routes = APIRouter()
    links = Links(parts.settings.public_url, parts.vault.signing_key)

    @routes.api_route("/a/{token}", methods=["GET", "HEAD"])
    def show(token: str, request: Request, do: str = "accept") -> HTMLResponse:
        words = words_of(request)
        try:
            with parts.database.begin() as tx:
                return _shown(tx, links, words, token, do)
        except DOWN:
            return plain.down(words)

    @routes.post("/a/{token}")
    def act(
        token: str,
        request: Request,
        deed: Annotated[Literal["accept", "snooze", "reject"], Form()],
        hours: Annotated[int, Form(ge=1, le=24)] = 1,
        reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
    ) -> HTMLResponse:
        words, now = words_of(request), datetime.now(UTC)
        try:
            with parts.database.begin() as tx:
                found = _found(tx, links, words, token, now)
                if isinstance(found, HTMLResponse):
                    return found
                claim, row = found
                by = f"{_who(tx, claim, row)} (link)"
                said = {
                    "accept": react.accept(by),
                    "snooze": react.snooze(by, now + timedelta(hours=hours)),
                    "reject": react.reject(by, reason),
                }[deed]
                return _acted(tx, words, token, row, said, now)
        except DOWN:
            return plain.down(words)

    return routes


def _shown(tx: Tx, links: Links, words: Words, token: str, do: str) -> HTMLResponse:
    found = _found(tx, links, words, token, datetime.now(UTC))
    if isinstance(found, HTMLResponse):
        return found
    return _page(words, token, found[1], links.person(found[1]["link_id"]), do)


def _found(
    tx: Tx, links: Links, words: Words, token: str, now: datetime
) -> tuple[Claim, Mapping[str, Any]] | HTMLResponse:
    """The alert that a link names, or the page that says why there is none."""
    claim = links.read(token) if len(token) <= LONGEST_TOKEN else None
    row = None if claim is None else happenings.alert_of(tx, claim.alert_id)
    if claim is None or row is None:
        return _said(words, "answer.invalid_title", words("answer.invalid"), 404)
    if claim.ends_at <= now:
        return _said(words, "answer.ended_title", words("answer.ended"), 410)
    return claim, row


def _who(tx: Tx, claim: Claim, row: Mapping[str, Any]) -> str:
    """Whom the message was for; the alert's recipient where the task carried the link."""
    told = alert_messages.recipient_of(tx, claim.message_id) if claim.message_id else None
    if told is not None and told[0] == claim.alert_id and told[1]:
        return told[1]
    return row["owner"] or "?"


def _acted(  # noqa: PLR0917 -- an answer, and to what
    tx: Tx, words: Words, token: str, row: Mapping[str, Any], said: Reaction, now: datetime
) -> HTMLResponse:
    try:
        react.react(tx, row["id"], said, now=now)
    except react.NotPossible:
        now_there = happenings.alert_of(tx, row["id"]) or row
        if said.deed == "rejected" and not said.reason:
            return _page(words, token, now_there, "", "reject", 422)
        by = words("answer.already", by=now_there["reacted_by"] or "?")
        return _said(words, "answer.title", by, 409)
    body = f'<p role="status">{escape(words("answer.thanks"))}</p>'
    return plain.page(words, words("answer.title"), body)


def _said(words: Words, title: str, text: str, status: int) -> HTMLResponse:
    return plain.page(words, words(title), plain.notice(text), status)


def _page(  # noqa: PLR0917 -- an alert, and how to answer it
    words: Words,
    token: str,
    row: Mapping[str, Any],
    address: str,
    do: str,
    status: int = 200,
) -> HTMLResponse:
    said = read_content(row["content"], words.language)
    title = row["title"] if said is None else said.title
    pieces = (Piece("", tuple(row["body"].split("\n"))),) if said is None else said.pieces
    body = "".join(_piece(one) for one in pieces)
    stands = standing(row["reaction"], row["snoozed_until"], datetime.now(UTC))
    if stands in OPEN:
        first = do if do in DEEDS else "accept"
        forms = {deed: _form(words, token, deed) for deed in DEEDS}
        body += forms.pop(first) + "".join(forms.values())
    else:
        body += plain.notice(words("answer.already", by=row["reacted_by"] or "?"))
    if address:
        body += f'<p><a href="{escape(address)}">{escape(words("answer.open"))}</a></p>'
    return plain.page(words, title, body, status)


def _piece(one: Piece) -> str:
    head = f"<strong>{escape(one.heading)}</strong><br>" if one.heading else ""
    return f"<p>{head}{'<br>'.join(escape(line) for line in one.lines)}</p>"


def _form(words: Words, token: str, deed: str) -> str:
    fields = ""
    if deed == "snooze":
        options = [(str(n), _hours(words, n)) for n in HOURS]
        fields = plain.select("hours", words("answer.snooze_for"), options, "1")
    if deed == "reject":
        fields = (
            f'<label for="reason">{escape(words("answer.reason"))}</label>'
            f'<input id="reason" name="reason" required maxlength="{LONGEST_REASON}">'
        )
    return (
        f'<form method="post" action="/a/{escape(token)}">{fields}'
        f'<button class="button main" name="deed" value="{deed}">'
        f"{escape(words(f'answer.{deed}'))}</button></form>"
    )


def _hours(words: Words, n: int) -> str:
    named = {1: "answer.hour", 24: "answer.day"}
    return words(named[n]) if n in named else words("answer.hours", n=n)
