"""Alerts as tasks of high priority with a reminder."""

from collections.abc import Mapping, Sequence
from functools import partial

from connectors.base import Alert, Landed, Ref, Rejected
from connectors.hubspot.associating import Link, associate, gone
from connectors.hubspot.batches import Row, in_parts, upsert
from connectors.hubspot.engagement_shape import line, rich
from connectors.hubspot.isolate import Outcome
from connectors.hubspot.objects import BATCH
from connectors.hubspot.rest import Api
from connectors.hubspot.values import to_ms


def raise_alerts(api: Api, alerts: Sequence[Alert]) -> dict[str, Outcome]:
    """Put a high-priority task with a reminder before the rep; idempotent by `key`.

    One that is there already keeps its state (the rep may have completed it); only its
    association is made sure of.
    """
    if len(alerts) > BATCH:
        raise Rejected(f"{len(alerts)} at once; the most is {BATCH}", code="batch_too_large")
    name = api.settings.key_property
    people = {alert.key: alert.person for alert in alerts}
    lost = gone(api, people)
    rows = [
        Row(a.key, a.key, a.person.kind, {**_task(a), name: a.key})
        for a in alerts
        if a.key not in lost
    ]
    outcomes = _there(api, rows)
    new = [row for row in rows if row.key not in outcomes]
    outcomes |= in_parts((new, partial(upsert, api, "tasks")))
    return outcomes | _associated(api, people, outcomes) | lost


def _associated(
    api: Api, people: Mapping[str, Ref], outcomes: Mapping[str, Outcome]
) -> dict[str, Outcome]:
    """What failed of putting them on their timelines."""
    links = [
        Link(key, told.ref.id, people[key], main=True)
        for key, told in outcomes.items()
        if isinstance(told, Landed)
    ]
    return {**associate(api, "tasks", links)}


def _there(api: Api, rows: Sequence[Row]) -> dict[str, Outcome]:
    """The tasks that exist already."""
    if not rows:
        return {}
    name = api.settings.key_property
    kinds = {row.key: row.kind for row in rows}
    body = {"idProperty": name, "properties": [name], "inputs": [{"id": key} for key in kinds]}
    items = api.batch_read("tasks", body)
    keyed = ((item.properties.get(name), item.id) for item in items)
    return {key: Landed(Ref(kinds[key], one)) for key, one in keyed if key in kinds}


def _task(alert: Alert) -> dict[str, str]:
    """Source: HubSpot developer docs, "Tasks": a reminder is a time in epoch milliseconds."""
    due = str(to_ms(alert.due_at))
    body = f"{alert.body}\n{alert.url}" if alert.url else alert.body
    owner = {"hubspot_owner_id": alert.owner_id} if alert.owner_id else {}
    return {
        "hs_timestamp": due,
        "hs_task_reminders": due,
        "hs_task_subject": line(alert.title),
        "hs_task_body": rich(body),
        "hs_task_priority": "HIGH",
        "hs_task_status": "NOT_STARTED",
        "hs_task_type": "TODO",
        **owner,
    }
