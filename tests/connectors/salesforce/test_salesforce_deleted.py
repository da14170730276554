"""getDeleted as a feed of hints, against the sandbox."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.base import Cursor, Ref, Rejected
from connectors.salesforce.adapter import Adapter
from connectors.salesforce.deleted import Deleted
from tests.connectors.salesforce.conftest import Crm, OpenAt


@pytest.fixture
def adapter(crm: Crm, open_at: OpenAt) -> Adapter:
    """Two minutes later: the log shows whole minutes that are over."""
    adapter = open_at(crm.url, deleted_every_s=600)
    feed = adapter._hint_feeds["deleted"]  # noqa: SLF001  its clock is nobody else's business
    assert isinstance(feed, Deleted)
    later = replace(feed, now=lambda: datetime.now(UTC) + timedelta(minutes=2))
    adapter._hint_feeds = {"deleted": later}  # noqa: SLF001  as above
    return adapter


def delete(crm: Crm, ref: Ref) -> None:
    body = {"object": "Lead", "id": ref.id}
    httpx.post(f"{crm.url}/_sandbox/delete", json=body).raise_for_status()


def test_what_was_deleted_is_a_hint(adapter: Adapter, crm: Crm) -> None:
    """Since the last look, the same each time it is shown."""
    gone, kept = crm.lead("Gone"), crm.lead("Kept")
    first = adapter.hints("deleted", None, 0)
    delete(crm, gone)

    second = adapter.hints("deleted", first.cursor, 0)
    again = adapter.hints("deleted", first.cursor, 0)

    assert (first.items, first.gap) == ((), True)
    assert [hint.ref for hint in second.items] == [gone] != [kept]
    assert [hint.id for hint in again.items] == [hint.id for hint in second.items]
    assert (second.gap, second.more, second.again_in_s) == (False, False, 600)
    assert second.kept_s == 15 * 86_400


def test_a_log_that_was_purged_is_a_gap(adapter: Adapter, crm: Crm) -> None:
    """Older than Salesforce keeps it: from the earliest on, and everything is looked through."""
    gone = crm.lead("Gone")
    delete(crm, gone)
    until = '{"v":1,"feed":"deleted","until":{"Lead":"2020-01-01T00:00:00.000Z"}}'

    news = adapter.hints("deleted", Cursor(until), 0)

    assert news.gap
    assert gone in {hint.ref for hint in news.items}


def test_a_foreign_cursor_is_refused(adapter: Adapter) -> None:
    """It never starts anew by itself."""
    for bad in (
        "",
        "{}",
        '{"v":1,"feed":"events"}',
        '{"v":1,"feed":"deleted","until":{"Lead":"x"}}',
    ):
        with pytest.raises(Rejected):
            adapter.hints("deleted", Cursor(bad), 0)
