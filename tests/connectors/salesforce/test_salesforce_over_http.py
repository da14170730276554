"""Records and sign-in against the sandbox, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import AuthLost, Busy, Landed, Ref, Rejected, Unsure, Write
from connectors.salesforce.adapter import Adapter

OpenAt = Callable[..., Adapter]
NAMES = ["LastName", "Company", "Email"]


@pytest.fixture
def adapter(crm: Any, open_at: OpenAt) -> Adapter:
    return open_at(crm.url)


def test_a_person_is_created_once_read_and_found(crm: Any, adapter: Adapter) -> None:
    """The same create twice is one lead, which is found by key and by e-mail."""
    write = Write(
        "k1", "person", None, {"LastName": "Ada", "Company": "X", "Email": "a'1@x.example"}
    )

    first = adapter.write([write])["k1"]
    second = adapter.write([write])["k1"]

    assert isinstance(first, Landed)
    assert isinstance(second, Landed)
    assert (first.ref, first.created, second.created) == (second.ref, True, False)
    by_mail = adapter.find("person", "email", ["A'1@X.example"], NAMES)["A'1@X.example"]
    by_key = adapter.find("person", "key", ["k1"], NAMES)["k1"]
    record = adapter.read([first.ref], NAMES)[0]
    assert [*by_mail] == [*by_key] == [record]
    assert record.fields == {"LastName": "Ada", "Company": "X", "Email": "a'1@x.example"}
    assert len(crm.all("Lead")) == 1


def test_one_thousand_updates_are_five_calls(crm: Any, adapter: Adapter) -> None:
    """Updates go 200 at a time."""
    rows = [{"LastName": f"P{n}", "Company": "X"} for n in range(1000)]
    refs = [Ref("person", each) for each in crm.seed("Lead", *rows)]

    outcomes = adapter.write([Write(ref.id, "person", ref, {"Company": "Y"}) for ref in refs])

    assert all(isinstance(each, Landed) for each in outcomes.values())
    assert {lead["Company"] for lead in crm.all("Lead")} == {"Y"}
    updates = [n for where, n in crm.calls().items() if where.endswith("composite/sobjects")]
    assert updates == [5]


def test_a_validation_rule_fails_its_record_only(crm: Any, adapter: Adapter) -> None:
    """The admin's own text reaches the person who has to mend it."""
    rule = {
        "object": "Lead",
        "when": "Company = 'Rival'",
        "message": "No rivals",
        "field": "Company",
    }
    crm.configure(validation_rules=[rule])
    good, bad = crm.lead("Ada"), crm.lead("Bob")

    outcomes = adapter.write(
        [
            Write("good", "person", good, {"Company": "Y"}),
            Write("bad", "person", bad, {"Company": "Rival"}),
        ]
    )

    assert isinstance(outcomes["good"], Landed)
    assert isinstance(refused := outcomes["bad"], Rejected)
    assert (refused.code, refused.fields) == ("FIELD_CUSTOM_VALIDATION_EXCEPTION", ("Company",))
    assert "No rivals" in str(refused)


def test_a_duplicate_rule_tells_the_existing_record(crm: Any, adapter: Adapter) -> None:
    """The refusal of a twin leads to the record that is there."""
    crm.configure(duplicate_rules=[{"object": "Lead"}])
    existing = crm.lead("Ada")

    outcome = adapter.write(
        [
            Write(
                "k1",
                "person",
                None,
                {"LastName": "A", "Company": "X", "Email": "ada@x.example"},
            )
        ]
    )["k1"]

    assert isinstance(outcome, Rejected)
    assert outcome.existing == existing


def test_missing_required_fields_are_named(adapter: Adapter) -> None:
    """A lead without a company is refused with the field's name."""
    outcome = adapter.write([Write("k1", "person", None, {"LastName": "Ada"})])["k1"]

    assert isinstance(outcome, Rejected)
    assert outcome.fields == ("Company",)


@pytest.mark.parametrize("do", ["drop_answer", "truncate", "html"])
def test_an_upsert_whose_answer_is_spoiled_is_repeated_without_a_twin(
    crm: Any, adapter: Adapter, do: str
) -> None:
    """The outcome is in doubt; the same write again lands on one record."""
    write = Write("k1", "person", None, {"LastName": "Ada", "Company": "X"})
    crm.fault("PATCH", ".*/composite/sobjects/.*", do=do)

    with pytest.raises(Unsure):
        adapter.write([write])
    assert isinstance(adapter.write([write])["k1"], Landed)
    assert len(crm.all("Lead")) == 1


def test_the_daily_limit_is_busy_for_long(crm: Any, adapter: Adapter) -> None:
    """Beyond the org's calls Salesforce answers 403 to everybody."""
    adapter.probe()
    crm.configure(daily_api_requests=0)

    with pytest.raises(Busy) as busy:
        adapter.probe()

    assert busy.value.retry_in_s == 900.0


def test_a_revoked_token_is_lost(crm: Any, adapter: Adapter) -> None:
    """Nothing can renew a given token."""
    adapter.probe()
    crm.configure(static_token=None)

    with pytest.raises(AuthLost):
        adapter.probe()


def test_an_expired_token_is_renewed_in_the_middle(crm: Any, open_at: OpenAt) -> None:
    """With a flow, expiry costs one more token request and nothing else."""
    secrets = {"client_id": "any", "client_secret": "any"}
    adapter = open_at(crm.url, flow="client_credentials", secrets=secrets)
    name = adapter.probe().name
    crm.fault("GET", ".*/query/?", do="expire_token")

    assert adapter.probe().name == name


def test_schema_and_account_are_those_of_the_org(adapter: Adapter) -> None:
    """Fields of both objects, the org's name, and its use of the API."""
    fields = {(each.object, each.name): each for each in adapter.describe("person")}
    account = adapter.probe()

    assert fields["Lead", "Company"].required
    assert fields["Lead", "Email"].type == "email"
    assert fields["Contact", "Baton_Key__c"].writable
    assert account.api_limit == 100_000
    assert account.id.startswith("00D")


def test_a_locked_row_is_busy_and_the_others_land(crm: Any, adapter: Adapter) -> None:
    """Somebody's transaction holds one record; its write is to be made again."""
    held, free = crm.lead("Ada"), crm.lead("Bob")
    crm.lock(held)
    writes = [Write(ref.id, "person", ref, {"Company": "Y"}) for ref in (held, free)]

    outcomes = adapter.write(writes)

    assert isinstance(outcomes[held.id], Busy)
    assert isinstance(outcomes[free.id], Landed)
    assert isinstance(adapter.write(writes)[held.id], Landed)
