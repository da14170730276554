"""`baton stages`: the funnel, and who would move by a draft of the lifecycle."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from app.bootstrap import Baton
from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.output import say, say_json, say_table
from app.configuring import read_text
from app.configuring.stage_drafts import Draft, try_draft
from app.flows import stage_shown as showing
from app.web.api.stages import tried_view

DAYS = 90
COLUMNS = ("name", "owner", "now", "late", "entered", "moved_on", "conversion", "median_hours")
Try = Annotated[
    Path | None,
    typer.Option("--try", exists=True, dir_okay=False, help="A lifecycle: say who would move."),
]
Days = Annotated[int, typer.Option(min=1, help="Over so many days.")]
People = Annotated[int, typer.Option(min=1, max=20_000, help="Try it on at most so many.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def stages(
    *, try_: Try = None, days: Days = DAYS, people: People = 2_000, as_json: AsJson = False
) -> None:
    """How many are in each stage, how many get further, how long they stay. Changes nothing."""
    with attached() as baton:
        if try_ is not None:
            body = read_text(try_.read_text("utf-8"), str(try_))
            _tried(baton, Draft("main", body, None, people), as_json=as_json)
            return
        rows = _rows(baton, days)
    if as_json:
        say_json(rows)
        return
    say_table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])


def _rows(baton: Baton, days: int) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    with baton.database.begin() as tx:
        found = showing.in_force(tx)
        if found is None:
            raise Failed("no lifecycle is active; see docs/stages.md")
        return showing.rows(tx, found[0], now - timedelta(days=days), now)


def _tried(baton: Baton, draft: Draft, *, as_json: bool) -> None:
    with baton.database.begin() as tx:
        view = tried_view(try_draft(tx, draft, now=datetime.now(UTC)))
    if as_json:
        say_json(view.model_dump(mode="json"))
        return
    say_table(("before", "after", "n"), [[one.before, one.after, one.n] for one in view.moves])
    say(f"{view.people:,} of {view.of:,} people looked at; nothing was written")


def add_to(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("stages")(stages)
