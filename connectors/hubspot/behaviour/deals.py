"""Deals that changed their stage, as activities of their contacts.

Which stages a deal went through is in the history of its property. Whether one is won or lost
is told by the pipeline. A stage that we set is none of HubSpot's own: it was told by whoever had
us set it. Source: HubSpot developer docs, "Deals", "Pipelines".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.base import Activity, Ref
from connectors.hubspot.activity_answers import Stage
from connectors.hubspot.answers import Change, Item
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.detail import short, told
from connectors.hubspot.behaviour.people import contacts_of
from connectors.hubspot.behaviour.walk import walk
from connectors.hubspot.objects import BATCH, modified_property
from connectors.hubspot.own_source import is_ours, own_apps, with_our_key
from connectors.hubspot.pipelines import listed
from connectors.hubspot.records import chunks
from connectors.hubspot.rest import Api
from connectors.hubspot.values import to_ms, utc

STAGE, DEALS = "dealstage", "deals"
SHOWN = (
    "dealname", "amount", "deal_currency_code", "closed_lost_reason", "closed_won_reason",
    "hubspot_owner_id", STAGE,
)  # fmt: skip
WITH_HISTORY = BATCH // 2  # as many as HubSpot's own client reads at once
TYPES = {"1.0": "won", "1": "won", "0.0": "lost", "0": "lost"}
REASON = {"won": "closed_won_reason", "lost": "closed_lost_reason"}


@dataclass(frozen=True, slots=True)
class Move:
    """A deal came into a stage."""

    deal: Item
    change: Change
    before: str | None

    @property
    def ref(self) -> Ref:
        return Ref("opportunity", self.deal.id)


def read(api: Api, at: Position) -> Step:
    """One page of deals that changed, and the stages they came into since the last run."""
    walked = walk(api, DEALS, modified_property("opportunity"), (STAGE,), at)
    lag_ms = int(api.settings.search_lag_s * 1000)
    from_ms = None if at.base is None else at.base - lag_ms
    deals = [*_with_history(api, [item.id for item in walked.items])]
    moves = [
        move
        for deal in deals
        for move in _moves(deal)
        if from_ms is None or to_ms(move.change.timestamp) >= from_ms
    ]
    apps = own_apps(api, DEALS, deals, [move.change for move in moves])
    moves = [move for move in moves if not is_ours(api, move.ref, STAGE, move.change, apps)]
    people = contacts_of(api, DEALS, list({move.deal.id: None for move in moves})) if moves else {}
    stages = api.catalogue.look("stages", lambda: _stages(api)) if moves else {}
    found = [
        _activity(move, contact, stages)
        for move in moves
        for contact in people.get(move.deal.id, ())
    ]
    return Step(walked.at, walked.more, found)


def _with_history(api: Api, ids: Sequence[str]) -> Iterator[Item]:
    for part in chunks(ids, WITH_HISTORY):
        inputs = [{"id": one} for one in part]
        kept = with_our_key(api, STAGE)
        body = {"properties": SHOWN, "propertiesWithHistory": kept, "inputs": inputs}
        yield from api.batch_read(DEALS, body)


def _moves(deal: Item) -> Iterator[Move]:
    """Oldest first; a stage that was only written again is none."""
    before: str | None = None
    for change in sorted(deal.history.get(STAGE, ()), key=lambda one: one.timestamp):
        if change.value and change.value != before:
            yield Move(deal, change, before)
        before = change.value


def _stages(api: Api) -> Mapping[str, Stage]:
    return {stage.id: stage for pipeline in listed(api, DEALS) for stage in pipeline.stages}


def _activity(move: Move, contact: str, stages: Mapping[str, Stage]) -> Activity:
    deal, stage = move.deal.properties, move.change.value or ""
    known = stages.get(stage)
    type_ = TYPES.get(known.metadata.probability, "stage_change") if known else "stage_change"
    at = utc(move.change.timestamp)
    return Activity(
        id=f"deal:{move.deal.id}:{stage}:{to_ms(at)}:{contact}",
        person=Ref("person", contact),
        type=type_,
        at=at,
        title=short(deal.get("dealname") or ""),
        detail=told(
            stage=known.label if known else stage,
            from_stage=_label(move.before, stages),
            amount=_number(deal.get("amount")),
            currency=deal.get("deal_currency_code"),
            reason=deal.get(REASON.get(type_, "")),
            owner_id=deal.get("hubspot_owner_id"),
        ),
        about=(move.ref,),
    )


def _label(stage: str | None, stages: Mapping[str, Stage]) -> str | None:
    known = stages.get(stage or "")
    return known.label if known else stage


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
