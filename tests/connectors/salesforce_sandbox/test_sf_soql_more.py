"""SOQL: formatted values, totals, scopes, and what is refused at which place."""

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org


def rows(org: Org, text: str) -> list[tuple[object, ...]]:
    records = org.query(text)["records"]
    return [tuple(v for name, v in row.items() if name != "attributes") for row in records]


def test_formatted_and_translated(org: Org) -> None:
    """FORMAT gives text; toLabel keeps the field's name; both take an alias."""
    org.lead(AnnualRevenue=1234.5, Rating="Hot")

    (row,) = org.query(
        "SELECT toLabel(Rating), FORMAT(AnnualRevenue) shown, convertCurrency(AnnualRevenue) "
        "FROM Lead"
    )["records"]

    del row["attributes"]
    assert row == {"Rating": "Hot", "shown": "$1,234.50", "AnnualRevenue": 1234.5}
    assert rows(org, "SELECT FORMAT(CreatedDate) FROM Lead") == [("6/15/2027, 12:00 PM",)]
    assert rows(org, "SELECT FORMAT(MAX(AnnualRevenue)) m FROM Lead") == [("$1,234.50",)]


def test_totals(org: Org) -> None:
    """ROLLUP sums up from the right, CUBE over everything; GROUPING tells a total."""
    for rating, source in (("Hot", "Web"), ("Hot", "Other"), ("Cold", "Web")):
        org.lead(Rating=rating, LeadSource=source)
    counted = "SELECT Rating, LeadSource, COUNT(Id) n FROM Lead GROUP BY"

    rolled = rows(org, counted + " ROLLUP(Rating, LeadSource)")
    cubed = rows(org, counted + " CUBE(Rating, LeadSource)")
    marked = rows(org, "SELECT Rating, GROUPING(Rating) g FROM Lead GROUP BY ROLLUP(Rating)")

    assert set(rolled) == {
        ("Hot", "Web", 1), ("Hot", "Other", 1), ("Cold", "Web", 1),
        ("Hot", None, 2), ("Cold", None, 1), (None, None, 3),
    }  # fmt: skip
    assert set(cubed) - set(rolled) == {(None, "Web", 2), (None, "Other", 1)}
    assert marked == [("Hot", 0), ("Cold", 0), (None, 1)]


def test_scopes_and_modes(org: Org) -> None:
    """My own records; SECURITY_ENFORCED, USER_MODE and FOR are understood."""
    (rep,) = org.values("SELECT Id FROM User WHERE Alias = 'rep'")
    org.lead("Mine")
    org.lead("Theirs", OwnerId=rep)

    assert rows(org, "SELECT LastName FROM Lead USING SCOPE mine") == [("Mine",)]
    text = "SELECT LastName FROM Lead"
    for tail in (" WITH SECURITY_ENFORCED", " WITH USER_MODE", " LIMIT 5 FOR UPDATE", " FOR VIEW"):
        assert len(rows(org, text + tail)) == 2


@pytest.mark.parametrize(
    ("text", "column", "detail"),
    [
        ("SELECT Id, Id FROM Lead", 12, "duplicate field selected: Id"),
        ("SELECT LastName n FROM Lead", 8, "only aggregate expressions use field aliasing"),
        ("SELECT Id FROM Lead FOR EVER", 25, "unexpected token: 'EVER'"),
        ("SELECT Id FROM Lead WITH LOVE", 26, "unexpected token: 'LOVE'"),
        ("SELECT Rating FROM Lead GROUP BY ROLLUP(Rating", 47, "unexpected token: '<EOF>'"),
    ],
)
def test_refused_with_row_and_column(org: Org, text: str, column: int, detail: str) -> None:
    """The error names the place."""
    status, error = org.refused("GET", "query", q=text)

    assert (status, error["errorCode"]) == (400, "MALFORMED_QUERY")
    assert error["message"].endswith(f"ERROR at Row:1:Column:{column}\n{detail}")


def test_platform_events_are_not_queried(org: Org) -> None:
    """They are nowhere stored."""
    org.control("POST", "objects", {"name": "Ping__e"})

    status, error = org.refused("GET", "query", q="SELECT ReplayId FROM Ping__e")

    assert (status, error["errorCode"]) == (400, "INVALID_TYPE_FOR_OPERATION")
    assert error["message"].endswith("entity type Ping__e does not support query")


def test_what_the_sf_command_line_asks(org: Org) -> None:
    """columns=true describes the columns; explain a plan; a double slash is a slash."""
    described = org.ok("GET", "query", q="SELECT Id, Owner.Name FROM Lead", columns="true")
    plan = org.ok("GET", "query", explain="SELECT Id FROM Lead")["plans"][0]
    limits = org.http.get(f"{org.url}//services/data/v59.0/limits")

    columns = described["columnMetadata"]
    assert [one["columnName"] for one in columns] == ["Id", "Owner"]
    assert [one["columnName"] for one in columns[1]["joinColumns"]] == ["Name"]
    assert (described["entityName"], described["idSelected"]) == ("Lead", True)
    assert (plan["sobjectType"], plan["leadingOperationType"]) == ("Lead", "TableScan")
    assert limits.status_code == 200
