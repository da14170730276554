"""Tests that are prepared give what the plain definition gives."""

import unicodedata
from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from mappings.plain_values import any_glob, plain

texts = st.text("aAbﾊ/% 2F\n*?[]-!", max_size=8)
globs = st.text("aAbハ/ *?[]-!", min_size=1, max_size=6)


@given(st.lists(globs, max_size=5), texts)
def test_globs_match_as_one_by_one(wanted: list[str], text: str) -> None:
    """Words between stars, which are found without a pattern, match like any glob."""
    assert any_glob(wanted)(text) is any(fnmatchcase(text, glob) for glob in wanted)


@given(texts)
def test_ascii_folds_like_any_text(text: str) -> None:
    """The short way for ASCII gives the same form as the way for all languages."""
    assert plain(text) == unicodedata.normalize("NFKC", text).casefold().strip()
