"""Hooks: every event is told, in order, signed, and again where it was not taken."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.configuring.hooks import redeliver, resume_hook, rotate
from app.flows import hooks as telling
from app.jobs import Lanes
from app.store import attention, erasure, events, hook_deliveries
from app.store.db import Database
from app.store.events import Happening
from app.vault import Vault
from connectors.base import Inbound
from connectors.generic.signatures import verify
from connectors.outgoing import poster
from connectors.standard_webhooks import key_of
from tests.support.receiver import Receiver, receiving
from tests.support.teller import LOCAL, Nobody, Teller

START = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def teller(database: Database) -> Iterator[Teller]:
    vault = Vault((b"k" * 32,))
    clock = [datetime.now(UTC)]
    with poster(LOCAL) as post:
        beside = telling.lanes(post, vault.open, lambda: clock[0])
        made = Lanes(database, Nobody(), lambda _: None, sleep=lambda _: None, beside=beside)
        yield Teller(database, vault, made, clock)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def test_events_are_told_in_order_to_who_wants_them(teller: Teller, receiver: Receiver) -> None:
    """One a request, each with its id; those that no glob means are left out."""
    teller.hook("crm", receiver, "handoff.*")

    teller.tell("handoff.created", "stage.changed", "handoff.submitted")
    teller.settle()
    teller.tell("handoff.approved")
    teller.settle()

    assert receiver.types == ["handoff.created", "handoff.submitted", "handoff.approved"]
    assert receiver.ids == ["evt_1", "evt_3", "evt_4"]
    assert receiver.got[0][1]["data"] == {
        "id": "evt_1", "person": None, "subject": "handoff:1", "cause": None, "by": "x",
    }  # fmt: skip


def test_a_hook_hears_nothing_of_the_time_before_it(teller: Teller, receiver: Receiver) -> None:
    """It is told from its making on."""
    teller.tell("stage.changed")
    teller.settle()
    teller.hook("crm", receiver)
    teller.tell("sla.met")
    teller.settle()

    assert receiver.types == ["sla.met"]


def test_messages_are_signed_by_standard_webhooks(teller: Teller, receiver: Receiver) -> None:
    """Baton's own receiver of such webhooks takes them; with another secret it does not."""
    key = key_of(teller.hook("crm", receiver))
    teller.tell("stage.changed")
    teller.settle()
    headers, _, raw = receiver.got[0]
    sent = Inbound("POST", "https://x.example/hook", headers, raw)

    assert verify(sent, [key], teller.clock[0]) <= teller.clock[0]
    assert headers["content-type"] == "application/json; charset=utf-8"


def test_during_a_rotation_either_secret_verifies(teller: Teller, receiver: Receiver) -> None:
    """Both sign for a while; then only the new one."""
    old = key_of(teller.hook("crm", receiver))
    with teller.database.begin() as tx:
        new = key_of(rotate(tx, teller.vault, "crm", 24, by="test")[0])
    teller.tell("stage.changed")
    teller.settle()
    teller.settle(later_s=25 * 3600)
    teller.tell("stage.changed")
    teller.settle()

    signatures = [headers["webhook-signature"].split() for headers, _, _ in receiver.got]
    assert [len(one) for one in signatures] == [2, 1]
    headers, _, raw = receiver.got[0]
    sent = Inbound("POST", "https://x.example/hook", headers, raw)
    for key in (old, new):
        verify(sent, [key], datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC))


def test_an_event_that_is_not_taken_holds_up_the_next_and_comes_again(
    teller: Teller, receiver: Receiver
) -> None:
    """In order, with the same id."""
    teller.hook("crm", receiver)
    receiver.answers = [500, 503]

    teller.tell("handoff.created", "handoff.submitted")
    teller.settle()
    assert receiver.types == ["handoff.created"]
    teller.settle(later_s=7)
    teller.settle(later_s=13)

    assert receiver.types == ["handoff.created"] * 3 + ["handoff.submitted"]
    assert len(set(receiver.ids)) == 2
    assert teller.states("crm") == ["delivered", "delivered"]
    assert teller.look("crm").attempts == 0


def test_a_receiver_that_is_gone_is_not_asked_again(teller: Teller, receiver: Receiver) -> None:
    """410 switches the hook off; a person is told, and may switch it on again."""
    teller.hook("crm", receiver)
    receiver.answers = [410]
    teller.tell("handoff.created")
    teller.settle()
    teller.settle(later_s=3600 * 24)

    assert (teller.look("crm").state, teller.look("crm").code) == ("failed", "hook_gone")
    assert len(receiver.got) == 1
    with teller.database.begin() as tx:
        items = attention.items(tx, attention.Wanted(what="hook"), None, 10)
        assert [one.key for one in items] == ["hook:crm"]
        attention.retry(tx, attention.Wanted(key="hook:crm"), {"by": "test"})
    teller.settle()
    assert receiver.types == ["handoff.created"] * 2
    assert teller.look("crm").state == "active"


def test_after_three_days_of_failures_it_is_switched_off(
    teller: Teller, receiver: Receiver
) -> None:
    """Nothing is lost: what waited is told once a person lets it go on."""
    teller.hook("crm", receiver)
    receiver.answers = [500] * 200
    teller.tell("handoff.created", "handoff.submitted")
    teller.settle()
    for _ in range(30):
        teller.settle(later_s=5 * 3600)
    assert (teller.look("crm").state, teller.look("crm").code) == ("failed", "hook_failing")

    receiver.answers = []
    receiver.got.clear()
    with teller.database.begin() as tx:
        resume_hook(tx, "crm", skip=False, by="test")
    teller.settle()
    assert receiver.types == ["handoff.created", "handoff.submitted"]


def test_what_was_missed_can_be_skipped(teller: Teller, receiver: Receiver) -> None:
    """A hook that was off for long may begin with now."""
    teller.hook("crm", receiver)
    receiver.answers = [410]
    teller.tell("handoff.created", "handoff.submitted")
    teller.settle()
    with teller.database.begin() as tx:
        resume_hook(tx, "crm", skip=True, by="test")
    teller.tell("handoff.approved")
    teller.settle()

    assert receiver.types == ["handoff.created", "handoff.approved"]


def test_an_event_that_is_refused_for_itself_is_set_aside_and_can_be_sent_again(
    teller: Teller, receiver: Receiver
) -> None:
    """It holds up the others for five attempts; then by a person's wish only."""
    teller.hook("crm", receiver)
    receiver.answers = [422] * 5
    teller.tell("handoff.created", "handoff.submitted")
    teller.settle()
    for _ in range(5):
        teller.settle(later_s=600)
    assert receiver.types == ["handoff.created"] * 5 + ["handoff.submitted"]
    assert teller.states("crm") == ["failed", "delivered"]

    with teller.database.begin() as tx:
        assert redeliver(tx, "crm", None, None, by="test")[0] == 1
    teller.settle()
    assert receiver.types[-1] == "handoff.created"
    assert len(receiver.got) == 7
    assert teller.states("crm") == ["delivered", "delivered"]


def test_a_redirect_is_not_followed(teller: Teller, receiver: Receiver) -> None:
    """It would lead where nobody checked."""
    teller.hook("crm", receiver)
    receiver.answers = [302]
    teller.tell("handoff.created")
    teller.settle()

    with teller.database.begin() as tx:
        row = hook_deliveries.listed(tx, "crm", None, None, 1)[0]
    assert (row["state"], row["status"]) == ("waiting", 302)
    assert row["reason"] == "HTTP 302: redirects are not followed"


def test_a_slow_receiver_delays_no_other(teller: Teller, receiver: Receiver) -> None:
    """Another hook is told while one does not answer."""
    with receiving() as slow:
        slow.gate.clear()
        teller.hook("slow", slow)
        teller.hook("quick", receiver)
        teller.tell("handoff.created")
        teller.lanes.drain("events")
        held = threading.Thread(target=teller.lanes.drain, args=("hook:slow",))
        held.start()
        teller.lanes.drain("hook:quick")
        assert receiver.types == ["handoff.created"]
        assert slow.got == []
        slow.gate.set()
        held.join()
        assert slow.types == ["handoff.created"]


def test_an_event_that_commits_late_is_told_all_the_same(
    teller: Teller, receiver: Receiver
) -> None:
    """Its id is lower than one that was told already."""
    teller.hook("crm", receiver)
    with teller.database.begin() as late:
        events.tell(late, [Happening("handoff.created", None)])
        teller.tell("handoff.submitted")
        teller.settle()
        assert receiver.types == ["handoff.submitted"]
    teller.settle()

    assert receiver.types == ["handoff.submitted", "handoff.created"]
    assert receiver.ids == ["evt_2", "evt_1"]


def test_who_is_erased_is_told_of_no_more(teller: Teller, receiver: Receiver) -> None:
    """What waited about them goes with them; that they were erased is told."""
    person = uuid4()
    teller.hook("crm", receiver)
    teller.tell("handoff.created", link_id=person)
    with teller.database.begin() as tx:
        erasure.forget(tx, person)
    teller.tell("people.erased", link_id=person)
    teller.settle()

    assert receiver.types == ["people.erased"]
