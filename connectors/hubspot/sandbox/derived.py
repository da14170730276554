"""Properties that HubSpot works out by itself."""

from collections.abc import Mapping

from connectors.hubspot.sandbox import pipelines
from connectors.hubspot.sandbox.formula_values import NoValue, as_text, finite
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.pipelines import Stage
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record

CALCULATED = Actor("CALCULATED", "RecordCalculation", who="HubSpot")
AMOUNTS = ("amount_in_home_currency", "hs_projected_amount", "hs_closed_amount")
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
    if kind.name == "tickets":
        made["hs_ticket_id"] = record.id
    if portal.pipelines.get(kind.name):
        made |= _first_stage(portal, record)
    return {name: value for name, value in made.items() if name not in values}


def _first_stage(portal: Portal, record: Record) -> dict[str, str]:
    """A record that names only its stage lands in that stage's pipeline, one that names neither
    in the first stage of the first pipeline; a deal without a stage stays without either.
    """
    in_pipeline, in_stage = pipelines.fields(record.type.name)
    stage = record.values.get(in_stage)
    if stage is None and record.type.name == "deals":
        return {}
    known = portal.pipelines[record.type.name].values()
    first = next((p for p in known if stage is None or stage in p.stages), None)
    if first is None:
        return {}
    stages = first.in_order()
    return {in_pipeline: first.id, in_stage: stage or (stages[0].id if stages else "")}


def after_change(portal: Portal, record: Record, changed: set[str], now_ms: int) -> dict[str, str]:
    """Calculated properties that follow from what was changed."""
    made: dict[str, str] = {}
    values = record.values
    if record.type.name == "contacts":
        made |= _of_contact(values, changed)
    if "lifecyclestage" in changed and values.get("lifecyclestage"):
        name = f"hs_lifecyclestage_{values['lifecyclestage']}_date"
        if name in portal.schema(record.type).properties:
            made[name] = iso(now_ms)
    if "hubspot_owner_id" in changed and values.get("hubspot_owner_id"):
        made["hubspot_owner_assigneddate"] = iso(now_ms)
    if pipelines.fields(record.type.name)[1] in changed:
        made |= _of_stage(portal, record, now_ms)
    if record.type.name == "deals" and changed & {"amount", "dealstage"}:
        made |= _amounts(portal, record)
    if record.type.name == "tasks" and "hs_task_status" in changed:
        done = values.get("hs_task_status") == "COMPLETED"
        made["hs_task_completion_date"] = iso(now_ms) if done else ""
    return made


def _of_contact(values: Mapping[str, str], changed: set[str]) -> dict[str, str]:
    made: dict[str, str] = {}
    if "email" in changed:
        made["hs_email_domain"] = values.get("email", "").rpartition("@")[2]
    if changed & {"firstname", "lastname", "email"}:
        names = (values.get("firstname", ""), values.get("lastname", ""))
        made["hs_full_name_or_email"] = " ".join(filter(None, names)) or values.get("email", "")
    if changed & {"hubspot_owner_id", "hs_is_contact"}:
        made["hs_is_unworked"] = "true"
    return made


def _stage(portal: Portal, record: Record) -> Stage | None:
    """The stage a record is in."""
    _, in_stage = pipelines.fields(record.type.name)
    stage_id = record.values.get(in_stage, "")
    stages = (p.stages.get(stage_id) for p in portal.pipelines[record.type.name].values())
    return next(filter(None, stages), None)


def _of_stage(portal: Portal, record: Record, now_ms: int) -> dict[str, str]:
    match record.type.name:
        case "deals":
            return _deal_stage(portal, record)
        case "tickets":
            return _ticket_stage(portal, record, now_ms)
        case _:
            return {}


def _ticket_stage(portal: Portal, record: Record, now_ms: int) -> dict[str, str]:
    stage = _stage(portal, record)
    closed = stage is not None and stage.metadata.get("ticketState") == "CLOSED"
    return {"hs_is_closed": str(closed).lower(), "closed_date": iso(now_ms) if closed else ""}


def _amounts(portal: Portal, record: Record) -> dict[str, str]:
    """What a deal is worth: in all, as likely as it is, and once it is won."""
    amount, chance = record.values.get("amount", ""), _deal_stage(portal, record)
    try:
        likely = as_text(finite(float(amount) * float(chance["hs_deal_stage_probability"])))
    except (ValueError, NoValue):
        return dict.fromkeys(AMOUNTS, "")
    won = amount if chance["hs_is_closed_won"] == "true" else "0"
    return dict(zip(AMOUNTS, (amount, likely, won), strict=True))


def _deal_stage(portal: Portal, record: Record) -> dict[str, str]:
    stage = _stage(portal, record)
    chance = stage.metadata.get("probability", "0") if stage else "0"
    closed = chance in {"0.0", "1.0"}
    return {
        "hs_is_closed": str(closed).lower(),
        "hs_is_closed_won": str(chance == "1.0").lower(),
        "hs_deal_stage_probability": chance,
    }
