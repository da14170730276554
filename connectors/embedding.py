"""What a vendor's page vouches for when it shows a page of ours inside itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from connectors.base import Ref

Language: TypeAlias = Literal["en", "ja"]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Who looks at which record. `user` names the one (an e-mail address, or an id) for the
    journal; `language` is None and `zone` (a time zone's name) empty where the vendor does not
    tell them.
    """

    ref: Ref
    user: str
    language: Language | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A few lines about a record, as (label, text), and the address of the whole page."""

    title: str
    lines: Sequence[tuple[str, str]]
    label: str
    url: str


def language_of(locale: object) -> Language | None:
    """English or Japanese by a vendor's locale ("ja", "ja_JP", "en_US"); English for others."""
    if not isinstance(locale, str) or not locale:
        return None
    return "ja" if locale.lower().replace("-", "_").partition("_")[0] == "ja" else "en"
