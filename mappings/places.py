"""Countries, Japanese prefectures and states of the US by their codes and names, for transforms.

A spelling that no table has is kept as typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from mappings import country_table, region_tables

Writing: TypeAlias = Literal["code", "en", "ja"]
StateWriting: TypeAlias = Literal["short", "code", "en", "ja"]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Codes by any spelling (as `_plain` makes it), and the names of each code. `short`: what of
    a code stands behind its country.
    """

    codes: Mapping[str, str]
    names: Mapping[str, Mapping[StateWriting, str]]

    def code(self, spelling: str) -> str:
        return self.codes.get(_plain(spelling), spelling)

    def name(self, code: str, writing: StateWriting) -> str:
        return self.names[code][writing] if code in self.names else code


def _plain(spelling: str) -> str:
    """In lower case, and without the signs that lists write differently."""
    return spelling.lower().replace("\u2019", "'").replace(" & ", " and ")


def _gazetteer(table: str, *, by_short: bool = False) -> Gazetteer:
    """Read a table. A prefecture is also known without its 都, 府 or 県, a state without its 州;
    with `by_short` also by what stands behind the country ("CA" of "US-CA").
    """
    codes: dict[str, str] = {}
    names: dict[str, Mapping[StateWriting, str]] = {}
    for line in table.strip().splitlines():
        code, english, japanese, *more = line.split("|")
        short = code.rpartition("-")[2]
        names[code] = {"code": code, "en": english, "ja": japanese, "short": short}
        bare = japanese[:-1] if japanese[-1] in "都府県州" else japanese
        spellings = [code, english, japanese, bare, *";".join(more).split(";")]
        for spelling in [*spellings, *([short] if by_short else [])]:
            codes[_plain(spelling)] = code
    codes.pop("", None)
    return Gazetteer(MappingProxyType(codes), MappingProxyType(names))


COUNTRIES = _gazetteer(country_table.ROWS)
PREFECTURES = _gazetteer(region_tables.PREFECTURES)
US_STATES = _gazetteer(region_tables.US_STATES, by_short=True)
