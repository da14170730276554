"""Change Data Capture as a feed of hints, over real gRPC against the sandbox."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.base import AuthLost, Busy, Cursor, Hint, News, Ref, Rejected
from connectors.salesforce.adapter import Adapter
from tests.connectors.salesforce.conftest import Crm, OpenAt
from tests.support.patience import eventually

OBJECTS = ["Lead", "Contact", "Account", "Opportunity"]
WAIT_S = 0.3
Listen = Callable[..., Adapter]


@pytest.fixture
def listen(crm: Crm, open_at: OpenAt) -> Listen:
    """Adapters of an org that sends change events; each is a reader of its own."""
    crm.configure(cdc_entities=OBJECTS, pubsub_keepalive_s=0.1)
    endpoint = httpx.get(f"{crm.url}/_sandbox/pubsub").json()["endpoint"]

    def opened(**settings: Any) -> Adapter:
        told = {"change_events": True, "pubsub_endpoint": endpoint} | settings
        return open_at(crm.url, **told)

    return opened


@pytest.fixture
def adapter(listen: Listen) -> Adapter:
    return listen()


def control(crm: Crm, path: str, **body: Any) -> Any:
    answer = httpx.post(f"{crm.url}/_sandbox/{path}", json=body)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def lead(crm: Crm, name: str) -> Ref:
    """A person makes a lead; what is seeded makes no events."""
    fields = {"LastName": name, "Company": "X"}
    return Ref("person", control(crm, "create", object="Lead", fields=fields)["id"])


def settled(adapter: Adapter, cursor: Cursor | None = None) -> Cursor:
    """The cursor once the feed knows where it is, nothing more being told."""
    for _ in range(100):
        news = adapter.hints("events", cursor, WAIT_S)
        cursor = news.cursor
        if not news.gap and not news.items and "replay_id" in cursor:
            return cursor
    raise AssertionError("the feed never comes to rest")


def read(adapter: Adapter, cursor: Cursor, *refs: Ref) -> tuple[list[Hint], News]:
    """Hints until all of `refs` were among them, and what was told last."""
    hints: list[Hint] = []
    news = adapter.hints("events", cursor, WAIT_S)

    def heard() -> bool:
        nonlocal news
        hints.extend(news.items)
        if set(refs) <= {hint.ref for hint in hints}:
            return True
        news = adapter.hints("events", news.cursor, WAIT_S)
        return False

    assert eventually(heard)
    return hints, news


def test_a_first_reading_begins_now_and_says_so(adapter: Adapter, crm: Crm) -> None:
    """What was before is a gap, told again when the place in the stream is known."""
    lead(crm, "Before")

    first = adapter.hints("events", None, 0)
    cursor = first.cursor

    def known() -> bool:
        nonlocal cursor
        news = adapter.hints("events", cursor, WAIT_S)
        cursor = news.cursor
        assert news.items == ()
        return news.gap

    assert (first.gap, first.items) == (True, ())
    assert "replay_id" not in first.cursor
    assert eventually(known)
    assert "replay_id" in cursor


def test_creates_edits_and_conversions_are_hints(adapter: Adapter, crm: Crm) -> None:
    """At once, without any request of ours in between."""
    cursor = settled(adapter)

    ada = lead(crm, "Ada")
    _, news = read(adapter, cursor, ada)
    crm.edit(ada, Phone="1")
    _, news = read(adapter, news.cursor, ada)
    contact = crm.convert(ada)
    hints, news = read(adapter, news.cursor, ada, contact)

    assert {hint.ref.kind for hint in hints} >= {"person", "company"}
    assert all(hint.at is not None and hint.feeds == () for hint in hints)
    assert not news.gap


def test_deletions_and_merges_are_hints(adapter: Adapter, crm: Crm) -> None:
    """A merge's losers are deleted, its winner is updated."""
    kept, lost, gone = lead(crm, "Kept"), lead(crm, "Lost"), lead(crm, "Gone")
    cursor = settled(adapter)

    control(crm, "delete", object="Lead", id=gone.id)
    fields = {"Phone": "1"}
    control(crm, "merge", object="Lead", master=kept.id, losers=[lost.id], fields=fields)
    read(adapter, cursor, kept, lost, gone)


def test_one_event_about_several_records_is_several_hints(adapter: Adapter, crm: Crm) -> None:
    """Salesforce merges the same change of several records."""
    refs = [lead(crm, f"P{n}") for n in range(3)]
    cursor = settled(adapter)
    body = {
        "allOrNone": False,
        "records": [{"attributes": {"type": "Lead"}, "id": r.id, "Phone": "7"} for r in refs],
    }
    crm.rest("PATCH", "composite/sobjects", body)

    hints, _ = read(adapter, cursor, *refs)

    assert len({hint.id for hint in hints}) == len(hints) == 3


def test_another_reader_goes_on_from_any_cursor(listen: Listen, crm: Crm) -> None:
    """A restart at any point loses nothing; a hint shown again has the same id."""
    first = listen()
    cursors = [settled(first)]
    shown: list[set[str]] = [set()]
    refs = []
    for n in range(4):
        refs.append(lead(crm, f"P{n}"))
        hints, news = read(first, cursors[-1], refs[-1])
        cursors.append(news.cursor)
        shown.append(shown[-1] | {hint.id for hint in hints})

    for cursor, before in zip(cursors[:-1], shown[:-1], strict=True):
        again, news = read(listen(), cursor, refs[-1])
        assert before | {hint.id for hint in again} == shown[-1]
        assert not news.gap


def test_more_events_than_may_be_under_way_all_come(adapter: Adapter, crm: Crm) -> None:
    """The stream asks for more as it is read."""
    crm.configure(cdc_merge=False)
    cursor = settled(adapter)
    rows = [{"LastName": f"P{n}", "Company": "X"} for n in range(230)]
    ids = [
        one["id"]
        for start in (0, 200)
        for one in crm.rest(
            "POST",
            "composite/sobjects",
            {
                "records": [
                    {"attributes": {"type": "Lead"}, **row} for row in rows[start : start + 200]
                ]
            },
        )
    ]

    hints, _ = read(adapter, cursor, *(Ref("person", one) for one in ids))

    assert len(hints) == 230


def test_an_answer_that_was_not_stored_comes_again(adapter: Adapter, crm: Crm) -> None:
    """Going on from an older cursor than the open stream's opens another."""
    cursor = settled(adapter)
    ada = lead(crm, "Ada")
    read(adapter, cursor, ada)

    hints, _ = read(adapter, cursor, ada)

    assert {hint.ref for hint in hints} == {ada}


def test_a_gap_event_names_its_records(adapter: Adapter, crm: Crm) -> None:
    """Then they are looked at; nothing else needs to be."""
    ada = lead(crm, "Ada")
    cursor = settled(adapter)

    control(crm, "gap", object="Lead", ids=[ada.id], change="GAP_UPDATE")
    hints, news = read(adapter, cursor, ada)

    assert [hint.ref for hint in hints] == [ada]
    assert not news.gap


def test_an_overflow_is_a_gap(adapter: Adapter, crm: Crm) -> None:
    """No record is named: all are looked through for changes."""
    cursor = settled(adapter)

    control(crm, "gap", object="Lead", change="GAP_OVERFLOW")

    assert eventually(lambda: adapter.hints("events", cursor, WAIT_S).gap)


@pytest.mark.parametrize("replay_id", ["AAAAAAAAAAcAAA==", "AAAA"])
def test_a_replay_id_that_is_too_old_is_a_gap(adapter: Adapter, crm: Crm, replay_id: str) -> None:
    """From the latest event on; records are looked through for what lies between."""
    expired = f'{{"v":1,"feed":"events","channel":"/data/ChangeEvents","replay_id":"{replay_id}"}}'
    cursor, gap = Cursor(expired), False

    def told() -> bool:
        nonlocal cursor, gap
        news = adapter.hints("events", cursor, WAIT_S)
        cursor, gap = news.cursor, news.gap
        return gap

    assert eventually(told)
    cursor = settled(adapter, cursor)
    ada = lead(crm, "Ada")

    read(adapter, cursor, ada)


def test_a_stream_that_breaks_goes_on_where_it_was(adapter: Adapter, crm: Crm) -> None:
    """Busy, and then everything that happened meanwhile."""
    cursor = settled(adapter)
    control(crm, "pubsub/cut")
    ada = lead(crm, "Ada")

    def broken() -> bool:
        try:
            adapter.hints("events", cursor, WAIT_S)
        except Busy:
            return True
        return False

    assert eventually(broken)
    _, news = read(adapter, cursor, ada)
    assert not news.gap


def test_a_token_that_ended_is_renewed_once(listen: Listen, crm: Crm) -> None:
    """A new one goes on where it was; one that nobody can renew is lost."""
    secrets = {"client_id": "id", "client_secret": "secret"}
    adapter = listen(flow="client_credentials", secrets=secrets)
    cursor = settled(adapter)
    control(crm, "expire_tokens")
    control(crm, "pubsub/cut")
    ada = lead(crm, "Ada")

    def heard() -> bool:
        nonlocal cursor
        try:
            news = adapter.hints("events", cursor, WAIT_S)
        except Busy:
            return False
        cursor = news.cursor
        return ada in {hint.ref for hint in news.items}

    assert eventually(heard)
    with pytest.raises(AuthLost):
        settled(listen(secrets={"access_token": "nobody's"}))


def test_a_channel_that_is_not_there_is_refused(listen: Listen) -> None:
    """With the vendor's words: somebody must select objects for change events."""
    adapter = listen(change_channel="/data/Nothing__chn")

    with pytest.raises(Rejected, match="Nothing__chn"):
        settled(adapter)


def test_a_foreign_cursor_is_refused(adapter: Adapter) -> None:
    """It never starts anew by itself."""
    for bad in ("", "{}", '{"v":1,"feed":"journal"}', "x"):
        with pytest.raises(Rejected):
            adapter.hints("events", Cursor(bad), 0)


def test_feeds_are_those_that_are_switched_on(listen: Listen) -> None:
    """None by themselves."""
    assert list(listen().hint_feeds()) == ["events"]
    assert list(listen(change_events=False).hint_feeds()) == []
    assert list(listen(deleted_every_s=900).hint_feeds()) == ["events", "deleted"]
