"""Opportunities whose contact roles changed, as a feed of hints.

Nothing says whether Salesforce stamps an opportunity whose primary role changes; where it does not,
the sweep of opportunities passes over it, and this feed does not. A role that is deleted by itself
leaves no trace but in the delete log of its object.
Source: Object Reference, "OpportunityContactRole" (IsDeleted).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.base import Cursor, Hint, News, Ref
from connectors.salesforce.feed import STAMP, Stream, beginning, idle, page
from connectors.salesforce.ids import canonical
from connectors.salesforce.schema import ROLE, fields_if_there
from connectors.salesforce.session import Api
from connectors.salesforce.soql import parse_moment

FEED: Final = "contact_roles"
BEGIN = timedelta(minutes=10)  # a feed that begins looks back so far
STREAM = Stream(ROLE, ("Id", STAMP, "OpportunityId"), deleted_too=True)


@dataclass(frozen=True, slots=True)
class ContactRoles:
    """The contact roles of one org."""

    api: Api
    every_s: float
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def hints(self, cursor: Cursor | None, wait_s: float) -> News:  # noqa: ARG002  nothing to wait for
        """Hints at the opportunities of all roles that were made or changed since, one query.

        Raises: Busy, AuthLost, Rejected (bad cursor).
        """
        at = beginning(FEED, self.now() - BEGIN) if cursor is None else cursor
        if not fields_if_there(self.api, ROLE):
            return News((), idle(FEED, at), more=False, again_in_s=self.every_s)
        rows, after, more = page(self.api, FEED, [STREAM], at)
        hints = [
            Hint(
                f"{FEED}:{canonical(str(row['Id']))}:{row[STAMP]}",
                Ref("opportunity", canonical(str(row["OpportunityId"]))),
                parse_moment(str(row[STAMP])),
                feeds=(),
            )
            for _, row in rows
        ]
        return News(tuple(hints), after, more, gap=cursor is None, again_in_s=self.every_s)
