"""The org tells Baton of changed records: installed, told, and taken out again. By the sandbox."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.base import Hint, Inbound, Landed, Rejected, Value, Write
from connectors.salesforce.adapter import Adapter
from connectors.salesforce.deploying import deploy
from connectors.salesforce.outbound import ACK
from connectors.salesforce.package.files import Package
from connectors.salesforce.sandbox.app import create
from connectors.salesforce.sandbox.config import Config
from connectors.sandbox.server import Running
from tests.connectors.salesforce.conftest import Crm, OpenAt
from tests.support.patience import eventually

KEY = "the-key-of-the-address"
SECRETS = {"access_token": "sandbox-token", "webhook_key": KEY}
OBJECTS = ("Lead", "Contact", "Account", "Opportunity")
FLOWS = [f"flow Baton_Tell_{name}" for name in OBJECTS]
MESSAGES = [f"outbound message {name}.Baton_Changed" for name in OBJECTS]
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ADA: dict[str, Value] = {"LastName": "Ada", "Company": "Acme"}


class Listener:
    """Where messages come in, as Baton's web server takes them."""

    def __init__(self) -> None:
        self.got: list[Inbound] = []
        route = Route("/webhooks/sfa", self._take, methods=["POST"])
        self.app = Starlette(routes=[route])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        self.got.append(Inbound("POST", str(request.url), dict(request.headers), body))
        return Response(ACK, media_type="text/xml")

    def told(self, adapter: Adapter) -> set[str]:
        """The records that all messages so far name, as the adapter reads them."""
        hints = [one for inbound in self.got for one in adapter.parse(inbound, NOW)]
        return {one.ref.id for one in hints if isinstance(one, Hint)}


@pytest.fixture
def bare() -> Iterator[Crm]:
    """An org without Baton's package."""
    with Running(create(Config(baton_package=False))) as sandbox:
        crm = Crm(sandbox.url)
        yield crm
        crm.close()


@pytest.fixture
def listener() -> Iterator[tuple[Listener, str]]:
    found = Listener()
    with Running(found.app) as running:
        yield found, f"{running.url}/webhooks/sfa"


@pytest.fixture
def adapter(bare: Crm, open_at: OpenAt, listener: tuple[Listener, str]) -> Adapter:
    org_id = bare.rest("GET", "query?q=SELECT+Id+FROM+Organization")["records"][0]["Id"]
    return open_at(bare.url, secrets=SECRETS, messages_to=listener[1], org_id=org_id)


def test_a_change_by_a_person_is_told_and_ours_is_not(
    bare: Crm, adapter: Adapter, listener: tuple[Listener, str]
) -> None:
    """With the key in the address; what Baton itself writes it need not be told."""
    done = adapter.install()
    landed = adapter.write([Write("p1", "person", None, ADA)])["p1"]
    assert isinstance(landed, Landed)
    rep = bare.create("Lead", LastName="Bob", Company="X")

    assert eventually(lambda: listener[0].told(adapter) == {rep})
    bare.edit(landed.ref, LastName="Ada L.")
    assert eventually(lambda: listener[0].told(adapter) == {rep, landed.ref.id})
    assert all(f"?key={KEY}" in one.url for one in listener[0].got)
    assert [line for line in done if line.removeprefix("create ") in {*FLOWS, *MESSAGES}]
    assert list(adapter.install()) == []


def test_a_dry_run_shows_flows_and_messages(adapter: Adapter) -> None:
    """And puts none there."""
    lines = adapter.install(dry_run=True)

    assert {f"create {one}" for one in (*FLOWS, *MESSAGES)} <= set(lines)
    assert not {f"remove {one}" for one in FLOWS} & set(adapter.uninstall(dry_run=True))


def test_uninstalling_ends_it(bare: Crm, adapter: Adapter, listener: tuple[Listener, str]) -> None:
    """An active flow is switched off first; then neither it nor its message is there."""
    adapter.install()
    shown = adapter.uninstall(dry_run=True)

    done = adapter.uninstall()
    bare.create("Lead", LastName="Bob", Company="X")

    assert sorted(done) == sorted(shown)
    assert {f"remove {one}" for one in (*FLOWS, *MESSAGES)} <= set(done)
    assert bare.dump()["webhooks"] == []
    assert listener[0].got == []
    assert list(adapter.uninstall()) == []


def test_custom_objects_are_told_too(
    bare: Crm, open_at: OpenAt, listener: tuple[Listener, str]
) -> None:
    """Those that the connection names."""
    bare.add_object("Plan__c")
    org_id = bare.rest("GET", "query?q=SELECT+Id+FROM+Organization")["records"][0]["Id"]
    adapter = open_at(
        bare.url, secrets=SECRETS, messages_to=listener[1], org_id=org_id,
        custom_objects={"plan": "Plan__c"},
    )  # fmt: skip

    assert "create flow Baton_Tell_Plan_c" in adapter.install()
    plan = bare.create("Plan__c", Name="Gold")
    assert eventually(lambda: listener[0].told(adapter) == {plan})
    assert "remove outbound message Plan__c.Baton_Changed" in adapter.uninstall()


def test_without_a_key_nothing_is_installed(bare: Crm, open_at: OpenAt) -> None:
    """Messages are not signed: whoever knows the address could send them."""
    adapter = open_at(bare.url, messages_to="https://baton.example/webhooks/sfa")

    with pytest.raises(Rejected) as refused:
        adapter.install(dry_run=True)

    assert refused.value.fields == ("webhook_key", "org_id")


def test_an_active_flow_is_not_removed(bare: Crm, adapter: Adapter) -> None:
    """The org refuses it until the flow is switched off by its definition."""
    adapter.install()
    wanted = Package("59.0", removed=[("Flow", "Baton_Tell_Lead-1")])

    with pytest.raises(Rejected, match="Baton_Tell_Lead-1 is active"):
        deploy(adapter._api, wanted, check=True)  # noqa: SLF001  no verb takes a package of ours
    where = "WHERE+DeveloperName='Baton_Tell_Lead'"
    found = bare.rest("GET", f"tooling/query?q=SELECT+Id+FROM+FlowDefinition+{where}")
    off = {"Metadata": {"activeVersionNumber": 0}}
    bare.rest("PATCH", f"tooling/sobjects/FlowDefinition/{found['records'][0]['Id']}", off)

    [done] = deploy(adapter._api, wanted, check=True)  # noqa: SLF001  as above
    assert done.what == "remove"
