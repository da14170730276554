"""Bulk jobs over raw HTTP: states, refusals, lists, results page by page."""

from typing import Any

from tests.connectors.salesforce_sandbox.conftest import Org, V

INSERT = {"object": "Lead", "operation": "insert", "contentType": "CSV", "lineEnding": "LF"}
DATA = "LastName,Company\nLove,Acme\n"


def opened(org: Org, **asked: Any) -> str:
    job: str = org.ok("POST", "jobs/ingest", {**INSERT, **asked})["id"]
    return job


def put(org: Org, job: str, text: str = DATA) -> int:
    headers = {"Content-Type": "text/csv"}
    url = f"{V}/jobs/ingest/{job}/batches"
    return org.http.put(url, content=text, headers=headers).status_code


def close(org: Org, job: str) -> Any:
    return org.ok("PATCH", f"jobs/ingest/{job}", {"state": "UploadComplete"})


def state(org: Org, job: str, kind: str = "ingest") -> str:
    found: str = org.ok("GET", f"jobs/{kind}/{job}")["state"]
    return found


def test_a_new_job(org: Org) -> None:
    """The job as documented, with the address for its data."""
    job = org.ok("POST", "jobs/ingest", INSERT)

    url = job.pop("contentUrl")
    id_ = job.pop("id")
    assert url == f"services/data/v59.0/jobs/ingest/{id_}/batches"
    assert id_.startswith("750")
    assert job == {
        "operation": "insert",
        "object": "Lead",
        "createdById": org.values("SELECT Id FROM User WHERE Alias = 'integ'")[0],
        "createdDate": "2027-06-15T12:00:00.000+0000",
        "systemModstamp": "2027-06-15T12:00:00.000+0000",
        "state": "Open",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": 59.0,
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }


def test_states(org: Org) -> None:
    """Open, UploadComplete, InProgress for as many looks as configured, JobComplete."""
    org.configure(bulk_polls=2)
    job = opened(org)

    assert (put(org, job), state(org, job)) == (201, "Open")
    assert close(org, job)["state"] == "UploadComplete"
    early = org.refused("GET", f"jobs/ingest/{job}/successfulResults")
    seen = [state(org, job) for _ in range(3)]

    assert early[1]["errorCode"] == "INVALIDJOBSTATE"
    assert seen == ["InProgress", "InProgress", "JobComplete"]
    assert org.values("SELECT LastName FROM Lead") == ["Love"]


def test_aborting(org: Org) -> None:
    """Nothing is written; all rows come back unprocessed; then the job can be deleted."""
    job = opened(org)
    put(org, job)

    aborted = org.ok("PATCH", f"jobs/ingest/{job}", {"state": "Aborted"})

    assert aborted["state"] == "Aborted"
    assert org.ask("GET", f"jobs/ingest/{job}/unprocessedrecords").text == DATA
    assert org.refused("PATCH", f"jobs/ingest/{job}", {"state": "UploadComplete"})[0] == 400
    assert org.ask("DELETE", f"jobs/ingest/{job}").status_code == 204
    assert org.refused("GET", f"jobs/ingest/{job}")[1]["errorCode"] == "NOT_FOUND"


def test_refusals(org: Org) -> None:
    """An unknown object, an upsert without a key, a second upload, data too large."""
    org.configure(bulk_upload_bytes=30, bulk_hard_delete=False)
    job = opened(org)
    asks: list[dict[str, Any]] = [
        {"object": "Nope"},
        {"operation": "upsert"},
        {"operation": "upsert", "externalIdFieldName": "Title"},
        {"operation": "hardDelete"},
        {"columnDelimiter": "HASH"},
        {"surprise": 1},
    ]

    codes = [org.refused("POST", "jobs/ingest", {**INSERT, **a})[1]["errorCode"] for a in asks]

    assert codes == [
        "INVALIDENTITY", "INVALIDJOB", "INVALIDJOB", "FEATURENOTENABLED", "INVALIDJOB",
        "JSON_PARSER_ERROR",
    ]  # fmt: skip
    assert put(org, job, DATA + "Long,Longer\n") == 413
    assert put(org, job) == 201
    assert put(org, job) == 400


def test_rows_that_cannot_be(org: Org) -> None:
    """A number that is none, an id that is none, an id of no record, a row too short."""
    job = opened(org, operation="update")
    lead = org.lead()
    put(org, job, f"Id,AnnualRevenue\n{lead},lots\nx,1\n00QOx0000099999,1\n{lead}\n")
    close(org, job)

    text = org.ask("GET", f"jobs/ingest/{job}/failedResults").text

    due = "Due to, 'lots' is not a valid value for the type xsd:double"
    assert [line.split('","')[1] for line in text.splitlines()[1:]] == [
        f"INVALID_FIELD:Failed to deserialize field at col 1. {due}:AnnualRevenue --",
        "MALFORMED_ID:Record ID: id value of incorrect type: x:Id --",
        "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--",
        "INVALID_FIELD:Number of fields: 1 expected: 2:--",
    ]


def test_a_locked_row(org: Org) -> None:
    """The lock fails its row; the job completes with the others."""
    locked, free = org.lead("A"), org.lead("B")
    org.control("POST", "lock", {"ids": [locked], "times": 1})
    job = opened(org, operation="update")
    put(org, job, f"Id,Title\n{locked},x\n{free},x\n")
    close(org, job)

    done = org.ok("GET", f"jobs/ingest/{job}")

    assert (done["state"], done["numberRecordsFailed"]) == ("JobComplete", 1)
    assert org.values("SELECT LastName FROM Lead WHERE Title = 'x'") == ["B"]


def test_a_job_in_one_request(org: Org) -> None:
    """Multipart: job and data together, no closing needed."""
    files = {
        "job": (None, '{"object": "Lead", "operation": "insert"}', "application/json"),
        "content": ("content", DATA, "text/csv"),
    }

    job = org.http.post(f"{V}/jobs/ingest", files=files).json()

    assert (job["state"], state(org, job["id"])) == ("UploadComplete", "JobComplete")
    assert org.values("SELECT Company FROM Lead") == ["Acme"]


def test_lists(org: Org) -> None:
    """Ingest and query jobs are listed apart; after seven days they are gone."""
    job = opened(org)
    asked = org.ok("POST", "jobs/query", {"operation": "query", "query": "SELECT Id FROM Lead"})

    listed = org.ok("GET", "jobs/ingest")
    queries = org.ok("GET", "jobs/query")["records"]
    org.clock.tick(7 * 86_400 + 1)

    assert (listed["done"], [one["id"] for one in listed["records"]]) == (True, [job])
    assert [(q["id"], q["object"], q["jobType"]) for q in queries] == [
        (asked["id"], "Lead", "V2Query")
    ]
    assert org.ok("GET", "jobs/query")["records"] == []


def test_queries_that_bulk_refuses(org: Org) -> None:
    """Compound fields, aggregates, children, nonsense; and one job too many."""
    org.configure(daily_query_jobs=0)
    limit = org.refused("POST", "jobs/query", {"operation": "query", "query": "SELECT Id FROM X"})
    org.configure(daily_query_jobs=10)
    texts = ["SELECT Address FROM Lead", "SELECT COUNT(Id) FROM Lead", "SELECT Nope FROM Lead",
             "SELECT Id, (SELECT Id FROM Contacts) FROM Account"]  # fmt: skip

    found = [
        org.refused("POST", "jobs/query", {"operation": "query", "query": text})[1]["errorCode"]
        for text in texts
    ]

    assert (limit[0], limit[1]["errorCode"]) == (400, "LIMIT_EXCEEDED")
    assert found == ["API_ERROR", "API_ERROR", "INVALID_FIELD", "API_ERROR"]


def test_result_pages(org: Org) -> None:
    """The addresses of all pages; a locator that is none is refused."""
    org.configure(bulk_result_page=1)
    for name in ("A", "B"):
        org.lead(name)
    asked = {"operation": "query", "query": "SELECT LastName FROM Lead ORDER BY LastName"}
    job = org.ok("POST", "jobs/query", asked)["id"]

    pages = org.ok("GET", f"jobs/query/{job}/resultPages")["resultPages"]
    texts = [org.http.get(page["resultUrl"]).text for page in pages]
    last = org.http.get(pages[-1]["resultUrl"]).headers
    wrong = org.refused("GET", f"jobs/query/{job}/results", locator="!")

    assert texts == ['"LastName"\n"A"\n', '"LastName"\n"B"\n']
    assert (last["Sforce-Locator"], last["Sforce-NumberOfRecords"]) == ("null", "1")
    assert wrong[1]["errorCode"] == "INVALID_QUERY_LOCATOR"
