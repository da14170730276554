"""Associations as fields, against the sandbox: companies of contacts, deals and their contacts."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.base import Landed, Ref, Rejected, Write
from connectors.hubspot import HubSpot
from connectors.hubspot.sandbox.app import create
from connectors.sandbox.server import Running
from tests.connectors.hubspot.conftest import Connect

COMPANY, PERSON = "associations.company", "associations.person"


class Portal:
    """A sandbox with records, and the connector to it."""

    def __init__(self, url: str, connector: HubSpot, http: Any) -> None:
        self.url, self.connector, self.http = url, connector, http

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer sandbox-token"}
        answer = self.http.request(method, f"{self.url}{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def make(self, object_: str, **properties: str) -> str:
        made = self.call("POST", f"/crm/v3/objects/{object_}", {"properties": properties})
        return str(made["id"])

    def tell(self, kind: str, id_: str | None, **fields: Any) -> Any:
        ref = None if id_ is None else Ref(kind, id_)
        names = {name.replace("_", "."): value for name, value in fields.items()}
        return self.connector.write([Write("one", kind, ref, names)])["one"]

    def see(self, kind: str, id_: str, name: str) -> Any:
        return self.connector.read([Ref(kind, id_)], {name})[0].fields[name]


@pytest.fixture
def portal(connect: Connect, http: Any) -> Iterator[Portal]:
    with Running(create()) as sandbox:
        config = {"limits": False, "private_app_token": "sandbox-token"}
        assert http.patch(f"{sandbox.url}/_sandbox/config", json=config).is_success
        connector = connect(sandbox.url)
        connector.install()
        yield Portal(sandbox.url, connector, http)


def test_a_contacts_company_is_its_primary_one(portal: Portal) -> None:
    """Told another one, that is primary; the first stays associated."""
    ada = portal.make("contacts", email="ada@example.com")
    acme, globex = portal.make("companies", name="Acme"), portal.make("companies", name="Globex")
    assert portal.see("person", ada, COMPANY) is None

    assert portal.tell("person", ada, associations_company=acme) == Landed(Ref("person", ada))
    assert portal.see("person", ada, COMPANY) == acme
    portal.tell("person", ada, associations_company=globex)

    assert portal.see("person", ada, COMPANY) == globex
    ends = portal.call("GET", f"/crm/v4/objects/contacts/{ada}/associations/companies")["results"]
    assert {str(one["toObjectId"]) for one in ends} == {acme, globex}


def test_a_new_contact_comes_with_its_company(portal: Portal) -> None:
    """One write makes both."""
    acme = portal.make("companies", name="Acme")

    landed = portal.tell("person", None, email="ada@example.com", associations_company=acme)

    assert landed.created
    assert portal.see("person", landed.ref.id, COMPANY) == acme


def test_a_deal_shows_its_company_and_all_its_contacts(portal: Portal) -> None:
    """Told a contact, it is added to those that are associated."""
    deal, acme = portal.make("deals", dealname="Big"), portal.make("companies", name="Acme")
    ada = portal.make("contacts", email="ada@example.com")
    bo = portal.make("contacts", email="bo@example.com")

    portal.tell("opportunity", deal, associations_company=acme, associations_person=ada)
    portal.tell("opportunity", deal, associations_person=bo)

    assert portal.see("opportunity", deal, COMPANY) == acme
    assert portal.see("opportunity", deal, PERSON) == f"{ada};{bo}"
    listed = portal.connector.listing("opportunity", {COMPANY}, None, None)
    assert [one.fields[COMPANY] for one in listed.items] == [acme]


def test_a_label_marks_the_primary_contact_of_a_deal(portal: Portal, connect: Connect) -> None:
    """Only who has it is shown. Told another one, the label moves; both stay associated."""
    labels = "/crm/v4/associations/deals/contacts/labels"
    portal.call("POST", labels, {"label": "Main contact", "name": "main"})
    described = portal.call("GET", labels)["results"]
    [label] = [one["typeId"] for one in described if one["label"] == "Main contact"]
    portal.connector = connect(portal.url, primary_contact_label=label)
    deal = portal.make("deals", dealname="Big")
    ada = portal.make("contacts", email="ada@example.com")
    bo = portal.make("contacts", email="bo@example.com")
    portal.call("PUT", f"/crm/v4/objects/deals/{deal}/associations/default/contacts/{ada}")
    assert portal.see("opportunity", deal, PERSON) is None

    for contact in (ada, bo, bo):
        landed = portal.tell("opportunity", deal, associations_person=contact)
        assert landed == Landed(Ref("opportunity", deal))
        assert portal.see("opportunity", deal, PERSON) == contact

    ends = portal.call("GET", f"/crm/v4/objects/deals/{deal}/associations/contacts")["results"]
    assert {str(one["toObjectId"]) for one in ends} == {ada, bo}
    portal.tell("opportunity", deal, associations_person="")
    assert portal.see("opportunity", deal, PERSON) is None
    ends = portal.call("GET", f"/crm/v4/objects/deals/{deal}/associations/contacts")["results"]
    assert {str(one["toObjectId"]) for one in ends} == {ada, bo}


def test_what_is_emptied_is_taken_away(portal: Portal) -> None:
    """The primary company, or the only contact; of several contacts HubSpot's user must choose."""
    deal, acme = portal.make("deals", dealname="Big"), portal.make("companies", name="Acme")
    ada = portal.make("contacts", email="ada@example.com")
    bo = portal.make("contacts", email="bo@example.com")
    portal.tell("opportunity", deal, associations_company=acme, associations_person=ada)

    portal.tell("opportunity", deal, associations_company="", associations_person="")
    assert portal.see("opportunity", deal, COMPANY) is None
    assert portal.see("opportunity", deal, PERSON) is None

    portal.tell("opportunity", deal, associations_person=ada)
    portal.tell("opportunity", deal, associations_person=bo)
    outcome = portal.tell("opportunity", deal, associations_person="")
    assert isinstance(outcome, Rejected)
    assert outcome.code == "ASSOCIATION_SEVERAL"


def test_a_company_that_is_not_there_fails_only_who_names_it(portal: Portal) -> None:
    """The record itself is not taken for gone, and the others of the batch are associated."""
    acme = portal.make("companies", name="Acme")
    ids = [portal.make("contacts", email=f"p{n}@example.com") for n in range(4)]
    writes = [
        Write(f"k{n}", "person", Ref("person", one), {COMPANY: acme if n else "999999"})
        for n, one in enumerate(ids)
    ]

    outcomes = portal.connector.write(writes)

    refused = outcomes["k0"]
    assert isinstance(refused, Rejected)
    assert refused.code == "ASSOCIATION_TARGET"
    assert [type(outcomes[f"k{n}"]) for n in (1, 2, 3)] == [Landed] * 3
    assert portal.see("person", ids[3], COMPANY) == acme


def test_associations_are_described_as_references(portal: Portal) -> None:
    """So a mapping that names one is checked like any other."""
    fields = {one.name: one for one in portal.connector.describe("opportunity")}

    assert (fields[COMPANY].type, fields[COMPANY].writable) == ("reference", True)
    assert fields[PERSON].label == "Associated person"
