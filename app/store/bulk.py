"""Many rows in one statement with one parameter: few round trips, however many there are."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ARRAY, ColumnElement, Table, TextClause, any_, literal, text
from sqlalchemy.dialects import postgresql

from app.store.db import Tx

AT_ONCE = 500  # rows of a statement: some hundred kilobytes
_ANY: TypeAdapter[Any] = TypeAdapter(Any)  # several times as fast as Python's own JSON
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not say


def adding(table: Table, columns: Collection[str], otherwise: str = "") -> TextClause:
    """A statement that adds the rows given to `run`, in their order."""
    names = ", ".join(f'"{name}"' for name in columns)
    typed = ", ".join(f'"{name}" {table.c[name].type.compile(_DIALECT)}' for name in columns)
    return text(f"""
        INSERT INTO "{table.name}" ({names})
        SELECT {names} FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS row ({typed}) {otherwise}
    """)  # noqa: S608  names of our own tables


def saving(
    table: Table, columns: Collection[str], keys: Collection[str], touched: str
) -> TextClause:
    """The same, or an update of the rows with these keys; `touched` is when that happened."""
    changed = [f'"{name}" = excluded."{name}"' for name in columns if name not in keys]
    instead = ", ".join([*changed, f'"{touched}" = now()'])
    return adding(table, columns, f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {instead}")


def run(tx: Tx, statement: TextClause, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add or save rows. Times and ids become text; nothing is done where there is no row."""
    given = list(rows)
    for start in range(0, len(given), AT_ONCE):
        part = given[start : start + AT_ONCE]
        tx.execute(statement, {"rows": _as_json(part)})


def _as_json(rows: list[Mapping[str, Any]]) -> str:
    try:
        return _ANY.dump_json(rows).decode()
    except ValueError:  # half a character, which PostgreSQL shall refuse as it does elsewhere
        return json.dumps(rows, default=str)


def among(column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column has one of the values, as one parameter: the statement is the same for any
    number of them, so that it is worked out and planned once.
    """
    return column == any_(literal(list(values), ARRAY(column.type)))
