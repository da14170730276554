"""The APIs before version 3, as extraction software and automation tools still call them."""

from typing import Any

V1 = "/contacts/v1"


def listed(*pairs: tuple[str, str], key: str = "property") -> dict[str, Any]:
    return {"properties": [{key: name, "value": value} for name, value in pairs]}


def test_contacts_are_paged_by_vid(account: Any) -> None:
    """`vid-offset` of one page is `vidOffset` of the next."""
    ids = [int(account.make(email=f"{n}@x.com", firstname=f"F{n}")["id"]) for n in range(3)]
    path = f"{V1}/lists/all/contacts/all"

    first = account.ok("GET", path, count=2)
    second = account.ok("GET", path, count=2, vidOffset=first["vid-offset"], property="email")

    assert [row["vid"] for row in first["contacts"]] == ids[:2]
    assert (first["has-more"], second["has-more"]) == (True, False)
    assert first["contacts"][0]["properties"]["firstname"] == {"value": "F0"}
    assert second["contacts"][0]["properties"]["email"] == {"value": "2@x.com"}
    identity = second["contacts"][0]["identity-profiles"][0]["identities"][0]
    assert (identity["type"], identity["value"]) == ("EMAIL", "2@x.com")


def test_recent_contacts_come_last_changed_first(timed: Any) -> None:
    """Paged by time and vid."""
    account, clock = timed.account, timed.clock
    one, two = (int(account.make(email=f"{n}@x.com")["id"]) for n in range(2))
    clock.now += 60
    account.ok("PATCH", f"/crm/v3/objects/contacts/{one}", {"properties": {"city": "Bonn"}})
    path = f"{V1}/lists/recently_updated/contacts/recent"

    first = account.ok("GET", path, count=1)
    after = {"vidOffset": first["vid-offset"], "timeOffset": first["time-offset"]}
    second = account.ok("GET", path, count=1, **after)

    assert [row["vid"] for page in (first, second) for row in page["contacts"]] == [one, two]
    assert (first["has-more"], second["has-more"]) == (True, False)


def test_contact_by_email_created_changed_deleted(account: Any) -> None:
    """A second creation is refused with 409; the profile has history."""
    made = account.ok("POST", f"{V1}/contact", listed(("email", "a@x.com"), ("city", "Bonn")))
    again = account.ask("POST", f"{V1}/contact", listed(("email", "a@x.com")))
    path = f"{V1}/contact/createOrUpdate/email/a@x.com"
    changed = account.ok("POST", path, listed(("city", "Berlin")))
    profile = account.ok("GET", f"{V1}/contact/email/a@x.com/profile")
    gone = account.ok("DELETE", f"{V1}/contact/vid/{made['vid']}")
    missing = account.ask("GET", f"{V1}/contact/vid/{made['vid']}/profile")

    assert (again.status_code, again.json()["error"]) == (409, "CONTACT_EXISTS")
    assert changed == {"vid": made["vid"], "isNew": False}
    assert [v["value"] for v in profile["properties"]["city"]["versions"]] == ["Berlin", "Bonn"]
    assert gone == {"vid": made["vid"], "deleted": True, "reason": "OK"}
    assert (missing.status_code, missing.json()["message"]) == (404, "contact does not exist")


def test_lists_by_legacy_id(account: Any) -> None:
    """Adding, removing, reading back."""
    vid = int(account.make(email="a@x.com")["id"])
    body = {"name": "L", "objectTypeId": "0-1", "processingType": "MANUAL"}
    number = int(account.ok("POST", "/crm/v3/lists", body)["list"]["listId"])
    shown = account.ok("GET", f"{V1}/lists", count=1000)["lists"][0]
    path = f"{V1}/lists/{shown['listId']}"

    added = account.ok("POST", f"{path}/add", {"vids": [vid, 999], "emails": ["no@x.com"]})
    inside = account.ok("GET", f"{path}/contacts/all")["contacts"]
    removed = account.ok("POST", f"{path}/remove", {"vids": [vid]})

    assert (shown["internalListId"], shown["dynamic"], shown["metaData"]["size"]) == (
        number, False, 0,
    )  # fmt: skip
    assert added == {
        "updated": [vid], "discarded": [], "invalidVids": ["999"], "invalidEmails": ["no@x.com"],
    }  # fmt: skip
    assert [row["vid"] for row in inside] == [vid]
    assert removed["updated"] == [vid]


def test_companies_and_deals(account: Any) -> None:
    """Created, found by domain, changed, paged; deals know their ends."""
    vid = int(account.make(email="a@x.com")["id"])
    company = account.ok(
        "POST", "/companies/v2/companies", listed(("name", "Co"), ("domain", "co.com"), key="name")
    )
    body = {
        **listed(("dealname", "D"), key="name"),
        "associations": {"associatedVids": [vid], "associatedCompanyIds": [company["companyId"]]},
    }
    deal = account.ok("POST", "/deals/v1/deal", body)
    found = account.ok(
        "POST",
        "/companies/v2/domains/co.com/companies",
        {"requestOptions": {"properties": ["name"]}},
    )
    paged = account.ok(
        "GET", "/deals/v1/deal/paged", properties="dealname", includeAssociations="true"
    )
    recent = account.ok("GET", "/companies/v2/companies/recent/modified")

    assert company["properties"]["name"]["value"] == "Co"
    assert [row["companyId"] for row in found["results"]] == [company["companyId"]]
    assert paged["deals"][0]["dealId"] == deal["dealId"]
    assert paged["deals"][0]["associations"] == {
        "associatedVids": [vid], "associatedCompanyIds": [company["companyId"]],
        "associatedDealIds": [], "associatedTicketIds": [],
    }  # fmt: skip
    assert list(paged["deals"][0]["properties"]) == ["dealname"]
    assert (recent["total"], recent["hasMore"]) == (1, False)


def test_engagements_in_one_feed(account: Any) -> None:
    """A note and a call; the note made here belongs to its contact in version 4 too."""
    vid = int(account.make(email="a@x.com")["id"])
    account.make("calls", hs_timestamp="2026-01-02T03:04:05Z", hs_call_duration="90000")
    body = {
        "engagement": {"type": "NOTE", "timestamp": 1767323045000},
        "associations": {"contactIds": [vid]}, "metadata": {"body": "hello"},
    }  # fmt: skip
    note = account.ok("POST", "/engagements/v1/engagements", body)

    feed = account.ok("GET", "/engagements/v1/engagements/paged")
    of_contact = account.ok("GET", f"/engagements/v1/engagements/associated/CONTACT/{vid}/paged")
    ends = account.ok("GET", f"/crm/v4/objects/contacts/{vid}/associations/notes")["results"]

    kinds = {row["engagement"]["type"]: row["metadata"] for row in feed["results"]}
    assert kinds == {"NOTE": {"body": "hello"}, "CALL": {"durationMilliseconds": 90000}}
    assert [row["engagement"]["id"] for row in of_contact["results"]] == [note["engagement"]["id"]]
    assert note["engagement"]["timestamp"] == 1767323045000
    assert [row["toObjectId"] for row in ends] == [note["engagement"]["id"]]


def test_tickets_of_version_1(account: Any) -> None:
    """Bodies are bare lists."""
    rows = [{"name": "subject", "value": "Help"}, {"name": "hs_pipeline_stage", "value": "1"}]
    made = account.ok("POST", "/crm-objects/v1/objects/tickets", rows)
    path = f"/crm-objects/v1/objects/tickets/{made['objectId']}"

    changed = account.ok("PUT", path, [{"name": "subject", "value": "Thanks"}])
    paged = account.ok("GET", "/crm-objects/v1/objects/tickets/paged", properties="subject")

    assert (made["objectType"], changed["properties"]["subject"]["value"]) == ("TICKET", "Thanks")
    assert [row["objectId"] for row in paged["objects"]] == [made["objectId"]]


def test_associations_of_version_1(account: Any) -> None:
    """By definition id."""
    contact, deal = account.make(email="a@x.com")["id"], account.make("deals", dealname="D")["id"]
    ends = {"fromObjectId": int(contact), "toObjectId": int(deal)}
    body = {**ends, "category": "HUBSPOT_DEFINED", "definitionId": 4}
    path = f"/crm-associations/v1/associations/{contact}/HUBSPOT_DEFINED/4"

    made = account.ask("PUT", "/crm-associations/v1/associations", body)
    held = account.ok("GET", path)
    account.ok("PUT", "/crm-associations/v1/associations/delete", body)

    assert made.status_code == 204
    assert held == {"results": [int(deal)], "hasMore": False, "offset": int(deal)}
    assert account.ok("GET", path)["results"] == []


def test_the_account_before_version_3(account: Any) -> None:
    """Owners, properties, pipelines, forms, the account itself."""
    account.seed("owners", email="rep@x.com")

    owners = account.ok("GET", "/owners/v2/owners")
    properties = account.ok("GET", "/properties/v2/contacts/properties")
    deal = account.ok("GET", "/deals/v1/pipelines")[0]
    tickets = account.ok("GET", "/crm-pipelines/v1/pipelines/tickets")["results"][0]
    me = account.ok("GET", "/integrations/v1/me")

    assert [row["email"] for row in owners] == ["rep@x.com"]
    assert {"email", "lifecyclestage"} <= {row["name"] for row in properties}
    assert (deal["pipelineId"], deal["stages"][0]["stageId"]) == ("default", "appointmentscheduled")
    assert (tickets["objectType"], tickets["objectTypeId"]) == ("TICKET", "0-5")
    assert (me["portalId"], me["currency"]) == (48000001, "USD")
    assert account.ok("GET", "/forms/v2/forms") == []
    assert account.ok("GET", "/automation/v3/workflows") == {"workflows": []}


def test_campaigns_are_told_from_email_events(account: Any) -> None:
    """With their counters."""
    contact = account.make(email="a@x.com")["id"]
    about = {"emailCampaignId": "77", "subject": "Spring"}
    steps = [{"contact": contact, "event": kind, "properties": about}
             for kind in ("email_open", "email_open", "email_click")]  # fmt: skip
    account.ok("POST", "/_sandbox/play", {"steps": steps})

    found = account.ok("GET", "/email/public/v1/campaigns")["campaigns"]
    one = account.ok("GET", "/email/public/v1/campaigns/77")

    assert [row["id"] for row in found] == [77]
    assert (one["subject"], one["counters"]) == ("Spring", {"open": 2, "click": 1})
