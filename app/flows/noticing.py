"""Notice: what people do in the SFA after an alert shows that somebody has reacted.

A call that was logged, or a field that was changed there. What Baton itself wrote shows nothing.
"""

from collections.abc import Collection
from datetime import datetime
from fnmatch import fnmatchcase

from app.domain.hot_lead_document import Signs
from app.domain.link import Link
from app.flows import react
from app.flows.rules import Rules
from app.store import signs
from app.store.db import Tx
from app.store.signs import Unanswered


def notice(tx: Tx, rules: Rules, found: Collection[Link], *, now: datetime) -> None:
    """Recognise reactions to the open alerts of links that were looked at."""
    people = {one.id: one for one in found if one.kind == "person" and one.crossing}
    if rules.hot_lead is None or not people:
        return
    wanted = rules.hot_lead[0].reacted_by
    waiting = signs.unanswered(tx, list(people))
    if not waiting:
        return
    logged = signs.logged(tx, [one.id for one in waiting]) if wanted.activities else {}
    for one in waiting:
        if sign := _changed(one, people[one.link_id], wanted):
            react.recognise(tx, one.id, f"{one.connection}: {sign}", None, now=now)
            continue
        for type_, at in logged.get(one.id, ()):
            if any(fnmatchcase(type_, glob) for glob in wanted.activities):
                react.recognise(tx, one.id, f"{one.connection}: {type_}", at, now=now)
                break


def _changed(one: Unanswered, link: Link, wanted: Signs) -> str | None:
    """The first field that somebody changed in the SFA since the alert."""
    side = link.sides.get(one.connection)
    if side is None:
        return None
    for name in wanted.fields:
        if name not in one.watched or name not in side.seen:
            continue
        value = side.seen[name]
        if value != one.watched[name] and value != side.told.get(name):
            return f"{name}: {value}"
    return None
