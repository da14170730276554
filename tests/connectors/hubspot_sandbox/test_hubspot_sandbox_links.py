"""Associations: default, labelled, primary; and merging records."""

from typing import Any

CONTACT = "/crm/v3/objects/contacts"


def pair(account: Any) -> tuple[str, str]:
    return account.make(email="a@x.com")["id"], account.make("companies", name="Acme")["id"]


def test_create_with_association(account: Any) -> None:
    """A note is made at its contact, and both sides show it."""
    contact, _ = pair(account)
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]

    note = account.ok(
        "POST", "/crm/v3/objects/notes",
        {"properties": {"hs_timestamp": "2026-01-01T00:00:00Z", "hs_note_body": "hi"},
         "associations": [{"to": {"id": contact}, "types": types}]},
    )  # fmt: skip

    ends = account.ok("GET", f"/crm/v4/objects/contacts/{contact}/associations/notes")
    assert ends["results"] == [{
        "toObjectId": int(note["id"]),
        "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 201, "label": None}],
    }]  # fmt: skip
    shown = account.ok("GET", f"/crm/v3/objects/notes/{note['id']}", associations="contacts")
    assert shown["associations"] == {
        "contacts": {"results": [{"id": contact, "type": "note_to_contact"}]}
    }


def test_first_company_becomes_primary(account: Any) -> None:
    """The default association brings the primary label and `associatedcompanyid` along."""
    contact, company = pair(account)
    other = account.make("companies", name="Other")["id"]

    for target in (company, other):
        path = f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{target}"
        account.ok("PUT", path)

    ends = account.ok("GET", f"/crm/v4/objects/contacts/{contact}/associations/companies")
    types = {
        end["toObjectId"]: [t["typeId"] for t in end["associationTypes"]] for end in ends["results"]
    }
    assert types == {int(company): [279, 1], int(other): [279]}
    shown = account.ok("GET", f"{CONTACT}/{contact}", properties="associatedcompanyid")
    assert shown["properties"]["associatedcompanyid"] == company


def test_labels_replace_labels(account: Any) -> None:
    """A label made by the account takes the place of the one before."""
    contact, company = pair(account)
    made = [
        account.ok(
            "POST", "/crm/v4/associations/contacts/companies/labels",
            {"label": label, "name": label.lower()},
        )["results"][0]["typeId"]
        for label in ("Billing", "Decision maker")
    ]  # fmt: skip
    path = f"/crm/v4/objects/contacts/{contact}/associations/companies/{company}"

    for type_id in made:
        spec = {"associationCategory": "USER_DEFINED", "associationTypeId": type_id}
        answer = account.ask("PUT", path, [spec])
        assert answer.status_code == 201

    assert answer.json()["labels"] == ["Decision maker"]
    ends = account.ok("GET", f"/crm/v4/objects/contacts/{contact}/associations/companies")
    labels = [t["label"] for t in ends["results"][0]["associationTypes"]]
    assert "Billing" not in labels
    assert "Decision maker" in labels


def test_batch_read_tells_who_has_none(account: Any) -> None:
    """Records without associations are errors of a 207."""
    contact, company = pair(account)
    lonely = account.make(email="b@x.com")["id"]
    rows = [{"from": {"id": contact}, "to": {"id": company}}]
    base = "/crm/v4/associations/contacts/companies/batch"
    account.ok("POST", f"{base}/associate/default", {"inputs": rows})

    answer = account.ask("POST", f"{base}/read", {"inputs": [{"id": contact}, {"id": lonely}]})

    assert answer.status_code == 207
    (found,) = answer.json()["results"]
    assert (found["from"], found["to"][0]["toObjectId"]) == ({"id": contact}, int(company))
    (error,) = answer.json()["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["message"] == f"No company is associated with contact {lonely}."


def test_statuses_differ_by_version(account: Any) -> None:
    """Create is 201 in v4 and 2026-03, 200 in 2026-09; archive 204 in v4, 200 in dated ones."""
    contact, company = pair(account)
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
    row = {"from": {"id": contact}, "to": {"id": company}, "types": types}
    gone = {"from": {"id": contact}, "to": [{"id": company}]}
    v4 = "/crm/v4/associations/contacts/companies/batch"
    dated = "/crm/associations/{}/contacts/companies/batch"

    created = [
        account.ask("POST", f"{base}/create", {"inputs": [row]}).status_code
        for base in (v4, dated.format("2026-03"), dated.format("2026-09"))
    ]
    archived = [
        account.ask("POST", f"{base}/archive", {"inputs": [gone]}).status_code
        for base in (v4, dated.format("2026-03"))
    ]

    assert (created, archived) == ([201, 201, 200], [204, 200])


def test_lead_needs_its_primary_contact(account: Any) -> None:
    """A lead is refused without a primary association and made with one."""
    contact, _ = pair(account)
    properties = {"hs_lead_name": "Ada"}
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 578}]

    alone = account.ask("POST", "/crm/v3/objects/leads", {"properties": properties})
    joined = account.ask(
        "POST", "/crm/v3/objects/0-136",
        {"properties": properties, "associations": [{"to": {"id": contact}, "types": types}]},
    )  # fmt: skip

    assert (alone.status_code, joined.status_code) == (400, 201)
    assert joined.json()["properties"]["hs_pipeline_stage"] == "new-stage-id"


def test_merge_makes_a_new_record(account: Any) -> None:
    """The result has a new id and the primary's values; old ids lead to it, and so do e-mails."""
    one = account.make(email="a@x.com", firstname="A")["id"]
    two = account.make(email="b@x.com", firstname="B", phone="2")["id"]

    merged = account.ok(
        "POST", f"{CONTACT}/merge", {"primaryObjectId": one, "objectIdToMerge": two}
    )

    assert merged["id"] not in {one, two}
    assert merged["properties"]["firstname"] == "A"
    assert merged["properties"]["phone"] == "2"
    assert merged["properties"]["hs_merged_object_ids"] == f"{one};{two}"
    for old in (one, two):
        assert account.ok("GET", f"{CONTACT}/{old}")["id"] == merged["id"]
    found = account.ok("GET", f"{CONTACT}/b@x.com", idProperty="email")
    assert found["id"] == merged["id"]


def test_merged_ids_work_alone_but_not_in_batches(account: Any) -> None:
    """A single update by an old id reaches the new record; a batch update does not."""
    one, two = (account.make(email=f"{n}@x.com")["id"] for n in "ab")
    account.ok("POST", f"{CONTACT}/merge", {"primaryObjectId": one, "objectIdToMerge": two})
    change = {"properties": {"firstname": "Z"}}

    single = account.ask("PATCH", f"{CONTACT}/{two}", change)
    batch = account.ask("POST", f"{CONTACT}/batch/update", {"inputs": [{"id": two, **change}]})

    assert (single.status_code, batch.status_code) == (200, 207)
    assert batch.json()["errors"][0]["context"] == {"ids": [two]}


def test_merge_keeps_associations_with_one_primary(account: Any) -> None:
    """Both records' companies stay; only the primary record's is the primary one."""
    people = [account.make(email=f"{n}@x.com")["id"] for n in "ab"]
    firms = [account.make("companies", name=n)["id"] for n in "AB"]
    for person, firm in zip(people, firms, strict=True):
        account.ok(
            "PUT", f"/crm/v4/objects/contacts/{person}/associations/default/companies/{firm}"
        )

    merged = account.ok(
        "POST", f"{CONTACT}/merge", {"primaryObjectId": people[0], "objectIdToMerge": people[1]}
    )

    ends = account.ok("GET", f"/crm/v4/objects/contacts/{merged['id']}/associations/companies")
    primary = [
        end["toObjectId"]
        for end in ends["results"]
        if "Primary" in [t["label"] for t in end["associationTypes"]]
    ]
    assert {end["toObjectId"] for end in ends["results"]} == set(map(int, firms))
    assert primary == [int(firms[0])]


def test_privacy_deletion_leaves_nothing(account: Any) -> None:
    """Found by e-mail, gone from reads, archives and dumps; an unknown one is fine."""
    made = account.make(email="a@x.com")["id"]

    for _ in range(2):
        answer = account.ask(
            "POST", f"{CONTACT}/gdpr-delete", {"objectId": "a@x.com", "idProperty": "email"}
        )
        assert answer.status_code == 204

    assert account.ask("GET", f"{CONTACT}/{made}", archived="true").status_code == 404
    assert account.dump()["objects"]["contacts"] == []
