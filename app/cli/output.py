"""How commands speak: lines for people, JSON for programs, a bar only where somebody watches."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text


def say(line: str, *, error: bool = False) -> None:
    """One line, at once also where the output goes into a pipe or a file."""
    print(line, file=sys.stderr if error else sys.stdout, flush=True)


def say_json(value: Any) -> None:
    """One JSON value on one line."""
    say(json.dumps(value, default=_text, ensure_ascii=False))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table, as wide as it needs to be where no terminal limits it."""
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    console.print(table)


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.3f}".rstrip("0").rstrip(".")
    return cell.strftime("%Y-%m-%d %H:%M:%SZ") if isinstance(cell, datetime) else str(cell)


def say_rows(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Records as JSON, or these columns of them as a table."""
    if as_json:
        say_json([dict(row) for row in rows])
    else:
        say_table(columns, [[row.get(name) for name in columns] for row in rows])


class Meter(Protocol):
    def __call__(self, done: int, text: str, total: int | None = None) -> None:
        """Show how far it is, of a total where that is known by now."""
        ...


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Meter]:
    """A bar on a terminal; elsewhere a line whenever the text changes."""
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total)

        def show(done: int, text: str, total: int | None = total) -> None:
            bar.update(task, completed=done, total=total, description=f"{title}: {text}")

        yield show


def _lines(title: str) -> Meter:
    last = ""

    def show(done: int, text: str, total: int | None = None) -> None:  # noqa: ARG001  the interface
        nonlocal last
        if text != last:
            last = text
            say(f"{title}: {text}", error=True)

    return show
