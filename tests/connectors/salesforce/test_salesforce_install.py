"""Baton's package: from an org that has nothing to a working one, and back. Against the sandbox."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from defusedxml import ElementTree

from connectors.base import Alert, Entry, Landed, Ref, Rejected, Value, Write
from connectors.salesforce.adapter import Adapter
from connectors.salesforce.deploying import deploy
from connectors.salesforce.package.files import Package, package
from connectors.salesforce.package.table import MARK, fields
from connectors.salesforce.sandbox.app import create
from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.settings import Settings
from connectors.sandbox.server import Running
from tests.connectors.salesforce.conftest import Crm

OpenAt = Callable[..., Adapter]
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
PERSON: dict[str, Value] = {"LastName": "Ada", "Company": "Acme"}
ASSIGNED = "assign permission set Baton to the integration user"


@pytest.fixture
def bare() -> Iterator[Crm]:
    """An org without Baton's package."""
    with Running(create(Config(baton_package=False))) as sandbox:
        crm = Crm(sandbox.url)
        yield crm
        crm.close()


@pytest.fixture
def adapter(bare: Crm, open_at: OpenAt) -> Adapter:
    return open_at(bare.url)


def described(crm: Crm, name: str) -> dict[str, dict[str, Any]]:
    found = crm.rest("GET", f"sobjects/{name}/describe")["fields"]
    return {one["name"]: one for one in found}


def test_without_the_package_it_says_what_to_do(bare: Crm, adapter: Adapter) -> None:
    """Before the fields are there, nothing can be logged."""
    outcome = adapter.log([Entry("k1", bare.lead("Ada"), "page_view", NOW, "Prices", "")])["k1"]

    assert isinstance(outcome, Rejected)
    assert "baton install" in str(outcome)


def test_from_nothing_to_a_working_sync(bare: Crm, adapter: Adapter) -> None:
    """A score is written, a task and an event are logged, an alert stands and its bell rings."""
    done = adapter.install()

    shown: dict[str, Value] = {"Baton_Score__c": 92, "Baton_Hot_Since__c": "2026-11-30T09:00:00Z",
             "Baton_Last_Channel__c": "web", "Baton_Touch_Count__c": 7}  # fmt: skip
    written = adapter.write([Write("p1", "person", None, PERSON | shown)])["p1"]
    assert isinstance(written, Landed)
    ada = written.ref
    entries = [Entry("t1", ada, "page_view", NOW, "Prices", ""),
               Entry("e1", ada, "meeting", NOW, "Demo", "")]  # fmt: skip
    owner = next(one for one in adapter.owners() if not one.is_queue)
    alert = Alert("a1", ada, owner.id, "Hot: Ada", "Score 92", NOW)
    outcomes = [*adapter.log(entries).values(), *adapter.raise_alerts([alert]).values()]
    assert all(isinstance(one, Landed) for one in outcomes)
    assert adapter.notify([alert]) == {"a1": None}

    (lead,) = bare.all("Lead")
    assert (lead["Baton_Key__c"], lead["Baton_Score__c"]) == ("p1", 92)
    assert (lead["Baton_Touch_Count__c"], lead["Baton_Last_Channel__c"]) == (7, "web")
    assert {one["Baton_Key__c"] for one in bare.all("Task")} == {"t1", "a1"}
    assert [one["Baton_Key__c"] for one in bare.all("Event")] == ["e1"]
    assert [one["title"] for one in bare.dump()["notifications"]] == ["Hot: Ada"]
    assert done[0] == "create field Lead.Baton_Key__c"
    assert done[-1] == ASSIGNED
    assert len(done) == 58


def test_a_dry_run_shows_all_and_changes_nothing(bare: Crm, adapter: Adapter) -> None:
    """Salesforce itself checks the package meanwhile."""
    lines = adapter.install(dry_run=True)

    assert "create page Baton_Timeline_Lead" in lines
    assert "create Lightning component batonTimeline" in lines
    assert "create notification type Baton_Hot_Lead" in lines
    assert lines[-1] == ASSIGNED
    assert {line.split(" ")[0] for line in lines} == {"create", "assign"}
    assert "Baton_Key__c" not in described(bare, "Lead")
    assert [one for one in bare.all("PermissionSet") if one["Name"] == "Baton"] == []


def test_a_second_run_changes_nothing(adapter: Adapter) -> None:
    """And a dry run says of each component that it is the same."""
    adapter.install()

    assert list(adapter.install()) == []
    lines = adapter.install(dry_run=True)
    assert {line.split(" ")[0] for line in lines} == {"same"}
    assert len(lines) == 57


def test_what_changed_is_changed_back(bare: Crm, adapter: Adapter) -> None:
    """With the sizes before and after, and nothing else touched."""
    adapter.install()
    settings = Settings(instance_url=bare.url)
    (page,) = (one for one in fields(settings) if one.full_name == "Lead.Baton_Last_Page__c")
    short = replace(page, more={"length": "40"})
    deploy(adapter._api, package(settings, [short], fields(settings), ()), check=False)  # noqa: SLF001  no verb takes a package of ours

    changes = [line for line in adapter.install(dry_run=True) if not line.startswith("same")]

    assert changes == ["change field Lead.Baton_Last_Page__c (length 40 → 255)"]
    assert list(adapter.install()) == changes
    assert described(bare, "Lead")["Baton_Last_Page__c"]["length"] == 255


def test_what_somebody_else_made_is_kept(bare: Crm, adapter: Adapter) -> None:
    """It is used, and neither changed nor removed."""
    own = {"name": "Baton_Score__c", "type": "double", "label": "Our score"}
    bare.add_fields("Lead", own)

    kept = "keep field Lead.Baton_Score__c: somebody else made it"
    assert kept in adapter.install(dry_run=True)
    assert "create field Lead.Baton_Score__c" not in adapter.install()
    ada = adapter.write([Write("p1", "person", None, PERSON | {"Baton_Score__c": 92})])["p1"]
    assert isinstance(ada, Landed)
    assert kept in adapter.uninstall(dry_run=True)
    adapter.uninstall()

    there = described(bare, "Lead")
    assert there["Baton_Score__c"]["label"] == "Our score"
    assert [name for name in there if name.startswith("Baton_")] == ["Baton_Score__c"]


def test_a_field_in_the_way_is_named(bare: Crm, adapter: Adapter) -> None:
    """Nothing is deployed while a field of somebody else cannot be used."""
    bare.add_fields("Lead", {"name": "Baton_Key__c"})
    bare.add_fields("Contact", {"name": "Baton_Score__c"})

    with pytest.raises(Rejected) as refused:
        adapter.install()

    assert refused.value.fields == ("Lead.Baton_Key__c", "Contact.Baton_Score__c")
    assert str(refused.value) == (
        "Lead.Baton_Key__c is not unique or no external id; "
        "Contact.Baton_Score__c is a string, not a double; change or rename it in Setup"
    )
    assert "Baton_Grade__c" not in described(bare, "Lead")


def test_uninstalling_takes_out_what_was_put_in(bare: Crm, adapter: Adapter) -> None:
    """A dry run removes nothing; records stay; a second run finds nothing."""
    adapter.install()
    adapter.write([Write("p1", "person", None, PERSON)])

    shown = adapter.uninstall(dry_run=True)
    assert "Baton_Key__c" in described(bare, "Lead")
    done = adapter.uninstall()

    assert list(done) == list(shown)
    assert done[0] == "remove assignments of permission sets: 1"
    assert "remove field Lead.Baton_Key__c, and what it holds" in done
    assert [one["LastName"] for one in bare.all("Lead")] == ["Ada"]
    for name in ("Lead", "Contact", "Account", "Task", "Event", "CampaignMember"):
        assert [one for one in described(bare, name) if one.startswith("Baton_")] == []
    sets = [one["Name"] for one in bare.all("PermissionSet") if not one["IsOwnedByProfile"]]
    assert sets == []
    assert bare.all("CustomNotificationType") == []
    assert list(adapter.uninstall()) == []


def test_keys_of_custom_objects_are_installed_too(bare: Crm, open_at: OpenAt) -> None:
    """Those that the connection names; a second run knows them again."""
    bare.add_object("Subscription__c")
    adapter = open_at(bare.url, custom_objects={"subscription": "Subscription__c"})

    assert "create field Subscription__c.Baton_Key__c" in adapter.install()
    assert described(bare, "Subscription__c")["Baton_Key__c"]["externalId"]
    assert list(adapter.install()) == []
    assert "remove field Subscription__c.Baton_Key__c, and what it holds" in adapter.uninstall()


def test_problems_are_told_with_file_and_fix(adapter: Adapter) -> None:
    """Every component's, in Salesforce's words; nothing of the package stays."""
    wrong = (
        '<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><fields>'
        "<fullName>A__c</fullName><label>A</label><type>Number</type></fields></CustomObject>"
    )
    parts = [("CustomField", "Lead.A__c")]
    bad = Package("59.0", parts=parts, files={"objects/Lead.object": wrong})

    with pytest.raises(Rejected) as refused:
        deploy(adapter._api, bad, check=True)  # noqa: SLF001  no verb takes a package of ours

    assert refused.value.code == "DEPLOYMENT"
    first, second = str(refused.value).splitlines()
    assert first == "Salesforce does not take the package:"
    assert second == (
        "  objects/Lead.object: CustomField Lead.A__c: Must specify 'precision' for a CustomField "
        "of type Number; the file is made by connectors/salesforce/package"
    )


def test_a_deployment_is_waited_for(bare: Crm, adapter: Adapter) -> None:
    """At longer and longer intervals, as long as it is in progress."""
    bare.configure(deploy_polls=3)
    settings = Settings(instance_url=bare.url)
    waits: list[float] = []

    every = fields(settings)
    deploy(adapter._api, package(settings, every, every, ()), check=True, sleep=waits.append)  # noqa: SLF001  no verb takes a package of ours

    assert waits == [0.5, 1.0, 2.0]


def test_labels_come_in_english_or_japanese(bare: Crm, open_at: OpenAt) -> None:
    """By the setting; translations besides where the org has the workbench."""
    adapter = open_at(bare.url, package_language="ja", package_translations=True)

    done = adapter.install()

    assert described(bare, "Lead")["Baton_Score__c"]["label"] == "Batonスコア"
    assert "create translation Contact-ja" in done


def test_the_package_is_well_formed_and_marked() -> None:
    """Each file is XML; every component but translations says that Baton made it."""
    settings = Settings(instance_url="https://acme.my.salesforce.com", package_translations=True,
                        canvas_app="Our_Panel")  # fmt: skip
    every = fields(settings)

    made = package(settings, every, every, ())

    for path, body in made.files.items():
        if path.endswith((".page", ".js", ".html", ".css")):
            continue
        root = ElementTree.fromstring(body)
        assert root.tag.startswith("{http://soap.sforce.com/2006/04/metadata}")
        assert MARK in body or path.startswith("objectTranslations/")
    assert 'developerName="Our_Panel"' in made.files["pages/Baton_Timeline_Lead.page"]
    assert "'recordId':'{!JSENCODE(Contact.Id)}'" in made.files["pages/Baton_Timeline_Contact.page"]
    reader = made.files["permissionsets/Baton_Reader.permissionset"]
    answers = re.findall("<editable>true</editable><field>(.+?)</field>", reader)
    assert answers == [
        "Contact.Baton_Handoff_Decision__c", "Contact.Baton_Handoff_Reason__c",
        "Lead.Baton_Handoff_Decision__c", "Lead.Baton_Handoff_Reason__c",
    ]  # fmt: skip
    assert "<apexPage>Baton_Timeline_Lead</apexPage>" in reader
    assert package(settings, every, every, ()).zipped() == made.zipped()


def test_the_timeline_can_be_left_out(bare: Crm, open_at: OpenAt) -> None:
    """Then there is neither a page nor a component, nor a right on one."""
    lines = open_at(bare.url, package_timeline=False).install(dry_run=True)

    assert [line for line in lines if "Timeline" in line or "Lightning" in line] == []


def test_an_administrator_can_install_for_the_integration_user(bare: Crm, open_at: OpenAt) -> None:
    """Whom the settings name gets the permission set; a name that nobody has is an error."""
    open_at(bare.url, integration_user="rep@sandbox.example").install()

    (assigned,) = bare.all("PermissionSetAssignment")
    names = {one["Id"]: one["Username"] for one in bare.all("User")}
    assert names[assigned["AssigneeId"]] == "rep@sandbox.example"
    with pytest.raises(Rejected, match="no user 'nobody' in this org"):
        open_at(bare.url, integration_user="nobody").install(dry_run=True)


def test_alerts_of_a_lead_are_about_it(bare: Crm, adapter: Adapter) -> None:
    """The integration user sees what it wrote: rights came with the permission set."""
    adapter.install()
    written = adapter.write([Write("p1", "person", None, PERSON)])["p1"]
    assert isinstance(written, Landed)

    (found,) = adapter.find("person", "key", ["p1"], ("Baton_Score__c",))["p1"]

    assert (found.ref, found.key) == (Ref("person", bare.all("Lead")[0]["Id"]), "p1")
