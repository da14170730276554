"""SOSL and parameterized search.

Source: SOQL and SOSL Reference; REST API guide, "Search", "Parameterized Search". Words are whole
words in any letter case; `*` and `?` stand for any letters. There is no index that lags behind.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, objects
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soql.select import query

MOST = 2000
SEARCHED: dict[str, Callable[[Field], bool]] = {
    "ALL": lambda one: one.type in {"string", "email", "phone", "url", "textarea", "combobox"},
    "NAME": lambda one: one.name_field or one.name in {"FirstName", "LastName", "Company"},
    "EMAIL": lambda one: one.type == "email",
    "PHONE": lambda one: one.type == "phone",
    "SIDEBAR": lambda one: one.name_field,
}
FIND = re.compile(
    r"\s*FIND\s*(?:\{(?P<text>(?:[^}\\]|\\.)*)\}|'(?P<quoted>(?:[^'\\]|\\.)*)')"
    r"(?:\s+IN\s+(?P<group>\w+)\s+FIELDS)?"
    r"(?:\s+RETURNING\s+(?P<returning>.*?))?"
    r"(?P<rest>(?:\s+(?:WITH|UPDATE)\s+.*?)?)(?:\s+LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
TAIL = re.compile(r"\b(WHERE|ORDER\s+BY|USING|LIMIT|OFFSET)\b", re.IGNORECASE)
LIMIT = re.compile(r"\bLIMIT\s+(\d+)(?:\s+OFFSET\s+(\d+))?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object to search: which fields to show and the clauses that follow."""

    name: str
    fields: str = "Id"
    clauses: str = ""


def run(call: Call) -> Answer:
    """SOSL. Raises: Problem MALFORMED_SEARCH."""
    text = call.query.get("q", "")
    if not text.strip():
        raise Problem("MALFORMED_SEARCH", "A search string has to be specified")
    match = FIND.fullmatch(text)
    if match is None:
        raise Problem("MALFORMED_SEARCH", f"line 1:0 no viable alternative at input '{text[:20]}'")
    wanted = list(_returning(match["returning"])) or _everywhere(call)
    term = match["text"] if match["text"] is not None else match["quoted"]
    limit = int(match["limit"] or MOST)
    return _answer(call, term, (match["group"] or "ALL").upper(), wanted, limit)


def parameterized(call: Call) -> Answer:
    """By query string or body."""
    body = call.object() if call.method == "POST" else _from_query(call)
    term = body.get("q")
    if not isinstance(term, str) or not term.strip():
        raise Problem("MALFORMED_SEARCH", "A search string has to be specified")
    fields = ",".join(map(str, body.get("fields") or ["Id"]))
    most = f"LIMIT {body['defaultLimit']}" if body.get("defaultLimit") else ""
    wanted = [
        Wanted(
            str(one.get("name")),
            ",".join(map(str, one.get("fields") or [fields])),
            _clauses(one) or most,
        )
        for one in objects(body.get("sobjects") or [], "sobjects")
    ]
    limit = int(body.get("overallLimit") or MOST)
    group = str(body.get("in") or "ALL").upper()
    return _answer(call, term, group, wanted or _everywhere(call, fields), limit)


def _from_query(call: Call) -> dict[str, Any]:
    given: dict[str, Any] = dict(call.query)
    given["fields"] = [name for name in given.get("fields", "").split(",") if name]
    names = [name for name in given.pop("sobject", "").split(",") if name]
    return {**given, "sobjects": [{"name": name} for name in names]}


def _clauses(one: dict[str, Any]) -> str:
    parts = [f"WHERE {one['where']}"] if one.get("where") else []
    parts += [f"ORDER BY {one['orderBy']}"] if one.get("orderBy") else []
    parts += [f"LIMIT {int(one['limit'])}"] if one.get("limit") else []
    return " ".join(parts)


def _everywhere(call: Call, fields: str = "Id") -> list[Wanted]:
    kinds = ("Account", "Contact", "Lead", "Opportunity", "Campaign", "User")
    custom = (name for name in call.state.org.schema.objects if name.endswith("__c"))
    return [Wanted(name, fields) for name in (*kinds, *custom)]


def _returning(text: str | None) -> Iterator[Wanted]:
    """`Lead(Id, Name WHERE … LIMIT 5), Contact`."""
    for part in _split(text or ""):
        match = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", part, re.DOTALL)
        if match is None:
            raise Problem("MALFORMED_SEARCH", f"unexpected token: {part.strip()}")
        inner = match[2] or ""
        tail = TAIL.search(inner)
        at = tail.start() if tail else len(inner)
        yield Wanted(match[1], inner[:at].strip() or "Id", inner[at:])


def _split(text: str) -> Iterator[str]:
    """At the commas outside of parentheses."""
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    if text[start:].strip():
        yield text[start:]


def _answer(call: Call, term: str, group: str, wanted: list[Wanted], limit: int) -> Answer:
    if group not in SEARCHED:
        raise Problem("MALFORMED_SEARCH", f"unexpected token: {group}")
    matches = matcher(term)
    found: list[Any] = []
    for one in wanted:
        made = call.state.org.schema.find(one.name)
        if made is None:
            text = f"sObject type '{one.name}' is not supported."
            raise Problem("INVALID_TYPE", text)
        found += _found(call, one, made, group, matches)
    return Answer(body={"searchRecords": found[:limit]})


def _found(
    call: Call, one: Wanted, made: SObject, group: str, matches: Callable[[str], bool]
) -> list[Any]:
    searched: list[Field] = [f for f in made.fields.values() if SEARCHED[group](f)]
    most = LIMIT.search(one.clauses)
    clauses = LIMIT.sub("", one.clauses)
    soql = f"SELECT {one.fields} FROM {made.name} {clauses}"  # noqa: S608  SOQL of the sandbox
    rows = query(call.state.org, soql, call.version, user_id=call.actor.user_id)

    def has(row: Row) -> bool:
        return matches(" \n ".join(str(row.fields.get(f.name) or "") for f in searched))

    hits = [row for row in rows.rows if has(row)]
    if most:
        start = int(most[2] or 0)
        hits = hits[start : start + int(most[1])]
    return [rows.show(row) for row in hits]


def matcher(term: str) -> Callable[[str], bool]:
    """Whether a text has what a search asks for: AND (also unsaid) before OR, NOT, "phrases"."""
    plain = re.sub(r"\\(.)", r"\1", term).strip()
    if len(plain.strip('*?"() ')) < 2:
        raise Problem("MALFORMED_SEARCH", f"search term must be longer than one character: {plain}")
    choices = [_every(part) for part in re.split(r"\s+OR\s+", plain)]
    return lambda text: any(choice(text) for choice in choices)


def _every(text: str) -> Callable[[str], bool]:
    tests: list[tuple[re.Pattern[str], bool]] = []
    refused = False
    for word in re.findall(r'"[^"]*"|[^\s()]+', text):
        if word in {"AND", "NOT"}:
            refused = word == "NOT"
            continue
        parts = re.split(r"([*?])", word.strip('"'))
        wild = {"*": r"\w*", "?": r"\w"}
        pattern = "".join(wild.get(part, re.escape(part)) for part in parts)
        tests.append((re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE), not refused))
        refused = False
    return lambda found: all((p.search(found) is not None) is wanted for p, wanted in tests)


TABLE: Table = [
    ("GET", "/search", run),
    ("GET", "/parameterizedSearch", parameterized),
    ("POST", "/parameterizedSearch", parameterized),
]
