"""Baton's own words for what an activity was like, which a vendor's entry may have fields for.

They stand in `Entry.fields` beside the vendor's own names, and every connector that logs knows
them: it puts each where the form has a place for it, and leaves out the others.
"""

import math
from collections.abc import Mapping
from typing import Final

from connectors.base import Value

DIRECTION: Final = "direction"  # inbound, outbound, internal
DURATION: Final = "duration_s"  # seconds
OUTCOME: Final = "outcome"  # connected, no answer, attended, no_show …
CHANNEL: Final = "channel"  # sms, whatsapp, linkedin …
LOCATION: Final = "location"
LONGEST_S: Final = 30 * 86_400
ENTRY_WORDS: Final = frozenset({DIRECTION, DURATION, OUTCOME, CHANNEL, LOCATION})


def word(said: Mapping[str, Value], name: str) -> str:
    """A word in small letters, "" where nothing is said."""
    return str(said.get(name) or "").strip().lower()


def seconds(said: Mapping[str, Value]) -> float | None:
    """How long it took; None where that is not said, no number, or no length of time.

    Tools say it as text, too, and Python reads "inf" and "nan" as numbers: no vendor's field
    holds those, and no calendar goes that far.
    """
    value = said.get(DURATION)
    try:
        lasted_s = math.nan if value is None else float(value)
    except (OverflowError, ValueError):
        return None
    return lasted_s if 0 <= lasted_s <= LONGEST_S else None
