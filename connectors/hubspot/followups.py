"""After an alert: how its task stands."""

from collections.abc import Mapping, Sequence

from connectors.hubspot.objects import BATCH
from connectors.hubspot.rest import Api
from connectors.hubspot.values import moment
from connectors.messages import TaskState

OPEN = frozenset({"NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED"})  # else COMPLETED
PROPERTIES = ("hs_task_status", "hs_lastmodifieddate", "hs_task_completion_date")


def task_states(api: Api, ids: Sequence[str]) -> Mapping[str, TaskState]:
    """How tasks stand. Source: HubSpot developer docs, "Tasks" (values of hs_task_status)."""
    found: dict[str, TaskState] = {}
    for start in range(0, len(ids), BATCH):
        inputs = [{"id": one} for one in ids[start : start + BATCH]]
        body = {"properties": list(PROPERTIES), "inputs": inputs}
        for item in api.batch_read("tasks", body):
            shown = item.properties
            status = shown.get("hs_task_status") or ""
            done_at = moment(shown.get("hs_task_completion_date"))
            changed_at = done_at or moment(shown.get("hs_lastmodifieddate"))
            found[item.id] = TaskState(status in OPEN, status, changed_at)
    return found
