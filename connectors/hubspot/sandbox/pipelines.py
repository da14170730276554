"""Pipelines and their stages. Source: HubSpot's published OpenAPI, "Pipelines".

What a stage's metadata must say differs per object: deals `probability` (`isClosed` follows from
it), tickets `ticketState`, leads `leadState`. Source: HubSpot developer docs, "Pipelines".
"""

from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso

DEAL_STAGES = (
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
)
LEAD_STAGES = (
    ("new-stage-id", "New", "NEW"),
    ("attempting-stage-id", "Attempting", "IN_PROGRESS"),
    ("connected-stage-id", "Connected", "IN_PROGRESS"),
    ("qualified-stage-id", "Qualified", "QUALIFIED"),
    ("unqualified-stage-id", "Disqualified", "UNQUALIFIED"),
)
TICKET_STAGES = (
    ("1", "New", "OPEN"),
    ("2", "Waiting on contact", "OPEN"),
    ("3", "Waiting on us", "OPEN"),
    ("4", "Closed", "CLOSED"),
)
# property that holds the pipeline, property that holds the stage
FIELDS = {"deals": ("pipeline", "dealstage")}
USUAL_FIELDS = ("hs_pipeline", "hs_pipeline_stage")


def fields(kind: str) -> tuple[str, str]:
    """The properties in which records of this object type hold their pipeline and stage."""
    return FIELDS.get(kind, USUAL_FIELDS)


@dataclass(slots=True)
class Stage:
    id: str
    label: str
    order: int
    metadata: dict[str, str]
    at_ms: int
    updated_ms: int | None = None
    audit: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label, "displayOrder": self.order, "metadata": self.metadata,
            "id": self.id, "createdAt": iso(self.at_ms),
            "updatedAt": iso(self.updated_ms or self.at_ms),
            "archived": False, "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }  # fmt: skip


@dataclass(slots=True)
class Pipeline:
    id: str
    label: str
    order: int
    at_ms: int
    stages: dict[str, Stage] = field(default_factory=dict)
    updated_ms: int | None = None
    audit: list[dict[str, Any]] = field(default_factory=list)

    def in_order(self) -> list[Stage]:
        return sorted(self.stages.values(), key=lambda stage: stage.order)

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label, "displayOrder": self.order, "id": self.id,
            "stages": [stage.as_json() for stage in self.in_order()],
            "createdAt": iso(self.at_ms), "updatedAt": iso(self.updated_ms or self.at_ms),
            "archived": False,
        }  # fmt: skip


def _deals(now_ms: int) -> Pipeline:
    pipeline = Pipeline("default", "Sales Pipeline", 0, now_ms)
    for order, (stage_id, label, chance) in enumerate(DEAL_STAGES):
        closed = "true" if stage_id.startswith("closed") else "false"
        metadata = {"isClosed": closed, "probability": chance}
        pipeline.stages[stage_id] = Stage(stage_id, label, order, metadata, now_ms)
    return pipeline


def _leads(now_ms: int) -> Pipeline:
    pipeline = Pipeline("lead-pipeline-id", "Lead pipeline", 0, now_ms)
    for order, (stage_id, label, state) in enumerate(LEAD_STAGES):
        metadata = {"leadState": state}
        pipeline.stages[stage_id] = Stage(stage_id, label, order, metadata, now_ms)
    return pipeline


def _tickets(now_ms: int) -> Pipeline:
    pipeline = Pipeline("0", "Support Pipeline", 0, now_ms)
    for order, (stage_id, label, state) in enumerate(TICKET_STAGES):
        metadata = {"isClosed": str(state == "CLOSED").lower(), "ticketState": state}
        pipeline.stages[stage_id] = Stage(stage_id, label, order, metadata, now_ms)
    return pipeline


def standard(now_ms: int) -> dict[str, dict[str, Pipeline]]:
    """The pipelines of a new account, by object type and pipeline id."""
    made = {"deals": _deals(now_ms), "tickets": _tickets(now_ms), "leads": _leads(now_ms)}
    return {kind: {pipeline.id: pipeline} for kind, pipeline in made.items()}
