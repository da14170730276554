"""SOQL: what it finds, in which order, and how it shows it."""

from typing import Any

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org

NOON = "2027-06-15T12:00:00Z"


@pytest.fixture
def people(org: Org) -> Org:
    """Three leads: O'Hara (hot, scored), Love (warm), Boole (nothing known)."""
    org.lead("O'Hara", Rating="Hot", Baton_Score__c=90, Email="o@x.example")
    org.clock.tick(3600)
    org.lead("Love", FirstName="Ada", Rating="Warm", Baton_Score__c=40, Email="ada@x.example")
    org.clock.tick(86_400)
    org.lead("Boole", Description="100%_sure")
    return org


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (r"LastName = 'o\'hara'", ["O'Hara"]),
        ("LastName != 'Love'", ["Boole", "O'Hara"]),
        ("Email = null", ["Boole"]),
        ("Rating != 'Hot'", ["Boole", "Love"]),
        ("Baton_Score__c > 40", ["O'Hara"]),
        ("Baton_Score__c >= 40 AND Rating IN ('hot', 'warm')", ["Love", "O'Hara"]),
        ("Rating NOT IN ('Hot')", ["Boole", "Love"]),
        ("NOT (Rating = 'Hot' OR Rating = 'Warm')", ["Boole"]),
        ("Name LIKE 'ada%'", ["Love"]),
        ("LastName LIKE '_o_e'", ["Love"]),
        ("(LastName LIKE 'B%' AND Rating = null) OR Baton_Score__c = 90", ["Boole", "O'Hara"]),
        ("CreatedDate = TODAY", ["Boole"]),
        ("CreatedDate = YESTERDAY", ["Love", "O'Hara"]),
        ("CreatedDate < TODAY", ["Love", "O'Hara"]),
        ("CreatedDate = LAST_N_DAYS:1", ["Boole", "Love", "O'Hara"]),
        ("CreatedDate > LAST_N_DAYS:1", []),
        ("CreatedDate = THIS_WEEK", ["Boole", "Love", "O'Hara"]),
        ("CreatedDate = LAST_MONTH", []),
        ("CreatedDate = NEXT_N_DAYS:5", []),
        (f"CreatedDate <= {NOON}", ["O'Hara"]),
        ("SystemModstamp > 2027-06-15T21:00:00+09:00", ["Boole", "Love"]),
        ("IsConverted = false AND Owner.Alias = 'integ'", ["Boole", "Love", "O'Hara"]),
        ("OwnerId IN (SELECT Id FROM User WHERE Name = 'Default Rep')", []),
        ("CALENDAR_YEAR(CreatedDate) = 2027 AND Rating = 'Warm'", ["Love"]),
        ("Rating IN ('Hot', null)", ["Boole", "O'Hara"]),
    ],
)  # fmt: skip
def test_where_finds(people: Org, where: str, found: list[str]) -> None:
    """Text without its letter case, blanks as SOQL treats them, dates in UTC."""
    query = f"SELECT LastName FROM Lead WHERE {where} ORDER BY LastName"  # noqa: S608  SOQL
    assert people.values(query) == found


def test_like_can_be_escaped(org: Org) -> None:
    """Underscore and per cent after a backslash stand for themselves."""
    for name in ("100%", "1000", "a_b", "axb"):
        org.lead(name)

    assert org.values(r"SELECT LastName FROM Lead WHERE LastName LIKE '100\%'") == ["100%"]
    assert org.values(r"SELECT LastName FROM Lead WHERE LastName LIKE 'a\_b'") == ["a_b"]


def test_multipicklists_include(org: Org) -> None:
    """A semicolon means and, a comma means or; other fields have no such operator."""
    field = {"name": "Topics__c", "type": "multipicklist", "picklistValues": ["A", "B", "C"]}
    org.control("POST", "fields", {"object": "Lead", "fields": [field]})
    org.lead("ab", Topics__c="A;B")
    org.lead("c", Topics__c="C")
    org.lead("none")
    text = "SELECT LastName FROM Lead WHERE Topics__c"

    assert org.values(f"{text} INCLUDES ('A;B', 'C') ORDER BY LastName") == ["ab", "c"]
    assert org.values(f"{text} EXCLUDES ('A') ORDER BY LastName") == ["c", "none"]
    wrong = "SELECT Id FROM Lead WHERE Status INCLUDES ('A')"
    error = org.refused("GET", "query", q=wrong)[1]
    assert error["errorCode"] == "INVALID_QUERY_FILTER_OPERATOR"


def test_order_limit_and_offset(people: Org) -> None:
    """Blanks first unless told otherwise; several keys; totals follow the limit."""
    text = "SELECT LastName FROM Lead ORDER BY Rating"

    assert people.values(text) == ["Boole", "O'Hara", "Love"]
    assert people.values(f"{text} DESC NULLS LAST") == ["Love", "O'Hara", "Boole"]
    assert people.values(f"{text} LIMIT 1 OFFSET 1") == ["O'Hara"]
    assert people.query(f"{text} LIMIT 2")["totalSize"] == 2


def test_stamps_and_ids_make_a_keyset(org: Org) -> None:
    """Records of one second come in the order of their ids, and none is missed."""
    ids = [org.lead(str(n)) for n in range(4)]
    stamp = "SystemModstamp = 2027-06-15T12:00:00.000Z"
    where = f"SystemModstamp > {NOON} OR ({stamp} AND Id > '{ids[1]}')"

    rest = f"SELECT Id FROM Lead WHERE {where} ORDER BY SystemModstamp, Id LIMIT 10"  # noqa: S608  SOQL

    assert org.values("SELECT Id FROM Lead ORDER BY SystemModstamp, Id LIMIT 2") == ids[:2]
    assert org.values(rest) == ids[2:]


def test_parents_children_and_polymorphic_parents(org: Org) -> None:
    """Parents nest, empty children are null, a polymorphic parent is a Name."""
    account = org.make("Account", Name="Acme")
    contact = org.make("Contact", LastName="A", AccountId=account)
    lead = org.lead("B")
    org.make("Task", WhoId=contact, Subject="Call")
    org.make("Task", WhoId=lead, Subject="Mail")

    (found,) = org.query("SELECT Name, (SELECT Id FROM Contacts), (SELECT Id FROM Opportunities) "
                         "FROM Account")["records"]  # fmt: skip
    tasks = org.query("SELECT Who.Name, Who.Type, What.Name FROM Task ORDER BY Subject")["records"]
    kinds = org.query("SELECT TYPEOF Who WHEN Lead THEN Company ELSE LastName END FROM Task "
                      "WHERE Who.Type = 'Lead'")["records"]  # fmt: skip

    assert found["Contacts"]["totalSize"] == 1
    assert found["Contacts"]["records"][0]["Id"] == contact
    assert found["Opportunities"] is None
    assert [task["Who"]["Type"] for task in tasks] == ["Contact", "Lead"]
    assert tasks[0]["Who"]["attributes"]["type"] == "Name"
    assert tasks[0]["What"] is None
    assert kinds[0]["Who"]["Company"] == "Acme"
    assert org.values("SELECT Id FROM Contact WHERE Account.Name = 'acme'") == [contact]


def test_aggregates(people: Org) -> None:
    """Unnamed results are expr0, expr1 …; HAVING and ORDER BY may use them."""
    people.lead("Zuse", Rating="Hot", Baton_Score__c=50)

    count = people.query("SELECT COUNT() FROM Lead WHERE Rating = 'Hot'")
    groups = people.query(
        "SELECT Rating, COUNT(Id), AVG(Baton_Score__c) mean FROM Lead WHERE Rating != null "
        "GROUP BY Rating HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC"
    )
    top = people.query("SELECT MAX(Baton_Score__c), MIN(CreatedDate) FROM Lead")

    assert count == {"totalSize": 2, "done": True, "records": []}
    assert groups["records"] == [
        {"attributes": {"type": "AggregateResult"}, "Rating": "Hot", "expr0": 2, "mean": 70.0}
    ]
    assert top["records"][0]["expr0"] == 90.0
    assert top["records"][0]["expr1"] == "2027-06-15T12:00:00.000+0000"


def test_deleted_records_show_only_when_asked(org: Org) -> None:
    """By queryAll or ALL ROWS."""
    id_ = org.lead()
    org.ok("DELETE", f"sobjects/Lead/{id_}")

    assert org.values("SELECT Id FROM Lead") == []
    assert org.values("SELECT Id FROM Lead ALL ROWS") == [id_]
    found = org.ok("GET", "queryAll", q="SELECT Id, IsDeleted FROM Lead")["records"]
    assert found[0]["IsDeleted"] is True


def test_names_are_found_in_any_case_and_by_alias(org: Org) -> None:
    """The answer spells them as describe does."""
    org.lead()

    (record,) = org.query("select l.lastname, L.OWNER.email from lead l")["records"]

    assert list(record) == ["attributes", "LastName", "Owner"]


def test_all_fields_need_a_limit(org: Org) -> None:
    """FIELDS(ALL) gives every field; FIELDS(CUSTOM) the added ones."""
    org.lead()

    (record,) = org.query("SELECT FIELDS(ALL) FROM Lead LIMIT 200")["records"]

    assert {"Id", "Name", "Baton_Key__c", "SystemModstamp"} <= set(record)
    error = org.refused("GET", "query", q="SELECT FIELDS(ALL) FROM Lead")[1]
    assert error["message"] == "The SOQL FIELDS function must have a LIMIT of at most 200"


NOT_A_COLUMN = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom "
    "field name. Please reference your WSDL or the describe call for the appropriate names."
)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "SELECT Id, Foo FROM Lead",
            {
                "message": "\nSELECT Id, Foo FROM Lead\n           ^\nERROR at Row:1:Column:12\n"
                f"No such column 'Foo' on entity 'Lead'. {NOT_A_COLUMN}",
                "errorCode": "INVALID_FIELD",
            },
        ),
        (
            "SELECT Id FROM Lead\nWHERE Name = = 'x'",
            {
                "message": "\nWHERE Name = = 'x'\n             ^\nERROR at Row:2:Column:14\n"
                "unexpected token: '='",
                "errorCode": "MALFORMED_QUERY",
            },
        ),
        (
            "SELECT Id FROM Lead WHERE",
            {
                "message": "\nSELECT Id FROM Lead WHERE\n                         ^\n"
                "ERROR at Row:1:Column:26\nunexpected token: '<EOF>'",
                "errorCode": "MALFORMED_QUERY",
            },
        ),
        (
            "SELECT Id FROM Lead WHERE Id = 'x'",
            {
                "message": "\nSELECT Id FROM Lead WHERE Id = 'x'\n"
                "                               ^\nERROR at Row:1:Column:32\ninvalid ID field: x",
                "errorCode": "INVALID_QUERY_FILTER_OPERATOR",
            },
        ),
    ],
)
def test_errors_point_to_their_place(org: Org, text: str, error: dict[str, Any]) -> None:
    """Context, pointer, row, column, reason; no `fields`."""
    assert org.refused("GET", "query", q=text) == (400, error)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT Id FROM Nope__c", "INVALID_TYPE"),
        ("SELECT Id FROM Lead WHERE A = 1 AND B = 2 OR C = 3", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate > '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Id LIKE '00Q%'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Foo.Name FROM Lead", "INVALID_FIELD"),
        ("SELECT Id, (SELECT Id FROM Foos) FROM Lead", "INVALID_TYPE"),
        ("SELECT Status, COUNT(Id) FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
        ("SELECT Id FROM Lead WHERE Name = 'x", "MALFORMED_QUERY"),
        (r"SELECT Id FROM Lead WHERE Name = '\q'", "MALFORMED_QUERY"),
        ("SELECT * FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-13-45T00:00:00Z", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate = LAST_N_YEARS:99999", "MALFORMED_QUERY"),
        (r"SELECT Id FROM Lead WHERE Name = '\uZZ'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead; DROP", "MALFORMED_QUERY"),
        ("", "MALFORMED_QUERY"),
    ],
)
def test_a_wrong_query_is_refused(org: Org, text: str, code: str) -> None:
    """With Salesforce's code."""
    status, error = org.refused("GET", "query", q=text)

    assert (status, error["errorCode"]) == (400, code)
