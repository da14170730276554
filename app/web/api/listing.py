"""What operations that list have in common: their parameters, and how a page is made of rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import AwareDatetime

from app.store import happenings
from app.web.paging import CursorParam, Limit, decode, page

Text: TypeAlias = Annotated[str | None, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Listing:
    """The part of a list that is asked for."""

    request: Request
    cursor: str | None
    limit: int

    def page(
        self,
        read: Callable[[Any, int], Sequence[Any]],
        place: Callable[[Any], Sequence[object]],
        *types: type[Any],
    ) -> dict[str, Any]:
        """A page of what `read(after, limit)` answers; `place` is where a row stands in the order,
        as values of these types. Raises: Problem (400).
        """
        rows = read(decode(self.cursor, *types), self.limit + 1)
        return page(self.request, rows, self.limit, place)


def _listing(request: Request, cursor: CursorParam = None, limit: Limit = 50) -> Listing:
    return Listing(request, cursor, limit)


def _wanted(
    person: UUID | None = None,
    connection: Text = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> happenings.Wanted:
    return happenings.Wanted(link_id=person, connection=connection, since=since, until=until)


ListingDep = Annotated[Listing, Depends(_listing)]
WantedDep = Annotated[happenings.Wanted, Depends(_wanted)]
