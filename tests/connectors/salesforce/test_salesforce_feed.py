"""Reading changes from a cursor: overlap, identical stamps, and cursors that are no good."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.base import Cursor, Rejected
from connectors.salesforce.adapter import Adapter

AT = datetime(2026, 5, 1, 7, 0, tzinfo=UTC)
OpenAt = Callable[..., Adapter]


def row(number: int, after_s: float = 0, name: str = "Ada") -> dict[str, Any]:
    stamp = (AT + timedelta(seconds=after_s)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return {
        "Id": f"00QOx{number:010d}MAO",
        "SystemModstamp": stamp,
        "IsDeleted": False,
        "LastName": name,
    }


class Answers:
    """The org's answers to queries on leads, in order; contacts are none."""

    def __init__(self, org: respx.MockRouter) -> None:
        self.asked: list[str] = []
        self.pages: list[list[dict[str, Any]]] = []
        self.date: datetime | None = None
        org.get("/queryAll/").mock(side_effect=self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        soql = request.url.params["q"]
        rows: list[dict[str, Any]] = []
        if "FROM Lead" in soql:
            self.asked.append(soql)
            rows = self.pages.pop(0)
        headers = {} if self.date is None else {"date": format_datetime(self.date, usegmt=True)}
        return httpx.Response(200, json={"done": True, "records": rows}, headers=headers)


@pytest.fixture
def leads(org: respx.MockRouter) -> Answers:
    return Answers(org)


def names(page: Any) -> list[str]:
    return [record.fields["LastName"] for record in page.items]


def test_a_record_is_shown_once_though_it_is_looked_at_again(
    leads: Answers, adapter: Adapter
) -> None:
    """Each poll looks back; what is as it was shown does not come out again."""
    leads.pages = [[row(1)], [row(1), row(2, after_s=5, name="Bob")]]

    first = adapter.changes("person", ["LastName"], None)
    second = adapter.changes("person", ["LastName"], first.cursor)

    assert (names(first), names(second)) == (["Ada"], ["Bob"])
    assert "SystemModstamp >= 2026-05-01T06:59:00.000Z" in leads.asked[1]


def test_a_second_edit_within_one_stamp_is_not_missed(leads: Answers, adapter: Adapter) -> None:
    """Stamps are whole seconds: the same stamp with another value is another change."""
    leads.pages = [[row(1)], [row(1, name="Eve")]]

    first = adapter.changes("person", ["LastName"], None)
    second = adapter.changes("person", ["LastName"], first.cursor)

    assert names(second) == ["Eve"]


def test_a_record_committed_late_is_seen(leads: Answers, adapter: Adapter) -> None:
    """A long transaction leaves a stamp before the newest one already shown."""
    leads.pages = [[row(1, after_s=30)], [row(2, after_s=0, name="Late"), row(1, after_s=30)]]

    first = adapter.changes("person", ["LastName"], None)
    second = adapter.changes("person", ["LastName"], first.cursor)

    assert names(second) == ["Late"]


def walk(adapter: Adapter) -> list[Any]:
    """All pages from the beginning to the end."""
    pages = [adapter.changes("person", ["LastName"], None)]
    while pages[-1].more:
        pages.append(adapter.changes("person", ["LastName"], pages[-1].cursor))
    return pages


def test_more_records_of_one_stamp_than_a_page_are_read_through(
    leads: Answers, open_at: OpenAt
) -> None:
    """The Id goes on where the stamp does not, and each record comes out once."""
    first, second = [row(1), row(2)], [row(3), row(4)]
    leads.pages = [first, second, [], first, second, []]

    pages = walk(open_at(page_size=2))

    ids = [record.ref.id for page in pages for record in page.items]
    assert ids == [row(n)["Id"] for n in (1, 2, 3, 4)]
    last = row(2)["Id"]
    assert f"(SystemModstamp > 2026-05-01T07:00:00.000Z OR Id > '{last}')" in leads.asked[1]
    assert leads.pages == []


def test_what_changes_behind_the_reader_is_read_before_it_ends(
    leads: Answers, open_at: OpenAt
) -> None:
    """A sweep of several pages is followed by a look back at once, and that by none."""
    leads.pages = [[row(1), row(2)], [], [row(1, name="Eve"), row(2)], []]

    pages = walk(open_at(page_size=2))

    assert [names(page) for page in pages] == [["Ada", "Ada"], [], ["Eve"], []]
    assert "SystemModstamp >= 2026-05-01T06:59:00.000Z" in leads.asked[2]
    assert "OR Id >" not in leads.asked[2]


def test_idle_polls_move_on_with_the_vendors_clock(leads: Answers, adapter: Adapter) -> None:
    """The look back is measured from when the last sweep began, so an old bulk is left behind."""
    leads.date = AT + timedelta(hours=1)
    leads.pages = [[row(1)], []]

    first = adapter.changes("person", ["LastName"], None)
    adapter.changes("person", ["LastName"], first.cursor)

    assert "SystemModstamp >= 2026-05-01T07:5" in leads.asked[1]


def test_the_same_cursor_gives_the_same_page_again(leads: Answers, adapter: Adapter) -> None:
    """A page that was not stored is asked for again: what was shown is in the cursor only."""
    leads.pages = [[row(1)], [row(2, name="Bob")], [row(2, name="Bob")]]
    cursor = adapter.changes("person", ["LastName"], None).cursor

    pages = [adapter.changes("person", ["LastName"], cursor) for _ in range(2)]

    assert [names(page) for page in pages] == [["Bob"], ["Bob"]]


def test_a_cursor_stays_small(leads: Answers, adapter: Adapter) -> None:
    """However many records changed at once, a cursor is some kilobytes."""
    leads.pages = [[row(number) for number in range(999)]]

    cursor = adapter.changes("person", ["LastName"], None).cursor

    assert len(cursor) < 50_000


def _damaged(change: Callable[[dict[str, Any]], object]) -> str:
    at = {"Lead": {"stamp": "2026-05-01T07:00:00.000Z", "id": ""}}
    state: dict[str, Any] = {"v": 1, "feed": "person", "turn": 0, "at": at}
    change(state)
    return json.dumps(state)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "{}",
        "2026-05-01",
        _damaged(lambda s: s.update(v=2)),
        _damaged(lambda s: s.update(feed="company")),
        _damaged(lambda s: s.update(turn=7)),
        _damaged(lambda s: s.update(at={"User": {}})),
        _damaged(lambda s: s["at"]["Lead"].update(stamp="2026-99-01T07:00:00.000Z")),
        _damaged(lambda s: s["at"]["Lead"].update(id="' OR Name != '")),
        _damaged(lambda s: s["at"]["Lead"].update(stamp="x OR Id != null")),
    ],
)
def test_a_damaged_cursor_is_refused(leads: Answers, adapter: Adapter, cursor: str) -> None:
    """It never starts from the beginning by itself, and nothing of it reaches a query."""
    with pytest.raises(Rejected) as refused:
        adapter.changes("person", ["LastName"], Cursor(cursor))

    assert refused.value.code == "BAD_CURSOR"
    assert leads.asked == []


def test_an_undamaged_cursor_of_that_form_is_taken(leads: Answers, adapter: Adapter) -> None:
    """The cursors above are refused for their damage only."""
    leads.pages = [[]]

    page = adapter.changes("person", ["LastName"], Cursor(_damaged(lambda _: None)))

    assert (page.items, page.more) == ((), False)
