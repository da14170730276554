"""What can be wrong with a configuration, said with JSON pointers."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mappings.finding import Finding, error
from mappings.source import problems

M = TypeVar("M", bound=BaseModel)
SHORTEST_SECRET = 4  # a shorter value would blot out innocent letters


class Invalid(ValueError):
    """A configuration that must not be used. `problems` say where and why."""

    def __init__(self, what: str, problems: Sequence[Finding]) -> None:
        lines = (f"{what}: {one.pointer or '/'}: {one.message}" for one in problems)
        super().__init__("\n".join(lines))
        self.what = what
        self.problems = tuple(problems)


class Several(Invalid):
    """All that is wrong with some configurations, said at once."""

    def __init__(self, those: Sequence[Invalid]) -> None:
        super().__init__(", ".join(one.what for one in those), [])
        self.args = ("\n".join(map(str, those)),)
        self.problems = tuple(problem for one in those for problem in one.problems)


class Missing(LookupError):
    """There is nothing of that name; the text says what."""


class OutOfDate(RuntimeError):
    """Somebody changed it meanwhile. `current` is the version that there is (0: none)."""

    def __init__(self, what: str, current: int) -> None:
        there = f"is at version {current}" if current else "does not exist"
        super().__init__(f"{what} {there}; read it again before changing it")
        self.current = current


class InUse(RuntimeError):
    """It can't be done as things stand; the text says what is in the way."""


def validated(
    model: type[M], data: object, *, what: str, under: str = "", secrets: Iterable[str] = ()
) -> M:
    """Check plain data by a model; no message holds a secret. Raises: Invalid."""
    try:
        return model.model_validate(data)
    except ValidationError as caught:
        hidden = tuple(secrets)
        found = [
            error(under + where.rstrip("/"), scrubbed(text, hidden))
            for where, text in problems(caught, data)
        ]
    raise Invalid(what, found)


def scrubbed(message: str, secrets: Iterable[str]) -> str:
    """A message without the secrets that it may quote."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            message = message.replace(secret, "***")
    return message


def near(name: str, known: Iterable[str]) -> str:
    """A hint at what may have been meant, or at all that there is."""
    names = sorted(known)
    close: Any = difflib.get_close_matches(name, names, n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; there are: {', '.join(names)}" if names else ""
