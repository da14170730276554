"""Working off an ingest job: the same rules as the REST API, one outcome per row.

Source: Bulk API 2.0 developer guide; error texts quoted from result files in public test suites.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.sandbox import access, dml
from connectors.salesforce.sandbox.bulk import csv_text
from connectors.salesforce.sandbox.bulk.jobs import Job, Outcome
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.values import accept

NULL = "#N/A"  # sets a field to null; an empty value is ignored
TRUE = frozenset({"true", "1", "yes", "y", "on"})
FALSE = frozenset({"false", "0", "no", "n", "off"})
XSD = {"datetime": "dateTime", "date": "date", "boolean": "boolean", "int": "int"}
CHUNK = 200  # rows in a chunk; a key may stand in it once


@dataclass(frozen=True, slots=True)
class Column:
    """A header. `path` is empty for a field of the record, else relationship and parent's field."""

    name: str
    field: Field
    path: tuple[str, str, str | None] | None = None  # relationship, key field, object


@dataclass(slots=True)
class Load:
    """One job being worked off."""

    org: Org
    job: Job
    made: SObject
    actor: Actor
    seen: set[str] = field(default_factory=set)  # keys of the current chunk

    def run(self) -> Outcome:
        asked = self.job.asked
        delimiter, ending = asked["columnDelimiter"], asked["lineEnding"]
        header: list[str] = []
        rows: list[list[str]] = []
        try:
            header, rows = csv_text.read(self.job.content or b"", delimiter, ending)
            columns = [self.column(name) for name in header]
        except csv_text.Unreadable as error:
            written = csv_text.write(header, rows, delimiter, ending) if header else ""
            return Outcome(error=str(error), documents={"unprocessed": written.encode()})
        good: list[list[str]] = []
        bad: list[list[str]] = []
        for number, values in enumerate(rows):
            if number % CHUNK == 0:
                self.seen.clear()
            self._one(columns, values, good, bad)
        documents = {
            "successful": (["sf__Id", "sf__Created", *header], good),
            "failed": (["sf__Id", "sf__Error", *header], bad),
            "unprocessed": (header, []),
        }
        written_by_name = {
            name: csv_text.write(head, lines, delimiter, ending).encode()
            for name, (head, lines) in documents.items()
        }
        return Outcome(len(rows), len(bad), None, written_by_name)

    def _one(
        self, columns: list[Column], values: list[str], good: list[list[str]], bad: list[list[str]]
    ) -> None:
        mark = self.org.mark()
        given_id = next((v for c, v in zip(columns, values, strict=False) if c.name == "Id"), "")
        try:
            _check_width(columns, values)
            id_, created = OPERATIONS[self.job.asked["operation"]](
                self, self.given(columns, values)
            )
        except Problem as problem:
            self.org.rollback(mark)
            bad.append([given_id, error_text(problem), *values])
        except dml.Several as several:
            self.org.rollback(mark)
            ids = ", ".join(row.id for row in several.rows)
            text = f"more than one record found for external id field: [{ids}]"
            bad.append([given_id, error_text(Problem("DUPLICATE_EXTERNAL_ID", text)), *values])
        else:
            good.append([id_, "true" if created else "false", *values])

    # columns

    def column(self, name: str) -> Column:
        """Raises: Unreadable."""
        found = access.find(self.org, self.actor.user_id, self.made, name)
        if found is not None:
            return Column(found.name, found)
        kind, colon, rest = name.partition(":")
        relationship, dot, key = (rest if colon else name).partition(".")
        reference = self.made.parent(relationship)
        if not dot or reference is None or (reference.polymorphic and not colon):
            raise csv_text.Unreadable(f"InvalidBatch : Field name not found : {name}")
        return Column(name, reference, (relationship, key, kind if colon else None))

    def given(self, columns: list[Column], values: list[str]) -> dict[str, Any]:
        """The row as the REST API would have it. Raises: Problem."""
        given: dict[str, Any] = {}
        for number, (column, text) in enumerate(zip(columns, values, strict=True)):
            if text == "":
                continue
            if column.path is not None:
                relationship, key, kind = column.path
                typed = {"attributes": {"type": kind}} if kind and column.field.polymorphic else {}
                given[relationship] = {**typed, key: text}
            else:
                given[column.name] = None if text == NULL else _value(column.field, text, number)
        return given

    def once(self, key: str, text: str) -> None:
        """Raises: Problem for the second row of a chunk with this key."""
        if key.lower() in self.seen:
            raise Problem("DUPLICATE_VALUE", f"{text}: {key}", fields=[])
        self.seen.add(key.lower())


def _check_width(columns: Sequence[Column], values: Sequence[str]) -> None:
    if len(values) != len(columns):
        text = f"Number of fields: {len(values)} expected: {len(columns)}"
        raise Problem("INVALID_FIELD", text, fields=[])


def typed(one: Field, text: str) -> Any:
    """Text as the REST API would have it: only booleans are spelled in more ways."""
    if one.type == "boolean" and text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    return text


def _value(one: Field, text: str, number: int) -> Any:
    """Raises: Problem."""
    value = typed(one, text)
    try:
        accept(one, value)
    except Problem as problem:
        if problem.code != "JSON_PARSER_ERROR":
            raise
        detail = (
            f"Failed to deserialize field at col {number}. Due to, '{text}' is not a valid value "
            f"for the type xsd:{XSD.get(one.type, 'double')}"
        )
        raise Problem("INVALID_FIELD", detail, fields=[one.name]) from problem
    return value


def error_text(problem: Problem) -> str:
    """`REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --`."""
    fields = ", ".join(problem.fields or [])
    return f"{problem.code}:{problem.message}:{fields + ' ' if fields else ''}--"


# operations


def _insert(load: Load, given: dict[str, Any]) -> tuple[str, bool]:
    return dml.create(load.org, load.made, given, load.actor).id, True


def _id_of(load: Load, given: dict[str, Any]) -> str:
    id_ = given.pop("Id", None)
    if not id_:
        text = f"Id not specified in an {load.job.asked['operation']} call"
        raise Problem("MISSING_ARGUMENT", text, fields=["Id"])
    load.once(str(id_), "duplicate id in list")
    return str(id_)


def _update(load: Load, given: dict[str, Any]) -> tuple[str, bool]:
    id_ = _id_of(load, given)
    return dml.update(load.org, load.made, id_, given, load.actor).id, False


def _upsert(load: Load, given: dict[str, Any]) -> tuple[str, bool]:
    key = load.made.fields[load.job.asked["externalIdFieldName"]]
    value = given.pop(key.name, None)
    if value is not None:
        load.once(str(value), "Duplicate external id specified")
    row, created = dml.upsert(load.org, load.made, (key, value), given, load.actor)
    return row.id, created


def _delete(load: Load, given: dict[str, Any]) -> tuple[str, bool]:
    return dml.delete(load.org, load.made, _id_of(load, given), load.actor).id, False


def _hard_delete(load: Load, given: dict[str, Any]) -> tuple[str, bool]:
    row = dml.delete(load.org, load.made, _id_of(load, given), load.actor)
    load.org.purge(row)
    return row.id, False


OPERATIONS: Mapping[str, Callable[[Load, dict[str, Any]], tuple[str, bool]]] = {
    "insert": _insert,
    "update": _update,
    "upsert": _upsert,
    "delete": _delete,
    "hardDelete": _hard_delete,
}
