"""Values as HubSpot writes them: all text, and times as ISO 8601 or epoch milliseconds."""

from datetime import UTC, datetime, timedelta

from connectors.base import Fields, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(value: Value) -> str:
    """A value as HubSpot takes it; the empty text clears a property."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def texts(fields: Fields) -> dict[str, str]:
    return {name: text(value) for name, value in fields.items()}


def moment(value: str | None) -> datetime | None:
    """A time that HubSpot told; None where it told none, or something else."""
    if not value:
        return None
    if value.isascii() and value.isdecimal():
        return from_ms(int(value))
    try:
        said = datetime.fromisoformat(value)
    except ValueError:
        return None
    return utc(said)


def utc(at: datetime) -> datetime:
    """The same time, in UTC; HubSpot means UTC where it names no zone."""
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def from_ms(ms: int) -> datetime | None:
    """Epoch milliseconds as a time; None beyond what a calendar holds."""
    try:
        return EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return None


def to_ms(at: datetime) -> int:
    """Epoch milliseconds, exactly."""
    return (at - EPOCH) // timedelta(milliseconds=1)
