"""Contacts that reached a lifecycle stage, by the date that HubSpot keeps for each stage.

Source: HubSpot knowledge base, "HubSpot's default contact properties":
`hs_lifecyclestage_{stage}_date` is when a contact became that; a custom stage has a number.
"""

from collections.abc import Iterator
from datetime import datetime

from connectors.base import Activity, Ref
from connectors.hubspot.answers import Item
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.walk import walk
from connectors.hubspot.objects import modified_property
from connectors.hubspot.rest import Api
from connectors.hubspot.values import moment, to_ms


def read(api: Api, at: Position) -> Step:
    """One page of contacts that changed, and the stages that they reached since the last run."""
    stages = {f"hs_lifecyclestage_{one}_date": one for one in api.settings.lifecycle_stages}
    walked = walk(api, "contacts", modified_property("person"), stages, at)
    lag_ms = int(api.settings.search_lag_s * 1000)
    from_ms = None if at.base is None else at.base - lag_ms
    found = [
        activity(item.id, stage, reached)
        for item in walked.items
        for stage, reached in _reached(item, stages)
        if from_ms is None or to_ms(reached) >= from_ms
    ]
    return Step(walked.at, walked.more, found)


def _reached(item: Item, stages: dict[str, str]) -> Iterator[tuple[str, datetime]]:
    for name, stage in stages.items():
        if (at := moment(item.properties.get(name))) is not None:
            yield stage, at


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
