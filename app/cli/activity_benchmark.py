"""`baton bench activities`, `timeline` and `panel`: intake, cost in calls, store, and CRM page."""

from functools import partial
from typing import Annotated

import typer

from app.cli.benchmark import AsJson, cli
from app.cli.output import progress, say, say_json
from app.demo.activity_bench import activity_bench
from app.demo.panel_bench import panel_bench
from app.demo.timeline_bench import timeline_bench

People = Annotated[int, typer.Option(min=5, max=5000, help="People whom the activities are of.")]
PerS = Annotated[int, typer.Option(min=50, help="Activities a second.")]
Lasting = Annotated[float, typer.Option(min=1, help="Seconds of them.")]
Done = Annotated[int, typer.Option(min=100, help="Activities of the person.")]
Requests = Annotated[int, typer.Option(min=20, help="Of each kind of page.")]
Rows = Annotated[int, typer.Option(min=2, help="Activities; 10000000 takes many minutes.")]


def activities(
    *, people: People = 500, per_s: PerS = 1000, seconds: Lasting = 60.0, as_json: AsJson = False
) -> None:
    """Measure the intake of activities by webhook, and what telling Salesforce of them costs.

    What was sent is compared with what the tasks in the Salesforce sandbox say at the end.
    """
    figures = activity_bench(people=people, per_s=per_s, for_s=seconds)
    intake = figures["intake"]
    say(f"  {intake['sent']} activities sent at {intake['sent_per_s']}/s, lost {intake['lost']}; "
        f"answers p50 {intake['answer_p50_ms']} ms, p99 {intake['answer_p99_ms']} ms; "
        f"all told {intake['all_told_s']} s after the last")  # fmt: skip
    for key, title in (("alone", "1,000 as tasks"), ("digests", f"1,000 in {people} digests")):
        one = figures[key]
        say(f"  {title:25} {one['calls']:4} calls, floor {one['floor']}, ratio {one['ratio']:.2f}")
    if as_json:
        say_json(figures)


def timeline(*, rows: Rows = 1_000_000, as_json: AsJson = False) -> None:
    """Measure the store of activities as it grows: adding, and reading a person's timeline.

    On an embedded database of its own, which is removed afterwards (about 1 GB for 1,000,000).
    """
    with progress("activities", rows) as meter:
        figures = timeline_bench(rows, filled=partial(meter, text="filling"))
    for one in figures["sizes"]:
        say(f"  {one['rows']:10} rows  {one['added_per_s']:7} added/s "
            f"({one['ratio_to_small']:.2f} of a small store's), timeline "
            f"p50 {one['timeline_p50_ms']} ms, p99 {one['timeline_p99_ms']} ms")  # fmt: skip
    say(f"  on disk: {figures['disk']}")
    for line in figures["plan"]:
        say(f"  {line}")
    if as_json:
        say_json(figures)


def panel(*, rows: Done = 10_000, requests: Requests = 500, as_json: AsJson = False) -> None:
    """Measure the panel inside the CRM, for a person with many activities.

    Over HTTP, with the CRM's signed request; on an embedded database of its own.
    """
    figures = panel_bench(rows=rows, requests=requests)
    for key, title in (
        ("opened", "opened by the CRM"), ("filtered", "filtered by kind"),
        ("further_back", "pages further back"),
    ):  # fmt: skip
        one = figures["ms"][key]
        say(f"  {title:20} p50 {one['p50']} ms, p95 {one['p95']} ms, p99 {one['p99']} ms")
    if as_json:
        say_json(figures)


def add_to(cli_of_baton: typer.Typer) -> None:  # noqa: ARG001  it has `bench` from another part
    cli.command()(activities)
    cli.command()(timeline)
    cli.command()(panel)
