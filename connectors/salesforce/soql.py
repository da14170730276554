"""SOQL text: every value quoted, every query short enough for a URL."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote_plus

from simple_salesforce.format import quote_soql_value

from connectors.base import Busy

URL_ROOM = 12_000  # Salesforce refuses a URI beyond 16,384 bytes; host, path and fields need some


def select(
    fields: Sequence[str],
    table: str,
    *where: str,
    order: str = "",
    limit: int | None = None,
) -> str:
    """One query. `fields`, `table` and `where` are already safe (API names, quoted values)."""
    parts = ["SELECT", ",".join(fields), "FROM", table]
    if where:
        parts += ["WHERE", " AND ".join(where)]
    if order:
        parts += ["ORDER BY", order]
    if limit is not None:
        parts += ["LIMIT", str(limit)]
    return " ".join(parts)


def equals(field: str, value: str) -> str:
    return f"{field} = {quote_soql_value(value)}"


def one_of(field: str, values: Sequence[str]) -> str:
    return f"{field} IN {quote_soql_value(list(values))}"


def batches(values: Sequence[str], head: str) -> Iterator[list[str]]:
    """Split `values` so that a query of `head` and each part still fits into a URL."""
    room = URL_ROOM - len(quote_plus(head))
    part: list[str] = []
    used = 0
    for value in values:
        size = len(quote_plus(quote_soql_value(value))) + 3  # the comma between, encoded
        if part and used + size > room:
            yield part
            part, used = [], 0
        part.append(value)
        used += size
    if part:
        yield part


def moment(at: datetime) -> str:
    """A datetime literal: UTC with milliseconds, not quoted."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def parse_moment(text: str) -> datetime:
    """Read `2026-05-01T07:25:37.000+0000`, as the REST API writes datetimes. Raises: Busy."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Busy("Salesforce answered with a time that cannot be read") from error
