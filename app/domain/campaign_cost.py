"""What a campaign cost: rows of a request, or of a spreadsheet saved as CSV.

The columns of a CSV, in any order: amount, and as wanted date (YYYY-MM-DD), currency, kind
(actual or budget), note, key. A row without a key is known by its date, kind and note, so that
importing the same file again changes nothing.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date as Day  # noqa: N812  a field is called date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

MOST_ROWS = 5_000
MOST_CHARACTERS = 1_000_000
COLUMNS = ("amount", "date", "currency", "kind", "note", "key")


class CostRow(BaseModel):
    """One amount. `date` is the day, or the first day of the period, on which it was spent."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"amount": 120000, "date": "2026-04-01", "currency": "JPY"}]
        },
    )

    amount: Annotated[Decimal, Field(ge=0, lt=10**15, max_digits=18, decimal_places=2)]
    date: Day | None = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    kind: Literal["actual", "budget"] = "actual"
    note: Annotated[str, Field(max_length=500)] = ""
    key: Annotated[str, Field(max_length=200)] = ""

    @field_validator("currency", mode="before")
    @classmethod
    def _capitals(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @property
    def identity(self) -> str:
        """What the row is known by."""
        return self.key or f"{self.date or ''}/{self.kind}/{self.note}"


class Unreadable(ValueError):
    """A CSV that can't be taken; the text names the line."""


def from_csv(text: str) -> list[CostRow]:
    """The rows of a CSV with a header line. Raises: Unreadable."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"more than {MOST_CHARACTERS} characters; import it in parts")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    unknown = sorted(set(names) - set(COLUMNS))
    if "amount" not in names or unknown:
        tip = f"unknown: {', '.join(unknown)}" if unknown else "there is no column amount"
        raise Unreadable(f"line 1: name the columns {', '.join(COLUMNS)} ({tip})")
    reader.fieldnames = names
    return list(_rows(reader))


def _rows(reader: "csv.DictReader[str]") -> Iterator[CostRow]:
    for n, row in enumerate(_lines(reader), 1):
        if n > MOST_ROWS:
            raise Unreadable(f"more than {MOST_ROWS} rows; import it in parts")
        yield _row(row, reader.line_num)


def _lines(reader: "csv.DictReader[str]") -> Iterator[Mapping[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: {error}") from None


def _row(row: Mapping[str, str], line: int) -> CostRow:
    if None in row:
        raise Unreadable(f"line {line}: more values than columns")
    given = {name: value.strip() for name, value in row.items() if value and value.strip()}
    if "amount" in given:
        given["amount"] = given["amount"].replace(",", "")  # thousands, as spreadsheets write them
    try:
        return CostRow.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        raise Unreadable(f"line {line}: {where}: {first['msg']}") from None
