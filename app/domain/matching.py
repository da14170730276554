"""Which activities a rule means.

What is asked of many people is prepared once, as the function that chooses among the rules.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeAlias
from urllib.parse import unquote

from app.domain.activity import Fact
from app.domain.condition_document import ActivityMatch
from mappings.plain_values import TextTest, any_glob, plain

Choose: TypeAlias = Callable[[Fact], tuple[int, ...]]
TYPES_KEPT = 256  # types of activities are few
TEXTS_KEPT = 2_048  # people visit the same pages; each is matched once


@dataclass(frozen=True, slots=True)
class _Rule:
    """An activity match, prepared. `about` and `but` are None where the type alone decides."""

    index: int
    group: str | None
    of_type: TextTest
    about: TextTest | None
    but: TextTest | None


def chooser(matches: Sequence[ActivityMatch], groups: Sequence[str | None] = (None,)) -> Choose:
    """Prepare the choice of the matches (by index) that an activity counts for.

    It counts for each that has one of its type globs and one of its text globs, if any; but of
    those in the same group for the first only.
    """
    rules = [
        _Rule(
            index=index,
            group=group,
            of_type=any_glob(match.activity),
            about=any_glob(map(plain, match.match)) if match.match else None,
            but=any_glob(map(plain, match.unless_match)) if match.unless_match else None,
        )
        for index, (match, group) in enumerate(zip(matches, groups, strict=True))
    ]

    @lru_cache(maxsize=TYPES_KEPT)
    def of_type(type_: str) -> Choose:
        return _among([rule for rule in rules if rule.of_type(type_)])

    return lambda fact: of_type(fact.type)(fact)


def _among(rules: Sequence[_Rule]) -> Choose:
    """Choose among the rules of one type of activity."""
    if all(rule.about is None and rule.but is None for rule in rules):
        always = _chosen(rules, ())
        return lambda _: always
    chosen = lru_cache(maxsize=TEXTS_KEPT)(partial(_chosen, rules))
    return lambda fact: chosen(_texts(fact))


def _chosen(rules: Iterable[_Rule], texts: tuple[str, ...]) -> tuple[int, ...]:
    shown = [plain(text) for text in (*texts, *_unquoted(texts))]
    chosen: list[int] = []
    taken: set[str | None] = set()
    for rule in rules:
        if rule.group in taken or not (rule.about is None or any(map(rule.about, shown))):
            continue
        if rule.but is not None and any(map(rule.but, shown)):
            continue
        chosen.append(rule.index)
        if rule.group is not None:
            taken.add(rule.group)
    return tuple(chosen)


def _texts(fact: Fact) -> tuple[str, ...]:
    """Title and text details. Not the referrer: that page was left, not viewed."""
    details = [
        value for key, value in fact.detail.items() if isinstance(value, str) and key != "referrer"
    ]
    return (fact.title, *details)


def _unquoted(texts: tuple[str, ...]) -> list[str]:
    """Addresses also as people read them (without percent codes)."""
    return [unquote(text) for text in texts[1:] if "%" in text]
