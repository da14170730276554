"""After an alert: a mention on the record's feed, and how its task stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Alert, ConnectorError, Gone, Rejected, Unsure
from connectors.messages import TaskState
from connectors.salesforce.alerts import owners_of
from connectors.salesforce.errors import error_of, rejected
from connectors.salesforce.ids import QUEUE_PREFIX, canonical
from connectors.salesforce.limits import ALERT
from connectors.salesforce.session import Api
from connectors.salesforce.soql import batches, one_of, parse_moment, select

FEED = "chatter/feed-elements/batch"
POSTS = 25  # at once; Salesforce takes 500, each with a text
POST_MAX = 10_000  # characters of a post
CREATED = 201


def mention(api: Api, alerts: Sequence[Alert]) -> Mapping[str, ConnectorError | None]:
    """Post on each person's record, naming the owner; a queue can't be named. Not idempotent.

    Source: Connect REST API Developer Guide, "Post a Batch of Feed Elements", "Post an @Mention".
    """
    owners, errors = owners_of(api, alerts)
    outcomes: dict[str, ConnectorError | None] = dict(errors)
    ready: list[tuple[str, Mapping[str, Any]]] = []
    for alert in (one for one in alerts if one.key in owners):
        owner_id = owners[alert.key]
        if owner_id is None or owner_id.startswith(QUEUE_PREFIX):
            outcomes[alert.key] = rejected("NO_RECIPIENT", "nobody to mention: no user owns it")
        else:
            ready.append((alert.key, _input(alert, owner_id)))
    for start in range(0, len(ready), POSTS):
        outcomes |= _post(api, ready[start : start + POSTS], is_first=start == 0)
    return outcomes


def _input(alert: Alert, user_id: str) -> Mapping[str, Any]:
    """Source: the note there: spaces beside a mention are not added."""
    text = f" {alert.title}\n{alert.body}"
    segments = [
        {"type": "Mention", "id": canonical(user_id)},
        {"type": "Text", "text": text[:POST_MAX]},
    ]
    item = {
        "feedElementType": "FeedItem",
        "subjectId": canonical(alert.person.id),
        "body": {"messageSegments": segments},
    }
    return {"richInput": item}


def _post(
    api: Api, ready: Sequence[tuple[str, Mapping[str, Any]]], *, is_first: bool
) -> dict[str, ConnectorError | None]:
    """One call; one outcome an input, in the order of the inputs."""
    keys = [key for key, _ in ready]
    try:
        answer = api.call("POST", FEED, {"inputs": [each for _, each in ready]}, limit=ALERT)
    except (Rejected, Gone) as error:
        return dict.fromkeys(keys, error)
    except ConnectorError as error:
        if is_first:
            raise
        return dict.fromkeys(keys, error)
    results = answer.get("results") if isinstance(answer, Mapping) else None
    if not isinstance(results, list) or len(results) != len(keys):
        return dict.fromkeys(keys, Unsure("an answer that does not fit the posts sent"))
    return {key: _posted(result) for key, result in zip(keys, results, strict=True)}


def _posted(result: Any) -> ConnectorError | None:
    if not isinstance(result, Mapping):
        return Unsure("an outcome that cannot be read")
    if result.get("statusCode") == CREATED:
        return None
    said = result.get("result")
    return error_of(said if isinstance(said, list) else [said or {}], named=False)


def task_states(api: Api, ids: Sequence[str]) -> Mapping[str, TaskState]:
    """How tasks stand. `IsClosed` follows the org's own closed statuses."""
    fields = ("Id", "Status", "IsClosed", "LastModifiedDate")
    head = select(fields, "Task", "Id IN ()")
    found: dict[str, TaskState] = {}
    for part in batches([canonical(one) for one in ids], head):
        for row in api.rows(select(fields, "Task", one_of("Id", part))):
            changed = row.get("LastModifiedDate")
            found[canonical(str(row["Id"]))] = TaskState(
                is_open=not row.get("IsClosed"),
                status=str(row.get("Status") or ""),
                changed_at=None if changed is None else parse_moment(str(changed)),
            )
    return {one: found[canonical(one)] for one in ids if canonical(one) in found}
