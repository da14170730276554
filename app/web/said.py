"""A score's stored reasons as they are said now."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.activity import Language

# A stored reason ends with how long ago its latest activity was when the score was made. By now
# that is longer ago; the time itself is stored beside it, and is shown instead.
_AGED = {
    "en": re.compile(r", (just now|\d+ (day|hour|minute)s? ago)$"),
    "ja": re.compile(r"\((最終)?(たった今|\d+(日|時間|分)前)\)$"),
}


def reason_parts(reason: Mapping[str, Any], language: Language) -> tuple[str, str, datetime | None]:
    """Points, what for, and when it last happened."""
    text = _AGED[language].sub("", str(reason[f"text_{language}"]))
    points, _, rest = text.partition(" ")
    return points, rest, datetime.fromisoformat(reason["at"]) if reason["at"] else None
