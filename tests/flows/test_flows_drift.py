"""Schema drift: a field that vanishes or changes rests, and nothing is blanked by its absence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from app.configuring import Invalid, save_document
from app.flows import drift as drift_
from app.store import attention, drift, feeds
from app.store.attention import Wanted
from app.store.db import Database
from app.store.drift import Drifted
from connectors.base import Field
from tests.support.pair import MAPPING as PAIR_MAPPING
from tests.support.pair import Pair, pair
from tests.support.world import MAPPING, World

REGION = {"name": "region", "ma": "sales_region", "sfa": "Title", "blank": "clear"}
PROPERTY = {
    "name": "sales_region", "label": "Sales region", "type": "string", "fieldType": "text",
    "groupName": "contactinformation",
}  # fmt: skip
CLEARING: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *(one for one in MAPPING["fields"] if one["name"] != "title"),
        {"name": "title", "ma": "job_title", "sfa": "job_title", "blank": "clear"},
    ],
}


@pytest.fixture
def both(database: Database) -> Iterator[Pair]:
    """Both sandboxes, a property of the portal's own mapped to Salesforce's Title."""
    with pair(database) as found:
        found.api("POST", "/crm/v3/properties/contacts", PROPERTY)
        found.connect({}, {})
        fields = [*PAIR_MAPPING["fields"], REGION]
        with database.begin() as tx:
            save_document(tx, "mapping", "main", {**PAIR_MAPPING, "fields": fields})
        found.settle()
        yield found


def _person(both: Pair) -> str:
    body = {"properties": {"email": "aya@example.jp", "lastname": "Sato", "sales_region": "Kanto"}}
    made: str = both.api("POST", "/crm/v3/objects/contacts", body)["id"]
    both.sweep("hubspot")
    return made


def _look_at_schema(both: Pair) -> None:
    with both.database.begin() as tx:
        feeds.hurry(tx, "hubspot", "schema")
    both.settle()


def _rename(both: Pair, contact: str, name: str) -> None:
    both.api("PATCH", f"/crm/v3/objects/contacts/{contact}", {"properties": {"lastname": name}})
    both.sweep("hubspot")


def _lead(both: Pair) -> tuple[Any, Any]:
    (lead,) = both.leads().values()
    return lead["LastName"], lead["Title"]


def _harm(database: Database) -> Sequence[Drifted]:
    with database.begin() as tx:
        return drift.harmful(tx)


def test_a_deleted_property_does_not_blank_salesforce(both: Pair) -> None:
    """Neither before its deletion is noticed nor after; other fields go on, also the other way."""
    contact = _person(both)
    before = _lead(both)

    both.api("DELETE", "/crm/v3/properties/contacts/sales_region")
    _rename(both, contact, "Suzuki")
    unnoticed = _lead(both)
    _look_at_schema(both)
    _rename(both, contact, "Tanaka")

    assert before == ("Sato", "Kanto")
    assert unnoticed == ("Suzuki", "Kanto")
    assert _lead(both) == ("Tanaka", "Kanto")
    (row,) = _harm(both.database)
    assert (row.object, row.field, row.change, row.paused) == (
        "contacts", "sales_region", "deleted", "all",
    )  # fmt: skip
    assert list(row.touches) == [{"mapping": "main", "pointer": "/fields/4/ma"}]


def test_an_edit_at_salesforce_waits_for_the_property_and_holds_nothing_up(both: Pair) -> None:
    """Its write of another field arrives; the resting one is told when the property is back."""
    contact = _person(both)
    both.api("DELETE", "/crm/v3/properties/contacts/sales_region")
    (lead,) = both.leads()
    fields = {"Title": "Kansai", "Phone": "+81312345678"}
    both.control(both.salesforce, "edit", object="Lead", id=lead, fields=fields)

    both.sweep("salesforce")
    _look_at_schema(both)
    meanwhile = both.contacts()[contact]["phone"]
    both.api("POST", "/crm/v3/properties/contacts", PROPERTY)
    _look_at_schema(both)
    both.sweep("hubspot")

    told = both.api("GET", f"/crm/v3/objects/contacts/{contact}?properties=sales_region")
    assert meanwhile == "+81312345678"
    assert told["properties"]["sales_region"] == "Kansai"
    assert _lead(both) == ("Sato", "Kansai")


def test_a_property_that_comes_back_empty_blanks_nothing(both: Pair) -> None:
    """The mapping lets a blank clear, but nobody has emptied anything."""
    contact = _person(both)
    both.api("DELETE", "/crm/v3/properties/contacts/sales_region")
    _look_at_schema(both)
    both.api("POST", "/crm/v3/properties/contacts", PROPERTY)
    cleared = {"properties": {"sales_region": ""}}
    both.api("PATCH", f"/crm/v3/objects/contacts/{contact}", cleared)

    _look_at_schema(both)
    both.sweep("hubspot")

    assert _lead(both) == ("Sato", "Kanto")


# -- in memory ---------------------------------------------------------------------------------


def _synced(database: Database, mapping: dict[str, Any]) -> World:
    world = World(database, mapping=mapping)
    world.ma.add_person("aya@example.jp", "Contact", job_title="CTO", phone="+81312345678")
    world.sync()
    return world


def _redescribe(world: World, name: str, object_: str, **changes: Any) -> None:
    """The vendor's schema changes; Baton reads it again."""
    old = world.ma.schema

    def new(one: Field) -> Field:
        same = one.name == name and one.object == object_
        return replace(one, **changes) if same else one

    world.ma.schema = tuple(new(one) for one in old)
    with world.database.begin() as tx:
        feeds.hurry(tx, "ma", "schema")
    world.settle()


def test_a_field_of_another_type_rests_until_somebody_confirms(database: Database) -> None:
    """What it holds by now is no opinion; confirmed, it counts again."""
    mapping = {**MAPPING, "fields": [*MAPPING["fields"], {
        "name": "employees", "type": "number", "ma": "employees", "sfa": "employees",
    }]}  # fmt: skip
    world = World(database, mapping=mapping)
    world.ma.add_person("aya@example.jp", "Contact", employees=7, job_title="CTO")
    world.sync()
    (person,) = world.ma.records("person")
    (lead,) = world.sfa.records("person")
    _redescribe(world, "employees", "Contact", type="bool")
    (row,) = _harm(database)

    world.ma.edit(person.ref, employees=1, job_title="CEO")
    world.hint("ma", [person.ref])
    world.settle()
    resting = dict(lead.fields)
    with database.begin() as tx:
        drift_.confirm(tx, row, "ada")
    world.settle()

    assert (row.change, row.before, row.after, row.paused) == ("type", "number", "bool", "all")
    assert (resting["employees"], resting["job_title"]) == (7, "CEO")
    assert lead.fields["employees"] == 1
    assert _harm(database) == []


def test_new_records_are_created_without_a_field_that_is_gone(database: Database) -> None:
    """Also where the mapping has a default for it."""
    fields = [{**one, "default": {"ma": "?"}} if one["name"] == "title" else one
              for one in MAPPING["fields"]]  # fmt: skip
    world = _synced(database, {**MAPPING, "fields": fields})
    gone = ("Contact", "job_title")
    world.ma.schema = tuple(one for one in world.ma.schema if (one.object, one.name) != gone)
    with database.begin() as tx:
        feeds.hurry(tx, "ma", "schema")
    world.settle()

    world.sfa.add_person("bob@example.com", "Lead", job_title="CFO", phone="+81399999999")
    world.sync()
    world.sync()

    made = world.ma.records("person")[-1].fields
    assert made == {"email": "bob@example.com", "phone": "+81399999999"}


def test_a_refused_write_has_the_schema_read_again(database: Database) -> None:
    """The deletion is found out by the refusal; the other fields arrive, nobody has to retry."""
    world = _synced(database, MAPPING)
    (person,) = world.ma.records("person")
    (lead,) = world.sfa.records("person")
    gone = ("Contact", "job_title")
    world.ma.schema = tuple(one for one in world.ma.schema if (one.object, one.name) != gone)
    with database.begin() as tx:
        tx.exec_driver_sql("UPDATE feed SET read_at = now() - interval '5 minutes'")

    world.sfa.edit(lead.ref, job_title="CEO", note="called")
    world.hint("sfa", [lead.ref])
    world.settle()

    assert person.fields["note"] == "called"
    assert [(one.field, one.paused) for one in _harm(database)] == [("job_title", "all")]


def test_a_field_that_became_read_only_is_read_but_not_told(database: Database) -> None:
    """The other field of the same write arrives."""
    world = _synced(database, MAPPING)
    (person,) = world.ma.records("person")
    (lead,) = world.sfa.records("person")
    _redescribe(world, "phone", "Contact", writable=False)

    world.sfa.edit(lead.ref, phone="+81399999999", note="called")
    world.hint("sfa", [lead.ref])
    world.settle()

    assert (person.fields["phone"], person.fields["note"]) == ("+81312345678", "called")


def test_an_active_mapping_that_is_touched_needs_a_person(database: Database) -> None:
    """With the mapping and the place in it; what touches no mapping is only listed."""
    world = _synced(database, MAPPING)
    _redescribe(world, "note", "Contact", max_length=100)
    _redescribe(world, "website", "Contact", max_length=100)

    with database.begin() as tx:
        items = attention.items(tx, Wanted(what="schema"), None, 10)
        listed = drift.listed(tx, "ma", is_open=True, before=None, limit=10)

    assert [(one.code, one.reason) for one in items] == [
        ("field_length", 'note of Contact (- -> 100): mapping "main": /fields/3/ma')
    ]
    assert [(one.field, one.change) for one in listed] == [
        ("website", "length"), ("note", "length"),
    ]  # fmt: skip


def test_a_difference_that_is_taken_back_is_over(database: Database) -> None:
    """Nobody has to confirm it."""
    world = _synced(database, MAPPING)
    _redescribe(world, "note", "Contact", max_length=100)
    _redescribe(world, "note", "Contact", max_length=None)

    assert _harm(database) == []


def test_a_mapping_without_the_field_ends_its_rest(database: Database) -> None:
    """The version that names it can't be activated any more; one without it can."""
    world = _synced(database, CLEARING)
    old = world.ma.schema
    world.ma.schema = tuple(one for one in old if one.name != "job_title")
    with database.begin() as tx:
        feeds.hurry(tx, "ma", "schema")
    world.settle()
    without = [one for one in CLEARING["fields"] if one["name"] != "title"]

    with pytest.raises(Invalid, match="job_title"), database.begin() as tx:
        save_document(tx, "mapping", "main", {**CLEARING, "region": "US"}, by="test")
    with database.begin() as tx:
        save_document(tx, "mapping", "main", {**CLEARING, "fields": without}, by="test")

    assert _harm(database) == []
    with database.begin() as tx:
        assert drift.resting(tx) == []


def test_a_vendor_that_shows_no_field_is_not_believed(database: Database) -> None:
    """A permission is missing, not the fields."""
    world = _synced(database, MAPPING)

    world.ma.schema = ()
    with database.begin() as tx:
        feeds.hurry(tx, "ma", "schema")
    world.settle()

    assert _harm(database) == []
