"""How sparing and how fast the sync is, by the sandboxes' own counts; with their real limits on.

Three questions: what 1,000 changed people cost in calls, each way and with bad rows among them;
how soon a change is at the other side; and how a backfill uses what the vendor allows.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from app.demo import told
from app.demo.children import DemoFailed
from app.demo.performance import Performance
from app.demo.places import Places, newcomer, places
from app.demo.script import write
from app.demo.show import Show, percentile
from app.demo.stage import Stage, folder, set_up
from app.demo.told import api
from app.demo.watched import Watched

WITHIN_S = 600.0
SLOWEST_PER_S = 50  # people that a backfill brings over
LOOK_EVERY_S = 1.0
WINDOW_S = 10.0
READS, WRITES = 100, 200  # records that one call takes: HubSpot either way; Salesforce writes
BAD_EVERY = 100
BAD = "Refused"
RULE = {
    "object": "Lead", "field": "Title", "message": "That is no title",
    "when": f"Title LIKE '{BAD}%'",
}  # fmt: skip


@dataclass(slots=True)
class Bench:
    """One stage and those who act on it."""

    stage: Stage
    show: Show
    places: Places

    def forget_titles(self) -> None:
        """Give everybody titles that weigh nothing, for a new score is told to HubSpot besides."""
        self._counted("contacts", "Lead", "before", bad=False)
        time.sleep(WINDOW_S)  # and the scores are told

    def sparing(self, *, bad: bool) -> dict[str, Any]:
        """What it costs to carry everybody's new job title over, each way."""
        people = len(self.places.contacts)
        floor = math.ceil(people / READS) + math.ceil(people / WRITES)
        out = self._ratio("contacts", "Lead", f"round {bad} out", floor, bad=bad)
        if bad:
            return {"people": people, "ma_to_sfa": out}
        floor = math.ceil(people / READS) + math.ceil(people / 2000)
        back = self._ratio("Lead", "contacts", "round back", floor, bad=False)
        return {"people": people, "ma_to_sfa": out, "sfa_to_ma": back}

    def _ratio(self, at: str, to: str, word: str, floor: int, *, bad: bool) -> dict[str, Any]:
        """The calls that the changes cost, beside those that looking for changes costs anyway: as
        many as after as long a pause, in as long a time, in which nobody changes anything.
        """
        calls, paused_s, took_s = self._counted(at, to, word, bad=bad)
        idle = self._idle(paused_s, took_s)
        total = sum(calls.values()) - sum(idle.values())
        found = {"calls": calls, "idle": idle, "took_s": round(took_s, 1)}
        return {**found, "total": total, "floor": floor, "ratio": round(total / floor, 2)}

    def _idle(self, paused_s: float, for_s: float) -> dict[str, int]:
        """The calls of Baton after a pause, while both systems rest."""
        self._each_connection("pause")
        time.sleep(paused_s)
        before = self._calls()
        self._each_connection("resume")
        told.look_now(self.stage)
        time.sleep(for_s)
        return _more(before, self._calls())

    def _counted(
        self, at: str, to: str, word: str, *, bad: bool
    ) -> tuple[dict[str, int], float, float]:
        """Change everybody while Baton rests, let it work, and count the calls; the seconds that
        it rested and worked.
        """
        self._each_connection("pause")
        paused = time.monotonic()
        ids = self.places.contacts if at == "contacts" else self.places.leads
        titles = [
            f"{BAD if bad and n % BAD_EVERY == 0 else 'Title'} {word} {n}" for n in range(len(ids))
        ]
        for id_, title in zip(ids, titles, strict=True):
            self._edit(at, id_, title)
        self._until(self.stage.hubspot.quiet, "the webhooks were not taken")
        before = self._calls()
        resumed = time.monotonic()
        self._each_connection("resume")
        told.look_now(self.stage)
        good = {title for title in titles if not title.startswith(BAD)}
        self._until(lambda: good <= set(self._titles(to)), "not all changes arrived")
        time.sleep(2 * LOOK_EVERY_S)  # echoes come back, and what they cost is counted
        calls = _more(before, self._calls())
        return calls, resumed - paused, time.monotonic() - resumed

    def soon(self, per_s: float, for_s: float) -> dict[str, Any]:
        """Changes at both sides, turn by turn; how long each took to be at the other one."""
        changed: dict[str, float] = {}
        begun = time.monotonic()
        number = 0
        while (due := begun + number / per_s) < begun + for_s:
            time.sleep(max(0.0, due - time.monotonic()))
            at, ids = (
                ("contacts", self.places.contacts) if number % 2 else ("Lead", self.places.leads)
            )
            title = f"Title soon {number}"
            changed[title] = time.time() * 1000
            self._edit(at, ids[number % len(ids)], title)
            number += 1
        took_s = time.monotonic() - begun
        arrived = self._arrivals(changed)
        took = [round(arrived[title] - changed[title]) for title in arrived]
        return {
            "changes": number,
            "per_s": round(number / took_s, 1),
            "overtaken": number - len(arrived),
            "p50_ms": percentile(took, 0.5),
            "p99_ms": percentile(took, 0.99),
        }

    def backfill(self, people: int, per_10_s: int | None) -> dict[str, Any]:
        """Contacts that Baton never saw: read all of them and make their Leads. HubSpot allows
        `per_10_s` calls then, else as many as ever.
        """
        if per_10_s is not None:
            self.stage.hubspot.configure({"private_app_ten_secondly": per_10_s})
            time.sleep(WINDOW_S)  # and its answers say so
        self.stage.hubspot.seed([newcomer(n) for n in range(people)])
        already = self._leads()
        before, begun = self._calls(), time.monotonic()
        baton = Watched(psutil.Process(self.stage.baton.pid))
        within_s = WITHIN_S + people / SLOWEST_PER_S
        job = api(
            self.stage, "POST", "jobs", {"kind": "backfill", "args": {"connection": "hubspot"}}
        )
        self._wait_for_job(int(job["id"]), baton, within_s)
        read_s = time.monotonic() - begun
        reading = _more(before, self._calls())
        listed = sum(n for name, n in reading.items() if _is_in_window(name))

        def made() -> bool:
            baton.look()
            return self._leads() >= already + people

        self._until(made, "not all Leads were made", within_s=within_s)
        calls = _more(before, self._calls())
        allowed = self.stage.hubspot.config()["private_app_ten_secondly"] * read_s / WINDOW_S
        return {
            "people": people,
            "read_s": round(read_s, 1),
            "whole_s": round(time.monotonic() - begun, 1),
            "calls": calls,
            "of_allowance": round(listed / allowed, 2),
            "refused_429": self._refused(),
            "baton_cpu_ms": round(1000 * baton.cpu_s() / people, 2),  # for each of the people
            "baton_rss_mb": round(baton.highest / 1e6),
            "baton_rss_mb_before": round(baton.before / 1e6),
        }

    def _wait_for_job(self, job_id: int, baton: Watched, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            baton.look()
            job = api(self.stage, "GET", f"jobs/{job_id}")
            if job["state"] == "done":
                return
            if job["state"] not in {"queued", "running"}:
                raise DemoFailed(f"the backfill is {job['state']}: {job['reason']}")
            self.show.say(f"  {job['done']} of {job['total'] or '?'}, {baton.rss / 1e6:.0f} MB")
            time.sleep(LOOK_EVERY_S)
        raise DemoFailed("the backfill did not end in time")

    def _edit(self, object_: str, id_: str, title: str) -> None:
        field = "jobtitle" if object_ == "contacts" else "Title"
        side = self.stage.hubspot if object_ == "contacts" else self.stage.salesforce
        side.edit(object_, id_, {field: title}, by="rep@sandbox.example")

    def _titles(self, object_: str) -> Sequence[str]:
        rows = self._rows(object_)
        if object_ == "contacts":
            return [row["properties"].get("jobtitle", "") for row in rows]
        return [row["fields"].get("Title") or "" for row in rows]

    def _rows(self, object_: str) -> list[dict[str, Any]]:
        side = self.stage.hubspot if object_ == "contacts" else self.stage.salesforce
        return side.rows(object_)

    def _leads(self) -> int:
        return int(self.stage.salesforce.counts()["Lead"])

    def _arrivals(self, changed: Mapping[str, float]) -> dict[str, float]:
        """When each change landed at the other side. One that was overtaken never does."""
        found: dict[str, float] = {}

        def look() -> bool:
            for row in self._rows("contacts") + self._rows("Lead"):
                for line in row["log"]:
                    title = line["fields"].get("jobtitle") or line["fields"].get("Title")
                    if title in changed and line["source"] in {"API", "INTEGRATION"}:
                        found.setdefault(title, line["at"])
            return len(found) == len(changed)

        self._until(look, "changes are missing at the other side", fail=False, within_s=20)
        return found

    def _until(
        self, good: Callable[[], bool], otherwise: str, *, fail: bool = True,
        within_s: float = WITHIN_S,
    ) -> None:  # fmt: skip
        deadline = time.monotonic() + within_s
        while not good():
            if time.monotonic() > deadline:
                if fail:
                    raise DemoFailed(otherwise)
                return
            time.sleep(LOOK_EVERY_S)

    def _each_connection(self, verb: str) -> None:
        for name in ("hubspot", "salesforce"):
            api(self.stage, "POST", f"connections/{name}/{verb}")

    def _calls(self) -> dict[str, int]:
        sides = {"hubspot": self.stage.hubspot, "salesforce": self.stage.salesforce}
        return {
            f"{name} {endpoint}": n
            for name, side in sides.items()
            for endpoint, n in side.calls()["by_endpoint"].items()
            if "/_sandbox" not in endpoint
        }

    def _refused(self) -> int:
        sides = (self.stage.hubspot, self.stage.salesforce)
        return sum(side.calls()["by_status"].get("429", 0) for side in sides)


def sync_bench(
    *, people: int, per_s: float, for_s: float, backfill: int, per_10_s: int | None = None
) -> dict[str, Any]:
    """Measure; answer the figures. Raises: DemoFailed."""
    script = write(people, seed=1)
    with folder(None) as home, set_up(home, script, port=0, seed=1) as stage:
        show = Show(script)
        show.begin("first sync")
        if not Performance(script, stage, show).sync():
            raise DemoFailed("the first sync did not end")
        bench = Bench(stage, show, places(stage))
        told.hourly(stage)
        bench.forget_titles()
        show.begin(f"{people} changed people, each way")
        figures: dict[str, Any] = {"sparing": bench.sparing(bad=False)}
        show.begin("one bad row in a hundred")
        stage.salesforce.configure({"validation_rules": [RULE]})
        figures["sparing_with_bad_rows"] = bench.sparing(bad=True)
        show.begin(f"{per_s:g} changes a second")
        told.by_outbound_messages(stage)
        figures["soon"] = bench.soon(per_s, for_s)
        if backfill:
            show.begin(f"backfill of {backfill} people")
            figures["backfill"] = bench.backfill(backfill, per_10_s)
    return figures


def costs(figures: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What was counted, each with its title."""
    yield "HubSpot to Salesforce", figures["sparing"]["ma_to_sfa"]
    yield "Salesforce to HubSpot", figures["sparing"]["sfa_to_ma"]
    yield "HubSpot to Salesforce, 1 % bad rows", figures["sparing_with_bad_rows"]["ma_to_sfa"]


def _is_in_window(name: str) -> bool:
    """Whether calls count for HubSpot's ten seconds; searches have a limit of their own."""
    return name.startswith("hubspot") and not name.endswith("/search")


def _more(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    more = {name: n - before.get(name, 0) for name, n in sorted(after.items())}
    return {name: n for name, n in more.items() if n}
