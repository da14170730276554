"""The plain form in which values compare, and the tests of it.

What is asked of many values is prepared once: `any_…` return the function that tests a plain text.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from fnmatch import translate
from typing import TypeAlias

from connectors.base import Value
from mappings.values import as_text

TextTest: TypeAlias = Callable[[str], bool]
SPECIAL = re.compile(r"[*?\[]")


def plain(value: Value) -> str:
    """The form in which values compare: no case, no width, no white space around it."""
    text = value if isinstance(value, str) else as_text(value)
    if text.isascii():
        return text.lower().strip()
    return unicodedata.normalize("NFKC", text).casefold().strip()


def number(value: Value) -> float | None:
    """Read a value as a number, None where it is not one (or is not finite)."""
    try:
        figure = float(plain(value))
    except (ValueError, OverflowError):
        return None
    return figure if math.isfinite(figure) else None


def moment(text: str) -> datetime | None:
    """Read an ISO 8601 date or time; without a zone it is UTC. None where it is neither."""
    try:
        at = datetime.fromisoformat(text.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def any_text(wanted: Iterable[Value]) -> TextTest:
    """Whether a text equals one of some values."""
    return frozenset(map(plain, wanted)).__contains__


def any_figure(wanted: Iterable[Value]) -> TextTest:
    """Whether a text equals one of some values as text or, "50.0" and 50, as numbers."""
    values = tuple(wanted)
    texts = frozenset(map(plain, values))
    figures = frozenset(map(number, values)) - {None}
    return lambda text: text in texts or (bool(figures) and number(text) in figures)


def any_part(parts: Iterable[str]) -> TextTest:
    """Whether a text contains one of some parts."""
    words = tuple(parts)

    def test(text: str) -> bool:
        for word in words:  # noqa: SIM110 -- any() costs as much as three words
            if word in text:
                return True
        return False

    return test


def any_glob(globs: Iterable[str]) -> TextTest:
    """Whether a text matches one of some globs. Most are words between stars; the rest is slow."""
    whole, starts, ends, inside, rest = set(), [], [], [], []
    for glob in globs:
        word = glob.strip("*")
        if SPECIAL.search(word):
            rest.append(translate(glob))
        elif word == glob:
            whole.add(word)
        elif not glob.startswith("*"):
            starts.append(word)
        elif not glob.endswith("*"):
            ends.append(word)
        else:
            inside.append(word)
    first, last, contains = tuple(starts), tuple(ends), any_part(inside)
    matches = re.compile("|".join(rest)).match if rest else None

    def test(text: str) -> bool:
        if text in whole or text.startswith(first) or text.endswith(last) or contains(text):
            return True
        return matches is not None and matches(text) is not None

    return test
