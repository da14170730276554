"""JSON of others, read so that a body has one meaning: UTF-8, no NaN, no name twice."""

import json
from collections import Counter
from typing import Any, NoReturn

LONGEST_NAME = 40  # of what is quoted


def read(body: bytes) -> Any:
    """The value. Half a character (a lone surrogate) is left to the reader of the value.

    Raises: ValueError, whose text says what is wrong and quotes no value.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"the body is not UTF-8 (byte {error.start})") from error
    try:
        return json.loads(text, object_pairs_hook=_no_name_twice, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    except _TwoMeanings as error:
        raise ValueError(f"the body is not JSON of one meaning: {error}") from error
    except ValueError as error:  # Python reads no number of thousands of digits
        raise ValueError("the body is not JSON: a number is too long") from error


class _TwoMeanings(ValueError):
    """What readers of JSON do not agree on."""


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        [(name, _)] = Counter(name for name, _ in pairs).most_common(1)
        shown = json.dumps(name[:LONGEST_NAME])  # ASCII: the name may hold half a character
        raise _TwoMeanings(f"the name {shown} stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _TwoMeanings(f"{name} is no JSON number")
