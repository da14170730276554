"""`baton bench scoring`: how long new rules take for everybody, and whether alerts wait for it."""

from typing import Annotated

import typer

from app.cli.benchmark import AsJson, cli
from app.cli.output import say, say_json
from app.demo.scoring_bench import scoring_bench

People = Annotated[int, typer.Option(min=100, help="To be scored by new rules.")]


def scoring(*, people: People = 100_000, as_json: AsJson = False) -> None:
    """Measure the recomputation of all scores after new rules, and alerts meanwhile.

    On an embedded database of its own; worker, database and those who get hot share this machine.
    """
    figures = scoring_bench(people)
    hot = figures["hot"]
    say(f"  {figures['people']} people in {figures['took_s']} s ({figures['per_s']}/s), "
        f"{figures['changed']} changed")  # fmt: skip
    say(f"  hot meanwhile: {hot['raised']} of {hot['sent']} alerts, p50 {hot['p50_ms']} ms, "
        f"p95 {hot['p95_ms']} ms, p99 {hot['p99_ms']} ms")  # fmt: skip
    if as_json:
        say_json(figures)


def add_to(cli_of_baton: typer.Typer) -> None:  # noqa: ARG001  it has `bench` from another part
    cli.command()(scoring)
