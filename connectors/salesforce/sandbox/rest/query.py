"""query, queryAll, and the pages that follow.

Source: recorded queries; the page size is at most 2000 and may be less, so clients follow
`nextRecordsUrl`.
"""

import re
from typing import Any

from connectors.salesforce.sandbox import tooling
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url, flag
from connectors.salesforce.sandbox.rest.query_columns import described
from connectors.salesforce.sandbox.soql.lexer import error_at
from connectors.salesforce.sandbox.soql.parser import parse
from connectors.salesforce.sandbox.soql.select import query
from connectors.salesforce.sandbox.standard.tooling import ONLY
from connectors.salesforce.sandbox.state import Cursor

LOCATOR = "0r8"  # starts a query locator; its number goes on after the dash


def run(call: Call) -> Answer:
    return _first_page(call, all_rows=False)


def run_all(call: Call) -> Answer:
    return _first_page(call, all_rows=True)


def explain(call: Call) -> Answer:
    """The plan of a query: everything is scanned here."""
    text = call.query["explain"]
    made = call.state.org.schema.get(parse(text).source)
    count = len(call.state.org.table(made).rows)
    plan = {
        "cardinality": count, "fields": [], "leadingOperationType": "TableScan", "notes": [],
        "relativeCost": 1.0, "sobjectCardinality": count, "sobjectType": made.name,
    }  # fmt: skip
    return Answer(body={"plans": [plan], "sourceQuery": text})


def _first_page(call: Call, *, all_rows: bool) -> Answer:
    if "explain" in call.query:
        return explain(call)
    text = call.query.get("q", "")
    if not text.strip():
        raise Problem("MALFORMED_QUERY", "A query string has to be specified")
    if "/tooling/" in call.path:
        tooling.show(call.state.org, call.state.metadata)
    else:
        _check_source(call, text)
    user_id = call.actor.user_id
    if flag(call.query.get("columns")):
        return Answer(body=described(call.state.org, text, parse(text), user_id))
    found = query(call.state.org, text, call.version, all_rows=all_rows, user_id=user_id)
    cursor = Cursor(found.total, found.rows, found.show, call.state.org.now())
    size = page_size(call)
    if len(found.rows) > size:
        locator = call.state.ids.next(LOCATOR)
        call.state.cursors[locator] = cursor
        return _page(call, cursor, locator, 0, size)
    return _page(call, cursor, "", 0, size)


def _check_source(call: Call, text: str) -> None:
    """Refuse what only the Tooling API shows. Raises: Problem INVALID_TYPE."""
    hidden = {name.lower() for name in ONLY}
    if call.state.config.notification_types_by_tooling_only:
        hidden.add("customnotificationtype")
    parsed = parse(text)
    if parsed.source.lower() in hidden:
        detail = f"sObject type '{parsed.source}' is not supported."
        raise error_at(text, parsed.at, "INVALID_TYPE", detail)


def more(call: Call, locator: str) -> Answer:
    """A further page, `{locator}-{number of the first record}`."""
    match = re.fullmatch(r"(\w+?)(?:-(\d+))?", locator)
    cursor = call.state.cursors.get(match.group(1)) if match else None
    age_s = call.state.org.now() - cursor.opened_at if cursor else 0.0
    if match is None or cursor is None or age_s > call.state.config.locator_life_s:
        raise Problem("INVALID_QUERY_LOCATOR", "invalid query locator")
    return _page(call, cursor, match.group(1), int(match.group(2) or 0), page_size(call))


def _page(call: Call, cursor: Cursor, locator: str, start: int, size: int) -> Answer:
    end = start + size
    done = end >= len(cursor.rows)
    body: dict[str, Any] = {"totalSize": cursor.total, "done": done}
    if not done:
        body["nextRecordsUrl"] = f"{data_url(call)}/query/{locator}-{end}"
    body["records"] = [cursor.show(row) for row in cursor.rows[start:end]]
    return Answer(body=body)


def page_size(call: Call) -> int:
    """What `Sforce-Query-Options: batchSize=…` asks for, within bounds."""
    config = call.state.config
    options = call.headers.get("sforce-query-options", "").lower()
    match = re.search(r"batchsize\s*=\s*(\d+)", options)
    if match is None:
        return config.query_page_size
    return min(max(int(match.group(1)), config.query_page_min), config.query_page_max)


TABLE: Table = [
    ("GET", "/query", run),
    ("GET", "/queryAll", run_all),
    ("GET", "/query/{locator}", more),
    ("GET", "/queryAll/{locator}", more),
    ("GET", "/tooling/query", run),
    ("GET", "/tooling/query/{locator}", more),
]
