"""HubSpot's own lead scores, explained: which events moved a contact's score, and by how much.

Source: HubSpot developer docs, "Lead Scoring API (beta)": GET /marketing/lead-scoring/{version}/
scores, /scores/{id}, /score-values/object-history (objectId, objectTypeId, outputProperty), scope
`mh-lead-scoring-view`; the answers are those of its published OpenAPI. What a rendered event holds
is not said there: its texts are shown as they come. Cost: one call, and two for each score.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import AwareDatetime, Field

from connectors.base import Ref
from connectors.hubspot.answers import Answer, List
from connectors.hubspot.rest import Api
from connectors.scores import ScoreChange

CONTACT = "0-1"
MOST_SCORES = 5
MOST_CHANGES = 100
TEXTS = ("renderedText", "text", "description", "title", "name", "label", "eventName")
SHOWN = 200


class Brief(Answer):
    """A score in the list of all."""

    id: str
    name: str = ""
    type_id: str = Field(CONTACT, alias="scoredObjectTypeId")
    status: str = Field("", alias="scoreStatus")


class Briefs(Answer):
    results: List[Brief] = Field(default_factory=list)


class Output(Answer):
    """Where a score is written: a number, its tier, or its place in a matrix."""

    kind: str = Field("", alias="outputType")
    property: str | None = Field(None, alias="propertyName")
    label: str | None = Field(None, alias="propertyLabel")


class Outputs(Answer):
    outputs: List[Output] = Field(default_factory=list)


class Score(Answer):
    outputs: Outputs = Field(default_factory=Outputs, alias="outputConfiguration")


class Entry(Answer):
    """One change. `events` are what HubSpot says of its causes."""

    at: AwareDatetime = Field(alias="timestamp")
    value: str | None = Field(None, alias="propertyValue")
    delta: float | None = None
    events: List[Any] = Field(default_factory=list, alias="renderedEvents")


class History(Answer):
    results: List[Entry] = Field(default_factory=list)


def changes(api: Api, ref: Ref) -> Sequence[ScoreChange]:
    """How a contact's scores changed, newest first. Raises: any of the five but Unsure."""
    if ref.kind != "person":
        return ()
    found = [change for output in _outputs(api) for change in _history(api, ref, output)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _at(api: Api, rest: str) -> str:
    return f"/marketing/lead-scoring/{api.settings.lead_scoring}{rest}"


def _outputs(api: Api) -> Iterator[tuple[str, str]]:
    """Property and label of each published score of contacts."""
    listed = api.get(Briefs, _at(api, "/scores"), {"limit": 100}).results
    ours = [one for one in listed if one.type_id == CONTACT and one.status.upper() == "PUBLISHED"]
    for brief in ours[:MOST_SCORES]:
        score = api.get(Score, _at(api, f"/scores/{brief.id}"))
        for one in score.outputs.outputs:
            if one.kind == "SCORE" and one.property:
                yield one.property, one.label or brief.name or one.property


def _history(api: Api, ref: Ref, output: tuple[str, str]) -> Iterator[ScoreChange]:
    name, label = output
    asked = {"objectId": ref.id, "objectTypeId": CONTACT, "outputProperty": name,
             "limit": MOST_CHANGES}  # fmt: skip
    for one in api.get(History, _at(api, "/score-values/object-history"), asked).results:
        reasons = tuple(dict.fromkeys(filter(None, map(_text, one.events))))
        yield ScoreChange(one.at, label, _number(one.value), one.delta, reasons)


def _number(value: str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def _text(event: Any) -> str:
    """The words of an event, whatever shape they come in."""
    if isinstance(event, str):
        return event[:SHOWN]
    if not isinstance(event, dict):
        return ""
    for key in TEXTS:
        if isinstance(event.get(key), str):
            return str(event[key])[:SHOWN]
    return json.dumps(event, ensure_ascii=False)[:SHOWN]
