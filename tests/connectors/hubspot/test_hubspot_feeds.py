"""The feeds of activities against the sandbox: complete, restarted anywhere, nothing twice."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from connectors.base import Ref
from connectors.contract.feed import check_corrupt_cursors, check_every_checkpoint
from tests.connectors.hubspot.account import Account, person, run

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FORM = {
    "name": "Price list",
    "formType": "hubspot",
    "fieldGroups": [
        {
            "groupType": "default_group",
            "richTextType": "text",
            "fields": [
                {"name": name, "label": name, "fieldType": kind, "objectTypeId": "0-1"}
                for name, kind in (
                    ("email", "email"), ("company", "single_line_text"),
                    ("utm_source", "single_line_text"),
                )
            ],
        }
    ],
}  # fmt: skip


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.fixture
def account(account: Account) -> Account:
    """With a property that marketing fills in by hidden fields of its forms."""
    kind = {"type": "string", "fieldType": "text", "groupName": "contactinformation"}
    source = {"name": "utm_source", "label": "UTM source", **kind}
    account.call("POST", "/crm/v3/properties/contacts", source)
    return account


def form(account: Account, name: str = "Price list") -> str:
    now = AT.isoformat()
    made = {**FORM, "name": name, "createdAt": now, "updatedAt": now, "archived": False}
    return str(account.call("POST", "/marketing/v3/forms/", made)["id"])


def submit(
    account: Account,
    form_id: str,
    email: str,
    at: datetime = AT,
    given: Mapping[str, str] = MappingProxyType({}),
) -> None:
    fields = [{"name": name, "value": value} for name, value in {"email": email, **given}.items()]
    path = f"/submissions/v3/integration/secure/submit/48000001/{form_id}"
    context = {"pageUri": "https://acme.example/p?utm_medium=cpc"}
    body = {"fields": fields, "submittedAt": str(ms(at)), "context": context}
    account.call("POST", path, body)


def play(account: Account, contact: str, event: str, **said: str) -> None:
    step = {"contact": contact, "event": event, "at": AT.isoformat(), "properties": said}
    account.control("POST", "play", steps=[step])


class TestEmails:
    def test_an_email_is_sent_bounces_and_is_refused(self, account: Account, connect: Any) -> None:
        """Each under its type, with what the mail server said and how the refusal came."""
        ada = account.contact("ada@example.com")
        hubspot = connect(account.url, email_events={"SENT": "email_sent", "BOUNCE": "email_bounce",
                                                     "STATUSCHANGE": "unsubscribe"})  # fmt: skip
        play(account, ada, "email_sent", subject="News")
        play(account, ada, "email_bounce", category="SPAM", response="550 no")
        out = {"portalSubscriptionStatus": "UNSUBSCRIBED", "source": "SOURCE_RECIPIENT"}
        play(account, ada, "unsubscribe", **out)

        told = [run(hubspot, f"email/{one}")[0] for one in ("SENT", "BOUNCE", "STATUSCHANGE")]

        assert [(a.person, a.type, a.title, a.detail) for (a,) in told] == [
            (person(ada), "email_sent", "News", {"campaign": "0", "subject": "News"}),
            (
                person(ada), "email_bounce", "",
                {"campaign": "0", "outcome": "SPAM", "reason": "550 no"},
            ),
            (person(ada), "unsubscribe", "", {"campaign": "0", "source": "SOURCE_RECIPIENT"}),
        ]  # fmt: skip

    def test_to_subscribe_again_is_no_refusal(self, account: Account, connect: Any) -> None:
        """Only a change to fewer mails is one."""
        ada = account.contact("ada@example.com")
        play(account, ada, "unsubscribe", portalSubscriptionStatus="SUBSCRIBED")

        assert run(connect(account.url), "email/STATUSCHANGE")[0] == []


class TestEvents:
    def test_an_ad_click_tells_its_campaign(self, account: Account, connect: Any) -> None:
        """With the network and the UTM parameters that the event carries."""
        ada = account.contact("ada@example.com")
        said = {
            "hs_ad_network": "GOOGLE", "hs_ad_campaign_id": "7", "hs_ad_campaign_name": "Autumn",
            "hs_utm_source": "google", "hs_interaction_type": "CLICK",
        }  # fmt: skip
        play(account, ada, "e_ad_interaction", **said)

        ((click,), _) = run(connect(account.url), "e_ad_interaction")

        assert (click.type, click.title) == ("ad_click", "Autumn")
        assert click.detail == {
            "channel": "GOOGLE", "campaign": "7", "campaign_name": "Autumn",
            "utm_source": "google", "outcome": "CLICK",
        }  # fmt: skip

    def test_an_address_tells_utm_parameters(self, account: Account, connect: Any) -> None:
        """Where the event has none of its own."""
        ada = account.contact("ada@example.com")
        play(account, ada, "page_view", url="https://acme.example/?utm_campaign=autumn&x=1")

        ((view,), _) = run(connect(account.url), "e_visited_page")

        assert view.detail["utm_campaign"] == "autumn"


class TestForms:
    def test_a_submission_is_told_with_its_form(self, account: Account, connect: Any) -> None:
        """The contact by its address; of the answers only those that are set."""
        ada = account.contact("ada@example.com")
        form_id = form(account)
        given = {"company": "Acme", "utm_source": "news"}
        submit(account, form_id, "Ada@Example.com", given=given)
        hubspot = connect(account.url, form_source="submissions", form_fields=["company"])

        ((sent,), _) = run(hubspot, "forms")

        assert (sent.person, sent.type, sent.at, sent.title) == (
            person(ada), "form_submit", AT, "Price list",
        )  # fmt: skip
        assert sent.detail == {
            "form": form_id,
            "form_name": "Price list",
            "url": "https://acme.example/p?utm_medium=cpc",
            "utm_medium": "cpc",
            "utm_source": "news",
            "company": "Acme",
        }

    def test_a_submission_counts_once(self, account: Account, connect: Any) -> None:
        """What is read form by form is not read as an event too."""
        submit(account, form(account), "ada@example.com")
        hubspot = connect(account.url, form_source="submissions")

        everything = [one for feed in hubspot.feeds() for one in run(hubspot, feed)[0]]

        assert [one.type for one in everything] == ["form_submit"]

    def test_somebody_unknown_is_a_clue(self, account: Account, connect: Any) -> None:
        """The contact may be gone, or not there yet."""
        submit(account, form(account), "ada@example.com")
        (ada,) = account.dump("contacts")
        account.call("DELETE", f"/crm/v3/objects/contacts/{ada['id']}")
        hubspot = connect(account.url, form_source="submissions")

        assert [one.person for one in run(hubspot, "forms")[0]] == [
            Ref("person", "email:ada@example.com")
        ]

    def test_all_pages_of_all_forms_are_read(self, account: Account, connect: Any) -> None:
        """From any checkpoint on, and none again once it has settled."""
        forms = [form(account, name) for name in ("A", "B", "C")]
        for n in range(65):
            submit(account, forms[0], f"p{n}@example.com", AT + timedelta(minutes=n))
        submit(account, forms[2], "last@example.com")
        hubspot = connect(account.url, form_source="submissions")

        check_every_checkpoint(lambda c: hubspot.activities("forms", c), lambda a: a.id, count=66)
        check_corrupt_cursors(lambda c: hubspot.activities("forms", c))
        _, cursor = run(hubspot, "forms")
        submit(account, forms[1], "new@example.com", datetime.now(UTC))

        assert len(run(hubspot, "forms", cursor)[0]) == 1

    def test_only_the_forms_that_are_set_are_read(self, account: Account, connect: Any) -> None:
        """One that is gone is passed over."""
        wanted, other = form(account, "A"), form(account, "B")
        submit(account, wanted, "ada@example.com")
        submit(account, other, "bob@example.com")
        hubspot = connect(account.url, form_source="submissions", forms=[wanted, "gone"])

        assert [one.detail["form"] for one in run(hubspot, "forms")[0]] == [wanted]
