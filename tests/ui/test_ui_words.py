"""The catalogues and the choice between them."""

import re

import pytest

from app.web.ui.words import CATALOGUES, Words, choose, en, ja


def test_both_languages_have_the_same_words() -> None:
    """A text that one language lacks would fail on the page only."""
    assert sorted(en.WORDS) == sorted(ja.WORDS)


def test_both_languages_fill_the_same_places() -> None:
    """{shown}, {score} and the like stand in both texts of a key."""
    places = {
        language: {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in words.items()}
        for language, words in CATALOGUES.items()
    }

    assert places["en"] == places["ja"]


def test_no_word_is_empty() -> None:
    """Nor untranslated: only names and terms of the field are alike in both languages."""
    assert all(text.strip() for words in CATALOGUES.values() for text in words.values())
    alike = {key for key, text in en.WORDS.items() if ja.WORDS[key] == text}
    assert alike == {"connection_role.sfa", "stage.mql", "stage.sql", "document.sla"}


@pytest.mark.parametrize(
    ("asked", "cookie", "accepted", "language"),
    [
        (None, None, None, "en"),
        (None, None, "ja", "ja"),
        (None, None, "ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        (None, None, "fr,en;q=0.5,ja;q=0.9", "ja"),
        (None, None, "en-GB;q=0.9,ja;q=0.8", "en"),
        (None, None, "ja;q=nonsense", "en"),
        (None, None, "de", "en"),
        (None, "ja", "en", "ja"),
        ("en", "ja", "ja", "en"),
        ("xx", "yy", "ja", "ja"),
    ],
)
def test_the_language_is_the_one_wished_for(
    asked: str | None, cookie: str | None, accepted: str | None, language: str
) -> None:
    """First the address, then what was chosen before, then the browser, then English."""
    assert choose(asked, cookie, accepted) == language


def test_a_code_of_somebody_elses_is_shown_as_it_is() -> None:
    """Vendors' codes have no translation."""
    assert Words("ja").known("side", "failed") == "拒否"
    assert Words("ja").known("side", "QUARANTINE") == "QUARANTINE"
    assert Words("ja").known("side", None) == ""
