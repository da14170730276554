"""Points in time as HubSpot writes and reads them. Inside, all are epoch milliseconds (UTC)."""

from datetime import UTC, datetime

from connectors.sandbox.digits import is_whole


def iso(ms: int) -> str:
    """`2019-10-30T03:30:17.883Z`"""
    whole, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def to_ms(text: str) -> int | None:
    """Read epoch milliseconds, an ISO date or an ISO timestamp; None where it is neither."""
    if is_whole(text.removeprefix("-")):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
