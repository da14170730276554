"""Associations of version 3, labels of one's own, limits, and what becomes of leads."""

from typing import Any

import pytest
from hubspot.crm.associations import BatchInputPublicAssociation, PublicAssociation
from hubspot.crm.associations.v4.schema import PublicAssociationDefinitionCreateRequest

V3 = "/crm/v3/associations/contacts/companies"
LABELS = "/crm/v4/associations/contacts/companies/labels"
HUBSPOT = "HUBSPOT_DEFINED"


def one_pair(account: Any) -> tuple[str, str]:
    return account.make(email="a@x.com")["id"], account.make("companies", name="A")["id"]


def test_version_3_by_name(account: Any) -> None:
    """Create, read, archive; the primary one has the plain name."""
    contact, company = one_pair(account)
    row = {"from": {"id": contact}, "to": {"id": company}, "type": "contact_to_company"}

    made = account.ask("POST", f"{V3}/batch/create", {"inputs": [row]})
    read = account.ok("POST", f"{V3}/batch/read", {"inputs": [{"id": contact}]})
    names = {t["id"]: t["name"] for t in account.ok("GET", f"{V3}/types")["results"]}

    assert (made.status_code, made.json()["results"]) == (201, [row])
    types = {end["type"] for end in read["results"][0]["to"]}
    assert types == {"contact_to_company", "contact_to_company_unlabeled"}
    assert names == {"279": "contact_to_company_unlabeled", "1": "contact_to_company"}
    both = {"inputs": [row, {**row, "type": "contact_to_company_unlabeled"}]}
    assert account.ask("POST", f"{V3}/batch/archive", both).status_code == 204
    none = account.ask("POST", f"{V3}/batch/read", {"inputs": [{"id": contact}]})
    assert (none.status_code, none.json()["errors"][0]["message"]) == (
        207, f"No company is associated with contact {contact}.",
    )  # fmt: skip


def test_version_3_reports_each_failure(account: Any) -> None:
    """A missing record and an unknown type do not keep the rest."""
    contact, company = one_pair(account)
    row = {"from": {"id": contact}, "to": {"id": company}, "type": "contact_to_company"}
    rows = [{**row, "to": {"id": "9"}}, {**row, "type": "contact_to_moon"}, row]

    answer = account.ask("POST", f"{V3}/batch/create", {"inputs": rows})

    assert (answer.status_code, answer.json()["numErrors"]) == (207, 2)
    assert len(answer.json()["results"]) == 1


def test_version_3_record_by_record(account: Any) -> None:
    """The paths that older SDKs use."""
    contact, company = one_pair(account)
    path = f"/crm/v3/objects/contacts/{contact}/associations/companies"

    put = account.ok("PUT", f"{path}/{company}/279")

    assert [end["id"] for end in put["associations"]["companies"]["results"]] == [company] * 2
    assert len(account.ok("GET", path)["results"]) == 2
    assert account.ask("DELETE", f"{path}/{company}/contact_to_company").status_code == 204
    assert len(account.ok("GET", path)["results"]) == 1


@pytest.mark.parametrize(
    ("source", "target", "there", "back"),
    [("contacts", "tickets", 15, 16), ("deals", "tickets", 27, 28), ("tickets", "calls", 219, 220),
     ("leads", "notes", 854, 855), ("deals", "deals", 451, 451)],
)  # fmt: skip
def test_published_type_ids(account: Any, source: str, target: str, there: int, back: int) -> None:
    """Every pair has the id that HubSpot publishes, in each direction."""
    ways = ((source, target), (target, source))
    paths = [f"/crm/associations/2026-09/{one}/{other}/labels" for one, other in ways]

    found = [account.ok("GET", path)["results"][0]["typeId"] for path in paths]

    assert found == [there, back]


def test_paired_labels(account: Any) -> None:
    """A label for each direction; renamed, used, and gone with every use."""
    body = {"label": "Employee", "inverseLabel": "Employer", "name": "employment"}
    there, back = account.ok("POST", LABELS, body)["results"]
    contact, company = one_pair(account)
    path = f"/crm/v4/objects/contacts/{contact}/associations/companies"
    spec = {"associationCategory": "USER_DEFINED", "associationTypeId": there["typeId"]}
    account.ok("PUT", f"{path}/{company}", [spec])
    changed = account.ask(
        "PUT", LABELS, {"associationTypeId": there["typeId"], "label": "Staff"}
    )  # fmt: skip

    assert (there["label"], back["label"]) == ("Employee", "Employer")
    assert changed.status_code == 204
    labels = [t["label"] for t in account.ok("GET", path)["results"][0]["associationTypes"]]
    assert set(labels) == {None, "Primary", "Staff"}
    assert account.ask("DELETE", f"{LABELS}/{there['typeId']}").status_code == 204
    labels = [t["label"] for t in account.ok("GET", path)["results"][0]["associationTypes"]]
    assert set(labels) == {None, "Primary"}


def test_label_refusals(account: Any) -> None:
    """No second label or name of the same text, no name of the unlabelled type, none too many."""
    account.configure(association_labels_per_pair=1)
    account.ok("POST", LABELS, {"label": "Boss", "name": "boss"})

    again = account.ask("POST", LABELS, {"label": "boss", "name": "boss_2"})
    more = account.ask("POST", LABELS, {"label": "Friend", "name": "friend"})
    plain = "/crm/v4/associations/contacts/deals/labels"
    clash = account.ask("POST", plain, {"label": "L", "name": "contact_to_deal"})

    assert [a.status_code for a in (again, more, clash)] == [400, 400, 400]
    assert "conflicts with unlabeled" in clash.json()["message"]
    assert account.ask("DELETE", f"{LABELS}/279").status_code == 404


def test_limits_hold(account: Any) -> None:
    """A second company is refused once one is the limit, until the limit is purged."""
    base = "/crm/v4/associations/definitions/configurations"
    spec = {"category": HUBSPOT, "typeId": 279}
    made = account.ask(
        "POST", f"{base}/contacts/companies/batch/create",
        {"inputs": [{**spec, "maxToObjectIds": 1}]},
    )  # fmt: skip
    contact, company = one_pair(account)
    other = account.make("companies", name="B")["id"]
    path = f"/crm/v4/objects/contacts/{contact}/associations/default/companies"
    account.ok("PUT", f"{path}/{company}")
    full = account.ask("PUT", f"{path}/{other}")

    assert (made.status_code, full.status_code) == (201, 400)
    assert made.json()["results"] == [{**spec, "label": None, "userEnforcedMaxToObjectIds": 1}]
    assert account.ok("GET", f"{base}/all") == account.ok("GET", f"{base}/contacts/companies")
    purge = f"{base}/contacts/companies/batch/purge"
    assert account.ask("POST", purge, {"inputs": [spec]}).status_code == 204
    assert account.ask("PUT", f"{path}/{other}").status_code == 200


def test_a_labels_limit_is_within_the_objects(account: Any) -> None:
    """The range allowed is said."""
    base = "/crm/associations/2026-03/definitions/configurations/contacts/companies/batch"
    plain, primary = ({"category": HUBSPOT, "typeId": n} for n in (279, 1))
    account.ok("POST", f"{base}/create", {"inputs": [{**plain, "maxToObjectIds": 10}]})

    wide = account.ask("POST", f"{base}/update", {"inputs": [{**primary, "maxToObjectIds": 11}]})

    assert wide.status_code == 207
    assert wide.json()["errors"][0]["message"].endswith("range 1-10; was 11")


def make_lead(account: Any, contact: str) -> str:
    types = [{"associationCategory": HUBSPOT, "associationTypeId": 578}]
    body = {
        "properties": {"hs_lead_name": "L"},
        "associations": [{"to": {"id": contact}, "types": types}],
    }
    made: str = account.ok("POST", "/crm/v3/objects/leads", body)["id"]
    return made


def test_lead_needs_a_contact_and_no_company_will_do(account: Any) -> None:
    """The primary contact is what counts."""
    company = account.make("companies", name="A")["id"]
    types = [{"associationCategory": HUBSPOT, "associationTypeId": 580}]
    body = {
        "properties": {"hs_lead_name": "L"},
        "associations": [{"to": {"id": company}, "types": types}],
    }

    assert account.ask("POST", "/crm/v3/objects/leads", body).status_code == 400


def test_lead_dies_with_its_last_primary_association(account: Any) -> None:
    """Removed by itself or because the contact is deleted; a new primary contact saves it."""
    ada, bob = (account.make(email=f"{n}@x.com")["id"] for n in "ab")
    lead = make_lead(account, ada)
    path = f"/crm/v3/objects/leads/{lead}"
    ends = f"/crm/v4/objects/leads/{lead}/associations/contacts"
    spec = [{"associationCategory": HUBSPOT, "associationTypeId": 578}]
    account.ok("PUT", f"{ends}/{bob}", spec)
    account.ok("DELETE", f"{ends}/{ada}")
    alive = account.ask("GET", path).status_code
    account.ok("DELETE", f"{ends}/{bob}")
    other = make_lead(account, bob)
    account.ok("DELETE", f"/crm/v3/objects/contacts/{bob}")

    assert (alive, account.ask("GET", path).status_code) == (200, 404)
    assert account.ask("GET", f"/crm/v3/objects/leads/{other}").status_code == 404


def test_lead_survives_a_merge_of_its_contact(account: Any) -> None:
    """The merged contact is its primary one afterwards."""
    ada, bob = (account.make(email=f"{n}@x.com")["id"] for n in "ab")
    lead = make_lead(account, bob)
    ids = {"primaryObjectId": ada, "objectIdToMerge": bob}
    merged = account.ok("POST", "/crm/v3/objects/contacts/merge", ids)["id"]

    (end,) = account.ok("GET", f"/crm/v4/objects/leads/{lead}/associations/contacts")["results"]

    assert str(end["toObjectId"]) == merged
    assert "Primary" in [t["label"] for t in end["associationTypes"]]


def test_official_sdk(account: Any) -> None:
    """Version 3 and the schema of version 4."""
    contact, company = one_pair(account)
    row = PublicAssociation({"id": contact}, {"id": company}, "contact_to_company")
    api = account.sdk.crm.associations
    made = api.batch_api.create(
        "contacts", "companies", BatchInputPublicAssociation(inputs=[row])
    )  # fmt: skip
    wanted = PublicAssociationDefinitionCreateRequest(label="Fan", name="fan")
    labels = api.v4.schema.definitions_api.create("contacts", "companies", wanted)

    assert made.results[0].type == "contact_to_company"
    assert {one.label for one in labels.results} == {"Fan"}
    assert api.schema.types_api.get_all("contacts", "deals").results[0].name == "contact_to_deal"
