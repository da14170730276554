"""One thing to be done in an account, and the line that says so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Todo:
    """`line` begins with create, change or remove; with keep for what is not touched (no `do`)."""

    line: str
    do: Callable[[], object] | None = None


def carried_out(todos: Iterable[Todo], *, dry_run: bool) -> list[str]:
    """Do all of it, in order, unless only the lines are wanted. Raises: any of the five."""
    lines: list[str] = []
    for todo in todos:
        if todo.do is not None and not dry_run:
            todo.do()
        lines.append(todo.line)
    return lines
