"""Outbound messages: what is sent, when, and that it arrives in the end."""

import re
from typing import Any

import pytest
from defusedxml import ElementTree

from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.events.conftest import ACK, Listener
from tests.support.patience import eventually

OUT = "{http://soap.sforce.com/2005/09/outbound}"
RECORD = "{urn:sobject.enterprise.soap.sforce.com}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def configure(org: Org, listener: Listener, settings: Any = None, **rule: Any) -> None:
    """One outbound message for leads, sent fast and retried at once."""
    given = {"name": "hot", "object": "Lead", "fields": ["LastName", "Phone"], "url": listener.url}
    quick = {"outbound_flush_ms": 1, "event_time_scale": 0.00001}
    org.configure(outbound_messages=[{**given, **rule}], **quick, **(settings or {}))


def settled(org: Org) -> Any:
    """The dump's messages once nothing is under way."""
    assert eventually(lambda: org.control("GET", "quiet")["quiet"])
    return org.control("GET", "dump")["webhooks"]


def notifications(listener: Listener) -> list[list[tuple[str, dict[str, str]]]]:
    """Of each message: (notification id, record's fields)."""
    found = []
    for _, body in listener.messages:
        root = ElementTree.fromstring(body)
        found.append([
            (
                one.findtext(f"{OUT}Id") or "",
                {e.tag.replace(RECORD, ""): e.text or "" for e in one[1]},
            )
            for one in root.iter(f"{OUT}Notification")
        ])  # fmt: skip
    return found


def test_a_message_is_soap_in_the_documented_order(org: Org, listener: Listener) -> None:
    """SOAP 1.1; SessionId is there and empty; the record has its Id and what is not null."""
    configure(org, listener)
    id_ = org.lead("Love & Co", Title="not sent")
    settled(org)

    ((headers, body),) = listener.messages
    (message,) = ElementTree.fromstring(body).iter(f"{OUT}notifications")
    notification = message[-1]

    assert headers["content-type"] == "text/xml; charset=utf-8"
    assert headers["soapaction"] == '""'
    assert [child.tag.replace(OUT, "") for child in message] == [
        "OrganizationId", "ActionId", "SessionId", "EnterpriseUrl", "PartnerUrl", "Notification",
    ]  # fmt: skip
    org_id, action_id, session_id, enterprise, partner = (one.text or "" for one in message[:5])
    assert (org_id[:3], action_id[:3], session_id) == ("00D", "04k", "")
    assert re.fullmatch(r"http://[^/]+/services/Soap/c/66\.0/00D\w{15}", enterprise)
    assert partner == enterprise.replace("/c/", "/u/")
    assert (notification[0].text or "").startswith("04l")
    assert notification[1].get(TYPE) == "sf:Lead"
    assert [(e.tag.replace(RECORD, ""), e.text) for e in notification[1]] == [
        ("Id", id_),
        ("LastName", "Love & Co"),
    ]


def test_many_notifications_share_messages_of_100(org: Org, listener: Listener) -> None:
    """150 records make two messages, each acknowledged as a whole."""
    configure(org, listener)
    records = [
        {"attributes": {"type": "Lead"}, "LastName": f"L{n}", "Company": "A"} for n in range(150)
    ]
    org.ok("POST", "composite/sobjects", {"records": records})
    messages = settled(org)

    assert sorted(len(one["notifications"]) for one in messages) == [50, 100]
    assert {one["state"] for one in messages} == {"delivered"}
    assert len({id_ for message in notifications(listener) for id_, _ in message}) == 150


@pytest.mark.parametrize(
    "answer",
    [(200, "OK"), (200, ACK.replace("true", "false")), (500, ACK), (200, "<html/>"), (200, "")],
)
def test_what_is_not_acknowledged_comes_again(
    org: Org, listener: Listener, answer: tuple[int, str]
) -> None:
    """A body that is not SOAP, a false Ack and an error all mean redelivery, ids unchanged."""
    listener.answers = [answer, answer]
    configure(org, listener)
    org.lead()
    (message,) = settled(org)

    first, second, third = notifications(listener)
    assert first == second == third
    assert [one["acked"] for one in message["attempts"]] == [False, False, True]
    assert message["state"] == "delivered"


def test_the_latest_data_is_delivered(org: Org, listener: Listener) -> None:
    """A retry shows the record as it is by then, and nothing of one deleted."""
    configure(org, listener, on=["create"])

    def change(path: str, **more: Any) -> None:
        id_ = notifications(listener)[0][0][1]["Id"]
        org.control("POST", path, {"object": "Lead", "id": id_, **more})

    listener.answers = [(500, ""), (500, "")]
    listener.meanwhile = [
        lambda: change("edit", fields={"Phone": "2"}),
        lambda: change("delete"),
    ]
    org.lead(Phone="1")
    settled(org)

    first, second, third = (one[0][1] for one in notifications(listener))
    assert (first["Phone"], second["Phone"], third) == ("1", "2", {})


def test_after_a_day_it_is_dropped(org: Org, listener: Listener) -> None:
    """Waits double from 30 s to two hours, until 24 hours are over."""
    listener.answers = [(500, "")] * 1000
    configure(org, listener)
    org.lead()
    (message,) = settled(org)

    # 8 waits from 30 s to 3,840 s take 7,650 s; then 10 waits of two hours fit in a day
    assert message["state"] == "dead"
    assert len(message["attempts"]) == 19
    assert org.control("GET", "quiet")["dead_webhooks"] == 1


def test_rules_decide_what_is_sent(org: Org, listener: Listener) -> None:
    """Update only, one of these fields changed, and the condition became true."""
    rule = {"on": ["update"], "changed": ["Rating"], "when": "Rating = 'Hot'", "newly": True}
    configure(org, listener, **rule)
    id_ = org.lead(Rating="Hot")
    for changes in ({"Phone": "1"}, {"Rating": "Cold"}, {"Rating": "Hot"}, {"Phone": "2"}):
        org.ok("PATCH", f"sobjects/Lead/{id_}", changes)

    assert len(settled(org)) == 1


def test_duplicates_and_disorder(org: Org, listener: Listener) -> None:
    """Some come twice with the same id, and not in the order in which they happened."""
    shares = {"outbound_duplicate_share": 0.5, "outbound_reorder_share": 0.5, "outbound_batch": 1}
    configure(org, listener, shares)
    records = [
        {"attributes": {"type": "Lead"}, "LastName": f"L{n:02}", "Company": "A"} for n in range(40)
    ]
    org.ok("POST", "composite/sobjects", {"records": records})
    messages = settled(org)

    sent = [one["notifications"][0]["id"] for one in messages]
    assert len(sent) > len(set(sent)) == 40
    assert sent != sorted(sent)


@pytest.mark.parametrize(
    "wrong",
    [{"object": "Leed"}, {"fields": ["Fone"]}, {"when": "Ratting = 'x'"}, {"colour": "red"}],
)
def test_a_wrong_rule_is_refused(org: Org, listener: Listener, wrong: dict[str, Any]) -> None:
    """The answer names the rule or the key; the settings stay as they were."""
    rule = {"name": "hot", "object": "Lead", "url": listener.url, **wrong}

    answer = org.http.patch("/_sandbox/config", json={"outbound_messages": [rule]})

    assert answer.status_code == 400
    assert "outbound_messages" in answer.json()["error"]
    assert org.control("GET", "config")["outbound_messages"] == []
