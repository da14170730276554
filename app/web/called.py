"""What a record is called, by what is agreed about it."""

from collections.abc import Mapping
from typing import Any

from app.domain.activity import Language


def name_of(fields: Mapping[str, Any], language: Language, unknown: str) -> str:
    """A record's name as it is said in a language, else the e-mail address, else `unknown`."""
    first, last = text_of(fields, "first_name"), text_of(fields, "last_name")
    order = (last, first) if language == "ja" else (first, last)
    full = " ".join(part for part in order if part)
    return full or text_of(fields, "name") or text_of(fields, "email") or unknown


def text_of(fields: Mapping[str, Any], key: str) -> str:
    """A field's value as one text without white space around it; "" where there is none."""
    value = fields.get(key)
    return "" if value is None else str(value).strip()
