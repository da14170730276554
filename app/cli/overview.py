"""`baton connections` and `baton status`: what there is and what waits."""

from typing import Annotated, Any

import typer

from app.cli.context import attached
from app.cli.output import say, say_json, say_table
from app.store import attention, connections, feeds, lanes, revisiting
from app.store.db import Tx

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FEED = ("name", "caught_up", "read_at", "due_at", "stands_at", "lag_s", "kept_s", "reason")
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
        lags = _lags(tx)
    if as_json:
        rows = {
            n: {"state": s, "lag_s": lags.get(n), **depths.get(n, {})} for n, s in found.items()
        }
        say_json({"connections": rows, "waiting_lanes": waiting, "troubles": troubles})
        return
    say_table(
        ("connection", "state", "lag_s", *WAITING),
        [
            [n, s, lags.get(n), *(depths.get(n, {}).get(w, 0) for w in WAITING)]
            for n, s in found.items()
        ],
    )
    for lane in waiting:
        say(f"{lane['name']} waits until {lane['not_before']:%H:%M:%SZ}: {lane['reason']}")
    say(f"{troubles} things need attention" if troubles else "nothing needs attention")


def _lags(tx: Tx) -> dict[str, int]:
    """Connection -> seconds that the feed of changes stands behind which is behind most."""
    found: dict[str, int] = {}
    for row in feeds.of(tx):
        if row["lag_s"] is not None and row["name"].startswith(("changes:", "hints:")):
            found[row["connection"]] = max(found.get(row["connection"], 0), round(row["lag_s"]))
    return found


def _connection(tx: Tx, one: connections.Connection) -> dict[str, Any]:
    listed = [{name: row[name] for name in FEED} for row in feeds.of(tx, one.name)]
    facts = ("name", "vendor", "role", "state", "reason", "account", "checked_at")
    return {**{name: getattr(one, name) for name in facts}, "feeds": listed}


def _feed(row: dict[str, Any]) -> str:
    if row["reason"]:
        return f"{row['name']} (failed)"
    if not row["caught_up"]:
        return f"{row['name']} (reading)"
    return row["name"] if row["lag_s"] is None else f"{row['name']} ({row['lag_s']:.0f} s)"


def add_to(cli: typer.Typer) -> None:
    cli.command("connections")(connections_)
    cli.command()(status)
