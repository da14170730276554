"""Opportunity history, stages and notes, as people's work leaves them."""

import base64

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org


@pytest.fixture
def deal(org: Org) -> str:
    fields = {"Name": "100 seats", "StageName": "Prospecting", "CloseDate": "2027-09-30"}
    return org.make("Opportunity", **fields, Amount=1000)


def lines(org: Org) -> list[tuple[str, float, float | None]]:
    text = "SELECT StageName, Amount, PrevAmount FROM OpportunityHistory ORDER BY CreatedDate, Id"
    found = org.query(text)["records"]
    return [(one["StageName"], one["Amount"], one["PrevAmount"]) for one in found]


def test_stage_and_amount_leave_a_line_of_history(org: Org, deal: str) -> None:
    """The first at the creation; none for a change of anything else."""
    org.clock.tick()
    org.ok("PATCH", f"sobjects/Opportunity/{deal}", {"StageName": "Closed Won"})
    org.clock.tick()
    org.ok("PATCH", f"sobjects/Opportunity/{deal}", {"NextStep": "Say thanks"})
    org.control("POST", "edit", {"object": "Opportunity", "id": deal, "fields": {"Amount": 900}})

    assert lines(org) == [
        ("Prospecting", 1000, None),
        ("Closed Won", 1000, 1000),
        ("Closed Won", 900, 1000),
    ]


def test_history_goes_with_its_opportunity(org: Org, deal: str) -> None:
    """A deleted opportunity has none that a query shows."""
    org.ok("DELETE", f"sobjects/Opportunity/{deal}")

    assert lines(org) == []


def test_history_is_written_by_the_org_alone(org: Org, deal: str) -> None:
    """Nobody can add a line."""
    status, error = org.refused("POST", "sobjects/OpportunityHistory", {"OpportunityId": deal})

    assert (status, error["errorCode"]) == (400, "INVALID_TYPE_FOR_OPERATION")


def test_stages_say_which_are_closed_and_won(org: Org) -> None:
    """Ten stages, as in a new org."""
    text = "SELECT ApiName FROM OpportunityStage WHERE IsClosed = {} AND IsWon = {}"

    assert len(org.values(text.format("false", "false"))) == 8
    assert org.values(text.format("true", "true")) == ["Closed Won"]
    assert org.values(text.format("true", "false")) == ["Closed Lost"]


def test_notes_of_both_sorts_are_kept(org: Org) -> None:
    """A classic note stands under its parent; an enhanced one shows the text of its HTML."""
    lead = org.lead()
    org.make("Note", ParentId=lead, Title="Visit", Body="Wants a demo")
    html = base64.b64encode(b"<p>Wants a <b>demo</b> &amp; a price</p>").decode()
    note = org.make("ContentNote", Title="Visit", Content=html)
    org.make("ContentDocumentLink", ContentDocumentId=note, LinkedEntityId=lead)

    assert org.values("SELECT Body FROM Note") == ["Wants a demo"]
    assert org.values("SELECT TextPreview FROM ContentNote") == ["Wants a demo & a price"]
    assert org.values("SELECT LinkedEntityId FROM ContentDocumentLink") == [lead]
