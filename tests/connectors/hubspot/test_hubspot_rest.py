"""The SDK on our wire: paths, query, connections, hosts."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import respx
from pydantic import ValidationError

from connectors.base import Busy, Ref, Rejected
from connectors.hubspot import CONNECTOR, HubSpot
from connectors.hubspot.settings import Settings
from connectors.registry import capabilities, connector_type

READ = "/crm/v3/objects/contacts/batch/read"


def test_importing_the_package_does_not_import_the_sdk() -> None:
    """The SDK costs a fifth of a second, so it waits for the first request."""
    code = "import sys, connectors.hubspot; sys.exit('hubspot' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  our own interpreter


def test_opening_makes_no_request(connect: Any, router: respx.MockRouter) -> None:
    """A connection can be opened while HubSpot is away."""
    connect()

    assert len(router.calls) == 0


def test_it_has_every_capability_but_the_bell(hubspot: HubSpot) -> None:
    """HubSpot has no notification API; an alert there is a task."""
    assert connector_type(CONNECTOR) is HubSpot
    assert set(capabilities(hubspot)) == {
        "ParsesWebhooks", "ReadsRecords", "FindsRecords", "ListsChanges", "WritesRecords",
        "ListsActivities", "LogsActivities", "RaisesAlerts", "DescribesFields", "ListsOwners",
        "Probes", "Deletes", "Erases", "ListsHints", "ListsRecords", "Installs", "Uninstalls",
        "VerifiesEmbeds", "AnswersCards", "KeepsMembers", "SumsUpCampaigns", "StartsFeeds",
        "ReadsTasks", "ExplainsScores", "WritesProjects",
    }  # fmt: skip


def test_the_sdk_asks_with_our_token(
    hubspot: HubSpot, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """One request, with the properties asked for, our key and the modified time."""
    route = router.post(READ).respond(json={"results": [{"id": "1"}]})

    hubspot.read([Ref("person", "1")], ["email"])

    assert route.calls[0].request.headers["authorization"] == "Bearer sandbox-token"
    assert sent(route) == {
        "inputs": [{"id": "1"}],
        "properties": [
            "baton_key",
            "email",
            "hs_additional_emails",
            "hubspotscore",
            "lastmodifieddate",
        ],
    }


def test_moved_paths_follow_hubspots_versions(connect: Any, router: respx.MockRouter) -> None:
    """The longest prefix wins, and whole path parts only."""
    moved = {
        "/crm": "/never",
        "/crm/v3/objects": "/crm/objects/2026-09",
        "/crm/v3/objects/contacts/batch/re": "/never",
    }
    route = router.post("/crm/objects/2026-09/contacts/batch/read").respond(
        json={"results": [{"id": "1"}]}
    )

    connect(moved_paths=moved).read([Ref("person", "1")], [])

    assert route.call_count == 1


def test_another_host_is_not_talked_to(connect: Any, router: respx.MockRouter) -> None:
    """A base URL alone opens no door: the host must be HubSpot's or allowed."""
    with pytest.raises(Rejected):
        connect("https://evil.example").read([Ref("person", "1")], [])
    assert len(router.calls) == 0


@pytest.mark.parametrize(
    "url",
    ["http://api.hubapi.com", "ftp://api.hubapi.com", "api.hubapi.com", "https://a@b.example"],
)
def test_an_unsafe_base_url_is_refused(url: str) -> None:
    """HubSpot itself by https only, and never with a name and password in it."""
    with pytest.raises(ValidationError):
        Settings(base_url=url)


def test_a_part_that_could_not_be_read_is_not_taken_for_deleted(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """A 207 with a rate limit in it fails the look; no record is called gone."""
    limited = {"status": "error", "category": "RATE_LIMITS", "message": "too fast"}
    router.post(READ).respond(207, json={"results": [{"id": "1"}], "errors": [limited]})

    with pytest.raises(Busy):
        hubspot.read([Ref("person", "1"), Ref("person", "2")], [])


def test_history_tells_when_each_field_changed(
    connect: Any, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """The latest entry counts, in whatever order they come; batches are smaller then."""
    history = [
        {"value": "a", "timestamp": "2026-11-01T00:00:00.000Z", "sourceType": "CRM_UI"},
        {"value": "b", "timestamp": "2026-11-02T00:00:00.500Z", "sourceType": "INTEGRATION"},
    ]
    item = {"id": "1", "properties": {"email": "b"}, "propertiesWithHistory": {"email": history}}
    route = router.post(READ).respond(json={"results": [item]})
    hubspot = connect(field_times=True)

    (record,) = hubspot.read([Ref("person", "1")], ["email"])

    assert record.field_modified_at["email"].isoformat() == "2026-11-02T00:00:00.500000+00:00"
    assert sent(route)["propertiesWithHistory"] == ["email"]
    assert hubspot.read_batch == 50
