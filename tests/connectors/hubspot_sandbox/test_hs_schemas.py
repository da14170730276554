"""Custom object types: defined, used by each of their names, changed, archived, purged."""

from typing import Any

import pytest
from hubspot.crm.objects import SimplePublicObjectInputForCreate
from hubspot.crm.schemas import (
    ObjectSchemaEgg,
    ObjectTypeDefinitionLabels,
    ObjectTypeDefinitionPatch,
    ObjectTypePropertyCreate,
)

SCHEMAS = "/crm/v3/schemas"
CARS = {
    "name": "cars", "labels": {"singular": "Car", "plural": "Cars"},
    "primaryDisplayProperty": "vin", "requiredProperties": ["vin"],
    "searchableProperties": ["vin", "model"], "associatedObjects": ["CONTACT"],
    "properties": [
        {"name": "vin", "label": "VIN", "type": "string", "fieldType": "text",
         "hasUniqueValue": True},
        {"name": "model", "label": "Model", "type": "string", "fieldType": "text"},
    ],
}  # fmt: skip


@pytest.fixture
def cars(account: Any) -> Any:
    return account.ok("POST", SCHEMAS, CARS)


def test_schema_is_defined_with_its_properties(cars: Any) -> None:
    """The answer names the type in every way and holds HubSpot's own properties too."""
    names = {prop["name"]: prop["groupName"] for prop in cars["properties"]}

    assert cars["objectTypeId"] == "2-40000001"
    assert cars["fullyQualifiedName"] == "p48000001_cars"
    assert names["vin"] == names["hs_object_id"] == "cars_information"
    assert "0-1" in {a["toObjectTypeId"] for a in cars["associations"]}


@pytest.mark.parametrize("name", ["2-40000001", "p48000001_cars", "p_cars", "cars"])
@pytest.mark.parametrize(
    "base", ["/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"]
)
def test_records_under_every_name(account: Any, cars: Any, base: str, name: str) -> None:
    """Create, read by unique property, search."""
    assert cars
    made = account.ok("POST", f"{base}/{name}", {"properties": {"vin": "V1", "model": "T"}})
    wanted = {"filterGroups": [], "query": "V1"}

    by_vin = account.ok("GET", f"{base}/{name}/V1", idProperty="vin", properties="model")
    found = account.ok("POST", f"{base}/{name}/search", wanted)

    assert (by_vin["id"], by_vin["properties"]["model"]) == (made["id"], "T")
    assert found["total"] == 1


def test_required_and_unique_hold(account: Any, cars: Any) -> None:
    """A car without VIN is refused, and so is a second one with the same."""
    assert cars
    account.make("cars", vin="V1")
    without = account.ask("POST", "/crm/v3/objects/cars", {"properties": {"model": "T"}})
    again = account.ask("POST", "/crm/v3/objects/cars", {"properties": {"vin": "v1"}})

    assert without.json()["context"] == {"properties": ["vin"]}
    assert again.json()["message"].startswith(
        "Cannot set PropertyValueCoordinates{portalId=48000001"
    )


def test_associates_with_contacts_both_ways(account: Any, cars: Any) -> None:
    """The default type leads from a car to a contact and back."""
    assert cars
    car, contact = account.make("cars", vin="V1")["id"], account.make(email="a@x.com")["id"]
    account.ok("PUT", f"/crm/v4/objects/cars/{car}/associations/default/contacts/{contact}")

    shown = account.ok("GET", f"/crm/v3/objects/contacts/{contact}", associations="p48000001_cars")[
        "associations"
    ]

    assert [row["id"] for row in shown["p48000001_cars"]["results"]] == [car]


def test_change_redescribes_the_type(account: Any, cars: Any) -> None:
    """What is required follows at once; a property that is not there is refused."""
    assert cars
    path = f"{SCHEMAS}/p48000001_cars"
    changed = account.ok("PATCH", path, {"requiredProperties": [], "labels": {"plural": "Autos"}})
    bad = account.ask("PATCH", path, {"primaryDisplayProperty": "wheels"})

    assert changed["labels"] == {"singular": "Car", "plural": "Autos"}
    assert (changed["portalId"], bad.status_code) == (48000001, 400)
    assert account.make("cars", model="T")["id"]
    assert account.ok("GET", path)["primaryDisplayProperty"] == "vin"


def test_deletion_waits_for_the_records(account: Any, cars: Any) -> None:
    """A type with records stays; then it is archived, unknown, and purged."""
    assert cars
    path, car = f"{SCHEMAS}/2-40000001", account.make("cars", vin="V1")["id"]
    full = account.ask("DELETE", path)
    account.ok("DELETE", f"/crm/v3/objects/cars/{car}")

    assert full.json()["subCategory"] == "ObjectSchemaError.EXISTING_OBJECT_RECORDS"
    assert account.ask("DELETE", path, archived="true").status_code == 400
    assert account.ask("DELETE", path).status_code == 204
    gone = account.ask("GET", "/crm/v3/objects/cars")
    assert gone.json()["message"] == "Unable to infer object type from: cars"
    assert account.ok("GET", SCHEMAS)["results"] == []
    assert account.ok("GET", SCHEMAS, archived="true")["results"][0]["archived"] is True
    assert account.ask("DELETE", path, archived="true").status_code == 204
    assert account.ok("GET", SCHEMAS, archived="true")["results"] == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"name": "1car"}, 400, "InboundDbObjectTypeError.OBJECT_TYPE_NAME_FORMAT"),
        ({"name": "vans", "primaryDisplayProperty": None}, 400,
         "ObjectSchemaError.PRIMARY_DISPLAY_PROPERTY_REQUIRED"),
        ({"name": "Cars"}, 409, "InboundDbObjectTypeError.OBJECT_TYPE_ALREADY_EXIST"),
        ({"name": "vans", "primaryDisplayProperty": "x"}, 400,
         "ObjectSchemasSandboxesSyncErrorType.INVALID_PRIMARY_DISPLAY_PROPERTY"),
    ],
)  # fmt: skip
def test_refusals(account: Any, cars: Any, change: Any, status: int, code: str) -> None:
    """Each with HubSpot's own sub-category, and nothing is made."""
    assert cars
    answer = account.ask("POST", SCHEMAS, {**CARS, **change})

    assert (answer.status_code, answer.json()["subCategory"]) == (status, code)
    assert len(account.ok("GET", SCHEMAS)["results"]) == 1


def test_a_type_can_not_be_associated_with_itself(account: Any, cars: Any) -> None:
    """But with another it can, and that again be undone."""
    kind, path = cars["objectTypeId"], f"{SCHEMAS}/cars/associations"
    own = account.ask("POST", path, {"fromObjectTypeId": kind, "toObjectTypeId": kind})
    made = account.ask("POST", path, {"fromObjectTypeId": kind, "toObjectTypeId": "0-3"})

    assert own.json()["subCategory"] == "ObjectSchemaError.CANNOT_ASSOCIATE_OBJECT_TYPE_WITH_ITSELF"
    assert (made.status_code, made.json()["toObjectTypeId"]) == (201, "0-3")
    assert account.ask("DELETE", f"{path}/{made.json()['id']}").status_code == 204
    assert account.ok("GET", "/crm/v4/associations/cars/deals/labels")["results"] == []


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_other_paths(account: Any, cars: Any, version: str) -> None:
    """The SDK's path and the dated ones lead to the same, HubSpot's own types included."""
    base = f"/crm-object-schemas/{version}/schemas"

    assert [one["id"] for one in account.ok("GET", base)["results"]] == [cars["id"]]
    assert account.ok("GET", f"{base}/contacts")["objectTypeId"] == "0-1"
    assert account.ask("GET", f"{base}/vans").status_code == 404


def test_official_sdk(account: Any) -> None:
    """The SDK defines a type and keeps records of it."""
    labels = ObjectTypeDefinitionLabels(singular="Pet", plural="Pets")
    name = ObjectTypePropertyCreate(name="nick", label="Nick", type="string", field_type="text")
    api = account.sdk.crm.schemas.core_api
    made = api.create(
        ObjectSchemaEgg(
            name="pets", labels=labels, primary_display_property="nick", properties=[name],
            required_properties=["nick"], associated_objects=["CONTACT"],
        )
    )  # fmt: skip
    api.update(made.object_type_id, ObjectTypeDefinitionPatch(description="Dogs and cats"))
    record = account.sdk.crm.objects.basic_api.create(
        made.fully_qualified_name,
        SimplePublicObjectInputForCreate(properties={"nick": "Rex"}, associations=[]),
    )

    assert [one.description for one in api.get_all().results] == ["Dogs and cats"]
    assert record.properties["nick"] == "Rex"


def test_reset_forgets_custom_types(account: Any, cars: Any) -> None:
    """A new account has only HubSpot's own."""
    assert cars
    account.ok("POST", "/_sandbox/reset", {})

    assert account.ask("GET", "/crm/v3/objects/cars").status_code == 400
