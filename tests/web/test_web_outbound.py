"""Salesforce's outbound messages: one Ack, and only for what is on disk."""

import pytest

from app.configuring import ConnectionSpec, save_connection
from connectors.base import Inbound
from tests.web.conftest import PUBLIC_URL, Site

KEY = "the-key-in-the-address"
PATH = f"/webhooks/sfa?key={KEY}"
ORG_ID = "00D5g000004ZzZzEAK"
ACK = b"<Ack>true</Ack>"


def message(org_id: str = ORG_ID, number: str = "04l1") -> Inbound:
    body = (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
        f"<OrganizationId>{org_id}</OrganizationId><Notification><Id>{number}</Id>"
        '<sObject xsi:type="sf:Lead" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
        "<sf:Id>00Q5g00000AbCdEEAV</sf:Id></sObject></Notification></notifications>"
        "</soapenv:Body></soapenv:Envelope>"
    )
    headers = {"content-type": "text/xml; charset=utf-8"}
    return Inbound("POST", f"{PUBLIC_URL}{PATH}", headers, body.encode())


@pytest.fixture
def org(site: Site) -> Site:
    """A site with a connection to a Salesforce org."""
    spec = {
        "name": "sfa",
        "vendor": "salesforce",
        "role": "sfa",
        "settings": {
            "instance_url": "https://acme.my.salesforce.com",
            "flow": "static",
            "org_id": ORG_ID,
        },
        "secrets": {"access_token": "token", "webhook_key": KEY},
    }
    with site.database.begin() as tx:
        save_connection(tx, site.parts.accounts, ConnectionSpec.model_validate(spec))
    return site


def test_a_message_is_stored_and_acknowledged_in_soap(org: Site) -> None:
    """A 200 with anything else would make Salesforce send it again."""
    answer = org.post(message(), PATH)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.content.count(ACK) == 1
    assert org.rows("hint") == 1
    assert org.eventually(lambda: org.woken == {"fetch:sfa"})


def test_a_message_that_is_sent_again_is_one_and_acknowledged(org: Site) -> None:
    """By the id of its notification."""
    answers = [org.post(message(), PATH) for _ in range(3)]

    assert [ACK in one.content for one in answers] == [True, True, True]
    assert org.rows("receipt") == 1


def test_a_message_of_another_org_or_without_the_key_is_not_acknowledged(org: Site) -> None:
    """Nothing of it is stored."""
    other = org.post(message("00D000000000001AAA"), PATH)
    keyless = org.post(message(), "/webhooks/sfa")

    assert (other.status_code, keyless.status_code) == (401, 401)
    assert ACK not in other.content + keyless.content
    assert org.rows("hint") == 0


def test_what_can_not_be_stored_is_not_acknowledged(org: Site) -> None:
    """The database is away: 503, so that the message comes again."""
    with org.database.begin() as tx:
        tx.exec_driver_sql("ALTER TABLE receipt RENAME TO receipt_away")
    try:
        answer = org.post(message(), PATH)
    finally:
        with org.database.begin() as tx:
            tx.exec_driver_sql("ALTER TABLE receipt_away RENAME TO receipt")

    assert answer.status_code >= 500
    assert ACK not in answer.content


def test_a_connection_says_where_messages_go(org: Site) -> None:
    """As every connection that takes webhooks; its secrets are masked."""
    seen = org.call("GET", "/api/v1/connections/sfa").json()

    assert seen["webhook_url"] == f"{PUBLIC_URL}/webhooks/sfa"
    assert KEY not in str(seen)
