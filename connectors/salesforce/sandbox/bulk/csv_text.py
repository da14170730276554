"""CSV as bulk jobs take and give it.

Source: Bulk API 2.0 developer guide, "Prepare CSV Files"; the words for a wrong line ending are
quoted from failed jobs.
"""

import csv
import io
from collections.abc import Iterable, Sequence

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


class Unreadable(Exception):
    """The upload as a whole cannot be processed; the text is the job's error message."""


def read(content: bytes, delimiter: str, ending: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows. Raises: Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("ClientInputError : the data is not UTF-8") from error
    _check_ending(text, ending)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[delimiter], strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise Unreadable(f"InvalidBatch : Failed to parse CSV: {error}") from error
    if not lines:
        raise Unreadable("InvalidBatch : Failed to parse CSV header")
    header, *rows = lines
    return header, rows


def _check_ending(text: str, ending: str) -> None:
    """The header tells which line ending the data has."""
    first, newline, _ = text.partition("\n")
    found = "CRLF" if first.endswith("\r") else "LF"
    if newline and found != ending:
        raise Unreadable(
            "ClientInputError : LineEnding is invalid on user data. "
            f"Current LineEnding setting is {ending}"
        )


def write(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str, ending: str) -> str:
    """Every value in quotes, as Salesforce writes results."""
    target = io.StringIO(newline="")
    writer = csv.writer(
        target,
        delimiter=DELIMITERS[delimiter],
        lineterminator=ENDINGS[ending],
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()
