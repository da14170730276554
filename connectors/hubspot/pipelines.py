"""Pipelines and their stages: what the two properties of a record that stands in one can hold.

HubSpot defines these properties without options; the choices are the account's own pipelines.
Source: HubSpot developer docs, "Pipelines": a stage belongs to exactly one pipeline, its id is what
records hold; deals, tickets, leads, custom objects and some others have pipelines.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from connectors.base import Field, Gone, Rejected
from connectors.hubspot.activity_answers import Pipeline, Pipelines
from connectors.hubspot.rest import Api

OF_DEALS = ("pipeline", "dealstage")
USUAL = ("hs_pipeline", "hs_pipeline_stage")


def listed(api: Api, object_type: str) -> list[Pipeline]:
    """The pipelines of an object. Raises: Busy, AuthLost; Rejected or Gone where it has none, or
    where we may not see them.
    """
    return api.ask(Pipelines, api.pipelines.get_all, object_type).results


def with_stages(api: Api, object_type: str, fields: Collection[Field]) -> Iterator[Field]:
    """An object's fields; the two of its pipelines with the account's own as choices. One call,
    and only where the object has stages.
    """
    pipeline, stage = OF_DEALS if object_type == "deals" else USUAL
    if stage not in {one.name for one in fields}:
        yield from fields
        return
    try:
        known = [one for one in listed(api, object_type) if not one.archived]
    except (Rejected, Gone):  # then nothing is known of them, and nothing is checked
        known = []
    choices: Mapping[str, tuple[str, ...]] = {
        pipeline: tuple(one.id for one in known),
        stage: tuple(one.id for some in known for one in some.stages if not one.archived),
    }
    for one in fields:
        told = one.name in choices
        yield replace(one, type="choice", choices=choices[one.name]) if told else one
