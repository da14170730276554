"""`baton sla`: clocks of the agreement, how well they are kept, and what if it were another one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.output import say, say_json, say_rows
from app.configuring.documents import parsed_document, read_text
from app.domain.sla_document import Limit, SlaDocument
from app.flows import clock_pauses, sla_rules, sla_what_if
from app.flows.sla_what_if import Compared
from app.store import sla_listing
from app.store.db import Tx
from app.store.sla_listing import Wanted

cli = typer.Typer(help="Agreed times: clocks, how well they are kept, what if.")
COLUMNS = ("id", "name", "state", "email", "owner", "began_at", "due_at", "ended_at")
BY = "baton"
Clock = Annotated[str | None, typer.Option(help="Only this clock, by its name in the document.")]
Owner = Annotated[str | None, typer.Option(help="Only records of this owner (e-mail).")]
State = Annotated[str | None, typer.Option(help="running, paused, met, breached or cancelled.")]
Days = Annotated[float, typer.Option("--days", min=0.04, help="What began in the last so many.")]
Number = Annotated[int, typer.Argument(metavar="ID", help="The clock's number.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many.")]


@cli.command("list")
def list_clocks(
    *,
    clock: Clock = None,
    state: State = None,
    owner: Owner = None,
    days: Days = 30,
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List clocks, those that began last first."""
    since = datetime.now(UTC) - timedelta(days=days)
    wanted = Wanted(clock=clock, state=state, owner=owner, since=since)
    with attached() as baton, baton.database.begin() as tx:
        rows = sla_listing.listed(tx, wanted, None, most)
    say_rows(COLUMNS, [{name: row[name] for name in COLUMNS} for row in rows], as_json=as_json)


@cli.command()
def figures(
    *, clock: Clock = None, owner: Owner = None, days: Days = 30, as_json: AsJson = False
) -> None:
    """Say how well each clock is kept: share in time, median, people's part and the systems'."""
    wanted = Wanted(clock=clock, owner=owner, since=datetime.now(UTC) - timedelta(days=days))
    with attached() as baton, baton.database.begin() as tx:
        found = sla_listing.figures(tx, wanted)
    rows = [
        {
            "clock": one.name, "met": one.met, "late": one.late, "overdue": one.overdue,
            "running": one.running, "paused": one.paused, "met_rate": one.met_rate,
            "median_minutes": one.median_minutes, "human_minutes": one.median_human_minutes,
            "system_s": one.median_system_s,
        }
        for one in found
    ]  # fmt: skip
    columns = ("clock", "met", "late", "overdue", "running", "paused", "met_rate",
               "median_minutes", "human_minutes", "system_s")  # fmt: skip
    say_rows(columns, rows, as_json=as_json)


@cli.command("what-if")
def what_if(
    *,
    clock: Clock = None,
    hours: Annotated[float | None, typer.Option(min=0.01, help="This limit for --clock.")] = None,
    file: Annotated[Path | None, typer.Option("-f", help="Another whole document (YAML).")] = None,
    days: Days = 30,
    as_json: AsJson = False,
) -> None:
    """Judge what happened by another limit, or by another document, before it is published."""
    if (hours is None) == (file is None) or (hours is not None and clock is None):
        raise Failed("say --clock NAME --hours N, or -f FILE")
    now = datetime.now(UTC)
    with attached() as baton, baton.database.begin() as tx:
        agreement = sla_rules.active(tx)
        before = None if agreement is None else agreement.document
        after = _other(before, clock, hours, file)
        span = (now - timedelta(days=days), now)
        found = sla_what_if.compare(tx, before, after, span, now=now, clock=clock)
    if as_json:
        say_json([plain(one) for one in found])
        return
    for one in found:
        _tell(one, days)


def _other(
    before: SlaDocument | None, clock: str | None, hours: float | None, file: Path | None
) -> SlaDocument:
    if file is not None:
        body = read_text(file.read_text("utf-8"), str(file))
        parsed = parsed_document(sla_rules.KIND, "what-if", body)
        assert isinstance(parsed, SlaDocument)  # noqa: S101  its kind says so
        return parsed
    if before is None:
        raise Failed("no agreement is published yet; try a document with -f FILE")
    rule = before.clock(clock or "")
    business = rule is not None and rule.limit.is_business
    limit = Limit(minutes=(hours or 0) * 60, time="business" if business else "wall")
    try:
        return sla_what_if.with_limit(before, clock or "", limit)
    except sla_what_if.NoSuchClock as error:
        known = ", ".join(one.name for one in before.clocks)
        raise Failed(f"{error}; there are: {known}") from None


def line(one: Compared, days: float) -> str:
    """How many runs of a clock would have been breached, and how many were."""
    was = "not agreed yet" if one.before is None else f"{one.before.breached} now"
    would = 0 if one.after is None else one.after.breached
    runs = 0 if one.after is None else one.after.runs
    return f"{one.clock}: {would} of {runs} breached in {days:g} days ({was})"


def _tell(one: Compared, days: float) -> None:
    say(line(one, days))
    if one.before is not None:
        say(f"  {one.difference:+d}; people: {', '.join(map(str, one.worse)) or 'none'}")


def plain(one: Compared) -> dict[str, Any]:
    """The same in figures, before and after."""

    def counts(found: Any) -> dict[str, Any] | None:
        names = ("runs", "met", "breached", "open", "cancelled", "met_rate", "median_minutes")
        return None if found is None else {name: getattr(found, name) for name in names}

    return {
        "clock": one.clock, "before": counts(one.before), "after": counts(one.after),
        "difference": one.difference, "worse": one.worse, "better": one.better,
    }  # fmt: skip


@cli.command()
def pause(
    number: Number, reason: Annotated[str, typer.Argument(help="As in the document.")]
) -> None:
    """Let a clock stand still."""
    _act(lambda tx: clock_pauses.pause(tx, number, reason, BY, now=datetime.now(UTC)))
    say(f"clock {number} stands still")


@cli.command()
def resume(number: Number) -> None:
    """Let a clock go on; the time that it stood still does not count."""
    _act(lambda tx: clock_pauses.resume(tx, number, BY, now=datetime.now(UTC)))
    say(f"clock {number} goes on")


def _act(deed: Callable[[Tx], set[str]]) -> None:
    with attached() as baton:
        try:
            with baton.database.begin() as tx:
                wakes = deed(tx)
        except (clock_pauses.NoSuchClock, clock_pauses.NotPossible) as error:
            raise Failed(str(error)) from None
        baton.wake(wakes)


def add_to(cli_of_baton: typer.Typer) -> None:
    cli_of_baton.add_typer(cli, name="sla")
