"""How fast the panel inside the CRM is, with a person who did a great deal.

The whole way is measured, over HTTP: the CRM's signed request, the page that it opens, a filter
and pages further back. Browser, Baton and database share this machine.
"""

import base64
import hashlib
import hmac
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import uvicorn
from sqlalchemy import text

from app import log
from app.bootstrap import Baton, opened
from app.configuring import ConnectionSpec, save_connection
from app.demo.children import DemoFailed
from app.demo.show import percentile
from app.demo.stage import folder
from app.domain.link import Link, Side
from app.settings import Settings
from app.store import activities, deliveries, links
from app.store.deliveries import Plan
from app.web.parts import Parts
from app.web.server import create_app
from connectors.base import Activity, Ref, Value

ORG_ID, LEAD = "00D000000000001AAA", "00Q5g00000AbCdEEAV"
SECRET = "bench-consumer-secret"  # noqa: S105  of an org that exists only here
TOOL, CRM = "hubspot", "salesforce"
TYPES = ("page_view", "email_open", "email_click", "form_submit", "call")
AT_ONCE = 1_000
OVER = timedelta(days=700)
WARM = 20  # what is slow only once is not counted
STARTS_WITHIN_S = 30.0
OLDER = re.compile(r'<a class="button" href="([^"]+)"')
FILTER = re.compile(r'<a class="chip" href="([^"]+kind=sales[^"]*)"')


def panel_bench(*, rows: int, requests: int) -> dict[str, Any]:
    """Measure; answer the figures in milliseconds. Raises: DemoFailed."""
    log.configure(Settings(log_level="warning"))
    with folder(None) as home, opened(Settings(data_dir=home)) as baton:
        _fill(baton, rows)
        with _served(baton) as url, httpx.Client(base_url=url, timeout=30) as http:
            first = _page(http.post("/embed/crm/canvas", content=_signed()))
            older, sales = _address(OLDER, first), _address(FILTER, first)
            figures = {
                "opened": _times(
                    requests, lambda: http.post("/embed/crm/canvas", content=_signed())
                ),
                "filtered": _times(requests, lambda: http.get(sales)),
                "further_back": _back(http, requests, older),
            }
    return {"activities": rows, "requests": requests, "bytes": len(first), "ms": figures}


def _fill(baton: Baton, rows: int) -> None:
    """One person at two systems, and what happened; each activity was logged at the other."""
    spec = {
        "name": "crm", "vendor": CRM, "role": "sfa",
        "settings": {"instance_url": "https://bench.my.salesforce.com", "flow": "static",
                     "org_id": ORG_ID},
        "secrets": {"access_token": "token", "canvas_secret": SECRET},
    }  # fmt: skip
    agreed: dict[str, Value] = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "company": "Analytical",
    }
    link = Link(uuid4(), "person", agreed=agreed, email="ada@example.com", score=92, grade="A")
    link.sides["crm"] = Side(link.id, "crm", "person", external_id=LEAD, object="Lead")
    link.sides[TOOL] = Side(link.id, TOOL, "person", external_id="1", object="contacts")
    with baton.database.begin() as tx:
        save_connection(tx, baton.accounts, ConnectionSpec.model_validate(spec), by="bench")
        links.save(tx, [link])
    now = datetime.now(UTC)
    for start in range(0, rows, AT_ONCE):
        ids = range(start, min(start + AT_ONCE, rows))
        with baton.database.begin() as tx:
            items = [_activity(n, now - OVER * n / rows) for n in ids]
            new = activities.add(tx, TOOL, items, uuid4())
            plans = [
                Plan(one.id, one.fact.at, link.id, "crm", "all", None, False, None) for one in new
            ]
            deliveries.plan(tx, plans)
    with baton.database.begin() as tx:
        tx.execute(text("ANALYZE activity, delivery"))


def _activity(n: int, at: datetime) -> Activity:
    detail = {"url": f"https://example.com/page/{n % 50}", "campaign": f"Campaign {n % 9}"}
    type_ = TYPES[n % len(TYPES)]
    return Activity(f"bench-{n}", Ref("person", "1"), type_, at, f"Page {n % 50}", detail)


@contextmanager
def _served(baton: Baton) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    parts = Parts(baton.settings, baton.database, baton.vault, baton.accounts, lambda _: None)
    config = uvicorn.Config(create_app(parts), log_level="error", access_log=False)
    server = uvicorn.Server(config)
    run: Mapping[str, Any] = {"sockets": [listener]}
    thread = threading.Thread(target=server.run, kwargs=run, daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not server.started:
        if time.monotonic() > deadline:
            raise DemoFailed("the web process did not start")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STARTS_WITHIN_S)
        listener.close()


def _signed() -> bytes:
    """What Salesforce posts from the lead's page."""
    said = {
        "algorithm": "HMACSHA256",
        "context": {
            "user": {"email": "rep@example.com", "language": "ja", "timeZone": "Asia/Tokyo"},
            "organization": {"organizationId": ORG_ID},
            "environment": {"record": {"attributes": {"type": "Lead"}, "Id": LEAD}},
        },
    }
    payload = base64.b64encode(json.dumps(said).encode())
    digest = hmac.digest(SECRET.encode(), payload, hashlib.sha256)
    whole = f"{base64.b64encode(digest).decode()}.{payload.decode()}"
    return urlencode({"signed_request": whole}).encode()


def _times(count: int, ask: Callable[[], httpx.Response]) -> dict[str, float]:
    took: list[int] = []
    for n in range(count + WARM):
        begun = time.perf_counter_ns()
        _page(ask())
        if n >= WARM:
            took.append(time.perf_counter_ns() - begun)
    return _figures(took)


def _back(http: httpx.Client, count: int, address: str) -> dict[str, float]:
    """Page after page into the past, from the newest again at the end."""
    took: list[int] = []
    here = address
    for _ in range(count):
        begun = time.perf_counter_ns()
        page = _page(http.get(here))
        took.append(time.perf_counter_ns() - begun)
        found = OLDER.search(page)
        here = unescape(found[1]) if found else address
    return _figures(took)


def _figures(took: list[int]) -> dict[str, float]:
    """Percentiles in milliseconds of times in nanoseconds."""
    found = {part: percentile(took, part / 100) or 0 for part in (50, 95, 99)}
    return {f"p{part}": round(ns / 1e6, 1) for part, ns in found.items()}


def _page(answer: httpx.Response) -> str:
    if answer.status_code != httpx.codes.OK:
        raise DemoFailed(f"the panel answered {answer.status_code}")
    return answer.text


def _address(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise DemoFailed("the page has no such link; fill in more activities")
    return unescape(found[1])
