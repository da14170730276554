"""Invocable actions: the custom notification.

Source: Salesforce docs "Custom Notification Actions" and two captured calls. Title and body
lengths are not documented where we could read it: settings.
"""

from typing import Any

from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url
from connectors.salesforce.sandbox.state import State

NAME = "customNotificationAction"
RECIPIENTS = {"User", "Group", "Account", "Opportunity"}
REQUIRED = ("customNotifTypeId", "recipientIds", "title", "body")
DONE = "Your custom notification is processed successfully."


def standard(call: Call) -> Answer:
    url = f"{data_url(call)}/actions/standard/{NAME}"
    shown = {"label": "Send Custom Notification", "name": NAME, "type": "CUSTOMNOTIFICATION"}
    return Answer(body={"actions": [{**shown, "url": url}]})


def notify(call: Call) -> Answer:
    """Send every input; 400 when one of them fails."""
    inputs = call.object().get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise Problem("INVALID_INPUT", "The inputs are missing")
    outcomes = [_one(call, given if isinstance(given, dict) else {}) for given in inputs]
    status = 200 if all(outcome["isSuccess"] for outcome in outcomes) else 400
    return Answer(status, outcomes)


def _one(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    try:
        _check(call.state, given)
    except Problem as problem:
        error = {"statusCode": problem.code, "message": problem.message, "fields": []}
        return _outcome([error], None)
    _send(call, given)
    return _outcome(None, {"SuccessMessage": DONE})


def _outcome(errors: Any, values: Any) -> dict[str, Any]:
    return {
        "actionName": NAME,
        "errors": errors,
        "isSuccess": errors is None,
        "outputValues": values,
    }


def _check(state: State, given: dict[str, Any]) -> None:
    for name in REQUIRED:
        if not given.get(name):
            text = f"Missing required input parameter: {name}"
            raise Problem("REQUIRED_FIELD_MISSING", text)
    if not given.get("targetId") and not given.get("targetPageRef"):
        text = "Missing required input parameter: targetId"
        raise Problem("REQUIRED_FIELD_MISSING", text)
    _record(state, given["customNotifTypeId"], {"CustomNotificationType"}, "customNotifTypeId")
    recipients = given["recipientIds"]
    if not isinstance(recipients, list):
        raise _invalid("recipientIds")
    if len(recipients) > state.config.notification_recipients:
        text = f"Too many recipients: {len(recipients)}"
        raise Problem("LIMIT_EXCEEDED", text)
    for id_ in recipients:
        _record(state, id_, RECIPIENTS, "recipientIds")
    if given.get("targetId"):
        _record(state, given["targetId"], None, "targetId")
    longest = state.config
    _check_length("title", given["title"], longest.notification_title_length)
    _check_length("body", given["body"], longest.notification_body_length)


def _check_length(name: str, text: Any, most: int | None) -> None:
    if not isinstance(text, str) or (most is not None and len(text) > most):
        raise _invalid(name)


def _record(state: State, id_: Any, kinds: set[str] | None, name: str) -> Row:
    row = state.org.row(canonical(id_))
    if row is None or row.deleted or (kinds is not None and row.object.name not in kinds):
        raise _invalid(name)
    return row


def _invalid(name: str) -> Problem:
    return Problem("INVALID_ARGUMENT_TYPE", f"Invalid parameter value for: {name}")


def _send(call: Call, given: dict[str, Any]) -> None:
    """Keep it for the dump. Beyond the hourly limit it is answered alike but lost."""
    state = call.state
    lost = state.notified.count >= state.config.notifications_per_hour
    state.notified.add()
    state.notifications.append(
        {
            "at": int(state.org.now() * 1000),
            "kind": "custom_notification",
            "by": call.actor.user_id,
            "type": state.org.tables["CustomNotificationType"]
            .rows[canonical(given["customNotifTypeId"]) or ""]
            .fields["DeveloperName"],
            "recipients": [canonical(id_) for id_ in given["recipientIds"]],
            "target": canonical(given.get("targetId")),
            "title": given["title"],
            "body": given["body"],
            "delivered": not lost,
        }
    )


TABLE: Table = [
    ("GET", "/actions/standard", standard),
    ("POST", f"/actions/standard/{NAME}", notify),
]
