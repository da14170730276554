"""A score's stored reasons as they are said now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.activity import AGED, Language


def reason_parts(reason: Mapping[str, Any], language: Language) -> tuple[str, str, datetime | None]:
    """Points, what for, and when it last happened: not how long ago that was as it was scored."""
    text = AGED[language].sub("", str(reason[f"text_{language}"]))
    points, _, rest = text.partition(" ")
    return points, rest, datetime.fromisoformat(reason["at"]) if reason["at"] else None
