"""The contract suite fails for connectors that break it, one defect at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from connectors.base import (
    Activity,
    Alert,
    ConnectorError,
    Cursor,
    Entry,
    Gone,
    Hint,
    Inbound,
    Kind,
    Landed,
    Page,
    Record,
    Ref,
    Rejected,
    Write,
)
from connectors.contract import (
    FindsRecordsContract,
    ListsActivitiesContract,
    ListsChangesContract,
    LogsActivitiesContract,
    ParsesWebhooksContract,
    RaisesAlertsContract,
    ReadsRecordsContract,
    WritesRecordsContract,
)
from connectors.contract.example import MemoryStage
from connectors.memory import MemoryConnector

Outcomes = Mapping[str, Landed | ConnectorError]


class ForgetsMissing(MemoryConnector):
    """Leaves deleted records out instead of saying so."""

    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        return [record for record in super().read(refs, fields) if not record.deleted]


class ForgetsWhereTo(MemoryConnector):
    """Does not say where a merged record went."""

    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        return [replace(record, moved_to=None) for record in super().read(refs, fields)]


class DropsBlanks(MemoryConnector):
    """Leaves blank fields out of a record."""

    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        return [
            replace(record, fields={n: v for n, v in record.fields.items() if v is not None})
            for record in super().read(refs, fields)
        ]


class Pickily(MemoryConnector):
    """Finds e-mails only in the case that they were entered in."""

    def find(
        self,
        kind: Kind,
        by: Literal["key", "email"],
        values: Sequence[str],
        fields: Collection[str],
    ) -> Mapping[str, Sequence[Record]]:
        found = super().find(kind, by, values, [*fields, "email"])
        return {v: rs for v, rs in found.items() if by == "key" or rs[0].fields["email"] == v}


class Loosely(MemoryConnector):
    """Takes the beginning of a key for the key."""

    def find(
        self,
        kind: Kind,
        by: Literal["key", "email"],
        values: Sequence[str],
        fields: Collection[str],
    ) -> Mapping[str, Sequence[Record]]:
        if by == "email":
            return super().find(kind, by, values, fields)
        live = [s for s in self.vendor.records(kind) if not s.deleted]
        found = {v: [s.shown(fields) for s in live if (s.key or "").startswith(v)] for v in values}
        return {value: records for value, records in found.items() if records}


class StartsOver(MemoryConnector):
    """Takes a cursor that it cannot read for the beginning."""

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        try:
            return super().changes(kind, fields, cursor)
        except Rejected:
            return super().changes(kind, fields, None)


class SkipsTies(MemoryConnector):
    """Goes on after the modified time of the last record, and so skips others of that time."""

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        since = datetime.fromisoformat(cursor) if cursor else None
        live = [s for s in self.vendor.records(kind) if since is None or s.modified_at > since]
        live.sort(key=lambda stored: stored.modified_at)
        page = live[: self.vendor.page_size]
        end = page[-1].modified_at if page else since or datetime.now().astimezone()
        shown = tuple(stored.shown(fields) for stored in page)
        return Page(shown, Cursor(end.isoformat()), more=len(live) > len(page))


class NeverEnds(MemoryConnector):
    """Says that there is more, for ever."""

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        return replace(super().changes(kind, fields, cursor), more=True)


class CursorFirst(MemoryConnector):
    """Gives the cursor of the end with the first page."""

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        page = super().changes(kind, fields, cursor)
        return replace(page, cursor=Cursor(f"{kind}:{len(self.vendor.log)}"))


class GlimpsesGhosts(MemoryConnector):
    """Glimpses records that are not there."""

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        page = super().changes(kind, fields, cursor)
        ghosts = tuple(replace(one, ref=Ref(kind, f"{one.ref.id}9")) for one in page.items)
        return replace(page, glimpses=ghosts)


class AlwaysNew(MemoryConnector):
    """Makes a new record for each create."""

    def write(self, writes: Sequence[Write]) -> Outcomes:
        for write in writes:
            for stored in self.vendor.records(write.kind):
                if stored.key == write.key and write.ref is None:
                    stored.key = None
        return super().write(writes)


class AllOrNothing(MemoryConnector):
    """Fails a batch for one bad row."""

    def write(self, writes: Sequence[Write]) -> Outcomes:
        outcomes = super().write(writes)
        errors = [one for one in outcomes.values() if isinstance(one, ConnectorError)]
        return dict.fromkeys(outcomes, errors[0]) if errors else outcomes


class WipesRest(MemoryConnector):
    """Blanks the fields that an update does not name."""

    def write(self, writes: Sequence[Write]) -> Outcomes:
        names = ("email", "first_name", "last_name")
        return super().write(
            [replace(w, fields={**dict.fromkeys(names), **w.fields}) for w in writes]
        )


class CallsItRejected(MemoryConnector):
    """Says Rejected for a record that is gone."""

    def write(self, writes: Sequence[Write]) -> Outcomes:
        outcomes = super().write(writes)
        return {k: Rejected("gone") if isinstance(o, Gone) else o for k, o in outcomes.items()}


class LogsTwice(MemoryConnector):
    """Logs again what was logged already."""

    def log(self, entries: Sequence[Entry]) -> Outcomes:
        for entry in entries:
            if entry.key in self.vendor.entries:
                self.vendor.entries[f"{entry.key}-again"] = self.vendor.entries[entry.key]
        return super().log(entries)


class HearsItself(MemoryConnector):
    """Lists the activities that it logged."""

    def activities(self, feed: str, cursor: Cursor | None) -> Page[Activity]:
        page = super().activities(feed, cursor)
        own = (Activity(e.key, e.person, e.type, e.at) for e in self.vendor.logged())
        return replace(page, items=(*page.items, *own))


class AlertsTwice(MemoryConnector):
    """Raises again what was raised already."""

    def raise_alerts(self, alerts: Sequence[Alert]) -> Outcomes:
        for alert in alerts:
            if alert.key in self.vendor.tasks:
                self.vendor.tasks[f"{alert.key}-again"] = self.vendor.tasks[alert.key]
        return super().raise_alerts(alerts)


class BelievesAnybody(MemoryConnector):
    """Signs what it got before it checks the signature."""

    def parse(self, inbound: Inbound, now: datetime) -> Sequence[Hint | Activity]:
        hints = [Hint("1", Ref("person", "1"))]
        return hints if inbound.body else super().parse(inbound, now)


class NeverStale(MemoryConnector):
    """Takes yesterday's requests."""

    def parse(self, inbound: Inbound, now: datetime) -> Sequence[Hint | Activity]:
        stamp = inbound.headers.get("memory-timestamp", "")
        signed = datetime.fromtimestamp(int(stamp), now.tzinfo) if stamp.isdecimal() else now
        return super().parse(inbound, signed if signed - now < timedelta(days=1) else now)


CATCHES: list[tuple[type[MemoryConnector], type[Any], str]] = [
    (ForgetsMissing, ReadsRecordsContract, "missing_record_is_deleted"),
    (ForgetsWhereTo, ReadsRecordsContract, "record_that_moved"),
    (DropsBlanks, ReadsRecordsContract, "blank_field"),
    (Pickily, FindsRecordsContract, "whatever_its_case"),
    (Loosely, FindsRecordsContract, "key_is_found_exactly"),
    (StartsOver, ListsChangesContract, "corrupt_cursor"),
    (SkipsTies, ListsChangesContract, "one_modified_time"),
    (NeverEnds, ListsChangesContract, "from_nothing"),
    (CursorFirst, ListsChangesContract, "every_checkpoint"),
    (GlimpsesGhosts, ListsChangesContract, "a_glimpse_names"),
    (AlwaysNew, WritesRecordsContract, "repeated_with_its_key"),
    (AlwaysNew, WritesRecordsContract, "answer_was_lost"),
    (AllOrNothing, WritesRecordsContract, "one_bad_row"),
    (WipesRest, WritesRecordsContract, "and_nothing_else"),
    (CallsItRejected, WritesRecordsContract, "says_gone"),
    (LogsTwice, LogsActivitiesContract, "logged_once"),
    (HearsItself, ListsActivitiesContract, "what_we_logged"),
    (AlertsTwice, RaisesAlertsContract, "raised_once"),
    (BelievesAnybody, ParsesWebhooksContract, "flipped_bit"),
    (NeverStale, ParsesWebhooksContract, "stale_or_future"),
]


def claim(contract: type[Any], name: str) -> Any:
    """The one test of a contract whose name has these words."""
    (found,) = [member for member in dir(contract) if member.startswith("test_") and name in member]
    return getattr(contract(), found)


@pytest.mark.parametrize(("connector", "contract", "name"), CATCHES)
def test_a_defect_is_caught(
    connector: type[MemoryConnector], contract: type[Any], name: str
) -> None:
    """The claim holds for the sound connector and fails for the one with the defect."""
    claim(contract, name)(MemoryStage())

    with pytest.raises((AssertionError, LookupError, pytest.fail.Exception)):
        claim(contract, name)(MemoryStage(connector))
