"""How the demo is seen: a live table on a terminal, plain lines elsewhere."""

import math
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.table import Table

from app.demo.outcome import Outcome
from app.demo.script import Script

LINE_EVERY_S = 5.0


def percentile(values: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile, None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(slots=True)
class Show:
    """What is going on, for whoever watches."""

    script: Script
    live: Live | None = None
    stage: str = ""
    _told_at: float = field(default=0.0, init=False)

    def say(self, line: str) -> None:
        """One line that stays."""
        if self.live is not None:
            self.live.console.print(line, highlight=False, markup=False)
        else:
            print(line, flush=True)  # noqa: T201  the output

    def begin(self, stage: str) -> None:
        """Something else goes on from now."""
        self.stage = stage
        self.say(f"• {stage}")

    def update(self, outcome: Outcome, played: int) -> None:
        """How far it is."""
        rows = self._rows(outcome, played)
        if self.live is not None:
            self.live.update(_table(self.stage, rows))
        elif time.monotonic() - self._told_at >= LINE_EVERY_S:
            self._told_at = time.monotonic()
            self.say("  " + ", ".join(f"{what} {n}/{of}" for what, n, of, _ in rows))

    def _rows(self, outcome: Outcome, played: int) -> list[tuple[str, int, int, str]]:
        script = self.script
        hot = sum(person.hot for person in script.people)
        marked = sum(deed.mark is not None for deed in script.deeds)
        alert, edit = (_figures(found) for found in (outcome.alert_ms, outcome.edit_ms))
        return [
            ("deeds in HubSpot", played, len(script.deeds), ""),
            ("leads in Salesforce", outcome.leads, len(script.people), ""),
            ("activities in Salesforce", outcome.activities, marked, _entries(outcome)),
            ("hot-lead tasks", outcome.alerts, hot, alert),
            ("notifications", outcome.notifications, hot, ""),
            ("reps' edits in HubSpot", outcome.edits_back, len(script.edits), edit),
            ("hand-offs", outcome.handoffs, len(script.handings), ""),
        ]


def _entries(outcome: Outcome) -> str:
    return f"in {outcome.entries} entries" if outcome.digests else ""


def _figures(values: Sequence[int]) -> str:
    p50, p95, p99 = (percentile(values, share) for share in (0.5, 0.95, 0.99))
    return "" if p50 is None else f"p50 {p50} ms, p95 {p95} ms, p99 {p99} ms"


def _table(stage: str, rows: Sequence[tuple[str, int, int, str]]) -> Table:
    table = Table(title=f"Baton demo: {stage}", title_justify="left", box=None, padding=(0, 2))
    for column in ("", "there", "expected", "latency"):
        table.add_column(column, justify="right" if column in {"there", "expected"} else "left")
    for what, there, expected, latency in rows:
        table.add_row(what, str(there), str(expected), latency)
    return table


@contextmanager
def showing(script: Script) -> Iterator[Show]:
    """A show for this output, closed at the end."""
    if not sys.stdout.isatty():
        yield Show(script)
        return
    with Live(console=Console(), refresh_per_second=4) as live:
        yield Show(script, live)
