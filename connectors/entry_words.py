"""Baton's own words for what an activity was like, which a vendor's entry may have fields for.

They stand in `Entry.fields` beside the vendor's own names, and every connector that logs knows
them: it puts each where the form has a place for it, and leaves out the others.
"""

from collections.abc import Mapping
from typing import Final

from connectors.base import Value

DIRECTION: Final = "direction"  # inbound, outbound, internal
DURATION: Final = "duration_s"  # seconds
OUTCOME: Final = "outcome"  # connected, no answer, attended, no_show …
CHANNEL: Final = "channel"  # sms, whatsapp, linkedin …
LOCATION: Final = "location"
ENTRY_WORDS: Final = frozenset({DIRECTION, DURATION, OUTCOME, CHANNEL, LOCATION})


def word(said: Mapping[str, Value], name: str) -> str:
    """A word in small letters, "" where nothing is said."""
    return str(said.get(name) or "").strip().lower()


def seconds(said: Mapping[str, Value]) -> float | None:
    """How long it took; None where that is not said, or no number."""
    value = said.get(DURATION)
    try:
        return None if value is None else max(float(value), 0.0)
    except ValueError:
        return None
