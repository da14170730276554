"""`baton connections` and `baton status`: what there is and what waits."""

from typing import Annotated, Any

import typer

from app.cli.context import attached
from app.cli.output import say, say_json, say_table
from app.store import attention, connections, lanes, revisiting
from app.store.db import Tx

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WAITING = ("hints", "writes", "activities", "alerts", "failed", "failed_activities")


def connections_(*, as_json: AsJson = False) -> None:
    """All connections: vendor, role, state, and how far each feed has been read."""
    with attached() as baton, baton.database.begin() as tx:
        rows = [_connection(tx, one) for one in connections.every(tx)]
    if as_json:
        say_json(rows)
        return
    names = ("name", "vendor", "role", "state", "reason", "checked_at")
    say_table(
        (*names, "feeds"),
        [[*(row[n] for n in names), ", ".join(map(_feed, row["feeds"]))] for row in rows],
    )


def status(*, as_json: AsJson = False) -> None:
    """What waits, what failed, and which lanes are held up. Exits 0 also when something waits."""
    with attached() as baton, baton.database.begin() as tx:
        depths = lanes.queue_depths(tx)
        found = {one.name: one.state for one in connections.every(tx)}
        waiting = revisiting.waiting_lanes(tx)
        troubles = sum(attention.totals(tx).values())
    if as_json:
        rows = {n: {"state": s, **depths.get(n, {})} for n, s in found.items()}
        say_json({"connections": rows, "waiting_lanes": waiting, "troubles": troubles})
        return
    say_table(
        ("connection", "state", *WAITING),
        [[n, s, *(depths.get(n, {}).get(w, 0) for w in WAITING)] for n, s in found.items()],
    )
    for lane in waiting:
        say(f"{lane['name']} waits until {lane['not_before']:%H:%M:%SZ}: {lane['reason']}")
    say(f"{troubles} things need attention" if troubles else "nothing needs attention")


def _connection(tx: Tx, one: connections.Connection) -> dict[str, Any]:
    feeds = [
        {name: row[name] for name in ("name", "caught_up", "read_at", "due_at", "reason")}
        for row in connections.feeds(tx, one.name)
    ]
    facts = ("name", "vendor", "role", "state", "reason", "account", "checked_at")
    return {**{name: getattr(one, name) for name in facts}, "feeds": feeds}


def _feed(row: dict[str, Any]) -> str:
    if row["reason"]:
        return f"{row['name']} (failed)"
    return row["name"] if row["caught_up"] else f"{row['name']} (reading)"


def add_to(cli: typer.Typer) -> None:
    cli.command("connections")(connections_)
    cli.command()(status)
