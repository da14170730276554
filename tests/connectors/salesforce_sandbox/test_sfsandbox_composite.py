"""Several requests in one: composite, batch and graph."""

from typing import Any

from tests.connectors.salesforce_sandbox.conftest import Org

V = "/services/data/v59.0"


def sub(name: str, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
    return {"referenceId": name, "method": method, "url": f"{V}/{path}", "body": body, **more}


def test_a_later_request_uses_an_earlier_answer(org: Org) -> None:
    """In URL and body; statuses and Location stand beside each body."""
    requests = [
        sub("Acme", "POST", "sobjects/Account", {"Name": "Acme"}),
        sub("Ada", "POST", "sobjects/Contact", {"LastName": "A", "AccountId": "@{Acme.id}"}),
        sub("Found", "GET", "query?q=SELECT+Id,+Account.Name+FROM+Contact"),
        sub("Set", "PATCH", "sobjects/Contact/@{Found.records[0].Id}", {"Title": "Boss"}),
        sub("Gone", "GET", "sobjects/Contact/003Ox00000zzzzz"),
    ]

    done = org.ok("POST", "composite", {"compositeRequest": requests})["compositeResponse"]

    account = done[0]["body"]["id"]
    assert [one["httpStatusCode"] for one in done] == [201, 201, 200, 204, 404]
    assert done[0] == {
        "body": {"id": account, "success": True, "errors": []},
        "httpHeaders": {"Location": f"{V}/sobjects/Account/{account}"},
        "httpStatusCode": 201,
        "referenceId": "Acme",
    }
    assert done[3]["body"] is None
    assert done[4]["body"][0]["errorCode"] == "NOT_FOUND"
    assert org.values("SELECT Title FROM Contact") == ["Boss"]


def test_a_composite_counts_as_one_call_and_a_batch_as_many(org: Org) -> None:
    """The limit header tells."""
    requests = [sub(f"R{n}", "GET", "limits") for n in range(3)]
    batch = [{"method": "GET", "url": "v59.0/limits"}] * 3

    first = org.ask("POST", "composite", {"compositeRequest": requests})
    second = org.ask("POST", "composite/batch", {"batchRequests": batch})

    assert first.headers["sforce-limit-info"] == "api-usage=1/100000"
    assert second.headers["sforce-limit-info"] == "api-usage=4/100000"


def test_all_or_none_rolls_everything_back(org: Org) -> None:
    """Only the request that failed keeps its own error."""
    requests = [
        sub("Acme", "POST", "sobjects/Account", {"Name": "Acme"}),
        sub("Bad", "POST", "sobjects/Contact", {"FirstName": "A"}),
        sub("Never", "POST", "sobjects/Contact", {"LastName": "B"}),
    ]

    body = {"allOrNone": True, "compositeRequest": requests}
    done = org.ok("POST", "composite", body)["compositeResponse"]

    codes = [one["body"][0]["errorCode"] for one in done]
    assert codes == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_a_reference_to_a_failure_fails(org: Org) -> None:
    """Without allOrNone the others go on."""
    requests = [
        sub("Bad", "POST", "sobjects/Account", {}),
        sub("Ada", "POST", "sobjects/Contact", {"LastName": "A", "AccountId": "@{Bad.id}"}),
        sub("Bob", "POST", "sobjects/Contact", {"LastName": "B"}),
    ]

    done = org.ok("POST", "composite", {"compositeRequest": requests})["compositeResponse"]

    assert [one["httpStatusCode"] for one in done] == [400, 400, 201]


def test_composite_limits_hold(org: Org) -> None:
    """25 requests, 5 of them queries or collections, each name once."""
    many = [sub(f"R{n}", "GET", "limits") for n in range(26)]
    queries = [sub(f"R{n}", "GET", "query?q=SELECT+Id+FROM+Lead") for n in range(6)]
    twice = [sub("R", "GET", "limits")] * 2

    for requests in (many, queries, twice):
        assert org.ask("POST", "composite", {"compositeRequest": requests}).status_code == 400


def test_a_collection_inside_a_composite(org: Org) -> None:
    """Headers of a subrequest are its own."""
    record = {"attributes": {"type": "Lead"}, "LastName": "A", "Company": "B"}
    requests = [sub("Many", "POST", "composite/sobjects", {"records": [record, record]})]

    (done,) = org.ok("POST", "composite", {"compositeRequest": requests})["compositeResponse"]

    assert [one["success"] for one in done["body"]] == [True, True]


def test_a_batch_reports_each_and_can_halt(org: Org) -> None:
    """With haltOnError the rest is 412."""
    requests = [
        {"method": "POST", "url": "v59.0/sobjects/Account", "richInput": {"Name": "Acme"}},
        {"method": "GET", "url": "v59.0/sobjects/Nope"},
        {"method": "GET", "url": "v59.0/limits"},
    ]

    plain = org.ok("POST", "composite/batch", {"batchRequests": requests})
    halting = org.ok("POST", "composite/batch", {"batchRequests": requests, "haltOnError": True})

    assert plain["hasErrors"] is True
    assert [one["statusCode"] for one in plain["results"]] == [201, 404, 200]
    assert [one["statusCode"] for one in halting["results"]] == [201, 404, 412]


def test_graphs_succeed_or_fail_each_as_a_whole(org: Org) -> None:
    """The shape is the recorded one."""
    good = [sub("A", "POST", "sobjects/Account", {"Name": "Good"})]
    bad = [
        sub("A", "POST", "sobjects/Account", {"Name": "Bad"}),
        sub("C", "POST", "sobjects/Contact", {"AccountId": "@{A.id}"}),
    ]
    graphs = [
        {"graphId": "one", "compositeRequest": good},
        {"graphId": "two", "compositeRequest": bad},
    ]

    done = org.ok("POST", "composite/graph", {"graphs": graphs})["graphs"]

    assert [(one["graphId"], one["isSuccessful"]) for one in done] == [
        ("one", True),
        ("two", False),
    ]
    assert done[0]["graphResponse"]["compositeResponse"][0]["httpStatusCode"] == 201
    assert org.values("SELECT Name FROM Account") == ["Good"]
