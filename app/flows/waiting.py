"""How long to wait: after a failed call, and for live traffic; and the code of an error."""

from connectors.base import AuthLost, Busy, ConnectorError, Gone, Rejected, Unsure

SHORTEST_WAIT_S = 0.05  # a vendor that says "0" is not asked again in a hot loop
FIRST_WAIT_S = 0.5
YIELD_S = 0.5  # what is not urgent, for live traffic that is behind
MANY_HINTS = 200  # due looks beyond which it is, and has the calls
LONGEST_WAIT_S = 30.0  # after an outage nobody waits longer than this for the next try


def back_off_s(attempts: int, error: ConnectorError) -> float:
    """Seconds to wait: the vendor's own figure, else doubling from half a second."""
    if isinstance(error, Busy) and error.retry_in_s is not None:
        return max(error.retry_in_s, SHORTEST_WAIT_S)
    return min(FIRST_WAIT_S * float(2 ** min(attempts, 12)), LONGEST_WAIT_S)


def code_of(error: ConnectorError) -> str:
    """A short code of an error, by which failures are counted and filtered."""
    match error:
        case Rejected(code=code) if code:
            return code
        case Busy():
            return "busy"
        case Gone():
            return "gone"
        case AuthLost():
            return "auth_lost"
        case Unsure():
            return "unsure"
        case _:
            return "rejected"
