"""Changes of large text fields as differences.

Source: Change Data Capture Developer Guide, "Sending Data Differences for Fields of Updated
Records": when a difference is sent instead of the value, and what it looks like.
"""

import hashlib
from difflib import SequenceMatcher
from typing import Any

from connectors.salesforce.sandbox.fields import LONG_TEXT, Field

SHORTEST = 1000  # characters of the new value
MOST_GROWTH = 0.5  # of the old length
MOST_LINES = 0.25  # of the lines of both values together


def difference(field: Field, old: Any, new: Any) -> str | None:
    """What is sent for the new value: a difference, or None where the whole value is."""
    if field.type != "textarea" or field.length < LONG_TEXT or not (old and new):
        return None
    if len(new) < SHORTEST or abs(len(new) - len(old)) > MOST_GROWTH * len(old):
        return None
    before, after = old.splitlines(), new.splitlines()
    hunks, changed = [], 0
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            changed += b - a + d - c
            hunks.append(f"@@ -{_span(a, b)} +{_span(c, d)} @@\n")
            hunks += [f"-{line}\n" for line in before[a:b]] + [f"+{line}\n" for line in after[c:d]]
    digest = hashlib.sha256(new.encode()).hexdigest()
    text = f"--- \n+++ {digest}\n{''.join(hunks)}"
    if changed > MOST_LINES * (len(before) + len(after)) or len(text) > len(new):
        return None
    return text


def _span(first: int, after: int) -> str:
    """Line numbers count from 1; of nothing, the line before it."""
    return f"{first + 1 if after > first else first},{after - first}"
