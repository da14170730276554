"""The capabilities: one method each, asked with `isinstance` when something is configured.

A connector has those that its vendor offers and no others: no flags, no empty methods.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from connectors.base import (
    Account,
    Activity,
    Alert,
    ConnectorError,
    Cursor,
    Entry,
    Field,
    Hint,
    Inbound,
    Kind,
    Landed,
    Listed,
    News,
    Owner,
    Page,
    Record,
    Ref,
    Rejected,
    Write,
)
from connectors.embedding import Card, Embedded

OWNER_LEFT = "owner_left"


@runtime_checkable
class ParsesWebhooks(Protocol):
    def parse(self, inbound: Inbound, now: datetime) -> Sequence[Hint | Activity]:
        """Verify and read one request. Pure. An event skipped on purpose is left out.

        Raises: Refused.
        """
        ...


@runtime_checkable
class AnswersWebhooks(Protocol):
    def acknowledgement(self) -> tuple[bytes, str]:
        """Body and media type of the answer to a request that is stored, where the vendor wants
        more than a 200.
        """
        ...


@runtime_checkable
class VerifiesEmbeds(Protocol):
    """Pages of ours inside the vendor's: it says who looks at which record."""

    def embedded(self, inbound: Inbound, now: datetime) -> Embedded:
        """Verify and read one request of the vendor's page. Pure. Raises: Refused."""
        ...

    def frames(self) -> Sequence[str]:
        """The origins of the account's own pages, as CSP's frame-ancestors takes them."""
        ...


@runtime_checkable
class AnswersCards(Protocol):
    def card(self, card: Card, ref: Ref) -> tuple[bytes, str]:
        """Body and media type of what a card of the vendor's shows, for vendors whose pages ask
        for a card and open our page from it.
        """
        ...


@runtime_checkable
class ReadsRecords(Protocol):
    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        """Look at records of one kind; at most `read_batch` at once. One that is not there at
        all comes back as `deleted`. Raises: Busy, AuthLost.
        """
        ...


@runtime_checkable
class FindsRecords(Protocol):
    def find(
        self,
        kind: Kind,
        by: Literal["key", "email"],
        values: Sequence[str],
        fields: Collection[str],
    ) -> Mapping[str, Sequence[Record]]:
        """Live records by our key or by e-mail (compared in lower case); value -> records,
        oldest first. Values that match nothing are absent. Raises: Busy, AuthLost.
        """
        ...


@runtime_checkable
class ListsChanges(Protocol):
    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        """Records changed since `cursor`, oldest change first; all of them from None. May show
        a record again (overlap), never skips one. Raises: Busy, AuthLost, Rejected (bad cursor).
        """
        ...


@runtime_checkable
class ListsHints(Protocol):
    def hint_feeds(self) -> Sequence[str]:
        """Names of the feeds of hints that are set up, stable: each has its own cursor."""
        ...

    def hints(self, feed: str, cursor: Cursor | None, wait_s: float) -> News:
        """Hints since `cursor`; from None those from now on. May wait up to `wait_s` for the first
        one. What it can't show it tells as a gap. Raises: Busy, AuthLost, Rejected (bad cursor).
        """
        ...


@runtime_checkable
class ListsRecords(Protocol):
    def listing(
        self, kind: Kind, fields: Collection[str], cursor: Cursor | None, since: datetime | None
    ) -> Listed:
        """All live records of a kind (changed `since`), page by page in an order of the vendor's,
        in as few calls as it can be done; the first page may tell the `total`. A cursor holds for
        days. Raises: Busy, AuthLost, Rejected (bad cursor).
        """
        ...


@runtime_checkable
class WritesRecords(Protocol):
    def write(self, writes: Sequence[Write]) -> Mapping[str, Landed | ConnectorError]:
        """Write up to `write_batch` records of one kind; one outcome per `Write.key`. One part that
        fails does not fail the rest. Raises only when none was tried (Busy, AuthLost) or all are
        in doubt (Unsure).
        """
        ...


@runtime_checkable
class Deletes(Protocol):
    def delete(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        """Delete up to `write_batch` records of one kind as a person would, to be restored where
        the vendor can; None for each that is not there any more, however that came. Raises: as
        `WritesRecords.write`.
        """
        ...


@runtime_checkable
class Erases(Protocol):
    def erase(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        """Delete records for good, as far as the vendor's API can, for privacy; as `delete`."""
        ...


@runtime_checkable
class WritesInBulk(Protocol):
    """Loads: many writes of one object at once, whose outcomes are fetched later."""

    def loads_from(self) -> int | None:
        """From how many writes on a load is worth it; None where this account can't."""
        ...

    def open_load(self, object_: str, *, creating: bool) -> str:
        """Open a load of creates (upserts by `Write.key`) or of updates; answer its name. One that
        nothing is sent to does nothing. Raises: Busy, AuthLost, Unsure, Rejected.
        """
        ...

    def send_load(self, load: str, writes: Sequence[Write]) -> Mapping[str, Rejected]:
        """Send the writes, once, and have them done; answer those that can't be sent at all.
        Raises: Busy, AuthLost, Unsure.
        """
        ...

    def load_outcomes(
        self, kind: Kind, load: str, writes: Sequence[Write]
    ) -> Mapping[str, Landed | ConnectorError] | None:
        """How these writes of a load went, by `Write.key` (key and ref suffice); None while it is
        under way. A load that was not sent completely is given up: Busy for each.
        """
        ...


@runtime_checkable
class ListsActivities(Protocol):
    def feeds(self) -> Sequence[str]:
        """Names of the activity feeds, stable: each has its own cursor."""
        ...

    def activities(self, feed: str, cursor: Cursor | None) -> Page[Activity]:
        """Activities since `cursor`, as `ListsChanges.changes`. Never those that we logged."""
        ...


@runtime_checkable
class StartsFeeds(Protocol):
    def feed_from(self, feed: str, since: datetime) -> Cursor:
        """A cursor from which an activity feed shows what happened since a time, and perhaps a
        little before. Raises: Rejected (unknown feed).
        """
        ...


@runtime_checkable
class LogsActivities(Protocol):
    def forms(self) -> Mapping[str, bool]:
        """The forms in which this account keeps logged activities (`Entry.form`), and whether
        logging again under the same key updates what is there (as digests need).
        """
        ...

    def log(self, entries: Sequence[Entry]) -> Mapping[str, Landed | ConnectorError]:
        """Log up to `write_batch` activities, each once however often it is asked (by `key`)."""
        ...


@runtime_checkable
class RaisesAlerts(Protocol):
    def raise_alerts(self, alerts: Sequence[Alert]) -> Mapping[str, Landed | ConnectorError]:
        """Put a high-priority task with a reminder before the rep; idempotent by `key`. Who may own
        none any more is Rejected with the code OWNER_LEFT: somebody else is told.
        """
        ...


@runtime_checkable
class Notifies(Protocol):
    def notify(self, alerts: Sequence[Alert]) -> Mapping[str, ConnectorError | None]:
        """Ring the rep's bell. NOT idempotent: one whose outcome is in doubt is not repeated
        (its task stands).
        """
        ...


@runtime_checkable
class DescribesFields(Protocol):
    def kinds(self) -> Sequence[Kind]:
        """The kinds of records that the account holds: KINDS, and custom objects that are set."""
        ...

    def describe(self, kind: Kind) -> Sequence[Field]:
        """The live schema of all objects that hold this kind. Raises: Busy, AuthLost."""
        ...


@runtime_checkable
class ListsOwners(Protocol):
    def owners(self) -> Sequence[Owner]:
        """All users and queues, also inactive ones. Raises: Busy, AuthLost."""
        ...


@runtime_checkable
class Probes(Protocol):
    def probe(self) -> Account:
        """Sign in and ask who we are, for "test this connection". Raises: any of the five."""
        ...


@runtime_checkable
class Installs(Protocol):
    def install(self, *, dry_run: bool = False) -> Sequence[str]:
        """Put into the account what Baton needs there, and nothing twice; one line for each thing
        that was made or changed. With `dry_run` nothing is changed, and lines that begin with
        "same" or "keep" tell of what stays. Raises: any of the five.
        """
        ...


@runtime_checkable
class Uninstalls(Protocol):
    def uninstall(self, *, dry_run: bool = False) -> Sequence[str]:
        """Take out what `install` made, with the data in it, and nothing else; lines as there."""
        ...


@runtime_checkable
class WritesProjects(Protocol):
    def project(self, public_url: str) -> Mapping[str, str]:
        """The app that an admin uploads with the vendor's own tool, by path within its folder.
        `public_url` is where the vendor reaches Baton. Makes no request.
        """
        ...


@runtime_checkable
class Batches(Protocol):
    """Every connector: how many records one call of the vendor takes."""

    read_batch: int
    write_batch: int
