"""From nothing to a verdict."""

import contextlib
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.demo.performance import Performance
from app.demo.script import Script, write
from app.demo.show import Show, percentile, showing
from app.demo.stage import Stage, folder, keep_files, set_up

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. `kill_after`: seconds into the play, Baton is killed."""

    once: bool = False
    as_json: bool = False
    people: int = 200
    seed: int = 1
    keep: Path | None = None
    port: int = 0
    kill_after: float | None = None


def run(options: Options) -> int:
    """Play the demo; 0 when all arrived once and both systems came to rest, else 1."""
    script = write(options.people, options.seed)
    with folder(options.keep) as home:
        with showing(script) as show:
            show.begin("starting two sandboxes and Baton")
            with set_up(home, script, port=options.port, seed=options.seed, whole=True) as stage:
                result = _perform(options, script, stage, show)
                _conclude(options, stage, show, result)
        return 0 if result["ok"] else 1


def _perform(options: Options, script: Script, stage: Stage, show: Show) -> dict[str, Any]:
    begun = time.monotonic()
    _tell_where(stage, show)
    acts = Performance(script, stage, show)
    show.begin("first sync: every contact of HubSpot becomes a Lead")
    synced = acts.sync()
    show.begin(f"{len(script.deeds)} deeds in HubSpot, {len(script.edits)} edits in Salesforce")
    if synced:
        acts.play(options.kill_after)
        show.begin("waiting till all has arrived")
        acts.settle()
        show.begin(f"{len(script.handings)} hand-offs to field sales, answered in Salesforce")
        acts.hand_over()
        acts.settle()
    show.begin("watching that nothing more is written")
    acts.rest()
    show.update(acts.outcome, acts.played)
    return _result(acts, time.monotonic() - begun)


def _result(acts: Performance, took_s: float) -> dict[str, Any]:
    outcome, stage = acts.outcome, acts.stage
    bells = outcome.bells_missing
    lost = [*outcome.missing, *([] if acts.killed else bells)]
    webhooks = stage.hubspot.dump()["webhooks"]
    return {
        "ok": not (lost or outcome.extra or acts.quiet_writes),
        "events_sent": acts.played,
        "webhook_events": sum(len(one["events"]) for one in webhooks),
        "people": len(acts.script.people),
        "leads_in_sfa": outcome.leads,
        "activities_in_sfa": outcome.activities,
        "entries_in_sfa": outcome.entries,
        "digests": outcome.digests,
        "tasks": outcome.tasks,
        "alerts": outcome.alerts,
        "notifications": outcome.notifications,
        "notifications_in_doubt": len(bells),
        "edits_back_in_ma": outcome.edits_back,
        "handoffs": outcome.handoffs,
        "lost": len(lost),
        "duplicates": len(outcome.extra),
        "writes_while_quiet": acts.quiet_writes,
        "alert_latency_ms": _latency(outcome.alert_ms),
        "edit_latency_ms": _latency(outcome.edit_ms),
        "api_calls": {
            "hubspot": stage.hubspot.calls()["total"],
            "salesforce": stage.salesforce.calls()["total"],
        },
        "took_s": round(took_s, 1),
        "missing": lost[:MOST_NAMED],
        "extra": outcome.extra[:MOST_NAMED],
    }


def _latency(values: list[int]) -> dict[str, int | None]:
    return {f"p{share}": percentile(values, share / 100) for share in (50, 95, 99)}


def _tell_where(stage: Stage, show: Show) -> None:
    show.say(f"  dashboard   {stage.ports.url('baton')}/  (sign in with {stage.key})")
    show.say(f"  API         {stage.ports.url('baton')}/api/v1/docs")
    show.say(f"  HubSpot     {stage.ports.url('hubspot')}/_sandbox/")
    show.say(f"  Salesforce  {stage.ports.url('salesforce')}/_sandbox/")
    show.say(f"  files       {stage.home}")


def _conclude(options: Options, stage: Stage, show: Show, result: dict[str, Any]) -> None:
    for name in result["missing"]:
        show.say(f"  missing: {name}")
    for name in result["extra"]:
        show.say(f"  too much: {name}")
    if result["ok"]:
        show.say("• all arrived, once; nothing is lost, nothing is twice")
    else:
        keep_files(stage.home)
        lost, extra = result["lost"], result["duplicates"]
        show.say(f"• not good: {lost} lost, {extra} too much; see the logs in {stage.home}")
    if not options.once:
        _tell_where(stage, show)
        show.say("• everything stays up; Ctrl-C ends it")
    if options.as_json:
        show.say(json.dumps(result, ensure_ascii=False))
    if not options.once:
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
