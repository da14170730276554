"""The field by which a rep answers a hand-off, in Baton's package. Against the sandbox."""

from dataclasses import replace

from connectors.base import Landed, Rejected, Value, Write
from connectors.salesforce.adapter import Adapter
from connectors.salesforce.deploying import deploy
from connectors.salesforce.package.files import package
from connectors.salesforce.package.table import fields
from connectors.salesforce.settings import Settings
from tests.connectors.salesforce.conftest import Crm
from tests.connectors.salesforce.test_salesforce_install import PERSON, adapter, bare, described

__all__ = ["adapter", "bare"]  # fixtures


def test_the_decision_is_chosen_and_nothing_else_taken(bare: Crm, adapter: Adapter) -> None:
    """A restricted picklist on both objects: Salesforce refuses words that mean nothing."""
    adapter.install()

    for name in ("Lead", "Contact"):
        found = described(bare, name)["Baton_Handoff_Decision__c"]
        assert (found["type"], found["restrictedPicklist"]) == ("picklist", True)
        values = [one["value"] for one in found["picklistValues"]]
        assert values == ["Accepted", "Question", "Rejected"]
    given: dict[str, Value] = {"Baton_Handoff_Decision__c": "maybe"}
    refused = adapter.write([Write("p1", "person", None, PERSON | given)])["p1"]
    assert isinstance(refused, Rejected)
    assert refused.code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    taken = PERSON | {"Baton_Handoff_Decision__c": "Question"}
    assert isinstance(adapter.write([Write("p1", "person", None, taken)])["p1"], Landed)


def test_the_text_of_an_earlier_package_stays(bare: Crm, adapter: Adapter) -> None:
    """What it holds is not lost, old words are written and read as before; it says what to do."""
    settings = Settings(instance_url=bare.url)
    every = fields(settings)
    texts = [
        replace(one, type="Text", more={"length": "40"}, choices=())
        for one in every
        if one.name == "Baton_Handoff_Decision__c"
    ]
    deploy(adapter._api, package(settings, texts, every[:0], ()), check=False)  # noqa: SLF001  no verb takes a package of ours

    kept = [line for line in adapter.install(dry_run=True) if line.startswith("keep")]
    adapter.install()

    assert kept == [
        f"keep field {one}.Baton_Handoff_Decision__c: an earlier package made it as a text; "
        "delete it in Setup to get a picklist"
        for one in ("Lead", "Contact")
    ]
    given: dict[str, Value] = {"Baton_Handoff_Decision__c": "受諾"}
    written = adapter.write([Write("p1", "person", None, PERSON | given)])["p1"]
    assert isinstance(written, Landed)
    assert list(adapter.install()) == []
    assert "remove field Lead.Baton_Handoff_Decision__c, and what it holds" in adapter.uninstall()


def test_a_text_of_their_own_for_the_decision_is_used(bare: Crm, adapter: Adapter) -> None:
    """An org may have made it before there was a picklist."""
    bare.add_fields("Lead", {"name": "Baton_Handoff_Decision__c"})

    kept = "keep field Lead.Baton_Handoff_Decision__c: somebody else made it"
    assert kept in adapter.install(dry_run=True)


def test_decisions_are_called_so_in_japanese() -> None:
    """By labels where the package is Japanese, by translations where the org has both."""
    settings = Settings(instance_url="https://acme.my.salesforce.com", package_translations=True)
    every = fields(settings)
    english = package(settings, every, every, ()).files
    japanese = settings.model_copy(update={"package_language": "ja"})
    both = package(japanese, every, every, ()).files

    translated = english["objectTranslations/Lead-ja.objectTranslation"]
    assert (
        "<name>Baton_Handoff_Decision__c</name>"
        "<picklistValues><masterLabel>Accepted</masterLabel><translation>受諾</translation>"
        "</picklistValues><picklistValues><masterLabel>Question</masterLabel>"
        "<translation>質問</translation></picklistValues><picklistValues>"
        "<masterLabel>Rejected</masterLabel><translation>却下</translation></picklistValues>"
    ) in translated
    value = "<value><fullName>Rejected</fullName><default>false</default>"
    assert f"{value}<label>Rejected</label></value>" in english["objects/Lead.object"]
    assert f"{value}<label>却下</label></value>" in both["objects/Lead.object"]
