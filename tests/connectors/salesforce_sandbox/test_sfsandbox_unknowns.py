"""What nobody could confirm is a setting, and each setting does what it says."""

import jwt

from tests.connectors.salesforce_sandbox.conftest import Org


def test_a_tree_is_planted_whole_or_not_at_all(org: Org) -> None:
    """Children get their parent's id; one bad child undoes all."""

    def account(name: str, *contacts: str) -> dict[str, object]:
        children = [{"attributes": {"type": "Contact", "referenceId": f"{name}{n}"}, "LastName": c}
                    for n, c in enumerate(contacts)]  # fmt: skip
        attributes = {"type": "Account", "referenceId": name}
        return {"attributes": attributes, "Name": name, "Contacts": {"records": children}}

    good = org.ask("POST", "composite/tree/Account", {"records": [account("a", "Ada", "Bob")]})
    bad = org.ask("POST", "composite/tree/Account", {"records": [account("b", "Eve", "")]})

    assert (good.status_code, bad.status_code) == (201, 400)
    assert [one["referenceId"] for one in good.json()["results"]] == ["a", "a0", "a1"]
    assert bad.json()["results"][0]["referenceId"] == "b1"
    assert org.values("SELECT Account.Name FROM Contact")[0]["Name"] == "a"
    assert org.values("SELECT Name FROM Account") == ["a"]


def test_the_code_of_a_missing_record(org: Org) -> None:
    """INVALID_CROSS_REFERENCE_KEY or NOT_FOUND, both 404."""
    path = "sobjects/Lead/00QOx00000zzzzz"
    first = org.refused("PATCH", path, {})
    org.configure(missing_record_code="NOT_FOUND")

    second = org.refused("PATCH", path, {})

    assert (first[0], first[1]["errorCode"]) == (404, "INVALID_CROSS_REFERENCE_KEY")
    assert (second[0], second[1]["errorCode"]) == (404, "NOT_FOUND")


def test_what_a_task_allows(org: Org) -> None:
    """Read at reset: the completion time, the subtype, a queue as owner."""
    queue = org.seed("Group", Name="Q", Type="Queue")
    assert org.ask("POST", "sobjects/Task", {"OwnerId": queue}).status_code == 201
    config = {"queue_may_own_task": False, "task_completed_at_writable": True}
    org.control("POST", "reset", {"config": {**config, "task_subtype_updateable": True}})
    queue = org.seed("Group", Name="Q", Type="Queue")

    done = "2026-01-02T03:04:05.000+0000"
    task = org.make("Task", Status="Completed", CompletedDateTime=done)

    assert org.get("Task", task)["CompletedDateTime"] == done
    assert org.ask("PATCH", f"sobjects/Task/{task}", {"TaskSubtype": "Call"}).status_code == 204
    error = org.refused("POST", "sobjects/Task", {"OwnerId": queue})[1]
    assert error["errorCode"] == "FIELD_INTEGRITY_EXCEPTION"


def test_limit_errors_with_and_without_the_header(org: Org) -> None:
    """Whether a 403 carries the limit header."""
    org.configure(daily_api_requests=0)
    assert "sforce-limit-info" in org.ask("GET", "limits").headers
    org.configure(limit_info_on_403=False)
    assert "sforce-limit-info" not in org.ask("GET", "limits").headers


def test_the_newest_version(org: Org) -> None:
    """67.0 is Summer '26."""
    org.configure(latest_version=67)

    assert org.http.get("/services/data").json()[-1]["label"] == "Summer '26"
    assert org.http.get("/services/data/v67.0/limits").status_code == 200


def test_notification_types_by_tooling_only(org: Org) -> None:
    """The plain query does not know the object then."""
    query = "SELECT DeveloperName FROM CustomNotificationType"
    org.configure(notification_types_by_tooling_only=True)

    assert org.refused("GET", "query", q=query)[1]["errorCode"] == "INVALID_TYPE"
    (found,) = org.ok("GET", "tooling/query", q=query)["records"]
    assert found["DeveloperName"] == "Baton_Hot_Lead"


def test_a_chatter_limit(org: Org) -> None:
    """Beyond it a post is refused."""
    org.configure(chatter_posts_per_hour=1)
    text = [{"type": "Text", "text": "hi"}]
    post = {
        "feedElementType": "FeedItem",
        "subjectId": org.lead(),
        "body": {"messageSegments": text},
    }

    assert org.ask("POST", "chatter/feed-elements", post).status_code == 201
    assert org.ask("POST", "chatter/feed-elements", post).status_code == 403


def test_the_words_about_an_expired_assertion(org: Org) -> None:
    """They can be set."""
    org.configure(jwt_expired_error="too late")
    assertion = jwt.encode({"iss": "c", "sub": "a", "exp": 1}, "k" * 32, "HS256")
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}

    answer = org.http.post("/services/oauth2/token", data=form)

    assert answer.json() == {"error": "invalid_grant", "error_description": "too late"}


def test_long_notification_texts(org: Org) -> None:
    """A limit on title and body, where one is set."""
    org.configure(notification_title_length=3)
    (type_,) = org.values("SELECT Id FROM CustomNotificationType")
    (rep,) = org.values("SELECT Id FROM User WHERE Alias = 'rep'")
    bell = {"customNotifTypeId": type_, "recipientIds": [rep], "title": "Long", "body": "b"}
    inputs = [{**bell, "targetId": org.lead()}]

    answer = org.ask("POST", "actions/standard/customNotificationAction", {"inputs": inputs})

    assert answer.json()[0]["errors"][0]["message"] == "Invalid parameter value for: title"
