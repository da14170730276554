"""Lists as files: CSV for spreadsheets, NDJSON for programs; streamed, so of any length."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

from fastapi.responses import StreamingResponse

from app.store.db import Database, Tx

T = TypeVar("T")
Format: TypeAlias = Literal["csv", "ndjson"]
AT_ONCE = 1000  # rows read in one transaction
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so
TYPES: Mapping[Format, str] = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


def paged(
    database: Database,
    read: Callable[[Tx, Any], Sequence[T]],
    place: Callable[[T], Any],
) -> Iterator[T]:
    """All rows, in pages of short transactions; `place` is where a row stands in the order."""
    after: Any = None
    while True:
        with database.begin() as tx:
            rows = read(tx, after)
        if not rows:
            return
        yield from rows
        after = place(rows[-1])


def answer(rows: Iterable[Mapping[str, Any]], format_: Format, name: str) -> StreamingResponse:
    """A download of these rows; `name` is the file's, without its ending."""
    lines = _csv(rows) if format_ == "csv" else _ndjson(rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format_}"'}
    return StreamingResponse(lines, media_type=TYPES[format_], headers=headers)


def _ndjson(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, default=str) + "\n"


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    target = io.StringIO()
    writer = csv.writer(target)
    begun = False
    for row in rows:
        if not begun:
            target.write("\ufeff")  # else spreadsheets take UTF-8 for something else
            writer.writerow(row)
            begun = True
        writer.writerow(_cell(value) for value in row.values())
        yield target.getvalue()
        target.seek(0)
        target.truncate()


def _cell(value: Any) -> str:
    """A value as a spreadsheet may show it, never as a formula."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
