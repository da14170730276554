"""`baton bench`: how fast it is on this machine."""

from typing import Annotated

import typer

from app.cli.context import stop_like_ctrl_c
from app.cli.output import say, say_json
from app.demo import measure

People = Annotated[int, typer.Option(min=5, max=5000, help="Contacts to play with.")]
Events = Annotated[int, typer.Option(min=10, help="Webhooks to send, one event in each.")]
Views = Annotated[int, typer.Option(min=5, help="Page views to follow to their tasks.")]
AsJson = Annotated[bool, typer.Option("--json", help="The last line is the result as JSON.")]


def bench(
    *, people: People = 100, events: Events = 2000, views: Views = 40, as_json: AsJson = False
) -> None:
    """Measure webhook intake and the way from a page view to its task, against the sandboxes.

    Sender, sandboxes and Baton share this machine. The intake stands beside an endpoint that
    does nothing, measured in the same run; compare ratios, not machines.
    """
    stop_like_ctrl_c()
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


def add_to(cli: typer.Typer) -> None:
    cli.command()(bench)
