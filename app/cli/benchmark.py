"""`baton bench`: how fast it is on this machine."""

from functools import partial
from typing import Annotated

import typer

from app.cli.ending import stop_like_ctrl_c
from app.cli.failure import Failed
from app.cli.output import progress, say, say_json
from app.demo.bench import bench as measure
from app.demo.capacity import capacity
from app.demo.load import LOADS
from app.demo.sync_bench import costs, sync_bench

People = Annotated[int, typer.Option(min=5, max=5000, help="Contacts to play with.")]
Events = Annotated[int, typer.Option(min=10, help="Webhooks to send, one event in each.")]
Views = Annotated[int, typer.Option(min=5, help="Page views to follow to their tasks.")]
AsJson = Annotated[bool, typer.Option("--json", help="The last line is the result as JSON.")]
Only = Annotated[str | None, typer.Option("--vendor", help="Only hubspot or salesforce.")]
Records = Annotated[int, typer.Option(min=1, help="To hold; 1000000 takes a few minutes.")]
Changed = Annotated[int, typer.Option(min=100, max=5000, help="People to change, each way.")]
PerS = Annotated[float, typer.Option(min=1, max=200, help="Changes a second.")]
Lasting = Annotated[float, typer.Option(min=1, help="Seconds of these changes.")]
Backfilled = Annotated[int, typer.Option(min=0, help="Contacts to read in; 0 for none.")]
Per10S = Annotated[
    int | None,
    typer.Option("--per-10-s", min=10, help="Calls that HubSpot allows in the backfill."),
]
Seconds = Annotated[float, typer.Option(min=0, help="Of each kind of call.")]

cli = typer.Typer(invoke_without_command=True)


@cli.callback()
def bench(
    context: typer.Context, *,
    people: People = 100, events: Events = 2000, views: Views = 40, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Measure webhook intake and the way from a page view to its task, against the sandboxes.

    Sender, sandboxes and Baton share this machine. The intake stands beside an endpoint that
    does nothing, measured in the same run; compare ratios, not machines.
    """
    stop_like_ctrl_c()
    if context.invoked_subcommand is not None:
        return
    figures = measure(people=people, events=events, views=views)
    for name, title in (("floor", "does nothing"), ("baton", "Baton")):
        one = figures[name]
        times = f"p50 {one['p50_ms']} ms, p99 {one['p99_ms']} ms"
        say(f"  intake, {title:13} {one['per_s']:8} requests/s  {times}, {one['failed']} failed")
    took = figures["view_to_task_ms"]
    say(f"  ratio                 {figures['ratio']:8}")
    say(f"  page view to task     p50 {took['p50']} ms, p95 {took['p95']} ms, p99 {took['p99']} ms")
    if as_json:
        say_json(figures)


@cli.command()
def sandbox(
    *, vendor: Only = None, records: Records = 100_000, seconds: Seconds = 3.0,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Measure how many contacts or leads a sandbox holds in how much memory, and how fast it is.

    Each sandbox is a process of its own and is called over HTTP, one call after the other. Some
    thousand records are kept at hand, so figures for fewer than 100,000 say little of more.
    """
    if vendor not in {None, *LOADS}:
        raise Failed(f"--vendor is one of {', '.join(LOADS)}")
    figures = {}
    for name in [vendor] if vendor else LOADS:
        with progress(name, records) as meter:
            figures[name] = one = capacity(
                name, records, for_s=seconds, seeded=partial(meter, text="seeding")
            )
        say(f"{name}: {records} records, seeded at {one['seeded_per_s']}/s")
        say(f"  memory  {one['bytes_per_record']} bytes a record, {one['rss_mb']} MB in all; "
            f"{one['rss_mb_at_1000000']} MB at 1,000,000 records")  # fmt: skip
        for what, rate in {"single reads": one["reads"], **one["batches"]}.items():
            say(f"  {what:25} {rate['per_s']:8}/s, {rate['per_cpu_s']}/s of CPU time")
    if as_json:
        say_json(figures)


@cli.command()
def sync(
    *, people: Changed = 1000, per_s: PerS = 50.0, seconds: Lasting = 20.0,
    backfill: Backfilled = 10_000, per_10_s: Per10S = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Measure what the sync costs in calls, how soon a change is at the other side, and a backfill.

    Against both sandboxes with their real limits on; HubSpot tells its changes by webhook. Calls
    and times are those of the sandboxes' own stores. The floor is what the vendors' batch sizes
    allow at best; what looking for changes costs anyway is measured apart and not in the ratio.
    How much of HubSpot's allowance a backfill uses depends on this machine, unless the allowance
    (--per-10-s) is what bounds it.
    """
    figures = sync_bench(
        people=people, per_s=per_s, for_s=seconds, backfill=backfill, per_10_s=per_10_s
    )
    for title, one in costs(figures):
        say(f"  {title:34} {one['total']:6} calls, floor {one['floor']}, ratio {one['ratio']}")
    soon = figures["soon"]
    say(f"  at {soon['per_s']} changes/s               p50 {soon['p50_ms']} ms, "
        f"p99 {soon['p99_ms']} ms")  # fmt: skip
    if done := figures.get("backfill"):
        say(f"  backfill of {done['people']} people         {done['whole_s']} s, "
            f"{done['of_allowance']} of HubSpot's allowance, {done['refused_429']} times 429, "
            f"{done['baton_rss_mb']} MB at most")  # fmt: skip
    if as_json:
        say_json(figures)


def add_to(cli_of_baton: typer.Typer) -> None:
    cli_of_baton.add_typer(cli, name="bench")
