"""Whole numbers in what callers send: plain digits, not so many that they mean no good."""

import re

WHOLE = re.compile(r"[0-9]{1,16}")


def is_whole(text: str) -> bool:
    """Whether a text is a whole number that is not negative."""
    return WHOLE.fullmatch(text) is not None
