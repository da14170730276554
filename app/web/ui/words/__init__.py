"""The words of the pages: one catalogue a language, the same keys in each."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.activity import Language
from app.web.ui.words import en, ja

CATALOGUES: Mapping[Language, Mapping[str, str]] = {"en": en.WORDS, "ja": ja.WORDS}
STAGES = ("lead", "mql", "sql", "sao", "won", "lost", "customer", "recycled")
LANGUAGES: Mapping[Language, str] = {"en": "English", "ja": "日本語"}


@dataclass(frozen=True, slots=True)
class Words:
    """Words in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with its places filled."""
        return CATALOGUES[self.language][key].format(**values)

    def known(self, area: str, key: str | None) -> str:
        """The text of `area.key`; a key of somebody else's (a vendor's code) as it is."""
        return CATALOGUES[self.language].get(f"{area}.{key}", key or "")

    def has(self, area: str, key: str | None) -> bool:
        return f"{area}.{key}" in CATALOGUES[self.language]


def choose(asked: str | None, cookie: str | None, accepted: str | None) -> Language:
    """The language to speak: as asked for, as chosen before, as the browser wishes, English."""
    for wish in (asked, cookie):
        if wish in CATALOGUES:
            return "ja" if wish == "ja" else "en"
    for part in _by_weight(accepted or ""):
        if part.startswith("ja"):
            return "ja"
        if part.startswith("en"):
            return "en"
    return "en"


def _by_weight(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wished for first."""
    weighed = []
    for part in header.lower().split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), name))
        except ValueError:
            continue
    return [name for _, name in sorted(weighed, key=lambda one: one[0])]
