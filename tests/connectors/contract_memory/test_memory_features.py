"""What the in-memory account can do to a connector: the features that other tests rely on."""

import threading
from datetime import timedelta

import httpx
import pytest

from connectors.base import Alert, Busy, Gone, Landed, Rejected, Unsure, Write
from connectors.memory import Clock, MemoryConnector, MemoryVendor, fields_of, offer
from connectors.vendor import Opening
from connectors.wire import Unlimited


@pytest.fixture
def account() -> MemoryVendor:
    return MemoryVendor()


@pytest.fixture
def connector(account: MemoryVendor) -> MemoryConnector:
    return MemoryConnector(account)


def create(key: str, **fields: str) -> Write:
    return Write(key, "person", None, fields)


def test_a_lost_request_has_no_effect(account: MemoryVendor, connector: MemoryConnector) -> None:
    """An error before the effect: nothing is stored, and the plan is used up."""
    account.fail_next("write", Unsure("lost"))

    with pytest.raises(Unsure):
        connector.write([create("k1", email="a@example.com")])

    assert account.records("person") == []
    assert isinstance(connector.write([create("k1", email="a@example.com")])["k1"], Landed)


def test_a_lost_answer_has_its_effect(account: MemoryVendor, connector: MemoryConnector) -> None:
    """An error after the effect: the record is there, and the caller does not know."""
    account.fail_next("write", Unsure("lost"), after=True)

    with pytest.raises(Unsure):
        connector.write([create("k1", email="a@example.com")])

    assert [stored.key for stored in account.records("person")] == ["k1"]


def test_one_part_of_a_batch_can_fail(account: MemoryVendor, connector: MemoryConnector) -> None:
    """An error for one key is that key's outcome; the rest of the batch lands."""
    account.fail_next("write", Busy("row lock"), key="k2")

    outcomes = connector.write([create(k, email=f"{k}@example.com") for k in ("k1", "k2", "k3")])

    assert [type(outcome) for outcome in outcomes.values()] == [Landed, Busy, Landed]


def test_errors_come_in_the_order_that_was_planned(
    account: MemoryVendor, connector: MemoryConnector
) -> None:
    """First in, first out, `times` times, then all is well; each call is counted."""
    account.fail_next("read", Busy("first"), times=2)
    account.fail_next("read", Unsure("second"))

    for error in (Busy, Busy, Unsure):
        with pytest.raises(error):
            connector.read([], [])
    assert connector.read([], []) == []
    assert account.calls["read"] == 4


def test_a_look_can_be_overtaken_by_an_edit(
    account: MemoryVendor, connector: MemoryConnector
) -> None:
    """A look takes what is there at the call; an edit before its answer is not in it."""
    ref = account.add_person("a@example.com", last_name="old")
    account.interleave("read", lambda: account.edit(ref, last_name="new"), after=True)

    (overtaken,) = connector.read([ref], ["last_name"])
    (fresh,) = connector.read([ref], ["last_name"])

    assert overtaken.fields == {"last_name": "old"}
    assert fresh.fields == {"last_name": "new"}


def test_an_edit_can_come_just_before_a_write(
    account: MemoryVendor, connector: MemoryConnector
) -> None:
    """Between the caller's decision and the write's effect somebody else is faster."""
    ref = account.add_person("a@example.com")
    account.interleave("write", lambda: account.edit(ref, last_name="theirs"))

    connector.write([Write("k1", "person", ref, {"last_name": "ours"})])

    assert [line.by for line in account.log] == ["person", "person", "connector"]
    assert account.value(ref, "last_name") == "ours"


def test_a_value_can_be_reformatted(account: MemoryVendor, connector: MemoryConnector) -> None:
    """What is stored, answered and shown is the account's own form of the value."""
    account.reformat["phone"] = lambda value: str(value).replace("-", "")

    outcome = connector.write([create("k1", phone="03-1234")])["k1"]

    assert isinstance(outcome, Landed)
    assert outcome.fields == {"phone": "031234"}
    assert account.value(outcome.ref, "phone") == "031234"


def test_a_rule_refuses_until_it_is_lifted(
    account: MemoryVendor, connector: MemoryConnector
) -> None:
    """Writes that the rule fits are Rejected, others are not."""
    account.reject_when(lambda write: write.key == "k1", Rejected("no Mondays"))

    first = connector.write([create("k1"), create("k2")])
    account.accept_all()
    second = connector.write([create("k1")])

    assert isinstance(first["k1"], Rejected)
    assert isinstance(first["k2"], Landed)
    assert isinstance(second["k1"], Landed)


def test_a_unique_field_names_what_it_collides_with(connector: MemoryConnector) -> None:
    """A second record with the same value is Rejected with the first one's place."""
    connector.vendor.unique = {"email"}
    ref = connector.vendor.add_person("a@example.com")

    outcome = connector.write([create("k1", email="a@example.com")])["k1"]

    assert isinstance(outcome, Rejected)
    assert outcome.existing == ref


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"no_such": "x"}, "unknown_field"),
        ({"status": "nonsense"}, "choice"),
        ({"grade": "AAA"}, "too_long"),
        ({"record_id": "7"}, "read_only"),
    ],
)
def test_the_schema_is_kept(connector: MemoryConnector, fields: dict[str, str], code: str) -> None:
    """Unknown, read-only, wrong and long values are Rejected with a code and the field."""
    outcome = connector.write([create("k1", **fields)])["k1"]

    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.fields) == (code, tuple(fields))


def test_a_schema_of_ones_own() -> None:
    """An account can hold other objects and fields."""
    account = MemoryVendor(schema=fields_of("Guest", email="email"), objects={"Guest": "person"})

    ref = account.add_person("a@example.com", "Guest")

    assert account.value(ref, "email") == "a@example.com"


def test_a_merge_fills_blanks_and_points_to_the_winner(
    account: MemoryVendor, connector: MemoryConnector
) -> None:
    """The winner keeps its values; writes to the loser say where it went, through two merges."""
    loser = account.add_person("a@example.com", last_name="A", first_name="Ada")
    winner = account.add_person("b@example.com", last_name="B")
    last = account.add_person("c@example.com")
    account.merge(loser, winner)
    account.merge(winner, last)

    outcome = connector.write([Write("k1", "person", loser, {"last_name": "x"})])["k1"]

    assert account.value(last, "first_name") == "Ada"
    assert account.value(last, "last_name") == "B"
    assert isinstance(outcome, Gone)
    assert outcome.moved_to == last


def test_a_record_can_come_back(account: MemoryVendor, connector: MemoryConnector) -> None:
    """Deleted and restored, it has its values again, and both are changes."""
    ref = account.add_person("a@example.com")
    account.delete(ref)
    account.restore(ref)

    (record,) = connector.read([ref], ["email"])

    assert (record.deleted, record.fields) == (False, {"email": "a@example.com"})
    assert [hint.ref for hint in account.hints(1)] == [ref, ref]


def test_a_create_for_a_converted_lead_says_where_it_went(
    account: MemoryVendor, connector: MemoryConnector
) -> None:
    """A repeated create does not make a second person once the first was converted."""
    landed = connector.write([create("k1", email="a@example.com")])["k1"]
    assert isinstance(landed, Landed)
    contact = account.convert(landed.ref)

    outcome = connector.write([create("k1", email="a@example.com")])["k1"]

    assert isinstance(outcome, Gone)
    assert outcome.moved_to == contact


def test_a_key_belongs_to_one_record(account: MemoryVendor, connector: MemoryConnector) -> None:
    """A write that would give a second record the same key is Rejected."""
    connector.write([create("k1")])
    other = account.add_person("b@example.com")

    outcome = connector.write([Write("k1", "person", other, {})])["k1"]

    assert isinstance(outcome, Rejected)


def test_time_stands_still_when_told() -> None:
    """Frozen, all changes share one time; it moves when it is advanced."""
    clock = Clock(frozen=True)
    account = MemoryVendor(clock=clock)
    account.add_person("a@example.com")
    account.add_person("b@example.com")
    clock.advance(60)
    account.add_person("c@example.com")

    times = [line.at for line in account.log]

    assert times[1] - times[0] == timedelta(0)
    assert times[2] - times[1] == timedelta(seconds=60)


def test_a_bell_in_doubt_may_have_rung(account: MemoryVendor, connector: MemoryConnector) -> None:
    """The bell is not idempotent: a lost answer leaves it rung."""
    ref = account.add_person("a@example.com")
    alert = Alert("k1", ref, None, "Hot", "Now", account.clock())
    account.fail_next("notify", Unsure("lost"), after=True, key="k1")

    assert isinstance(connector.notify([alert])["k1"], Unsure)
    assert account.bells == [alert]


def test_threads_do_not_lose_writes(account: MemoryVendor, connector: MemoryConnector) -> None:
    """Many threads creating with the same keys make one record for each key."""
    writes = [create(f"k{n}", email=f"{n}@example.com") for n in range(20)]
    threads = [threading.Thread(target=connector.write, args=(writes,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(stored.key or "" for stored in account.records("person")) == sorted(
        write.key for write in writes
    )


def test_an_account_can_be_offered_as_a_vendor(account: MemoryVendor) -> None:
    """All connections of such a vendor lead to the same account."""
    with httpx.Client() as http:
        connector = offer(account, "crm").open(Opening("main", {}, {}, http, Unlimited()))

    assert isinstance(connector, MemoryConnector)
    assert connector.vendor is account
