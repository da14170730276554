"""The official SDK, an independent reader of the same API, works without noticing."""

from typing import Any

import pytest
from hubspot.crm.associations.v4 import AssociationSpec
from hubspot.crm.contacts import (
    BatchInputSimplePublicObjectBatchInput,
    BatchInputSimplePublicObjectBatchInputForCreate,
    BatchReadInputSimplePublicObjectId,
    PublicObjectSearchRequest,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.contacts.exceptions import ApiException
from hubspot.crm.properties import PropertyCreate
from hubspot.events.send import BehavioralEventHttpCompletionRequest


def new(**properties: str) -> SimplePublicObjectInputForCreate:
    return SimplePublicObjectInputForCreate(properties=properties, associations=[])


def test_contact_from_birth_to_archive(account: Any) -> None:
    """Create, read with history, update, search, archive."""
    contacts = account.sdk.crm.contacts
    made = contacts.basic_api.create(new(email="a@x.com", firstname="A"))
    contacts.basic_api.update(made.id, SimplePublicObjectInput(properties={"firstname": "B"}))

    shown = contacts.basic_api.get_by_id(
        "a@x.com", id_property="email", properties=["firstname", "phone"],
        properties_with_history=["firstname"],
    )  # fmt: skip
    wanted = [{"propertyName": "email", "operator": "EQ", "value": "a@x.com"}]
    request = PublicObjectSearchRequest(filter_groups=[{"filters": wanted}], limit=5)
    found = contacts.search_api.do_search(request)
    contacts.basic_api.archive(made.id)

    assert shown.properties["firstname"] == "B"
    assert [v.value for v in shown.properties_with_history["firstname"]] == ["B", "A"]
    assert found.total == 1
    with pytest.raises(ApiException) as gone:
        contacts.basic_api.get_by_id(made.id)
    assert gone.value.status == 404


def test_batches_come_back_with_errors(account: Any) -> None:
    """A 207 becomes the SDK's result with errors."""
    api = account.sdk.crm.contacts.batch_api
    rows = [new(email=f"{n}@x.com") for n in range(3)]
    made = api.create(BatchInputSimplePublicObjectBatchInputForCreate(inputs=rows))
    ids = [{"id": row.id} for row in made.results]

    read = api.read(
        BatchReadInputSimplePublicObjectId(
            inputs=[*ids, {"id": "77"}], properties=["email"], properties_with_history=[]
        )
    )
    changes = [{**row, "properties": {"phone": "1"}} for row in ids]
    updated = api.update(BatchInputSimplePublicObjectBatchInput(inputs=changes))

    assert (len(read.results), read.num_errors) == (3, 1)
    assert read.errors[0].context == {"ids": ["77"]}
    assert {row.properties["phone"] for row in updated.results} == {"1"}


def test_properties_owners_pipelines_and_associations(account: Any) -> None:
    """The further APIs that an integration uses."""
    crm = account.sdk.crm
    wanted = PropertyCreate(
        name="own", label="Own", type="string", field_type="text",
        group_name="contactinformation", has_unique_value=True,
    )  # fmt: skip
    made = crm.properties.core_api.create("contacts", wanted)
    account.seed("owners", email="rep@x.com")
    contact, deal = account.make(email="a@x.com")["id"], account.make("deals", dealname="D")["id"]
    spec = AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=4)
    crm.associations.v4.basic_api.create("contacts", contact, "deals", deal, [spec])
    ends = crm.associations.v4.basic_api.get_page("contacts", contact, "deals")

    assert made.has_unique_value is True
    assert crm.owners.owners_api.get_page().results[0].email == "rep@x.com"
    assert crm.pipelines.pipelines_api.get_all("deals").results[0].id == "default"
    assert [str(end.to_object_id) for end in ends.results] == [deal]


def test_everything_is_paged_through(account: Any) -> None:
    """The SDK's own iteration over all contacts ends."""
    records = [{"object": "contacts", "properties": {"email": f"{n}@x.com"}} for n in range(230)]
    account.ok("POST", "/_sandbox/seed", {"records": records})

    assert len(account.sdk.crm.contacts.get_all()) == 230


def test_events_and_tokens(account: Any) -> None:
    """Events are sent and read; tokens refreshed and looked up."""
    made = account.make(email="a@x.com")["id"]
    sent = BehavioralEventHttpCompletionRequest(
        event_name="pe48000001_x", object_id=made, properties={"a": "1"}
    )
    account.sdk.events.send.basic_api.send(sent)

    page = account.sdk.events.events_api.get_page(object_type="contact", object_id=int(made))
    grant = account.sdk.oauth.tokens_api.create(
        grant_type="refresh_token", client_id="c", client_secret="s", refresh_token="r"
    )
    about = account.sdk.oauth.access_tokens_api.get(grant.access_token)

    assert [event.event_type for event in page.results] == ["pe48000001_x"]
    assert (grant.expires_in, about.hub_id) == (1800, 48000001)
