"""The SOAP API's calls on records, by partner and enterprise envelopes."""

from xml.etree.ElementTree import Element

import httpx
from defusedxml import ElementTree

from tests.connectors.salesforce_sandbox.conftest import Org

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


def local(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def call(org: Org, body: str, *, headers: str = "", kind: str = "u") -> tuple[int, Element]:
    """Status, and what is inside of the response's body."""
    space = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}[kind]
    text = (
        f'<e:Envelope xmlns:e="{ENVELOPE}" xmlns="{space}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Header><SessionHeader>'
        f"<sessionId>sandbox-token</sessionId></SessionHeader>{headers}</e:Header>"
        f"<e:Body>{body}</e:Body></e:Envelope>"
    )
    answer = httpx.post(f"{org.url}/services/Soap/{kind}/59.0", content=text)
    (body_node,) = (one for one in ElementTree.fromstring(answer.text) if local(one) == "Body")
    return answer.status_code, body_node[0]


def texts(node: Element, name: str) -> list[str | None]:
    """All texts of elements of that name, in any depth."""
    return [one.text for one in node.iter() if local(one) == name]


def test_create_update_upsert_delete(org: Org) -> None:
    """One result each; a failure names code and fields."""
    lead = "<sObjects><type>Lead</type><LastName>{}</LastName>{}</sObjects>"
    company = "<Company>X</Company><Baton_Key__c>k</Baton_Key__c>"

    _, created = call(org, f"<create>{lead.format('A', company)}{lead.format('B', '')}</create>")
    (id_,) = (text for text in texts(created, "id") if text)
    _, updated = call(
        org,
        f"<update><sObjects><type>Lead</type><fieldsToNull>Title</fieldsToNull><Id>{id_}</Id>"
        "<Rating>Hot</Rating></sObjects></update>",
    )
    key = "<externalIDFieldName>Baton_Key__c</externalIDFieldName>"
    _, upserted = call(org, f"<upsert>{key}{lead.format('A2', company)}</upsert>")
    shown = org.get("Lead", str(id_))
    _, deleted = call(org, f"<delete><ids>{id_}</ids></delete>")
    _, emptied = call(org, f"<emptyRecycleBin><ids>{id_}</ids></emptyRecycleBin>")

    assert texts(created, "success") == ["true", "false"]
    assert (texts(created, "statusCode"), texts(created, "fields")) == (
        ["REQUIRED_FIELD_MISSING"], ["Company"]
    )  # fmt: skip
    assert (texts(updated, "success"), texts(upserted, "created")) == (["true"], ["false"])
    assert (shown["LastName"], shown["Rating"]) == ("A2", "Hot")
    assert (texts(deleted, "success"), texts(emptied, "success")) == (["true"], ["true"])
    assert org.ok("GET", "queryAll", q="SELECT Id FROM Lead")["totalSize"] == 0


def test_a_platform_event(org: Org) -> None:
    """Published, and told so among the errors of a success."""
    org.control("POST", "objects", {"name": "Ping__e", "fields": [{"name": "Text__c"}]})

    body = "<create><sObjects><type>Ping__e</type><Text__c>hi</Text__c></sObjects></create>"
    _, done = call(org, body)

    assert (texts(done, "success"), texts(done, "statusCode")) == (["true"], ["OPERATION_ENQUEUED"])
    (event,) = org.control("GET", "dump")["events"]
    assert (event["id"], event["event"]["Text__c"]) == (texts(done, "message")[0], "hi")


def test_all_or_none(org: Org) -> None:
    """With the header a failure undoes the rest."""
    header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>"
    records = (
        "<sObjects><type>Lead</type><LastName>A</LastName><Company>X</Company></sObjects>"
        "<sObjects><type>Lead</type><LastName>B</LastName></sObjects>"
    )

    _, done = call(org, f"<create>{records}</create>", headers=header)

    assert texts(done, "statusCode") == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"
    ]  # fmt: skip
    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


def test_queries_and_their_pages(org: Org) -> None:
    """Records with parents; queryMore by locator; moments in SOAP's manner."""
    org.configure(query_page_size=1)
    for name in ("A", "B"):
        org.lead(name)
    soql = "SELECT Id, LastName, Owner.Name, CreatedDate FROM Lead ORDER BY LastName"

    _, first = call(org, f"<query><queryString>{soql}</queryString></query>")
    (locator,) = texts(first, "queryLocator")
    _, second = call(org, f"<queryMore><queryLocator>{locator}</queryLocator></queryMore>")

    assert (texts(first, "size"), texts(first, "done")) == (["2"], ["false"])
    assert (texts(first, "LastName"), texts(second, "LastName")) == (["A"], ["B"])
    assert texts(first, "Name") == ["Integration User"]
    assert texts(first, "CreatedDate") == ["2027-06-15T12:00:00.000Z"]
    assert texts(first, "type") == ["Lead", "Name"]
    assert texts(second, "done") == ["true"]


def test_enterprise_clients(org: Org) -> None:
    """The type of a record is its xsi:type, there and back."""
    body = (
        '<create><sObjects xsi:type="Lead"><LastName>A</LastName><Company>X</Company></sObjects>'
        "</create>"
    )

    _, created = call(org, body, kind="c")
    soql = "<query><queryString>SELECT LastName FROM Lead</queryString></query>"
    _, found = call(org, soql, kind="c")

    (record,) = (one for one in found.iter() if local(one) == "records")
    assert texts(created, "success") == ["true"]
    assert list(record.attrib.values()) == ["sf:Lead"]
    assert [local(one) for one in record] == ["LastName"]


def test_retrieve_search_and_changes(org: Org) -> None:
    """By id, by word, by time."""
    id_ = org.lead("Lovelace")
    org.clock.tick(120)
    kind = "<sObjectType>Lead</sObjectType>"
    window = "<startDate>2027-06-15T11:00:00Z</startDate><endDate>2027-06-15T13:00:00Z</endDate>"

    _, read = call(
        org, f"<retrieve><fieldList>Id, LastName</fieldList>{kind}<ids>{id_}</ids></retrieve>"
    )
    sosl = "FIND {lovelace} RETURNING Lead(LastName)"
    _, found = call(org, f"<search><searchString>{sosl}</searchString></search>")
    _, updated = call(org, f"<getUpdated>{kind}{window}</getUpdated>")

    assert (texts(read, "LastName"), texts(found, "LastName")) == (["Lovelace"], ["Lovelace"])
    assert texts(updated, "ids") == [id_]


def test_describes_and_who_is_signed_in(org: Org) -> None:
    """describeSObjects, describeGlobal, getUserInfo, getServerTimestamp."""
    _, described = call(org, "<describeSObjects><sObjectType>Lead</sObjectType></describeSObjects>")
    _, everything = call(org, "<describeGlobal/>")
    _, user = call(org, "<getUserInfo/>")
    _, now = call(org, "<getServerTimestamp/>")

    assert "LastName" in texts(described, "name")
    assert {"Lead", "Account"} <= set(texts(everything, "name"))
    assert texts(user, "userName") == ["integration@sandbox.example"]
    assert texts(now, "timestamp") == ["2027-06-15T12:00:00.000Z"]


def test_faults(org: Org) -> None:
    """A refused query and an unknown operation are faults."""
    status, bad = call(org, "<query><queryString>SELECT Nope FROM Lead</queryString></query>")
    _, unknown = call(org, "<nothing/>")

    assert (status, texts(bad, "exceptionCode")) == (500, ["INVALID_FIELD"])
    assert texts(unknown, "exceptionCode") == ["UNKNOWN_EXCEPTION"]


def test_logging_out(org: Org) -> None:
    """The session is over."""
    form = {"grant_type": "password", "username": "a", "password": "b"}
    token = org.http.post("/services/oauth2/token", data=form).json()["access_token"]
    ended = org.http.post(
        "/services/Soap/u/59.0",
        content=f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Header><SessionHeader><sessionId>{token}'
        "</sessionId></SessionHeader></e:Header><e:Body><logout/></e:Body></e:Envelope>",
    )

    headers = {"Authorization": f"Bearer {token}"}
    after = org.http.get("/services/data/v59.0/limits", headers=headers)

    assert (ended.status_code, after.status_code) == (200, 401)
