"""Chatter posts with mentions.

Source: Connect REST API docs, "Post a Feed Element" and its batch form. No recording was found.
"""

from typing import Any

from connectors.salesforce.sandbox import dml
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url, objects

MAX_MENTIONS = 25
MAX_POSTS = 500


def post(call: Call) -> Answer:
    return Answer(201, _post(call, call.object()))


def post_batch(call: Call) -> Answer:
    """Up to 500 posts; HTTP 200 with a status of each."""
    inputs = objects(call.object().get("inputs"), "inputs")
    if len(inputs) > MAX_POSTS:
        raise Problem("INVALID_API_INPUT", f"inputs must be a list of at most {MAX_POSTS}")
    results = []
    for given in inputs:
        try:
            results.append({"statusCode": 201, "result": _post(call, _input(given))})
        except Problem as problem:
            results.append({"statusCode": problem.status, "result": problem.body()})
    failed = any(one["statusCode"] != 201 for one in results)
    return Answer(body={"hasErrors": failed, "results": results})


def _post(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    org = call.state.org
    most = call.state.config.chatter_posts_per_hour
    if most is not None and call.state.posted.count >= most:
        text = "You have reached your hourly limit of Chatter posts."
        raise Problem("REQUEST_LIMIT_EXCEEDED", text, status=403)
    body = given.get("body")
    if given.get("feedElementType") != "FeedItem" or not isinstance(body, dict):
        raise Problem("INVALID_API_INPUT", "feedElementType and body.messageSegments are required")
    segments = objects(body.get("messageSegments"), "messageSegments")
    mentioned = [_mentioned(call, one) for one in segments if one.get("type") == "Mention"]
    if len(mentioned) > MAX_MENTIONS:
        raise Problem("INVALID_API_INPUT", f"at most {MAX_MENTIONS} mentions")
    text = "".join(_text(call, one) for one in segments)
    subject = given.get("subjectId")
    fields = {"ParentId": call.actor.user_id if subject == "me" else subject, "Body": text}
    row = dml.create(org, org.schema.get("FeedItem"), fields, call.actor)
    call.state.posted.add()
    call.state.notifications.extend(
        {
            "at": int(org.now() * 1000),
            "kind": "mention",
            "by": call.actor.user_id,
            "recipients": [user_id],
            "target": row.fields["ParentId"],
            "title": "",
            "body": text,
            "delivered": True,
        }
        for user_id in mentioned
    )
    return {
        "id": row.id,
        "feedElementType": "FeedItem",
        "type": "TextPost",
        "url": f"{data_url(call)}/chatter/feed-elements/{row.id}",
        "createdDate": row.fields["CreatedDate"],
        "parent": {"id": row.fields["ParentId"]},
        "body": {"text": text, "messageSegments": segments, "isRichText": False},
    }


def _input(given: dict[str, Any]) -> dict[str, Any]:
    (found,) = objects([given.get("richInput")], "richInput")
    return found


def _mentioned(call: Call, segment: dict[str, Any]) -> str:
    row = call.state.org.row(canonical(segment.get("id")))
    if row is None or row.object.name not in {"User", "Group"}:
        raise Problem("INVALID_ID_FIELD", f"Invalid identifier provided: {segment.get('id')}")
    return row.id


def _text(call: Call, segment: dict[str, Any]) -> str:
    if segment.get("type") == "Mention":
        row = call.state.org.row(canonical(segment.get("id")))
        return f"@{row.fields['Name']}" if row else ""
    return str(segment.get("text", ""))


TABLE: Table = [
    ("POST", "/chatter/feed-elements", post),
    ("POST", "/chatter/feed-elements/batch", post_batch),
]
