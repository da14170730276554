"""Bulk API 2.0: query jobs, and the requests that all bulk jobs are made of.

A job is made, looked at until it has ended, and its results are fetched as CSV. It is kept for
seven days. The guide says to use it above 2,000 records. Source: Bulk API 2.0 developer guide.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.base import Busy, Rejected, Value
from connectors.salesforce.session import Api, Row

ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
NUMBERS = frozenset({"double", "currency", "percent"})
WHOLE = frozenset({"int", "long"})
LAST = "null"  # `Sforce-Locator` of the last page


@dataclass(frozen=True, slots=True)
class Results:
    """A page of rows as text, and where the next begins (None: that was the last)."""

    rows: tuple[Mapping[str, str], ...]
    locator: str | None


def start_query(api: Api, soql: str) -> str:
    """Have a query run; its job."""
    answer = api.call("POST", "jobs/query", {"operation": "query", "query": soql})
    return job_id(answer)


def state(api: Api, kind: str, job: str) -> str:
    """How far a job of a kind (query, ingest) is. Raises: Gone where it is not kept any more."""
    answer = api.call("GET", f"jobs/{kind}/{job}")
    if not isinstance(answer, Mapping) or "state" not in answer:
        raise Busy(f"bulk job {job}: an answer without its state")
    return str(answer["state"])


def results(api: Api, job: str, locator: str | None, size: int) -> Results:
    """A page of what a query found."""
    params = {"maxRecords": str(size)} | ({"locator": locator} if locator else {})
    text, headers = api.csv("GET", f"jobs/query/{job}/results", params=params)
    found = headers.get("Sforce-Locator", LAST)
    return Results(tuple(rows(text)), None if found in {LAST, ""} else found)


def job_id(answer: Any) -> str:
    if not isinstance(answer, Mapping) or not str(answer.get("id", "")).isalnum():
        raise Busy("an answer without a bulk job")
    return str(answer["id"])


def rows(text: str) -> Iterator[Mapping[str, str]]:
    """The lines of a CSV document by their header. Raises: Rejected."""
    try:
        yield from csv.DictReader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise Rejected(f"bulk results that cannot be read: {error}", code="BAD_CSV") from error


def typed(row: Mapping[str, str], described: Mapping[str, Row]) -> dict[str, Value]:
    """A line's values as the REST API has them: null for nothing, numbers, true and false."""
    return {name: _value(text, str(described[name].get("type"))) for name, text in row.items()}


def _value(text: str, type_: str) -> Value:
    value: Value = text
    if text == "":
        value = None
    elif type_ == "boolean":
        value = text == "true"
    elif type_ in WHOLE:
        value = int(float(text))
    elif type_ in NUMBERS:
        value = float(text)
    elif type_ == "datetime" and text.endswith("Z"):
        value = f"{text[:-1]}+0000"
    return value
