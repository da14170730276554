"""The control page in the browser: records, calls, deliveries and faults of a sandbox."""

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from connectors.sandbox.calls import Calls
from connectors.sandbox.digits import is_whole
from connectors.sandbox.faults import COMMON, Faults
from connectors.sandbox.page import UI, Markup, link, moment, page, pretty, script_value, table
from connectors.sandbox.state_file import StateFile

PER_PAGE = 50
COLUMNS = 6  # of a record, in a list


class Shown(Protocol):
    """What the page asks of a sandbox's world."""

    def counts(self) -> Mapping[str, int]:
        """How many records there are, by object."""
        ...

    def ids(self, kind: str) -> Sequence[str]:
        """The ids of one object's records, oldest first."""
        ...

    def raw(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        """One record."""
        ...

    def effects(self) -> Mapping[str, Any]:
        """What went out that is no record: `webhooks`, `notifications`."""
        ...

    def quiet(self) -> Mapping[str, Any]: ...


class Ui:
    """The pages, over one sandbox's parts."""

    def __init__(
        self, world: Shown, faults: Faults, calls: Calls, state: StateFile | None = None
    ) -> None:
        self._world = world
        self._faults = faults
        self._calls = calls
        self._state = state

    def routes(self) -> list[Route]:
        return [
            Route(UI, self.objects, name="the control page in the browser"),
            Route(f"{UI}/records/{{object}}", self.records, name="records"),
            Route(f"{UI}/records/{{object}}/{{id}}", self.record, name="one record"),
            Route(f"{UI}/calls", self.calls, name="calls"),
            Route(f"{UI}/deliveries", self.deliveries, name="deliveries"),
            Route(f"{UI}/faults", self.faults, name="faults"),
        ]

    def _page(self, title: str, tab: str, body: str, status: int = 200) -> Response:
        saves = self._state is not None and self._state.path is not None
        return HTMLResponse(page(title, tab, body, saves=saves), status)

    async def objects(self, _: Request) -> Response:
        counts = sorted(self._world.counts().items(), key=lambda pair: (-pair[1], pair[0]))
        rows = [(link(f"{UI}/records/{quote(name)}", name), count) for name, count in counts]
        state = ", ".join(f"{name}: {value}" for name, value in self._world.quiet().items())
        note = f'<p class="muted">{html.escape(state)}</p>'
        return self._page("Records", "", note + table(("Object", "Records"), rows))

    async def records(self, request: Request) -> Response:
        kind = request.path_params["object"]
        if kind not in self._world.counts():
            return self._page(f"There is no object {kind}", "", "", 404)
        query, asked = request.query_params.get("q", ""), request.query_params.get("page", "1")
        number = max(1, int(asked)) if is_whole(asked) else 1
        found = [i for i in self._world.ids(kind)[::-1] if not query or self._has(kind, i, query)]
        start = (number - 1) * PER_PAGE
        page = [self._world.raw(kind, one) for one in found[start : start + PER_PAGE]]
        body = _search(query) + _listed(kind, [one for one in page if one is not None])
        return self._page(f"{kind} ({len(found)})", "", body + _pager(query, number, len(found)))

    def _has(self, kind: str, record_id: str, query: str) -> bool:
        found = self._world.raw(kind, record_id)
        return found is not None and _matches(found, query)

    async def record(self, request: Request) -> Response:
        kind, record_id = request.path_params["object"], request.path_params["id"]
        found = self._world.raw(kind, record_id) if kind in self._world.counts() else None
        if found is None:
            return self._page(f"There is no {kind} {record_id}", "", "", 404)
        body = _edit_form(kind, found) + "<h2>History</h2>" + _history(found)
        return self._page(f"{kind} {record_id}", "", body)

    async def calls(self, _: Request) -> Response:
        told = self._calls.as_json()
        endpoints = sorted(told["by_endpoint"].items(), key=lambda pair: -pair[1])
        zero = "<button onclick=\"control('DELETE','/calls')\">Zero</button>"
        statuses = table(("Status", "Calls"), sorted(told["by_status"].items()))
        body = f"<p>{told['total']} calls {zero}</p>{statuses}<h2>By endpoint</h2>"
        return self._page("Calls", "/calls", body + table(("Endpoint", "Calls"), endpoints))

    async def deliveries(self, _: Request) -> Response:
        effects = self._world.effects()
        sent = table(("At (UTC)", "To", "State", "Attempts", "Content"), _sent(effects))
        told = [(moment(one.get("at")), pretty(one)) for one in reversed(effects["notifications"])]
        more = "<h2>Notifications</h2>" + table(("At (UTC)", "Notification"), told) if told else ""
        return self._page("Webhook deliveries", "/deliveries", sent + more)

    async def faults(self, _: Request) -> Response:
        rows = [_fault_row(rule.as_json()) for rule in self._faults.rules]
        head = ("Do", "Method", "Path", "Details", "Seen", "Hits", "")
        form = _fault_form(sorted(COMMON | set(self._faults.vendor)))
        return self._page("Faults", "/faults", form + table(head, rows))


def _fields(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record's values, whatever the vendor calls them."""
    found: Mapping[str, Any] = record.get("properties") or record.get("fields") or {}
    return found


def _matches(record: Mapping[str, Any], query: str) -> bool:
    wanted = query.lower()
    values = (record["id"], *_fields(record).values())
    return any(wanted in str(value).lower() for value in values)


def _search(query: str) -> str:
    return (
        f'<form><input name="q" value="{html.escape(query)}" placeholder="any value or id">'
        " <button>Search</button></form>"
    )


def _listed(kind: str, records: list[Any]) -> str:
    """The columns that tell most of these records apart: filled, and of few characters."""
    filled: dict[str, set[str]] = {}
    for one in records:
        for name, value in _fields(one).items():
            if value not in (None, "") and name not in {"Id", "hs_object_id"}:
                filled.setdefault(name, set()).add(str(value))
    names = sorted(filled, key=lambda name: (-len(filled[name]), name))[:COLUMNS]
    rows = [
        (link(f"{UI}/records/{quote(kind)}/{quote(one['id'], safe='')}", one["id"]),
         *(str(_fields(one).get(name) or "")[:80] for name in names))
        for one in records
    ]  # fmt: skip
    return table(("Id", *names), rows)


def _pager(query: str, number: int, count: int) -> str:
    last = max(1, -(-count // PER_PAGE))
    near = [n for n in (number - 1, number + 1) if 1 <= n <= last]
    links = " ".join(link("?" + urlencode({"q": query, "page": n}), f"page {n}") for n in near)
    return f'<p class="muted">page {number} of {last} {links}</p>'


def _edit_form(kind: str, record: Mapping[str, Any]) -> str:
    """Only what is changed in the form is sent, as the change of a person."""
    rows = [
        (name, Markup(f'<input name="{html.escape(name)}" value="{html.escape(_text(value))}"'
                      f" data-was='{html.escape(json.dumps(value))}'>"))
        for name, value in sorted(_fields(record).items())
    ]  # fmt: skip
    new = (
        Markup('<input name="new-name" placeholder="another field">'),
        Markup('<input name="new-value" placeholder="its value">'),
    )
    call = f"return edit(this, {script_value(kind)}, {script_value(record['id'])})"
    return (
        f'<form onsubmit="{call}"><p><label>By <input name="by" placeholder="rep@example.com">'
        f"</label> <button>Edit as a person</button></p>{table(('Field', 'Value'), [*rows, new])}"
        "</form>"
    )


def _text(value: Any) -> str:
    """As JavaScript's String() writes it."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool | dict | list) else str(value)


def _history(record: Mapping[str, Any]) -> str:
    lines = reversed(record.get("log", []))
    rows = [(moment(one["at"]), one["source"], one["by"], pretty(one["fields"])) for one in lines]
    return table(("At (UTC)", "Source", "By", "Changed"), rows)


def _sent(effects: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Newest first."""
    for one in reversed(effects["webhooks"]):
        outcomes = groupby(str(a["status"] or a["error"]) for a in one["attempts"])
        counted = [(outcome, len(list(same))) for outcome, same in outcomes]
        attempts = ", ".join(f"{o} x {n}" if n > 1 else o for o, n in counted) or "none yet"
        state = Markup(f'<span class="{html.escape(one["state"])}">{html.escape(one["state"])}')
        content = one.get("events") or one.get("notifications") or []
        label = one.get("workflow") or one.get("outbound_message") or f"{len(content)} events"
        folded = f"<details><summary>{html.escape(label)}</summary>{pretty(content)}</details>"
        yield moment(one["at"]), one["url"], state, attempts, Markup(folded)


def _fault_row(rule: dict[str, Any]) -> tuple[Any, ...]:
    shown = ("status", "times", "after", "nth", "share", "sequence", "ms", "headers", "body")
    details = {name: rule[name] for name in shown if rule[name] not in (None, {}, 1.0)}
    remove = f"control('DELETE','/faults?id={rule['id']}')"
    button = Markup(f'<button class="bad" onclick="{html.escape(remove)}">Remove</button>')
    place = (rule["do"], rule["method"], rule["path"])
    return (*place, json.dumps(details), rule["seen"], rule["hits"], button)


def _fault_form(known: list[str]) -> str:
    options = "".join(f"<option>{html.escape(name)}" for name in known)
    inputs = "".join(
        f'<label>{name} <input name="{name}" size="{size}" placeholder="{hint}"></label>'
        for name, size, hint in (
            ("method", 6, "*"), ("path", 28, ".*"), ("status", 4, "500"), ("times", 4, "∞"),
            ("after", 4, "0"), ("share", 4, "1.0"), ("ms", 5, "1000"),
            ("sequence", 14, "500, 500, 200"),
        )
    )  # fmt: skip
    return (
        '<form onsubmit="return addFault(this)"><label>do <select name="do">'
        f"{options}</select></label>{inputs}<button>Add</button></form>"
    )
