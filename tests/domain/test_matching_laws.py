"""The prepared choice of rules is what the plain definition gives, rule by rule."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from app.domain.activity import Fact
from app.domain.condition_document import ActivityMatch
from app.domain.matching import chooser

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
GROUPS = (None, "web", "talk")

texts = st.text("aAbﾊ/% 2F\n*?[]-!", max_size=8)
globs = st.text("aAbハ/ *?[]-!", min_size=1, max_size=6)
types = st.sampled_from(["page_view", "page", "call", "e*"])
facts = st.builds(
    Fact,
    types,
    st.just(NOW),
    texts,
    st.dictionaries(st.sampled_from(["url", "form", "referrer", "n"]), texts | st.integers()),
)
matches = st.builds(
    ActivityMatch,
    activity=st.lists(types | globs, min_size=1, max_size=3).map(tuple),
    match=st.lists(globs, max_size=3).map(tuple),
    unless_match=st.lists(globs, max_size=2).map(tuple),
)


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def selects(match: ActivityMatch, fact: Fact) -> bool:
    """The definition: one of the type globs, one of the text globs on one of the texts, and none
    of those that keep it out.
    """
    if not any(fnmatchcase(fact.type, glob) for glob in match.activity):
        return False
    details = [v for k, v in fact.detail.items() if isinstance(v, str) and k != "referrer"]
    shown = [fact.title, *details, *(unquote(value) for value in details)]

    def fits(those: Sequence[str]) -> bool:
        return any(fnmatchcase(folded(text), folded(glob)) for text in shown for glob in those)

    return (not match.match or fits(match.match)) and not fits(match.unless_match)


def choose(rules: Sequence[tuple[ActivityMatch, str | None]], fact: Fact) -> tuple[int, ...]:
    chosen: list[int] = []
    for index, (match, group) in enumerate(rules):
        taken = group is not None and group in {rules[one][1] for one in chosen}
        if not taken and selects(match, fact):
            chosen.append(index)
    return tuple(chosen)


@given(st.lists(st.tuples(matches, st.sampled_from(GROUPS)), max_size=5), st.lists(facts))
def test_the_choice_of_rules_is_the_plain_one(
    rules: list[tuple[ActivityMatch, str | None]], history: list[Fact]
) -> None:
    """Each activity counts for each rule that selects it, in a group for the first only."""
    prepared = chooser([match for match, _ in rules], [group for _, group in rules])

    assert [prepared(fact) for fact in history] == [choose(rules, fact) for fact in history]


def test_what_is_named_keeps_an_activity_out() -> None:
    """A seminar that nobody came to goes to the next rule of its group."""
    came = ActivityMatch(activity=("seminar",), unless_match=("no_show",))
    any_ = ActivityMatch(activity=("seminar",))
    prepared = chooser([came, any_], ["talk", "talk"])

    assert prepared(Fact("seminar", NOW, "Webinar", {"outcome": "attended"})) == (0,)
    assert prepared(Fact("seminar", NOW, "Webinar", {"outcome": "no_show"})) == (1,)
