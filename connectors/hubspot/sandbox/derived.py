"""Properties that HubSpot works out by itself."""

from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record

CALCULATED = Actor("CALCULATED", "RecordCalculation", who="HubSpot")
PIPELINE_SETTINGS = Actor("PIPELINE_SETTINGS", who="HubSpot")
LIFECYCLE_PIPELINES = {
    "contacts": "contacts-lifecycle-pipeline", "companies": "companies-lifecycle-pipeline",
}  # fmt: skip


def at_creation(portal: Portal, record: Record, actor: Actor) -> dict[str, str]:
    """System properties that never change afterwards, and defaults."""
    kind, values = record.type, record.values
    made = {
        "hs_object_id": record.id,
        kind.created: values.get(kind.created) or iso(record.created_ms),
        "hs_object_source": actor.source,
        "hs_object_source_label": actor.source,
    }
    if actor.source_id is not None:
        made["hs_object_source_id"] = actor.source_id
    if kind.name in LIFECYCLE_PIPELINES:
        made["hs_pipeline"] = LIFECYCLE_PIPELINES[kind.name]
        if default := portal.config.default_lifecyclestage:
            made["lifecyclestage"] = values.get("lifecyclestage") or default
    if kind.name == "contacts":
        made |= {"hs_is_contact": "true", "hs_all_contact_vids": record.id}
    if kind.name in {"deals", "leads"}:
        made |= _first_stage(portal, record)
    return {name: value for name, value in made.items() if name not in values}


def _first_stage(portal: Portal, record: Record) -> dict[str, str]:
    """A deal or lead without a pipeline lands in the first one; a lead also in its first stage."""
    first = next(iter(portal.pipelines[record.type.name].values()), None)
    if first is None:
        return {}
    if record.type.name == "deals":
        return {"pipeline": first.id} if "dealstage" in record.values else {}
    return {"hs_pipeline": first.id, "hs_pipeline_stage": next(iter(first.stages), "")}


def after_change(portal: Portal, record: Record, changed: set[str], now_ms: int) -> dict[str, str]:
    """Calculated properties that follow from what was changed."""
    made: dict[str, str] = {}
    values = record.values
    if record.type.name == "contacts":
        if "email" in changed:
            made["hs_email_domain"] = values.get("email", "").rpartition("@")[2]
        if changed & {"firstname", "lastname", "email"}:
            names = (values.get("firstname", ""), values.get("lastname", ""))
            made["hs_full_name_or_email"] = " ".join(filter(None, names)) or values.get("email", "")
        if changed & {"hubspot_owner_id", "hs_is_contact"}:
            made["hs_is_unworked"] = "true"
    if "lifecyclestage" in changed and values.get("lifecyclestage"):
        name = f"hs_lifecyclestage_{values['lifecyclestage']}_date"
        if name in portal.schema(record.type).properties:
            made[name] = iso(now_ms)
    if "hubspot_owner_id" in changed and values.get("hubspot_owner_id"):
        made["hubspot_owner_assigneddate"] = iso(now_ms)
    if record.type.name == "deals" and "dealstage" in changed:
        made |= _deal_stage(portal, record)
    if record.type.name == "tasks" and "hs_task_status" in changed:
        done = values.get("hs_task_status") == "COMPLETED"
        made["hs_task_completion_date"] = iso(now_ms) if done else ""
    return made


def _deal_stage(portal: Portal, record: Record) -> dict[str, str]:
    stage_id = record.values.get("dealstage", "")
    stages = (p.stages.get(stage_id) for p in portal.pipelines["deals"].values())
    stage = next(filter(None, stages), None)
    chance = stage.metadata.get("probability", "0") if stage else "0"
    closed = chance in {"0.0", "1.0"}
    return {
        "hs_is_closed": str(closed).lower(),
        "hs_is_closed_won": str(chance == "1.0").lower(),
        "hs_deal_stage_probability": chance,
    }
