"""Salesforce's spelling of moments: text that sorts by time, so records keep it as it is."""

from datetime import UTC, date, datetime

DAY_S = 86_400


def stamp(at: datetime) -> str:
    """`2026-05-01T07:25:37.000+0000`: UTC, milliseconds."""
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def stamp_s(epoch_s: float) -> str:
    """The stamp of a moment cut to whole seconds, as system fields are."""
    return stamp(datetime.fromtimestamp(int(epoch_s), UTC))


def moment(text: str) -> datetime:
    """Read a stamp or any ISO 8601 moment; without a zone it is UTC. Raises: ValueError."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def day(text: str) -> str:
    """Read a date, or the date part of a moment in UTC. Raises: ValueError."""
    if len(text) == 10:
        return date.fromisoformat(text).isoformat()
    return moment(text).astimezone(UTC).date().isoformat()
