"""Planned trouble: what shall happen at the next calls of an account, in order."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from connectors.base import ConnectorError

Operation: TypeAlias = Literal[
    "read", "find", "changes", "write", "activities", "log", "raise_alerts", "notify",
    "mention", "tasks", "delete", "erase", "describe", "owners", "probe",
]  # fmt: skip
Act: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Step:
    """`act` runs before the effect of a call or (`after`) between its effect and its answer."""

    act: Act
    after: bool


@dataclass(slots=True)
class Plan:
    """First in, first out, per operation, and per (operation, key) for single parts of a batch."""

    calls: dict[Operation, list[Step]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[tuple[Operation, str], list[Step]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, operation: Operation, step: Step, *, key: str | None = None) -> None:
        queue = self.calls[operation] if key is None else self.parts[operation, key]
        queue.append(step)

    @contextmanager
    def call(self, operation: Operation) -> Iterator[None]:
        """Go through one call, with its planned step where there is one."""
        with _step(self.calls[operation]):
            yield

    @contextmanager
    def part(self, operation: Operation, key: str) -> Iterator[None]:
        """Go through one part of a batch."""
        with _step(self.parts[operation, key]):
            yield


@contextmanager
def _step(queue: list[Step]) -> Iterator[None]:
    step = queue.pop(0) if queue else None
    if step is not None and not step.after:
        step.act()
    yield
    if step is not None and step.after:
        step.act()


def raising(error: ConnectorError) -> Act:
    """An act that fails."""

    def act() -> None:
        raise error

    return act
