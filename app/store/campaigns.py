"""Campaigns: what became of each campaign document at its connections."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store.campaign_tables import campaign
from app.store.db import Tx
from app.store.tables import NOW, feed

FEED = "members"  # feeds of a connection by name: `members:{campaign}`
FIGURES = "figures"  # and `figures:{campaign}`


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign. `external_id` is the SFA's campaign (`made` by Baton), None until it is there;
    `version` that of the document for which it has all statuses. `strangers`: members of whom
    Baton knows nobody, by connection. `held`: so many were taken out at once at `held_by`.
    """

    name: str
    connection: str
    external_id: str | None
    made: bool
    version: int | None
    state: str
    code: str | None
    reason: str | None
    attempts: int
    strangers: dict[str, int]
    held: int
    held_by: str | None
    allowed: bool


COLUMNS = tuple(campaign.c[name] for name in Row.__annotations__)


def feed_name(name: str) -> str:
    """The feed of a campaign's members, the same at both connections."""
    return f"{FEED}:{name}"


def figures_name(name: str) -> str:
    """The feed of a campaign's costs and opportunities."""
    return f"{FIGURES}:{name}"


def get(tx: Tx, name: str) -> Row | None:
    """A campaign without a lock."""
    row = tx.execute(select(*COLUMNS).where(campaign.c.name == name)).one_or_none()
    return None if row is None else Row(*row)


def lock(tx: Tx, name: str) -> Row | None:
    """A campaign, and with it all its memberships, until the transaction ends."""
    query = select(*COLUMNS).where(campaign.c.name == name).with_for_update(key_share=True)
    row = tx.execute(query).one_or_none()
    return None if row is None else Row(*row)


def ensure(tx: Tx, name: str, connection: str, external_id: str | None) -> None:
    """Have a row, to be made ready at the SFA. Another connection or campaign starts anew."""
    there = get(tx, name)
    moved = there is not None and (
        there.connection != connection or external_id not in {None, there.external_id}
    )
    if moved:
        tx.execute(campaign.delete().where(campaign.c.name == name))
    new = insert(campaign).values(
        name=name, connection=connection, external_id=external_id, due_at=NOW
    )
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["name"], set_={"due_at": NOW, "state": "pending", "attempts": 0}
        )
    )


def due(tx: Tx, connection: str) -> Row | None:
    """A campaign that is to be made ready at this connection."""
    query = select(*COLUMNS).where(campaign.c.connection == connection, campaign.c.due_at <= NOW)
    row = tx.execute(query.order_by(campaign.c.due_at).limit(1)).one_or_none()
    return None if row is None else Row(*row)


def ready(tx: Tx, name: str, external_id: str, version: int, *, made: bool) -> None:
    """The SFA's campaign is there, with all statuses."""
    _set(
        tx, name, external_id=external_id, version=version, made=campaign.c.made | made,
        state="ready", code=None, reason=None, attempts=0, due_at=None,
    )  # fmt: skip


def off(tx: Tx, name: str) -> None:
    """The document says no more that this campaign is kept in step."""
    _set(tx, name, state="off", due_at=None)


def not_ready(tx: Tx, name: str, *, code: str, reason: str, wait_s: float | None) -> None:
    """Making it ready failed: for a person to see (`wait_s` None), or to be tried again."""
    _set(
        tx, name, state="failed" if wait_s is None else "pending", code=code, reason=reason,
        attempts=campaign.c.attempts + 1,
        due_at=None if wait_s is None else func.now() + timedelta(seconds=wait_s),
    )  # fmt: skip


def keep_strangers(tx: Tx, row: Row, connection: str, n: int) -> None:
    """How many members nobody knows, as the latest reading showed."""
    _set(tx, row.name, strangers={**row.strangers, connection: n})


def hold(tx: Tx, name: str, connection: str, n: int) -> None:
    """So many were taken out at once: a person decides whether they are taken out elsewhere."""
    _set(tx, name, held=n, held_by=connection)


def let_go(tx: Tx, name: str) -> None:
    """Nothing is held any more; what was allowed has happened."""
    _set(tx, name, held=0, held_by=None, allowed=False)


def allow(tx: Tx, name: str) -> str | None:
    """What is held may go, at the next reading; answer the connection that is to be read."""
    row = lock(tx, name)
    if row is None or row.held_by is None:
        return None
    _set(tx, name, allowed=True)
    hurry(tx, row.held_by, [name])
    return row.held_by


def _set(tx: Tx, name: str, **values: Any) -> None:
    changed = {**values, "changed_at": NOW}
    tx.execute(update(campaign).where(campaign.c.name == name).values(**changed))


def hurry(tx: Tx, connection: str, names: Collection[str]) -> set[str]:
    """Read these campaigns' members now; answer the lanes to wake."""
    wanted = [one(name) for name in names for one in (feed_name, figures_name)]
    hurried = (
        update(feed)
        .where(feed.c.connection == connection, feed.c.name.in_(wanted))
        .values(due_at=func.clock_timestamp())
        .returning(feed.c.name)
    )
    return {f"read:{connection}:{name}" for name in tx.scalars(hurried)}


def later(tx: Tx, connection: str, feed_: str, seconds: float) -> None:
    """Read a feed in a while."""
    same = (feed.c.connection == connection, feed.c.name == feed_)
    tx.execute(update(feed).where(*same).values(due_at=func.now() + timedelta(seconds=seconds)))


def read_through(tx: Tx, name: str, connections: Sequence[str]) -> bool:
    """Whether all members at these connections were seen once."""
    query = select(func.count()).where(
        feed.c.name == feed_name(name), feed.c.connection.in_(list(connections)), feed.c.caught_up
    )
    return tx.scalar(query) == len(set(connections))


_PEOPLE_READ = text("""
    SELECT NOT EXISTS (
        SELECT FROM feed WHERE connection = :connection AND name = 'changes:person'
                           AND NOT caught_up)
""")


def people_read(tx: Tx, connection: str) -> bool:
    """Whether the people there were seen once: before, most members would be strangers."""
    return bool(tx.scalar(_PEOPLE_READ, {"connection": connection}))
