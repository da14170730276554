"""One campaign: its figures, and every member with what both sides show and why not."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, get_args
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from nicegui import ui
from nicegui.events import UploadEventArguments

from app.domain.campaign_document import Status
from app.domain.campaign_terms import Terms
from app.domain.cost_file import Unreadable, costs_of
from app.flows import campaigns as deciding
from app.flows.campaigns_funnel import funnel as funnel_of
from app.store import campaigns_listing
from app.store.campaigns_costs import Funnel
from app.store.campaigns_listing import Wanted
from app.web.paging import decode, encode
from app.web.problems import Problem
from app.web.ui import campaign_actions
from app.web.ui.campaigns import TONES, money
from app.web.ui.desk import Visit
from app.web.ui.frame import act, asking, frame, visit_of, watch
from app.web.ui.pieces import Moment, Tone, badge, company_of, empty, fact, link, name_of, tag

PAGE = 50
PRICED = ("mql", "sql", "sao")  # what a member and a won deal cost stands there anyway
MOST_BYTES = 1_000_000  # of a file of costs
STATES = ("pending", "waiting", "failed")
PLACE_TONES: Mapping[str, Tone] = {"in_sync": "good", "failed": "bad", "waiting": "warn"}


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows; `members` is one more than a page where there is more."""

    row: Mapping[str, Any]
    terms: Terms
    funnel: Funnel
    members: Sequence[Mapping[str, Any]]


async def page(request: Request, name: str) -> None:
    """The page `/campaigns/{name}`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    wanted, after = _wanted(request), _after(request)
    found = await asyncio.to_thread(_read, visit, name, wanted, after)
    with frame(request, "campaigns", sight) as main:
        if found is None:
            empty(visit.words("app.not_found"), visit.words("campaigns.none_hint"))
        else:
            _head(visit, found)
            _figures(visit, found.funnel)
            _members(request, visit, found, wanted)
    watch(visit, main)


def _read(visit: Visit, name: str, wanted: Wanted, after: UUID | None) -> Found | None:
    with visit.desk.parts.database.begin() as tx:
        terms = next((one for one in deciding.every(tx) if one.name == name), None)
        row = campaigns_listing.one(tx, name)
        if terms is None or row is None:
            return None
        members = campaigns_listing.members(tx, name, wanted, after, PAGE + 1)
        return Found(row, terms, funnel_of(tx, terms), members)


def _wanted(request: Request) -> Wanted:
    status, state = (request.query_params.get(key) for key in ("status", "state"))
    return Wanted(
        status if status in get_args(Status) else None, state if state in STATES else None
    )


def _after(request: Request) -> UUID | None:
    """Where to go on; an address that was tampered with leads to the first page."""
    try:
        found = decode(request.query_params.get("after"), UUID)
    except Problem:
        return None
    return None if found is None else found[0]


def _head(visit: Visit, found: Found) -> None:
    words, row = visit.words, found.row
    tag("h1", found.terms.title)
    with tag("section", classes="card"):
        with tag("div", classes="chips"):
            badge(words.known("campaign_state", row["state"]), TONES.get(row["state"], "calm"))
            badge(found.terms.document.ma)
            badge(f"{found.terms.document.sfa}: {row['external_id'] or '-'}")
        if row["reason"]:
            tag("p", row["reason"])
        with tag("dl", classes="facts"):
            for reading in row["readings"]:
                with fact(f"{words('campaigns.read')}: {reading['connection']}"):
                    _reading(visit, reading)
        for connection, n in sorted(row["strangers"].items()):
            if n:
                tag("p", words("campaigns.strangers", n=n, connection=connection), "muted")
        if visit.may_operate:
            button = tag("button", words("campaigns.read_now"), "button", type="button")
            button.on("click", act(visit, partial(campaign_actions.read, visit, row["name"])))
    if row["held_by"] and not row["allowed"]:
        _held(visit, row)


def _reading(visit: Visit, reading: Mapping[str, Any]) -> None:
    if reading["reason"]:
        tag("span", reading["reason"])
    elif reading["read_at"]:
        Moment(datetime.fromisoformat(reading["read_at"]), visit)
    else:
        tag("span", visit.words("campaigns.never_read"))


def _held(visit: Visit, row: Mapping[str, Any]) -> None:
    words = visit.words
    with tag("section", classes="card trouble") as card:
        tag("p", words("campaigns.held", n=row["held"], connection=row["held_by"]), "strong")
        if visit.may_operate:
            button = tag("button", words("campaigns.let_go"), "button bad", type="button")
            allow = partial(campaign_actions.allow, visit, row["name"])
            question = words("campaigns.ask_let_go", n=row["held"])
            button.on("click", act(visit, allow, card.delete), js_handler=asking(question))


def _figures(visit: Visit, funnel: Funnel) -> None:
    words = visit.words
    counts = {
        "members": funnel.members, "responded": funnel.responded, "mql": funnel.mql,
        "influenced": funnel.influenced, "opportunities": funnel.opportunities, "won": funnel.won,
    }  # fmt: skip
    with tag("section", classes="card"):
        tag("h2", words("campaigns.funnel"))
        with tag("dl", classes="facts"):
            for name, n in counts.items():
                _fact(words(f"campaigns.{name}"), f"{n:,}")
        if funnel.stages:
            tag("h3", words("campaigns.stages"))
            with tag("dl", classes="facts"):
                for stage, n in funnel.stages.items():
                    _fact(words.known("stage", stage), f"{n:,}")
        for row in funnel.amounts:
            with tag("dl", classes="facts"):
                _fact(words("campaigns.won_amount"), money(row["won"], row["currency"]))
                _fact(words("campaigns.open_amount"), money(row["open"], row["currency"]))
        for row in funnel.costs:
            with tag("dl", classes="facts"):
                _costs(visit, funnel, row)


def _costs(visit: Visit, funnel: Funnel, row: Mapping[str, Any]) -> None:
    words, actual, currency = visit.words, row["actual"], row["currency"]
    _fact(words("campaigns.cost"), money(actual, currency))
    if row["budget"]:
        _fact(words("campaigns.budget"), money(row["budget"], currency))
    steps = {
        "per_member": funnel.members,
        "per_opportunity": funnel.opportunities,
        "per_won": funnel.won,
    }
    for name, n in steps.items():
        if n and actual:
            _fact(words(f"campaigns.{name}"), money(round(actual / n, 2), currency))
    for stage, n in funnel.stages.items():
        if stage in PRICED and n and actual:
            label = words("campaigns.per_stage", stage=words.known("stage", stage))
            _fact(label, money(round(actual / n, 2), currency))


def _fact(label: str, text: str) -> None:
    with fact(label):
        tag("span", text)


def _members(request: Request, visit: Visit, found: Found, wanted: Wanted) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("campaigns.members"))
        _filters(request, visit, wanted)
        if not found.members:
            empty(words("campaigns.nobody"), words("campaigns.nobody_hint"))
        with tag("ul", classes="plain-list rows"):
            for one in found.members[:PAGE]:
                _member(visit, one)
        if len(found.members) > PAGE:
            last = found.members[PAGE - 1]["link_id"]
            asked = {k: v for k, v in request.query_params.items() if k not in {"after", "lang"}}
            link(words("people.more"), f"?{urlencode({**asked, 'after': encode([last])})}")
    if visit.may_operate:
        _upload(visit, found.row["name"])


def _filters(request: Request, visit: Visit, wanted: Wanted) -> None:
    words = visit.words
    choices = {
        "status": (words("campaigns.status"), [(s, words(f"member.{s}")) for s in _statuses()]),
        "state": (words("campaigns.state"), [(s, words(f"place.{s}")) for s in STATES]),
    }
    chosen = {"status": wanted.status, "state": wanted.state}
    with tag("form", classes="filters card", method="get", action=request.url.path, role="search"):
        for name, (label, options) in choices.items():
            with tag("div", classes="field"):
                tag("label", label, for_=name)
                with tag("select", id=name, name=name):
                    for value, text in [("", words("people.any")), *options]:
                        option = tag("option", text, value=value)
                        if value == (chosen[name] or ""):
                            option.props["selected"] = True
        tag("button", words("people.find"), "button main", type="submit")


def _statuses() -> tuple[str, ...]:
    return get_args(Status)


def _member(visit: Visit, one: Mapping[str, Any]) -> None:
    words = visit.words
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            name = name_of(one["person"], words.language, words("person.unknown"))
            link(name, f"/people/{one['link_id']}", "strong")
            tag("p", company_of(one["person"]), "muted")
        with tag("div", classes="chips"):
            badge(words.known("member", one["status"]) or words("campaigns.no_member"))
            for place in one["places"]:
                shows = place["shows"] or words("campaigns.no_member")
                text = f"{place['connection']}: {shows} ({words.known('place', place['state'])})"
                badge(text, PLACE_TONES.get(place["state"], "calm"))
        for place in one["places"]:
            if place["state"] == "failed" and place["reason"]:
                tag("p", f"{place['connection']}: {place['reason']}", "muted")
        if one["first_at"]:
            Moment(one["first_at"], visit).classes("muted when")


def _upload(visit: Visit, name: str) -> None:
    words = visit.words

    async def uploaded(event: UploadEventArguments) -> None:
        try:
            rows = costs_of(await event.file.read())
        except Unreadable as error:
            ui.notify(error.text(words.language), type="negative")
            return
        await act(visit, partial(campaign_actions.add_costs, visit, name, rows))()

    with tag("section", classes="card"):
        tag("h2", words("campaigns.upload"))
        tag("p", words("campaigns.upload_hint"), "muted")
        label = words("campaigns.upload")
        chooser = ui.upload(
            label=label, on_upload=uploaded, auto_upload=True, max_file_size=MOST_BYTES
        )
        chooser.props("accept=.csv,.tsv,.txt flat bordered")
