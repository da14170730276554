"""Activities that only show what Baton itself told their source: they are none.

A membership that came from the other side is written into a list or an event, whose feed then
shows it: that was told by whoever had Baton write it. What records show of our writes a connector
knows by itself; of members the vendor does not say who put them there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from app.flows import campaigns as deciding
from app.store import campaigns_told, links
from app.store.db import Tx
from connectors.base import Activity

GROUP_IN = {"list_membership": "list", "seminar": "event"}  # the detail that names the group
ON_LIST = "member"
SKEW = timedelta(minutes=5)  # between the vendor's clock and ours; who joins later joins anew
Shown: TypeAlias = tuple[UUID, str, str]  # link, the vendor's group, status


def news(tx: Tx, connection: str, facts: Sequence[Activity]) -> list[Activity]:
    """Those that tell something new, in their order."""
    asked = [one for one in facts if one.detail.get(GROUP_IN.get(one.type, ""))]
    if not asked:
        return list(facts)
    people = links.by_external_id(tx, connection, "person", {one.person.id for one in asked})
    told = _told(tx, connection, set(people.values())) if people else {}
    ours = {one.id for one in asked if told and _is_ours(one, people, told)}
    return [one for one in facts if one.id not in ours]


def _is_ours(one: Activity, people: Mapping[str, UUID], told: Mapping[Shown, datetime]) -> bool:
    link_id, group = people.get(one.person.id), str(one.detail[GROUP_IN[one.type]])
    status = str(one.detail.get("outcome") or ON_LIST)
    at = None if link_id is None else told.get((link_id, group, status))
    return at is not None and one.at <= at + SKEW


def _told(tx: Tx, connection: str, people: set[UUID]) -> Mapping[Shown, datetime]:
    """What the connection was told of these people, in its own words, and when last."""
    campaigns = {one.name: one for one in deciding.every(tx) if one.document.ma == connection}
    found: dict[Shown, datetime] = {}
    for link_id, name, status, at in campaigns_told.statuses(tx, connection, people):
        if (terms := campaigns.get(name)) is not None:
            word = terms.tongues["ma"].says.get(status, status)
            place = (link_id, terms.document.source.group.id, word)
            found[place] = max(at, found.get(place, at))
    for link_id, list_id, at in campaigns_told.lists(tx, connection, people):
        place = (link_id, list_id, ON_LIST)
        found[place] = max(at, found.get(place, at))
    return found
