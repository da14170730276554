"""What is wrong with a document: at the very word, in words, and only what is there."""

import json
from typing import Any

import pytest

from app.configuring.documents import parsed_document
from app.configuring.problems import Invalid

LIST = "a list is needed here: [a, b], or lines that begin with -"
EMPTY = "a text is wanted; this one is empty"
LABEL = {"en": "A", "ja": "あ"}


def refused(kind: str, body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        parsed_document(kind, "main", body)
    return {one.pointer: one.message for one in refusal.value.problems}


def fit(when: Any) -> dict[str, Any]:
    return {"fit": [{"name": "a", "label": LABEL, "points": 1, "when": when}]}


@pytest.mark.parametrize(
    ("when", "where", "said"),
    [
        ('{"field": "a", "op": "in", "value": "x"}', "/value", LIST),
        ('{"field": "a", "op": "in", "value": []}', "/value", "it must have at least 1 item"),
        ('{"field": "a", "op": "exists", "value": "yes"}', "/value", "true or false is wanted"),
        ('{"activity": "page_view", "within_days": "7"}', "/within_days", "a number is wanted"),
        ('{"any": [{"not": {"activity": [""]}}]}', "/any/0/not/activity/0", EMPTY),
        ('{"field": "a", "op": "exists", "values": 1}', "/values", "there is no such key"),
        ('{"any": "x"}', "/any", LIST),
    ],
)  # fmt: skip
def test_a_wrong_condition_is_pointed_at_where_it_is_wrong(
    when: str, where: str, said: str
) -> None:
    """Not at the key that says what form of condition it is."""
    assert refused("scoring", fit(json.loads(when))) == {f"/fit/0/when{where}": said}


def test_a_list_with_a_wrong_item_is_not_said_to_be_empty() -> None:
    """One mistake is one error; an empty list is one, too."""
    wrong = {"rules": [{"name": "a", "label": LABEL, "when": {"score": "total", "op": "gt"}}]}

    assert refused("hot_lead", wrong) == {"/rules/0/when/value": "this key is required"}
    assert refused("hot_lead", {"rules": []}) == {"/rules": "it must have at least 1 item"}


def test_a_name_of_wrong_letters_says_which_are_right() -> None:
    """Instead of a pattern that only programmers read."""
    one = {"name": "Rule 1", "label": "A", "points": 1, "when": {"field": "a", "op": "exists"}}

    assert refused("scoring", {"fit": [one]}) == {
        "/fit/0/name": "write it with small letters a-z, digits, _ and -; it begins with a letter",
        "/fit/0/label": "expected a mapping of keys to values",
    }
