"""Outbound messages: what is taken, and what is not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Hint, Inbound, Ref, Refused, Rejected
from connectors.salesforce.adapter import Adapter
from tests.connectors.salesforce.conftest import OpenAt

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ORG_ID = "00D5g000004ZzZzEAK"
LEAD, CONTACT = "00Q5g00000AbCdEEAV", "0035g00000AbCdEAAV"
URL = "https://baton.example/webhooks/sfa"
KEY = "a-long-enough-key"


def record(name: str, record_id: str, number: str) -> str:
    return (
        f"<Notification><Id>{number}</Id>"
        f'<sObject xsi:type="sf:{name}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
        f"<sf:Id>{record_id}</sf:Id><sf:Email>ada@example.com</sf:Email></sObject></Notification>"
    )


def message(*notifications: str, org_id: str = ORG_ID, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
        f"<OrganizationId>{org_id}</OrganizationId><ActionId>04k5g000000AbCdEAA</ActionId>"
        '<SessionId xsi:nil="true"/><EnterpriseUrl>https://x</EnterpriseUrl>'
        f"<PartnerUrl>https://x</PartnerUrl>{''.join(notifications)}"
        "</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()


def inbound(body: bytes, url: str = URL) -> Inbound:
    return Inbound("POST", url, {"content-type": "text/xml; charset=utf-8"}, body)


@pytest.fixture
def adapter(open_at: OpenAt) -> Adapter:
    return open_at(org_id=ORG_ID)


def status(adapter: Adapter, body: bytes, url: str = URL) -> int:
    with pytest.raises(Refused) as caught:
        adapter.parse(inbound(body, url), NOW)
    return caught.value.status


def test_each_record_of_a_message_is_a_hint(adapter: Adapter) -> None:
    """By the id of its notification, which is the same when the message is sent again."""
    body = message(record("Lead", LEAD, "04l1"), record("Contact", CONTACT, "04l2"))

    assert adapter.parse(inbound(body), NOW) == [
        Hint("04l1", Ref("person", LEAD), feeds=()),
        Hint("04l2", Ref("person", CONTACT), feeds=()),
    ]


def test_a_deleted_record_and_another_object_are_left_out(adapter: Adapter) -> None:
    """The one comes empty, the other is nobody's business; both are acknowledged."""
    empty = '<Notification><Id>04l1</Id><sObject xsi:type="sf:Lead"/></Notification>'
    body = message(empty, record("Case", "5005g00000AbCdEAAV", "04l2"))

    assert adapter.parse(inbound(body), NOW) == []


def test_the_fifteen_character_org_id_is_the_same_org(adapter: Adapter) -> None:
    """Settings and messages may use either form."""
    body = message(record("Lead", LEAD, "04l1"), org_id=ORG_ID[:15])

    assert len(adapter.parse(inbound(body), NOW)) == 1


def test_another_org_is_refused(adapter: Adapter, open_at: OpenAt) -> None:
    """Also where no org is configured: then nobody's messages are taken."""
    body = message(record("Lead", LEAD, "04l1"), org_id="00D000000000001AAA")

    assert status(adapter, body) == 401
    assert status(open_at(), message(record("Lead", LEAD, "04l1"))) == 401


def test_with_a_key_the_address_must_carry_it(open_at: OpenAt) -> None:
    """The present one or, during a rotation, the one before."""
    secrets = {"access_token": "x", "webhook_key": KEY, "webhook_key_previous": KEY[::-1]}
    adapter = open_at(org_id=ORG_ID, secrets=secrets)
    body = message(record("Lead", LEAD, "04l1"))

    assert len(adapter.parse(inbound(body, f"{URL}?key={KEY}"), NOW)) == 1
    assert len(adapter.parse(inbound(body, f"{URL}?key={KEY[::-1]}"), NOW)) == 1
    for query in ("", "?key=", "?key=wrong", f"?key={KEY}&key={KEY}", f"?Key={KEY}"):
        assert status(adapter, body, URL + query) == 401


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("before", [BOMB, OUTSIDE, FILE, "<!DOCTYPE x>"])
def test_xml_that_defines_anything_is_refused(adapter: Adapter, before: str) -> None:
    """Entities that grow, files and addresses to fetch: none is ever expanded."""
    assert status(adapter, message(record("Lead", LEAD, "04l1"), before=before)) == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<a/>",
        b"<a>" * 50_000,
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"\xff\xfe\x00",
        message("<Notification/>"),
        message(record("Lead", LEAD, "x" * 41)),
    ],
    ids=["empty", "json", "other", "deep", "encoding", "bytes", "no id", "long id"],
)
def test_what_is_no_message_is_refused(adapter: Adapter, body: bytes) -> None:
    """As unreadable, whatever it is."""
    assert status(adapter, body) == 400


def test_a_flood_is_refused(adapter: Adapter) -> None:
    """More than a message can hold."""
    many = [record("Lead", LEAD, f"04l{n}") for n in range(1001)]

    assert status(adapter, message(*many)) == 413
    assert status(adapter, b" " * (4 * 1024 * 1024 + 1)) == 413


def test_the_answer_is_one_ack(adapter: Adapter) -> None:
    """Any other answer makes Salesforce send the message again."""
    body, media_type = adapter.acknowledgement()

    assert media_type.startswith("text/xml")
    assert body.count(b"<Ack>true</Ack>") == 1


def test_settings_are_checked_when_they_are_saved(open_at: OpenAt) -> None:
    """Each with its name."""
    wrong: dict[str, Any] = {"org_id": "x", "pubsub_endpoint": "x", "deleted_every_s": 1}
    for name, value in wrong.items():
        with pytest.raises(Rejected, match=name):
            open_at(**{name: value})
    with pytest.raises(Rejected, match="no Salesforce host"):
        open_at(change_events=True, pubsub_endpoint="evil.example:7443")
