"""Custom notifications and Chatter posts: what reaches whom."""

from typing import Any

from tests.connectors.salesforce_sandbox.conftest import Org

PATH = "actions/standard/customNotificationAction"


def bell(org: Org, **changes: Any) -> dict[str, Any]:
    """An input that is right, with changes."""
    (type_,) = org.values("SELECT Id FROM CustomNotificationType")
    (rep,) = org.values("SELECT Id FROM User WHERE Username = 'rep@sandbox.example'")
    given = {"customNotifTypeId": type_, "recipientIds": [rep], "title": "Hot", "body": "Call!"}
    return {**given, "targetId": org.lead(), **changes}


def test_a_notification_reaches_the_rep(org: Org) -> None:
    """The answer is the recorded one; the dump tells when, to whom, about what."""
    given = bell(org)
    org.clock.tick(1.5)

    answer = org.ok("POST", PATH, {"inputs": [given]})

    assert answer == [
        {
            "actionName": "customNotificationAction",
            "errors": None,
            "isSuccess": True,
            "outputValues": {
                "SuccessMessage": "Your custom notification is processed successfully."
            },
        }
    ]
    (sent,) = org.control("GET", "dump")["notifications"]
    assert sent["at"] == 1_813_060_801_500
    assert sent["recipients"] == given["recipientIds"]
    assert (sent["target"], sent["title"], sent["body"]) == (given["targetId"], "Hot", "Call!")
    assert (sent["type"], sent["delivered"]) == ("Baton_Hot_Lead", True)


def test_a_wrong_target_is_named(org: Org) -> None:
    """And nothing is sent."""
    answer = org.ask("POST", PATH, {"inputs": [bell(org, targetId="nope")]})

    assert answer.json()[0]["isSuccess"] is False
    assert answer.json()[0]["errors"][0]["message"] == "Invalid parameter value for: targetId"
    assert org.control("GET", "dump")["notifications"] == []


def test_too_many_recipients_or_missing_ones_are_refused(org: Org) -> None:
    """Recipients must be users, groups, accounts or opportunities."""
    org.configure(notification_recipients=1)
    rep = bell(org)["recipientIds"][0]

    for wrong in ([rep, rep], [], [org.lead()], "x"):
        answer = org.ask("POST", PATH, {"inputs": [bell(org, recipientIds=wrong)]})
        assert answer.json()[0]["isSuccess"] is False


def test_beyond_the_hourly_limit_notifications_are_lost(org: Org) -> None:
    """Answered like any other, delivered to nobody; an hour later they arrive again."""
    org.configure(notifications_per_hour=1)
    for _ in range(2):
        assert org.ok("POST", PATH, {"inputs": [bell(org)]})[0]["isSuccess"] is True
    org.clock.tick(3700)
    org.ok("POST", PATH, {"inputs": [bell(org)]})

    sent = org.control("GET", "dump")["notifications"]

    assert [one["delivered"] for one in sent] == [True, False, True]


def test_a_chatter_post_mentions_people(org: Org) -> None:
    """The mention is a notification; the post is a FeedItem of the record."""
    lead = org.lead()
    rep = bell(org)["recipientIds"][0]
    segments = [{"type": "Mention", "id": rep}, {"type": "Text", "text": " call now"}]
    post = {
        "feedElementType": "FeedItem",
        "subjectId": lead,
        "body": {"messageSegments": segments},
    }

    made = org.ask("POST", "chatter/feed-elements", post)
    batch = org.ok("POST", "chatter/feed-elements/batch", {"inputs": [{"richInput": {}}]})

    assert made.status_code == 201
    assert org.values("SELECT ParentId FROM FeedItem") == [lead]
    (sent,) = org.control("GET", "dump")["notifications"]
    assert (sent["kind"], sent["recipients"]) == ("mention", [rep])
    assert sent["body"] == "@Default Rep call now"
    assert batch["hasErrors"] is True
