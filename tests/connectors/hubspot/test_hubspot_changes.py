"""Reading changes by a search that is late, and that can't page far."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import respx

from connectors.base import Cursor, Record, Ref, Rejected
from connectors.hubspot import HubSpot

SEARCH = "/crm/v3/objects/contacts/search"
READ = "/crm/v3/objects/contacts/batch/read"
LIST = "/crm/v3/objects/contacts"
NOON = 1795176000000  # 2026-11-20T12:00:00Z
DATE = {"date": "Fri, 20 Nov 2026 12:10:00 GMT"}
AT_12_10 = NOON + 600_000
LAG_MS = 120_000


def hit(record_id: int, ms: int) -> dict[str, Any]:
    seconds, rest = divmod(ms - NOON, 1000)
    time = f"2026-11-20T12:{seconds // 60:02}:{seconds % 60:02}.{rest:03}Z"
    return {"id": str(record_id), "properties": {"lastmodifieddate": time}}


def found(*hits: dict[str, Any], more: bool = False) -> dict[str, Any]:
    page: dict[str, Any] = {"total": len(hits), "results": list(hits)}
    return {**page, "paging": {"next": {"after": "200"}}} if more else page


@pytest.fixture
def search(router: respx.MockRouter) -> respx.Route:
    """The search; nothing that it shows needs a read."""
    return router.post(SEARCH)


def filters(body: Any) -> list[tuple[str, str, int]]:
    return [
        (one["propertyName"], one["operator"], int(one["value"]))
        for group in body["filterGroups"]
        for one in group["filters"]
    ]


def test_the_first_page_has_no_filter_and_is_sorted_by_time(
    hubspot: HubSpot, search: respx.Route, sent: Callable[..., Any]
) -> None:
    """A backfill starts at the oldest."""
    search.respond(json=found(hit(1, NOON)), headers=DATE)

    page = hubspot.changes("person", ["email"], None)

    assert [record.ref.id for record in page.glimpses] == ["1"]
    assert sent(search) == {
        "filterGroups": [],
        "sorts": [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}],
        "properties": [
            "baton_key", "email", "hs_additional_emails", "hs_merged_object_ids", "hubspotscore",
            "lastmodifieddate",
        ],
        "limit": 200,
    }  # fmt: skip


def test_what_search_shows_is_a_glimpse_and_no_look(hubspot: HubSpot, search: respx.Route) -> None:
    """The index may still show what was there before our own write; shown as a read would."""
    shown = hit(1, NOON)
    shown["properties"] |= {
        "email": "ada@example.com", "jobtitle": None, "baton_key": "k1", "hubspotscore": None,
        "hs_additional_emails": "a@example.com;b@example.com",
    }  # fmt: skip
    search.respond(json=found(shown), headers=DATE)

    page = hubspot.changes("person", ["email", "jobtitle"], None)

    assert page.items == ()
    assert page.glimpses == (
        Record(
            Ref("person", "1"),
            "contacts",
            {
                "email": "ada@example.com", "jobtitle": None, "hubspotscore": None,
                "hs_additional_emails": "a@example.com;b@example.com",
            },
            key="k1",
            modified_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            emails=("a@example.com", "b@example.com"),
        ),
    )  # fmt: skip


def test_what_was_merged_is_read(
    hubspot: HubSpot, router: respx.MockRouter, search: respx.Route
) -> None:
    """Search does not show it: a read tells where it went. Its winner is glimpsed."""
    winner = hit(3, AT_12_10)
    winner["properties"]["hs_merged_object_ids"] = "1;2"
    search.respond(json=found(winner), headers=DATE)
    router.post(READ).respond(json={"results": []})
    router.get(f"{LIST}/1").respond(json={"id": "3", "properties": {}})
    router.get(f"{LIST}/2").respond(json={"id": "3", "properties": {}})

    page = hubspot.changes("person", [], None)

    three = Ref("person", "3")
    assert [(one.ref.id, one.moved_to) for one in page.items] == [("1", three), ("2", three)]
    assert [one.ref for one in page.glimpses] == [three]


def test_what_the_index_shows_late_is_still_asked_for(
    hubspot: HubSpot, search: respx.Route, sent: Callable[..., Any]
) -> None:
    """A change of a minute ago may yet appear before one of half a minute ago."""
    search.respond(json=found(hit(1, AT_12_10 - 30_000)), headers=DATE)

    page = hubspot.changes("person", ["email"], None)
    hubspot.changes("person", ["email"], page.cursor)

    assert not page.more
    assert filters(sent(search)) == [("lastmodifieddate", "GTE", AT_12_10 - LAG_MS)]


def test_what_has_settled_is_not_asked_for_again(
    hubspot: HubSpot, search: respx.Route, sent: Callable[..., Any]
) -> None:
    """From the millisecond after the newest on."""
    search.respond(json=found(hit(1, NOON), hit(2, NOON + 5)), headers=DATE)

    page = hubspot.changes("person", ["email"], None)
    search.respond(json=found(), headers=DATE)
    again = hubspot.changes("person", ["email"], page.cursor)
    hubspot.changes("person", ["email"], again.cursor)

    assert filters(sent(search, -2)) == [("lastmodifieddate", "GTE", NOON + 6)]
    assert filters(sent(search, -1)) == [("lastmodifieddate", "GTE", NOON + 6)]


def test_without_a_clock_the_newest_stands_for_it(
    hubspot: HubSpot, search: respx.Route, sent: Callable[..., Any]
) -> None:
    """An answer without a date: the cursor stays behind the newest change by the lag."""
    search.respond(json=found(hit(1, AT_12_10)))

    page = hubspot.changes("person", ["email"], None)
    hubspot.changes("person", ["email"], page.cursor)

    assert filters(sent(search)) == [("lastmodifieddate", "GTE", AT_12_10 - LAG_MS)]


def test_a_full_page_goes_on_at_its_last_time(
    hubspot: HubSpot, search: respx.Route, sent: Callable[..., Any]
) -> None:
    """Those of the last millisecond come with the next page, complete."""
    search.respond(json=found(hit(1, NOON), hit(2, NOON + 7), more=True), headers=DATE)

    page = hubspot.changes("person", ["email"], None)
    hubspot.changes("person", ["email"], page.cursor)

    assert page.more
    assert [record.ref.id for record in page.glimpses] == ["1"]
    assert filters(sent(search)) == [("lastmodifieddate", "GTE", NOON + 7)]


def test_pages_that_ran_into_the_lag_are_read_again(
    hubspot: HubSpot, search: respx.Route, sent: Callable[..., Any]
) -> None:
    """After many changes within the lag the next run begins before them, not behind them."""
    young = AT_12_10 - 60_000
    search.respond(json=found(hit(1, NOON), hit(2, young), more=True), headers=DATE)
    page = hubspot.changes("person", ["email"], None)
    search.respond(json=found(hit(2, young), hit(3, young + 5)), headers=DATE)
    page = hubspot.changes("person", ["email"], page.cursor)
    hubspot.changes("person", ["email"], page.cursor)

    assert filters(sent(search)) == [("lastmodifieddate", "GTE", AT_12_10 - LAG_MS)]


def test_a_page_of_one_millisecond_is_read_by_id(
    hubspot: HubSpot, search: respx.Route, sent: Callable[..., Any]
) -> None:
    """By the greatest id so far, as a number, until it is through; then on in time."""
    search.respond(json=found(hit(1, NOON), hit(2, NOON), more=True), headers=DATE)
    page = hubspot.changes("person", ["email"], None)
    search.respond(json=found(hit(9, NOON), hit(10, NOON), more=True), headers=DATE)
    page = hubspot.changes("person", ["email"], page.cursor)
    search.respond(json=found(hit(11, NOON)), headers=DATE)
    page = hubspot.changes("person", ["email"], page.cursor)
    search.respond(json=found(), headers=DATE)
    last = hubspot.changes("person", ["email"], page.cursor)

    exactly = [("lastmodifieddate", "GTE", NOON), ("lastmodifieddate", "LTE", NOON)]
    assert filters(sent(search, 1)) == [*exactly, ("hs_object_id", "GT", 0)]
    assert sent(search, 1)["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    assert filters(sent(search, 2)) == [*exactly, ("hs_object_id", "GT", 10)]
    assert filters(sent(search, 3)) == [("lastmodifieddate", "GTE", NOON + 1)]
    assert (page.more, last.more) == (True, False)


def test_deleted_records_are_looked_for_every_so_often(
    connect: Any, router: respx.MockRouter, search: respx.Route
) -> None:
    """Those archived since the last sweep; a single read tells a merge from a deletion."""
    hubspot: HubSpot = connect(deletions_every_s=300)
    search.respond(json=found(hit(1, NOON)), headers={"date": "Fri, 20 Nov 2026 12:10:00 GMT"})
    first = hubspot.changes("person", [], None)
    search.respond(json=found(), headers={"date": "Fri, 20 Nov 2026 12:14:59 GMT"})
    early = hubspot.changes("person", [], first.cursor)
    search.respond(json=found(), headers={"date": "Fri, 20 Nov 2026 12:15:00 GMT"})
    due = hubspot.changes("person", [], early.cursor)
    router.post(READ).respond(json={"results": []})
    router.get(f"{LIST}/5").respond(404, json={"message": "resource not found"})
    router.get(f"{LIST}/6").respond(json={"id": "60", "properties": {}})
    old = {"id": "4", "archived": True, "archivedAt": "2026-11-20T12:00:00.000Z"}
    new = {"id": "5", "archived": True, "archivedAt": "2026-11-20T12:12:00.000Z"}
    merged = {"id": "6", "archived": True, "archivedAt": "2026-11-20T12:12:00.000Z"}
    archive = router.get(LIST).respond(json={"results": [old, new, merged]})
    swept = hubspot.changes("person", [], due.cursor)

    assert (first.more, early.more, due.more, swept.more) == (False, False, True, False)
    assert [(r.ref.id, r.deleted, r.moved_to and r.moved_to.id) for r in swept.items] == [
        ("5", True, None),
        ("6", True, "60"),
    ]
    assert archive.calls[0].request.url.params["archived"] == "true"


@pytest.mark.parametrize(
    "cursor",
    [
        '{"kind":"person"}',
        '{"v":2,"kind":"person"}',
        '{"v":1,"kind":"company"}',
        '{"v":1,"kind":"person","since":"5"}',
        '{"v":1,"kind":"person","phase":"tie"}',
        '{"v":1,"kind":"person","phase":"sweep"}',
        '{"v":1,"kind":"person","phase":"run"}',
        '{"v":1,"kind":"person","offset":1}',
        f'{{"v":1,"kind":"person","since":{AT_12_10 + 3_600_000}}}',
    ],
)
def test_a_foreign_cursor_is_refused(hubspot: HubSpot, search: respx.Route, cursor: str) -> None:
    """Of another version, kind or connector, or from the future; never read from the start."""
    search.respond(json=found(), headers=DATE)

    with pytest.raises(Rejected) as refused:
        hubspot.changes("person", [], Cursor(cursor))

    assert refused.value.code == "bad_cursor"
