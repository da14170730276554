"""Rules of when and how a vendor's API misbehaves.

A rule picks requests by method and path; of those by number (`after`, `nth`, `times`) and by
chance (`share`). What it does to them is `do`, or, one request after the other, a `sequence`:
`[500, 500, 200]` answers 500 twice and then lets requests through; `["drop_answer", "pass"]` names
faults. Chance is repeatable: by the seed of the rule, or of all rules.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

PASS = "pass"  # noqa: S105  a step of a sequence that spoils nothing
FIRST_STATUS, FIRST_ERROR, LAST_STATUS = 200, 300, 599  # below 300 a request is let through


class Spec(BaseModel):
    """A rule as it is asked for. Skips the first `after` matching requests, then fires for a
    `share` (0..1) of them, at most `times` times (None: for ever); with `nth` only for the
    matching requests of these numbers, counted from 1.

    `each_path`: every path goes through numbers and sequence by itself. `repeat`: a sequence
    begins anew after its end, instead of letting everything through.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: str = "status"
    method: str = "*"
    path: str = ".*"
    times: int | None = Field(default=None, ge=1)
    after: int = Field(default=0, ge=0)
    nth: list[int] | None = None
    share: float = Field(default=1.0, ge=0, le=1)
    sequence: list[int | str] | None = Field(default=None, min_length=1)
    repeat: bool = False
    each_path: bool = False
    seed: int | None = None
    ms: float = Field(default=1000, ge=0)
    status: int = Field(default=500, ge=FIRST_STATUS, le=LAST_STATUS)
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None

    @field_validator("path")
    @classmethod
    def _compiles(cls, path: str) -> str:
        try:
            re.compile(path)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return path

    @field_validator("sequence")
    @classmethod
    def _has_statuses(cls, steps: list[int | str] | None) -> list[int | str] | None:
        for step in steps or ():
            if isinstance(step, int) and not FIRST_STATUS <= step <= LAST_STATUS:
                raise ValueError(f"{step} is no status from {FIRST_STATUS} to {LAST_STATUS}")
        return steps

    def named(self) -> Iterator[str]:
        """All faults that this rule may do."""
        yield self.do
        for step in self.sequence or ():
            if isinstance(step, str) and step != PASS:
                yield step

    def step(self, number: int) -> "Spec | None":
        """What to do to the matching request of this number (from 0); None: nothing."""
        if self.sequence is None:
            return self
        if number >= len(self.sequence) and not self.repeat:
            return None
        step = self.sequence[number % len(self.sequence)]
        if step == PASS or (isinstance(step, int) and step < FIRST_ERROR):
            return None
        change = {"do": step} if isinstance(step, str) else {"do": "status", "status": step}
        return self.model_copy(update=change)


@dataclass(slots=True)
class Rule:
    """A rule at work: `seen` requests matched it, `hits` of them it spoiled."""

    id: int
    spec: Spec
    seen: int = 0
    hits: int = 0
    _seen_of: dict[str, int] = field(default_factory=dict)
    _chance: random.Random | None = None

    def __post_init__(self) -> None:
        if self.spec.seed is not None:
            self._chance = random.Random(self.spec.seed)  # noqa: S311  repeatable, not a secret

    def draw(self, method: str, path: str, chance: random.Random) -> Spec | None:
        """What this rule does to a request, if anything."""
        spec = self.spec
        if spec.times is not None and self.hits >= spec.times:
            return None
        if spec.method not in {"*", method} or not re.fullmatch(spec.path, path):
            return None
        self.seen += 1
        number = self._number(path)
        if number <= spec.after or (self._chance or chance).random() >= spec.share:
            return None
        if spec.nth is not None and number not in spec.nth:
            return None
        fault = spec.step(number - 1 - spec.after)
        self.hits += fault is not None
        return fault

    def as_json(self) -> dict[str, Any]:
        return {**self.spec.model_dump(), "id": self.id, "seen": self.seen, "hits": self.hits}

    def _number(self, path: str) -> int:
        """How many requests matched so far, this one included."""
        key = path if self.spec.each_path else ""
        self._seen_of[key] = self._seen_of.get(key, 0) + 1
        return self._seen_of[key]
