"""Hot-lead alerts: a task with a reminder that stays, and the bell that rings."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from connectors.base import Alert, ConnectorError, Gone, Record, Rejected, Unsure
from connectors.capabilities import OWNER_LEFT
from connectors.salesforce.batch import BATCH, Item, Outcome, calls, send_all, upsert_path
from connectors.salesforce.entries import DESCRIPTION_MAX, SUBJECT_MAX, local_date, task
from connectors.salesforce.errors import error_of, rejected
from connectors.salesforce.ids import QUEUE_PREFIX, canonical
from connectors.salesforce.limits import ALERT
from connectors.salesforce.records import read
from connectors.salesforce.session import Api
from connectors.salesforce.soql import equals, select
from connectors.salesforce.writes import wire_time

INACTIVE = "INACTIVE_OWNER_OR_USER"
ACTION = "actions/standard/customNotificationAction"


def raise_alerts(api: Api, alerts: Sequence[Alert]) -> Mapping[str, Outcome]:
    """A high-priority task with a reminder before the rep, once by key.

    Status is left to its default ("Not Started"): asking again must not reopen what a rep closed.
    Raises: as `batch.send_all`.
    """
    owners, outcomes = owners_of(api, alerts)
    items: list[Item] = []
    for alert in alerts:
        if alert.key not in owners:
            continue
        match task(api, alert.key, alert.person, _fields(api, alert, owners[alert.key])):
            case Rejected() as refusal:
                outcomes[alert.key] = refusal
            case item:
                items.append(item)
    requests = [*calls(upsert_path(api, "Task"), items, limit=ALERT)]
    sent = send_all(api, requests)
    return {**outcomes, **{key: _owner_left(outcome) for key, outcome in sent.items()}}


def _owner_left(outcome: Outcome) -> Outcome:
    """A user who was deactivated owns nothing new, unless the integration user has the permission
    Update Records with Inactive Owners. Source: Salesforce Help, "INACTIVE_OWNER_OR_USER".
    """
    if isinstance(outcome, Rejected) and outcome.code == INACTIVE:
        return Rejected(str(outcome), code=OWNER_LEFT, fields=outcome.fields)
    return outcome


def _fields(api: Api, alert: Alert, owner_id: str | None) -> dict[str, Any]:
    reminder_at = alert.due_at - timedelta(seconds=api.settings.reminder_before_s)
    link = f"\n\n{alert.url}" if alert.url else ""
    fields: dict[str, Any] = {
        "Subject": alert.title[:SUBJECT_MAX],
        "Description": alert.body[: DESCRIPTION_MAX - len(link)] + link,
        "Priority": "High",
        "ActivityDate": local_date(api, alert.due_at),
        "IsReminderSet": True,
        "ReminderDateTime": wire_time(reminder_at),
    }
    if (user_id := _task_owner(api, owner_id)) is not None:
        fields["OwnerId"] = user_id
    return fields


def _task_owner(api: Api, owner_id: str | None) -> str | None:
    """Who owns the task: not a queue where the org lets none; None is the running user."""
    is_queue = owner_id is not None and owner_id.startswith(QUEUE_PREFIX)
    if owner_id is None or (is_queue and not api.settings.queues_own_tasks):
        return api.settings.alert_user_id
    return owner_id


def owners_of(
    api: Api, alerts: Sequence[Alert]
) -> tuple[dict[str, str | None], dict[str, ConnectorError]]:
    """Whom each alert is for, by key: as asked, else the record's owner. Those whose person has
    gone are in the second mapping.
    """
    owners = {alert.key: alert.owner_id for alert in alerts}
    asked = [alert for alert in alerts if alert.owner_id is None]
    gone: dict[str, ConnectorError] = {}
    people = read(api, [alert.person for alert in asked], ("OwnerId",), limit=ALERT)
    for alert, record in zip(asked, people, strict=True):
        if record.deleted:
            owners.pop(alert.key)
            gone[alert.key] = Gone("the person is gone", moved_to=record.moved_to)
        else:
            owners[alert.key] = _owner_of(record)
    return owners, gone


def _owner_of(record: Record) -> str | None:
    owner_id = record.fields.get("OwnerId")
    return None if owner_id is None else str(owner_id)


def notify(api: Api, alerts: Sequence[Alert]) -> Mapping[str, ConnectorError | None]:
    """Ring the bell, several alerts a call. Not idempotent.

    Beyond 10,000 an hour and org Salesforce drops them without a word; the task stands.
    Source: Salesforce Help, "Custom Notification Limits"; Actions Developer Guide,
    "Send Custom Notification".
    """
    owners, errors = owners_of(api, alerts)
    outcomes: dict[str, ConnectorError | None] = dict(errors)
    type_id = _type_id(api) if owners else ""
    ready: list[tuple[str, Mapping[str, Any]]] = []
    for alert in (a for a in alerts if a.key in owners):
        recipient = owners[alert.key] or api.settings.alert_user_id
        if recipient is None:
            reason = "nobody to notify: set an owner, or `alert_user_id`"
            outcomes[alert.key] = rejected("NO_RECIPIENT", reason)
        elif isinstance(type_id, Rejected):
            outcomes[alert.key] = type_id
        else:
            ready.append((alert.key, _input(api, alert, type_id, recipient)))
    for start in range(0, len(ready), BATCH):
        outcomes |= _ring(api, ready[start : start + BATCH], is_first=start == 0)
    return outcomes


def _input(api: Api, alert: Alert, type_id: str, recipient: str) -> Mapping[str, Any]:
    return {
        "customNotifTypeId": type_id,
        "recipientIds": [recipient],
        "title": alert.title[: api.settings.notification_title_max],
        "body": alert.body[: api.settings.notification_body_max],
        "targetId": canonical(alert.person.id),
    }


def _ring(
    api: Api, ready: Sequence[tuple[str, Mapping[str, Any]]], *, is_first: bool
) -> dict[str, ConnectorError | None]:
    """One call; one outcome an input, in the order of the inputs."""
    keys = [key for key, _ in ready]
    try:
        results = api.call("POST", ACTION, {"inputs": [each for _, each in ready]}, limit=ALERT)
    except (Rejected, Gone) as error:
        return dict.fromkeys(keys, error)
    except ConnectorError as error:
        if is_first:
            raise
        return dict.fromkeys(keys, error)
    if not isinstance(results, list) or len(results) != len(keys):
        return dict.fromkeys(keys, Unsure("an answer that does not fit the notifications sent"))
    return {key: _rung(result) for key, result in zip(keys, results, strict=True)}


def _rung(result: Any) -> ConnectorError | None:
    if not isinstance(result, Mapping):
        return Unsure("an outcome that cannot be read")
    return None if result.get("isSuccess") else error_of(result.get("errors") or [], named=False)


def _type_id(api: Api) -> str | Rejected:
    """The id of the notification type, asked once. Some integration users see it only by the
    Tooling API.
    """
    if api.notification_type_id is not None:
        return api.notification_type_id
    name = api.settings.notification_type
    soql = select(["Id"], "CustomNotificationType", equals("DeveloperName", name))
    for path in ("query/", "tooling/query/"):
        try:
            answer = api.call("GET", path, params={"q": soql}, limit=ALERT)
        except Rejected:
            continue
        records = answer.get("records") if isinstance(answer, dict) else None
        if records:
            api.notification_type_id = str(records[0]["Id"])
            return api.notification_type_id
    reason = f"no custom notification type {name!r}: install Baton's package (`baton install`)"
    return rejected("NO_NOTIFICATION_TYPE", reason)
