"""Platform events over REST, managed subscriptions, text differences, faults of RPCs."""

import grpc  # type: ignore[import-untyped]  # ships no types
import pytest

from connectors.salesforce.sandbox.events import proto
from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.events.conftest import Client, Stream

PING = "/event/Ping__e"
LEADS = "/data/LeadChangeEvent"
LINES = [f"This is line number {number} of a rather long text" for number in range(40)]


def ping(org: Org) -> None:
    fields = [{"name": "Text__c"}, {"name": "Count__c", "type": "double", "required": True}]
    org.control("POST", "objects", {"name": "Ping__e", "fields": fields})


def test_published_over_rest(org: Org, client: Client) -> None:
    """Told its uuid among the errors of a success; subscribers get that very event."""
    ping(org)

    answer = org.ask("POST", "sobjects/Ping__e", {"Text__c": "hi", "Count__c": 1})
    (event,) = client.subscribe(PING).take(1)

    made = answer.json()
    assert (answer.status_code, made["success"], made["id"][:3]) == (201, True, "e00")
    assert made["errors"] == [
        {"statusCode": "OPERATION_ENQUEUED", "message": event.event.id, "fields": []}
    ]
    decoded = client.decoded(event)
    assert (decoded["Text__c"], decoded["Count__c"]) == ("hi", 1.0)
    assert decoded["CreatedDate"] == 1_813_060_800_000


def test_published_in_collections_and_refused(org: Org, client: Client) -> None:
    """One outcome each; what is refused is not published."""
    ping(org)
    records = [{"attributes": {"type": "Ping__e"}, "Text__c": "a", "Count__c": 1},
               {"attributes": {"type": "Ping__e"}, "Text__c": "b"}]  # fmt: skip

    outcomes = org.ok("POST", "composite/sobjects", {"records": records})
    events = client.subscribe(PING).take(1)

    assert [one["success"] for one in outcomes] == [True, False]
    assert outcomes[0]["errors"][0]["statusCode"] == "OPERATION_ENQUEUED"
    assert outcomes[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert [client.decoded(event)["Text__c"] for event in events] == ["a"]


def test_platform_events_described(org: Org) -> None:
    """Created only."""
    ping(org)

    found = org.ok("GET", "sobjects/Ping__e/describe")

    flags = [found[name] for name in ("createable", "updateable", "deletable", "queryable")]
    assert flags == [True, False, False, False]
    assert [one["name"] for one in found["fields"]] == [
        "ReplayId", "CreatedDate", "CreatedById", "EventUuid", "Text__c", "Count__c"
    ]  # fmt: skip


def managed(client: Client, name: str = "Mine", number: int = 10) -> Stream:
    stream = client.open("ManagedSubscribe")
    stream.send(proto.ManagedFetchRequest(developer_name=name, num_requested=number))
    return stream


def commit(stream: Stream, replay_id: bytes) -> None:
    asked = {"commit_request_id": "c1", "replay_id": replay_id}
    stream.send(proto.ManagedFetchRequest(commit_replay_id_request=asked))


def test_a_managed_subscription_goes_on_where_it_was(org: Org, client: Client) -> None:
    """Behind what was committed; the commit is answered."""
    ping(org)
    kept = {"name": "Mine", "topic": PING, "default_replay": "EARLIEST"}
    org.configure(managed_subscriptions=[kept])
    for text in ("a", "b"):
        org.make("Ping__e", Text__c=text, Count__c=1)
    first = managed(client)
    events = first.take(2)

    commit(first, events[0].replay_id)
    answer = first.next().commit_response
    again = managed(client).take(1)

    assert (answer.commit_request_id, answer.error.msg) == ("c1", "")
    assert [client.decoded(event)["Text__c"] for event in (*events, *again)] == ["a", "b", "b"]


def test_a_bad_commit_and_an_unknown_subscription(org: Org, client: Client) -> None:
    """The stream goes on with an error in the answer; an unknown name ends the RPC."""
    ping(org)
    org.configure(managed_subscriptions=[{"name": "Mine", "topic": PING}])
    stream = managed(client)

    commit(stream, b"\x00" * 10)
    answer = stream.next().commit_response
    with pytest.raises(grpc.RpcError) as refused:
        managed(client, "Nobody's").next()

    assert answer.error.code == 2
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND


def test_a_managed_subscription_by_its_id(org: Org, client: Client) -> None:
    """The Tooling API tells the id."""
    ping(org)
    kept = {"name": "Mine", "topic": PING, "default_replay": "EARLIEST"}
    org.configure(managed_subscriptions=[kept])
    soql = "SELECT Id, Metadata FROM ManagedEventSubscription WHERE DeveloperName = 'Mine'"
    (row,) = org.ok("GET", "tooling/query", q=soql)["records"]
    org.make("Ping__e", Text__c="a", Count__c=1)

    stream = client.open("ManagedSubscribe")
    stream.send(proto.ManagedFetchRequest(subscription_id=row["Id"], num_requested=1))

    assert row["Metadata"]["topicName"] == PING
    assert len(stream.take(1)) == 1


def test_large_text_as_a_difference(org: Org, client: Client) -> None:
    """The header names it in diffFields; the value is a unified diff with a hash of the whole."""
    org.configure(cdc_entities=["Lead"])
    id_ = org.lead(Description="\n".join(LINES))
    changed = [*LINES[:6], "A new line", *LINES[7:]]

    org.ok("PATCH", f"sobjects/Lead/{id_}", {"Description": "\n".join(changed)})
    org.ok("PATCH", f"sobjects/Lead/{id_}", {"Description": "short"})
    _, event, short = client.changes(LEADS, 3)

    header = event["ChangeEventHeader"]
    lines = event["Description"].split("\n")
    assert client.fields(LEADS, header["diffFields"]) == ["Description"]
    assert (lines[0], lines[1][:4], len(lines[1])) == ("--- ", "+++ ", 68)
    assert lines[2:] == ["@@ -7,1 +7,1 @@", f"-{LINES[6]}", "+A new line", ""]
    assert (short["Description"], short["ChangeEventHeader"]["diffFields"]) == ("short", [])


def test_faults_of_rpcs(org: Org, client: Client) -> None:
    """A rule that matches the method's path ends the call with the status of its kind."""
    path = "/eventbus.v1.PubSub/GetTopic"
    rules = [
        {"path": path, "status": 503, "times": 1},
        {"path": path, "status": 429, "times": 1},
        {"path": path, "do": "expire_token", "times": 1},
    ]
    org.configure(cdc_entities=["Lead"])
    org.control("POST", "faults", {"rules": rules})

    codes = []
    for _ in rules:
        with pytest.raises(grpc.RpcError) as refused:
            client.topic(LEADS)
        codes.append(refused.value.code().name)

    assert codes == ["UNAVAILABLE", "RESOURCE_EXHAUSTED", "UNAUTHENTICATED"]
    assert client.topic(LEADS).topic_name == LEADS
