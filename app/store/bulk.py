"""Many rows in one statement with one parameter: few round trips, however many there are."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Table, TextClause, text
from sqlalchemy.dialects import postgresql

from app.store.db import Tx

AT_ONCE = 500  # rows of a statement: some hundred kilobytes
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
        tx.execute(statement, {"rows": json.dumps(part, default=str)})
