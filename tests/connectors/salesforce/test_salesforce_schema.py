"""Schema, owners, capabilities and the daily ceiling."""

import httpx
import pytest
import respx

from connectors import capabilities
from connectors.base import Busy, Field, Owner
from connectors.salesforce.adapter import Adapter
from connectors.salesforce.ids import canonical
from connectors.salesforce.limits import Daily
from connectors.wire import Unlimited


def test_the_schema_of_people_is_that_of_leads_and_contacts(
    org: respx.MockRouter,  # noqa: ARG001  the mocked describes
    adapter: Adapter,
) -> None:
    """Type, length, choices in use, and whether a field can be written and has to be filled."""
    fields = {(each.object, each.name): each for each in adapter.describe("person")}

    assert fields["Lead", "Company"] == Field(
        "Company", "Company", "text", "Lead", writable=True, required=True, max_length=255
    )
    assert fields["Lead", "Status"].type == "choice"
    assert fields["Lead", "Status"].choices == ("Open", "Closed")
    assert not fields["Lead", "Status"].required
    assert not fields["Lead", "IsConverted"].writable
    assert ("Lead", "Address") not in fields
    assert fields["Contact", "Email"].type == "email"


def test_owners_are_users_of_all_pages_and_queues(org: respx.MockRouter, adapter: Adapter) -> None:
    """Pages are followed by their locator, whatever their size."""
    ada = {"Id": "0057h00000doU3RAAU", "Name": "Ada", "Email": "a@x.example", "IsActive": True}
    bob = {"Id": "0057h00000doU3S", "Name": "Bob", "Email": None, "IsActive": False}
    queue = {"Id": "00G7h00000doU3REAU", "Name": "Inside sales", "Email": ""}
    more = "/services/data/v59.0/query/01g0000000000AAA-1000"

    def answer(request: httpx.Request) -> httpx.Response:
        if "FROM User" in request.url.params["q"]:
            page = {"done": False, "nextRecordsUrl": more, "records": [ada]}
            return httpx.Response(200, json=page)
        return httpx.Response(200, json={"done": True, "records": [queue]})

    org.get("/query/").mock(side_effect=answer)
    org.get("/query/01g0000000000AAA-1000").respond(json={"done": True, "records": [bob]})

    assert adapter.owners() == [
        Owner("0057h00000doU3RAAU", "a@x.example", "Ada"),
        Owner("0057h00000doU3SAAU", None, "Bob", active=False),
        Owner("00G7h00000doU3REAU", None, "Inside sales", is_queue=True),
    ]


def test_the_adapter_has_the_capabilities_of_an_sfa(adapter: Adapter) -> None:
    """What it offers is asked by its methods, and type-checked against the protocols."""
    offered = (
        capabilities.ReadsRecords, capabilities.FindsRecords, capabilities.ListsChanges,
        capabilities.WritesRecords, capabilities.ListsActivities, capabilities.LogsActivities,
        capabilities.RaisesAlerts, capabilities.Notifies, capabilities.DescribesFields,
        capabilities.ListsOwners, capabilities.Probes,
    )  # fmt: skip
    typed: tuple[
        capabilities.ReadsRecords,
        capabilities.FindsRecords,
        capabilities.ListsChanges,
        capabilities.WritesRecords,
        capabilities.ListsActivities,
        capabilities.LogsActivities,
        capabilities.RaisesAlerts,
        capabilities.Notifies,
        capabilities.DescribesFields,
    ] = (adapter,) * 9

    assert all(isinstance(adapter, each) for each in offered)
    assert len(typed) == 9
    assert (adapter.read_batch, adapter.write_batch) == (200, 200)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("00QOx00000aLVDo", "00QOx00000aLVDoMAO"),
        ("00QOx00000aLVDoMAO", "00QOx00000aLVDoMAO"),
        ("not an id", "not an id"),
    ],
)
def test_ids_have_eighteen_characters(short: str, full: str) -> None:
    """The long form is derived from the capitals of the short one."""
    assert canonical(short) == full


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_beyond_the_ceiling_baton_holds_back_but_alerts_go_on() -> None:
    """Calls wait until the next look is due; the look tells whether there is room again."""
    clock = Clock()
    daily = Daily(Unlimited(), 0.8, clock)
    used = {"Sforce-Limit-Info": "api-usage=12000/15000; per-app-api-usage=17/250(appName=x)"}

    daily.learn("default", used)
    assert daily.take("default") == 900.0
    assert daily.take("alert") == 0.0

    clock.now += 900.0
    assert daily.take("default") == 0.0
    assert daily.take("default") == 900.0

    daily.learn("default", {"Sforce-Limit-Info": "api-usage=11999/15000"})
    assert daily.take("default") == 0.0


def test_a_held_back_call_says_when_to_come_again(org: respx.MockRouter, adapter: Adapter) -> None:
    """The ceiling comes out as Busy, without a request."""
    route = org.get("/query/").respond(
        json={"done": True, "records": [{"Id": "00D58000000aLVD", "Name": "Acme"}]},
        headers={"Sforce-Limit-Info": "api-usage=99/100"},
    )
    adapter.probe()

    with pytest.raises(Busy) as busy:
        adapter.probe()

    assert busy.value.retry_in_s is not None
    assert busy.value.retry_in_s > 890.0
    assert route.call_count == 1
