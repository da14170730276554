"""Hand-offs on the page of a person: how they stand, and the way to a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args
from uuid import UUID

from nicegui import ui

from app.domain.handoff_document import FlowName
from app.domain.handoff_moves import ENDED
from app.flows import rules as rules_
from app.store import handoffs_listing
from app.store.db import Tx
from app.store.handoffs_listing import Wanted
from app.web.ui import handoff_actions
from app.web.ui.desk import Visit
from app.web.ui.handoff_doing import doing
from app.web.ui.handoffs import BAND_TONES, STATE_TONES
from app.web.ui.people import Person
from app.web.ui.pieces import Moment, badge, link, tag

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest hand-offs of somebody; `flows` are those that can be begun."""

    rows: Sequence[Mapping[str, Any]]
    flows: Sequence[FlowName]


def read(tx: Tx, person: Person) -> Standing | None:
    """None where nobody hands over: no document, and no hand-off."""
    rows = handoffs_listing.listed(tx, Wanted(link_id=person["id"]), None, SHOWN)
    found = rules_.load(tx).handoff
    if person["kind"] != "person" or (found is None and not rows):
        return None
    open_ = {row["flow"] for row in rows if row["state"] not in ENDED}
    known: Mapping[FlowName, Any] = {} if found is None else found[0].flows
    flows = [one for one in get_args(FlowName) if one in known and one not in open_]
    return Standing(rows, flows)


def show(visit: Visit, person: Person, found: Standing) -> None:
    """Each with its state and quality; buttons to begin another one."""
    words = visit.words
    with tag("ul", classes="plain-list"):
        for row in found.rows:
            with tag("li", classes="chips"):
                link(words(f"handoffs.{row['flow']}"), f"/handoffs/{row['id']}", "strong")
                badge(words(f"handoff_state.{row['state']}"), STATE_TONES.get(row["state"], "calm"))
                quality = f"{words('handoffs.quality')} {row['quality']}"
                badge(quality, BAND_TONES.get(row["band"], "calm"))
                Moment(row["changed_at"], visit).classes("muted")
    if visit.may_operate:
        for flow in found.flows:
            _begin(visit, person["id"], flow)


def _begin(visit: Visit, link_id: UUID, flow: FlowName) -> None:
    made: list[int] = []
    text = f"{visit.words('handoffs.begin')}: {visit.words(f'handoffs.{flow}')}"
    button = tag("button", text, "button", type="button")
    begin = partial(_made, made, visit, link_id, flow)
    button.on("click", doing(visit, begin, lambda: ui.navigate.to(f"/handoffs/{made[-1]}")))


def _made(made: list[int], visit: Visit, link_id: UUID, flow: FlowName) -> None:
    made.append(handoff_actions.begin(visit, link_id, flow))
