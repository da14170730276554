"""Reading JSON as vendors do: UTF-8, no NaN, nothing too big or too deep, no half characters."""

import json
import math
from typing import Any, NoReturn


def read(raw: bytes) -> Any:
    """The value. Raises: ValueError (`json.JSONDecodeError` where there is a place to name)."""
    text = raw.decode("utf-8")
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if "\\ud" in text.lower():  # an escaped half of a character can't be sent on
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large a number")
    return value
