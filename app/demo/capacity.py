"""How much a sandbox holds, and how fast it is then: in a process of its own, over HTTP.

Seeded records are few distinct words and many distinct values, as real ones are. Calls go one
after the other, from this process, to records drawn at random; what they cost is the CPU time of
the sandbox, so `per_cpu_s` is what one core can do however busy the machine is.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from app.demo.children import Child, DemoFailed, environment
from app.demo.load import LOADS, TOKEN, Batch, Load, Request
from app.demo.stage import folder, free_ports

SEEDED_AT_ONCE = 1000
MILLION = 1_000_000
PATIENCE_S = 300.0  # for one call
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A running sandbox and its process."""

    http: httpx.Client
    process: psutil.Process

    def call(self, request: Request) -> Any:
        """The answer's JSON, where it has some. Raises: DemoFailed."""
        answer = self.http.request(request.method, request.path, json=request.body)
        if not answer.is_success:
            raise DemoFailed(f"{request.method} {request.path}: {answer.text[:300]}")
        return answer.json() if answer.content else None

    def memory(self) -> int:
        """Resident bytes of the process."""
        return int(self.process.memory_info().rss)

    def cpu_s(self) -> float:
        used = self.process.cpu_times()
        return float(used.user + used.system)


def _quietly(_: int) -> None:
    """Tell nobody how far the seeding is."""


def capacity(
    vendor: str, records: int, *, for_s: float = 3.0, seeded: Progress = _quietly
) -> dict[str, Any]:
    """Seed so many records, then call for `for_s` seconds each; the figures.

    Raises: DemoFailed.
    """
    load = LOADS[vendor]
    with folder(None) as home, _sandbox(home, vendor) as place:
        place.call(Request("PATCH", "/_sandbox/config", dict(load.settings)))
        before = place.memory()
        begun = time.monotonic()
        ids = _seed(place, load, records, seeded)
        took_s = time.monotonic() - begun
        after = place.memory()
        each = (after - before) / records
        dice = random.Random(records)  # noqa: S311  the same calls in each run

        def on_some(batch: Batch) -> Callable[[int], Request]:
            size = min(batch.size, records)
            return lambda number: batch.request(dice.sample(ids, size), number)

        return {
            "records": records,
            "seeded_per_s": round(records / took_s),
            "bytes_per_record": round(each),
            "rss_mb": round(after / 1e6),
            "rss_mb_at_1000000": round((before + each * MILLION) / 1e6),
            "reads": _rate(place, lambda _: load.read(dice.choice(ids)), for_s),
            "batches": {
                f"{name} of {batch.size}": _rate(place, on_some(batch), for_s)
                for name, batch in load.batches.items()
            },
            "rss_mb_at_end": round(place.memory() / 1e6),
        }


@contextmanager
def _sandbox(home: Path, vendor: str) -> Iterator[Place]:
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    arguments = ["sandbox", vendor, "--port", url.rpartition(":")[2]]
    child = Child(f"{vendor}-sandbox", arguments, home, environment(), f"{url}/_sandbox/quiet")
    with ExitStack() as stack:
        http = stack.enter_context(
            httpx.Client(base_url=url, headers=TOKEN, timeout=PATIENCE_S, trust_env=False)
        )
        stack.callback(child.stop)
        child.start()
        child.wait_ready(http)
        yield Place(http, psutil.Process(child.pid))


def _seed(place: Place, load: Load, records: int, seeded: Progress) -> list[str]:
    ids: list[str] = []
    while len(ids) < records:
        numbers = range(len(ids), min(len(ids) + SEEDED_AT_ONCE, records))
        body = {"records": [load.record(number) for number in numbers]}
        ids += place.call(Request("POST", "/_sandbox/seed", body))["ids"]
        seeded(len(ids))
    return ids


def _rate(place: Place, request: Callable[[int], Request], for_s: float) -> dict[str, float]:
    """Calls a second, and calls in a second of the sandbox's CPU time."""
    begun, used_s, calls = time.monotonic(), place.cpu_s(), 0
    while (took_s := time.monotonic() - begun) < for_s or calls == 0:
        place.call(request(calls))
        calls += 1
    cpu_s = max(place.cpu_s() - used_s, 0.01)  # the clock of CPU time has ticks
    return {"per_s": round(calls / took_s, 1), "per_cpu_s": round(calls / cpu_s, 1)}
