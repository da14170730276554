"""Contacts that reached a lifecycle stage, by the date that HubSpot keeps for each stage.

Source: HubSpot knowledge base, "HubSpot's default contact properties":
`hs_lifecyclestage_{stage}_date` is when a contact became that; a custom stage has a number. A stage
that we set, as the history of `lifecyclestage` says, tells nothing new.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.base import Activity, Ref
from connectors.hubspot.activity_settings import STAGE
from connectors.hubspot.answers import Change, Item
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.walk import walk
from connectors.hubspot.objects import BATCH, modified_property
from connectors.hubspot.own_source import is_ours, own_apps, with_our_key
from connectors.hubspot.records import chunks
from connectors.hubspot.rest import Api
from connectors.hubspot.values import moment, to_ms

CONTACTS = "contacts"
WITH_HISTORY = BATCH // 2  # as many as HubSpot's own client reads at once


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact came into a stage."""

    contact: str
    stage: str
    at: datetime


def read(api: Api, at: Position) -> Step:
    """One page of contacts that changed, and the stages that they reached since the last run."""
    stages = {f"hs_lifecyclestage_{one}_date": one for one in api.settings.lifecycle_stages}
    walked = walk(api, CONTACTS, modified_property("person"), stages, at)
    lag_ms = int(api.settings.search_lag_s * 1000)
    from_ms = None if at.base is None else at.base - lag_ms
    reached = [
        one
        for item in walked.items
        for one in _reached(item, stages)
        if from_ms is None or to_ms(one.at) >= from_ms
    ]
    found = [activity(one.contact, one.stage, one.at) for one in _of_others(api, reached)]
    return Step(walked.at, walked.more, found)


def _reached(item: Item, stages: dict[str, str]) -> Iterator[Reached]:
    for name, stage in stages.items():
        if (at := moment(item.properties.get(name))) is not None:
            yield Reached(item.id, stage, at)


def _of_others(api: Api, reached: Sequence[Reached]) -> Iterator[Reached]:
    """Those that we did not bring about."""
    contacts = list(dict.fromkeys(one.contact for one in reached))
    kept = with_our_key(api, STAGE)
    for part in chunks(contacts, WITH_HISTORY):
        inputs = [{"id": one} for one in part]
        body = {"properties": [STAGE], "propertiesWithHistory": kept, "inputs": inputs}
        items = {item.id: item for item in api.batch_read(CONTACTS, body)}
        mine = [one for one in reached if one.contact in part]
        causes = {one: _cause(items.get(one.contact), one) for one in mine}
        known = [cause for cause in causes.values() if cause]
        apps = own_apps(api, CONTACTS, items.values(), known)
        for one, cause in causes.items():
            ref = Ref("person", one.contact)
            if cause is None or not is_ours(api, ref, STAGE, cause, apps):
                yield one


def _cause(item: Item | None, reached: Reached) -> Change | None:
    """The change of the property at which the stage was reached."""
    changes = [] if item is None else item.history.get(STAGE, [])
    same = [change for change in changes if change.value == reached.stage]
    return min(same, key=lambda one: abs(one.timestamp - reached.at), default=None)


def activity(contact: str, stage: str, at: datetime) -> Activity:
    """The same id whenever it is told."""
    return Activity(
        id=f"lifecycle:{contact}:{stage}:{to_ms(at)}",
        person=Ref("person", contact),
        type="lifecycle_change",
        at=at,
        title=stage,
        detail={"stage": stage},
    )
