"""The feeds of who joined, took part or moved on, against the sandbox."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import Cursor, Ref, Rejected
from connectors.contract.feed import check_corrupt_cursors, check_every_checkpoint
from tests.connectors.hubspot.account import Account, person, run

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def webinar(account: Account, name: str = "Launch") -> str:
    end = datetime.now(UTC) + timedelta(hours=1)
    made = account.call(
        "POST",
        "/marketing/v3/marketing-events/events",
        {
            "eventName": name, "eventOrganizer": "Acme", "externalAccountId": "a",
            "externalEventId": name, "endDateTime": end.isoformat(),
        },
    )  # fmt: skip
    return str(made["objectId"])


def attend(account: Account, event: str, state: str, *contacts: str, at: datetime = AT) -> None:
    inputs = [{"interactionDateTime": ms(at), "vid": int(one)} for one in contacts]
    path = f"/marketing/v3/marketing-events/{event}/attendance/{state}/create"
    account.call("POST", path, {"inputs": inputs})


class TestMarketingEvents:
    def test_each_state_that_somebody_reaches_is_told(self, account: Account, connect: Any) -> None:
        """First who registered, later who came and who stayed away."""
        ada, bob = account.contact("ada@example.com"), account.contact("bob@example.com")
        event = webinar(account)
        attend(account, event, "register", ada, bob)
        hubspot = connect(account.url, marketing_events=True, event_lag_s=0)
        first, cursor = run(hubspot, "marketing")
        attend(account, event, "attend", ada, at=AT + timedelta(hours=1))
        times = {"startDateTime": AT.isoformat(), "endDateTime": datetime.now(UTC).isoformat()}
        path = "/marketing/v3/marketing-events/events/Launch/complete?externalAccountId=a"
        account.call("POST", path, times)

        then, _ = run(hubspot, "marketing", cursor)

        def told(found: list[Any]) -> set[Any]:
            return {(a.person.id, a.type, a.detail["outcome"]) for a in found}

        assert told(first) == {(ada, "seminar", "registered"), (bob, "seminar", "registered")}
        assert told(then) == {(ada, "seminar", "attended"), (bob, "seminar", "no_show")}
        assert first[0].detail["event_name"] == "Launch"

    def test_nothing_new_costs_one_call(self, account: Account, connect: Any) -> None:
        """An event is read again only when its numbers have changed."""
        ada = account.contact("ada@example.com")
        attend(account, webinar(account), "register", ada)
        hubspot = connect(account.url, marketing_events=True, event_lag_s=0)
        _, cursor = run(hubspot, "marketing")
        _, cursor = run(hubspot, "marketing", cursor)
        account.forget_calls()

        assert run(hubspot, "marketing", cursor)[0] == []
        assert sum(account.calls().values()) == 1

    def test_all_pages_of_all_events_are_read(self, account: Account, connect: Any) -> None:
        """From any checkpoint on."""
        people = [account.contact(f"p{n}@example.com") for n in range(103)]
        attend(account, webinar(account, "A"), "register", *people)
        webinar(account, "B")
        attend(account, webinar(account, "C"), "cancel", people[0])
        hubspot = connect(account.url, marketing_events=True)

        feed = "marketing"
        check_every_checkpoint(lambda c: hubspot.activities(feed, c), lambda a: a.id, count=104)
        check_corrupt_cursors(lambda c: hubspot.activities(feed, c))


class TestLists:
    @staticmethod
    def made(account: Account, *members: str, type_id: str = "0-1") -> str:
        body = {"name": "VIP", "objectTypeId": type_id, "processingType": "MANUAL"}
        list_id = str(account.call("POST", "/crm/v3/lists/", body)["list"]["listId"])
        if members:
            account.call("PUT", f"/crm/v3/lists/{list_id}/memberships/add", list(members))
        return list_id

    def test_who_joins_a_list_did_something(self, account: Account, connect: Any) -> None:
        """With the list's name, once for each time of joining."""
        ada, bob = account.contact("ada@example.com"), account.contact("bob@example.com")
        list_id = self.made(account, ada)
        hubspot = connect(account.url, lists=[list_id], event_lag_s=0)
        first, cursor = run(hubspot, f"list/{list_id}")
        account.call("PUT", f"/crm/v3/lists/{list_id}/memberships/add", [bob])

        then, _ = run(hubspot, f"list/{list_id}", cursor)

        assert [(a.person, a.type) for a in first] == [(person(ada), "list_membership")]
        assert first[0].detail == {"list": list_id, "list_name": "VIP"}
        assert person(bob) in [a.person for a in then]

    def test_members_who_left_hide_nobody(self, account: Account, connect: Any) -> None:
        """A page that begins with new members sends the reader back to the beginning."""
        people = [account.contact(f"p{n}@example.com") for n in range(520)]
        list_id = self.made(account, *people[:510])
        hubspot = connect(account.url, lists=[list_id], event_lag_s=0)
        first, cursor = run(hubspot, f"list/{list_id}")
        account.call("PUT", f"/crm/v3/lists/{list_id}/memberships/remove", people[:505])
        account.call("PUT", f"/crm/v3/lists/{list_id}/memberships/add", people[510:])

        then, _ = run(hubspot, f"list/{list_id}", cursor)

        assert {a.person.id for a in then} >= set(people[510:])
        assert len(first) == 510

    def test_it_is_complete_from_any_checkpoint(self, account: Account, connect: Any) -> None:
        """Whoever stopped, wherever."""
        people = [account.contact(f"p{n}@example.com") for n in range(260)]
        list_id = self.made(account, *people)
        hubspot = connect(account.url, lists=[list_id])

        feed = f"list/{list_id}"
        check_every_checkpoint(lambda c: hubspot.activities(feed, c), lambda a: a.id, count=260)
        check_corrupt_cursors(lambda c: hubspot.activities(feed, c))

    def test_a_list_of_companies_is_refused(self, account: Account, connect: Any) -> None:
        """Companies do nothing."""
        list_id = self.made(account, type_id="0-2")

        with pytest.raises(Rejected) as refused:
            connect(account.url, lists=[list_id]).activities(f"list/{list_id}", None)

        assert refused.value.code == "no_contact_list"


class TestStages:
    def test_a_lifecycle_stage_is_told_once_it_is_reached(
        self, account: Account, connect: Any
    ) -> None:
        """Each stage with its time; a later edit of the contact brings none of them again."""
        ada = account.contact("ada@example.com")
        hubspot = connect(account.url, lifecycle="search", search_lag_s=0)
        first, cursor = run(hubspot, "lifecycle")
        account.change("contacts", ada, lifecyclestage="customer")
        then, cursor = run(hubspot, "lifecycle", cursor)
        seen = {one.id for one in (*first, *then)}
        account.change("contacts", ada, jobtitle="CEO")
        at_last, _ = run(hubspot, "lifecycle", cursor)

        assert [(a.person, a.type, a.detail) for a in first] == [
            (person(ada), "lifecycle_change", {"stage": "lead"})
        ]
        assert "customer" in [a.detail["stage"] for a in then]
        assert {one.id for one in at_last} <= seen

    def test_a_deal_won_tells_its_amount(self, account: Account, connect: Any) -> None:
        """Each stage it went through, with the one before, for its contacts."""
        ada = account.contact("ada@example.com")
        said = {"dealname": "100 seats", "amount": "1200", "dealstage": "contractsent"}
        deal = account.create("deals", {**said, "deal_currency_code": "JPY"}, (3, ada))["id"]
        account.change("deals", deal, dealstage="closedwon", closed_won_reason="price")
        hubspot = connect(account.url, deal_stages=True)

        found, _ = run(hubspot, "deals")

        assert [(a.type, a.detail.get("from_stage"), a.detail["stage"]) for a in found] == [
            ("stage_change", None, "Contract Sent"),
            ("won", "Contract Sent", "Closed Won"),
        ]
        assert found[1].about == (Ref("opportunity", deal),)
        assert found[1].detail["amount"] == 1200
        assert found[1].detail["currency"] == "JPY"
        assert found[1].detail["reason"] == "price"

    def test_a_deal_lost_tells_why(self, account: Account, connect: Any) -> None:
        """Read once; then nothing again."""
        ada = account.contact("ada@example.com")
        said = {"dealname": "1 seat", "dealstage": "closedlost", "closed_lost_reason": "budget"}
        account.create("deals", said, (3, ada))
        hubspot = connect(account.url, deal_stages=True)

        ((lost,), cursor) = run(hubspot, "deals")

        assert (lost.type, lost.detail["reason"]) == ("lost", "budget")
        assert {one.id for one in run(hubspot, "deals", cursor)[0]} <= {lost.id}


def test_a_cursor_of_another_feed_is_refused(account: Account, connect: Any) -> None:
    """Feeds are not mixed up."""
    hubspot = connect(account.url, deal_stages=True, lifecycle="search")
    _, cursor = run(hubspot, "deals")

    with pytest.raises(Rejected):
        hubspot.activities("lifecycle", Cursor(cursor))
