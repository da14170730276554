"""The list of campaigns: who is in them, what they cost, and what came of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fastapi import Request

from app.domain.campaign_terms import Terms
from app.flows import campaigns as deciding
from app.flows.campaigns_funnel import funnel
from app.store import campaigns_listing
from app.store.campaigns_costs import Funnel
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import Tone, badge, empty, link, tag

MOST = 200
TONES: Mapping[str, Tone] = {"ready": "good", "failed": "bad", "off": "warn"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A campaign as the list shows it."""

    row: Mapping[str, Any]
    terms: Terms
    funnel: Funnel


async def page(request: Request) -> None:
    """The page `/campaigns`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit)
    with frame(request, "campaigns", sight) as main:
        tag("h1", visit.words("campaigns.title"))
        if found:
            with tag("ul", classes="plain-list rows card"):
                for one in found:
                    _row(visit, one)
        else:
            with tag("div", classes="card"):
                command = "baton apply -f campaign.yaml"
                empty(visit.words("campaigns.none"), visit.words("campaigns.none_hint"), (command,))
    watch(visit, main)


def _read(visit: Visit) -> list[Shown]:
    with visit.desk.parts.database.begin() as tx:
        terms = {one.name: one for one in deciding.every(tx)}
        rows = [row for row in campaigns_listing.listed(tx, None, MOST) if row["name"] in terms]
        return [Shown(row, terms[row["name"]], funnel(tx, terms[row["name"]])) for row in rows]


def _row(visit: Visit, one: Shown) -> None:
    words, row = visit.words, one.row
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            link(one.terms.title, f"/campaigns/{row['name']}", "strong")
            sides = f"{one.terms.document.ma} · {one.terms.document.sfa}"
            tag("p", sides, "muted")
        with tag("div", classes="chips"):
            badge(words.known("campaign_state", row["state"]), TONES.get(row["state"], "calm"))
            if row["open"].get("failed"):
                badge(f"{words('place.failed')}: {row['open']['failed']}", "bad")
            if row["held"]:
                badge(words("campaign_state.failed"), "warn")
            for status, n in sorted(row["statuses"].items()):
                badge(f"{words.known('member', status)}: {n:,}")
        with tag("div", classes="chips"):
            tag("span", words("campaigns.n_members", n=f"{one.funnel.members:,}"))
            _sums(words("campaigns.cost"), one.funnel.costs, "actual")
            _sums(words("campaigns.won_amount"), one.funnel.amounts, "won")


def _sums(label: str, rows: Sequence[Mapping[str, Any]], what: str) -> None:
    for row in rows:
        if row[what]:
            tag("span", f"{label}: {money(row[what], row['currency'])}", "muted")


def money(amount: Decimal | None, currency: str) -> str:
    """An amount for reading: without cents where there are none."""
    if amount is None:
        return "-"
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f} {currency}".strip() if whole else f"{amount:,.2f} {currency}".strip()
