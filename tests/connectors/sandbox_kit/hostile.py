"""Random and hostile requests to every route of a sandbox, the same ones for the same seed."""

import copy
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from tests.connectors.sandbox_kit.plausible import BODIES, SOAP

TEXTS = (
    "", " ", "0", "-1", "1", "1001", "1002", "99999999999999999999999", "1e400", "NaN", "true",
    "null", "a@x.com", "email", "contacts", "companies", "deals", "0-1", "0-2", "CONTACT", "Lead",
    "Account", "Contact", "Task", "00Q000000000001AAA", "001000000000001", "Email", "LastName",
    "'; DROP TABLE x --", "../../etc/passwd", "%00", "\x00", "\u202e", "😀", "ß" * 50, "x" * 3000,
    "SELECT Id FROM Lead", "SELECT Id, Name FROM Contact WHERE Email = 'a' LIMIT 0",
    "SELECT COUNT() FROM Lead GROUP BY", "SELECT (((", "2026-01-01", "2026-13-45T99:99:99Z",
    "2026-01-01T00:00:00.000Z", "9999-12-31", "-9999999999999999", "[1]", "{}", "<a/>", "$", "\\",
    "v66.0", "66.0", "1.0", "a,b,c", ";", "null,null", "²", "١٢", "1_0", "Id__c", "--",
)  # fmt: skip
KEYS = (
    "inputs", "id", "properties", "idProperty", "associations", "to", "types", "from",
    "associationCategory", "associationTypeId", "filterGroups", "filters", "propertyName",
    "operator", "value", "values", "highValue", "sorts", "query", "limit", "after", "email",
    "firstname", "primaryObjectId", "objectIdToMerge", "objectId", "name", "label", "type",
    "fieldType", "groupName", "options", "displayOrder", "stages", "metadata", "eventName",
    "occurredAt", "targetUrl", "throttling", "maxConcurrentRequests", "eventType", "active",
    "subscriptionType", "portalId", "actions", "objectTypeId", "processingType", "listId",
    "filterBranch", "records", "attributes", "allOrNone", "Id", "LastName", "Company", "Email",
    "OwnerId", "ids", "fields", "compositeRequest", "method", "url", "referenceId", "body",
    "batchRequests", "richInput", "graphs", "object", "operation", "externalIdFieldName", "state",
    "contentType", "columnDelimiter", "lineEnding", "customNotifTypeId", "recipientIds", "title",
    "targetId", "messageSegments", "subjectId", "feedElementType", "FullName", "Metadata",
)  # fmt: skip
OPERATORS = ("EQ", "GT", "BETWEEN", "IN", "HAS_PROPERTY", "CONTAINS_TOKEN", "EXPLODE")
RAW = (
    b"", b"{", b"[]", b"null", b"[[[[", b'{"a":1}x', b"\xff\xfe", b'{"a":NaN}', b"[" * 20_000,
    b'{"inputs":null}', b'"' + b"9" * 6000 + b'"', b"9" * 6000, b"1", b'"x"', b"true",
    b"<a>", b"<?xml version='1.0'?><a/>", b"grant_type=refresh_token", b"a=%ff&b=%",
    b'{"inputs":[{"id":"\\ud800"}]}', b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
)  # fmt: skip
TYPES = (
    "application/json", "application/json", "text/xml", "application/x-www-form-urlencoded",
    "multipart/form-data", "multipart/form-data; boundary=x", "text/csv", "nonsense", "",
)  # fmt: skip
SECOND_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DEPTH = 4
MOST_LEARNT = 200
QUERIES = (
    "SELECT Id, Name FROM Lead WHERE Email = '?' ORDER BY ? NULLS LAST LIMIT 3",
    "SELECT ?, Owner.Name FROM Contact WHERE Account.Name LIKE '%?'", "SELECT Id FROM ?",
    "SELECT COUNT(Id) c, ? FROM Lead GROUP BY ? HAVING COUNT(Id) > 0",
    "SELECT Id, (SELECT ? FROM Contacts) FROM Account WHERE Id IN ('?')",
    "SELECT Id FROM Lead WHERE CreatedDate > ? OFFSET ?", "SELECT FIELDS(ALL) FROM Lead LIMIT ?",
    "SELECT Id FROM Task WHERE Id IN (SELECT ? FROM Lead)", "?",
    "SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:?", "SELECT TYPEOF Who WHEN ? FROM Task",
)  # fmt: skip
OBJECT_NAMES = ("contacts", "companies", "deals", "0-1", "notes", "tasks", "leads", "LEAD")
USUAL = {
    "version": ("66.0", "59.0"),
    "app_id": ("1234567",),
    "object": ("Lead", "Contact", "Account", "Task", "Opportunity", "User", "lead"),
    "kind": ("u", "c", "m"),
    "field": ("Email", "Id", "Name"),
}


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request, as it goes over the wire."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.url[:300]} {self.content[:300]!r} {self.headers}"


@dataclass(slots=True)
class Generator:
    """`operations` are methods and templates, `known` texts that are worth trying as ids."""

    seed: int
    operations: Sequence[tuple[str, str]]
    query: Sequence[str]
    token: str
    known: Sequence[str]
    _chance: random.Random = field(init=False)
    _learnt: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  repeatable chance

    def request(self) -> Hostile:
        chance = self._chance
        method, template = chance.choice(self.operations)
        if chance.random() < 0.03:
            method = chance.choice(SECOND_METHODS)
        path = self._path(template)
        if chance.random() < 0.4:
            pairs = [self._parameter() for _ in range(chance.randint(1, 4))]
            path += "?" + urlencode(pairs, errors="replace")
        headers = {"Authorization": f"Bearer {self.token}"}
        if chance.random() < 0.03:
            headers["Authorization"] = chance.choice(("", "Bearer", "Basic x", "Bearer nope"))
        content = b""
        if method in {"POST", "PUT", "PATCH"} or chance.random() < 0.05:
            content = self._content(template)
            headers["Content-Type"] = "application/json"
            if chance.random() < 0.15:
                headers["Content-Type"] = chance.choice(TYPES)
        return Hostile(method, path, headers, content)

    def learn(self, answer: Any) -> None:
        """Keep ids from an answer: later requests try them."""
        if isinstance(answer, dict):
            for name in ("id", "currentOffset", "listId", "name"):
                if isinstance(answer.get(name), str):
                    self._learnt.append(answer[name])
            del self._learnt[:-MOST_LEARNT]

    def _parameter(self) -> tuple[str, str]:
        name = self._chance.choice((*self.query, self._text()))
        if name == "q":
            return name, self._chance.choice(QUERIES).replace("?", self._text())
        return name, self._text()

    def _path(self, template: str) -> str:
        made = template
        while "{" in made:
            start, end = made.index("{"), made.index("}")
            made = made[:start] + self._segment(made[start + 1 : end]) + made[end + 1 :]
        return made

    def _segment(self, name: str) -> str:
        if (name in USUAL or name.endswith("type")) and self._chance.random() < 0.85:
            return self._chance.choice(USUAL.get(name, OBJECT_NAMES))
        raw = self._text() or "x"
        return quote(raw.encode("utf-8", "replace"), safe="")

    def _text(self) -> str:
        pool: Sequence[str] = TEXTS
        if self._chance.random() < 0.5:
            pool = self._learnt if self._learnt and self._chance.random() < 0.6 else self.known
        return self._chance.choice(pool)

    def _content(self, template: str) -> bytes:
        chance = self._chance.random()
        if "/Soap/" in template and chance < 0.8:
            return self._spoiled_text(self._chance.choice(SOAP))
        if chance < 0.1:
            return self._chance.choice(RAW)
        fitting = [body for pattern, bodies in BODIES if re.search(pattern, template)
                   for body in bodies]  # fmt: skip
        if not fitting or chance < 0.25:
            return json.dumps(self._object(0)).encode()
        body = copy.deepcopy(self._chance.choice(fitting))
        for _ in range(self._chance.randint(0, 2)):
            body = self._spoiled(body)
        if "token" in template and isinstance(body, dict):
            return urlencode(body).encode()
        number = str(self._chance.randrange(10_000))  # so that not all are duplicates
        return json.dumps(body).replace("b@x.com", f"b{number}@x.com").encode()

    def _spoiled_text(self, text: bytes) -> bytes:
        """The text as it is, cut, or with other words in it."""
        chance = self._chance
        if chance.random() < 0.3:
            return text[: chance.randrange(len(text))]
        if chance.random() < 0.5:
            return text.replace(b">1<", b">" + self._text().encode("utf-8", "replace") + b"<")
        return text

    def _spoiled(self, body: Any) -> Any:
        """The body with one of its parts, at any depth, replaced, renamed or left out."""
        chance = self._chance
        if isinstance(body, dict) and body and chance.random() < 0.85:
            name = chance.choice(sorted(body))
            if chance.random() < 0.1:
                del body[name]
            elif chance.random() < 0.1:
                body[self._text()] = body.pop(name)
            else:
                body[name] = self._spoiled(body[name])
            return body
        if isinstance(body, list) and body and chance.random() < 0.85:
            place = chance.randrange(len(body))
            body[place] = self._spoiled(body[place])
            return body if chance.random() < 0.8 else body * 2
        return self._value("", 1)

    def _object(self, depth: int) -> dict[str, Any]:
        chance = self._chance
        names = {chance.choice(KEYS) if chance.random() < 0.95 else self._text()
                 for _ in range(chance.randint(0, 6))}  # fmt: skip
        return {name: self._value(name, depth + 1) for name in sorted(names)}

    def _value(self, name: str, depth: int) -> Any:
        chance = self._chance
        if name == "operator":
            return chance.choice(OPERATORS)
        kind = chance.random()
        if depth < DEPTH and kind < 0.3:
            return [self._value("", depth + 1) for _ in range(chance.randint(0, 3))]
        if depth < DEPTH and kind < 0.6:
            return self._object(depth)
        if kind < 0.85:
            return self._text()
        return chance.choice(
            (None, True, False, 0, -1, 1.5, 1e308, 10**30, 2**63, [], {}, [None], [[]], [{}])
        )
