"""Fields that name another record: read as its link, written as its id at the other side."""

from typing import Any

import pytest

from connectors.base import Field
from mappings.check import check
from mappings.engine import Context, to_canonical, to_vendor
from mappings.references import References
from mappings.source import DocumentError
from tests.mappings.conftest import Document

ACME, GLOBEX = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ACCOUNT: dict[str, Any] = {
    "name": "account", "type": "reference", "to": "company",
    "ma": "associations.company", "sfa": "AccountId",
}  # fmt: skip
KNOWN = Context(
    references={
        "ma": References(
            {"company"}, {("company", "5"): ACME, ("company", "6"): GLOBEX}, {ACME: "5"}
        ),
        "sfa": References({"company"}, {("company", "001A"): ACME}, {ACME: "001A"}),
    }
)


def test_each_side_has_its_own_id_of_one_record(document: Document) -> None:
    """Read at one side, written at the other."""
    doc = document(ACCOUNT)

    shown = to_canonical(doc, "ma", "contacts", {"associations.company": "5"}, KNOWN)
    told = to_vendor(doc, "sfa", "Contact", shown.values, KNOWN, creating=False)

    assert shown.values == {"account": ACME}
    assert told.fields == {"AccountId": "001A"}


def test_of_several_the_one_that_was_meant_counts(document: Document) -> None:
    """As long as it is among them; else the first."""
    fields = {"associations.company": "5;6"}
    held = Context(references=KNOWN.references, held={"account": GLOBEX})

    doc = document(ACCOUNT)

    assert to_canonical(doc, "ma", "contacts", fields, KNOWN).values == {"account": ACME}
    assert to_canonical(doc, "ma", "contacts", fields, held).values == {"account": GLOBEX}


def test_what_is_not_known_or_not_there_yet_waits(document: Document) -> None:
    """It is left out with a code of its own, at both sides."""
    doc = document(ACCOUNT)

    shown = to_canonical(doc, "ma", "contacts", {"associations.company": "7"}, KNOWN)
    told = to_vendor(doc, "sfa", "Contact", {"account": GLOBEX}, KNOWN, creating=False)

    assert (shown.values, [one.code for one in shown.problems]) == ({}, ["reference_unknown"])
    assert (told.fields, [one.code for one in told.problems]) == ({}, ["awaits"])


def test_a_reference_says_to_what(document: Document) -> None:
    """And nothing else does."""
    for wrong in ({"to": None}, {"type": "text"}):
        with pytest.raises(DocumentError, match="a reference says to which kind of record"):
            document({**ACCOUNT, **wrong})


def test_a_reference_is_not_told_to_a_field_of_another_type(document: Document) -> None:
    """A date can't name a record: refused, with the place."""
    ma = [Field("associations.company", "Company", "reference", "contacts")]
    sfa = [Field("AccountId", "Account", "date", "Contact")]

    found = [one for one in check(document(ACCOUNT), ma, sfa) if one.severity == "error"]

    assert [one.pointer for one in found] == ["/fields/0/type"]


def test_a_side_may_take_records_of_one_object_only(document: Document) -> None:
    """A lead is waited for, and so is whom nobody has seen there; a contact is told."""
    primary = {
        "name": "primary", "type": "reference", "to": "person", "to_objects": {"sfa": ["Contact"]},
        "ma": "associations.person", "sfa": "ContactId",
    }  # fmt: skip
    doc = document(primary, kind="opportunity")

    def told(object_: str | None) -> tuple[dict[str, Any], list[str]]:
        known = References({"person"}, {("person", "1"): ACME}, {ACME: "1"}, {ACME: object_})
        context = Context(references={"sfa": known})
        out = to_vendor(doc, "sfa", None, {"primary": ACME}, context, creating=False)
        return dict(out.fields), [f"{one.code}: {one.message}" for one in out.problems]

    waits = "awaits: salesforce ContactId waits until the person that it names is a Contact"
    assert told("Contact") == ({"ContactId": "1"}, [])
    assert told("Lead") == ({}, [f"{waits}; it is a Lead now"])
    assert told(None) == ({}, [waits])


def test_objects_are_those_of_a_reference_and_of_the_vendor(document: Document) -> None:
    """A plain field has none; what the vendor does not let the field name is refused."""
    with pytest.raises(DocumentError, match="only a reference names objects"):
        document({"name": "x", "ma": "x", "sfa": "X", "to_objects": {"sfa": ["Contact"]}})
    with pytest.raises(DocumentError, match="name at least one object"):
        document({**ACCOUNT, "to_objects": {"sfa": []}})
    sfa = [Field("AccountId", "Account", "reference", "Contact", names=("Account",))]

    found = check(document({**ACCOUNT, "to_objects": {"sfa": ["Acount"]}}), None, sfa)

    [wrong] = [one for one in found if one.severity == "error"]
    assert wrong.pointer == "/fields/0/to_objects/sfa/0"
    assert wrong.message == (
        'salesforce field "AccountId" of Contact names records of Account, none of "Acount"; '
        'did you mean "Account"?'
    )
