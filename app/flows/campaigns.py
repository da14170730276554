"""Campaigns in force, and the one place where memberships are decided.

A reading of members (`campaigns_read`) and a write of them (`campaigns_write`) both end here, with
the campaign locked in their transaction. Nothing here calls a vendor.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.domain.campaign import Membership, Place, mark, observe, settle
from app.domain.campaign_document import CampaignDocument
from app.domain.campaign_terms import Terms
from app.domain.link import Link, SideState, exists
from app.domain.merge import Role
from app.store import campaigns, campaigns_members, documents, events, links
from app.store.connections import Connection
from app.store.db import Tx
from app.store.documents import Version
from app.store.events import Happening
from connectors.base import Ref
from connectors.campaigns import Group, Member

MOST_PARSED = 256
_PARSED: dict[Version, Terms] = {}  # versions never change: what was parsed once stays right


def every(tx: Tx) -> list[Terms]:
    """The active campaign documents, also those that are switched off, by name."""
    return [_terms(tx, one) for one in documents.active(tx) if one.kind == "campaign"]


def of(tx: Tx, name: str) -> Terms | None:
    """One campaign that is kept in step; None where there is none of this name."""
    found = (one for one in every(tx) if one.name == name)
    return next((one for one in found if one.document.enabled), None)


def _terms(tx: Tx, version: Version) -> Terms:
    if version not in _PARSED:
        if len(_PARSED) >= MOST_PARSED:
            _PARSED.clear()
        document = CampaignDocument.model_validate(documents.body(tx, version))
        _PARSED[version] = Terms.of(version.name, version.version, document)
    return _PARSED[version]


def feeds_of(tx: Tx, connection: Connection) -> list[str]:
    """The feeds that campaigns call for at a connection."""
    able = set(connection.capabilities)
    wanted = [one for one in every(tx) if one.document.enabled]
    mine = [one for one in wanted if connection.name in one.connections]
    members = [campaigns.feed_name(one.name) for one in mine if "KeepsMembers" in able]
    return members + [
        campaigns.figures_name(one.name)
        for one in mine
        if "SumsUpCampaigns" in able
        and (one.document.sfa == connection.name or one.document.costs_of is not None)
    ]


def group_of(terms: Terms, row: campaigns.Row, connection: str) -> Group | None:
    """Where the members are kept at a connection; None while the SFA's campaign is not there."""
    if terms.role(connection) == "ma":
        return terms.document.source.group
    return None if row.external_id is None else Group("campaign", row.external_id)


def people(tx: Tx, connection: str, found: Sequence[Member]) -> dict[UUID, Member]:
    """Who they are; members of whom nobody is known are left out."""
    ids = {ref.id for one in found for ref in one.people}
    known = links.by_external_id(tx, connection, "person", ids)
    shown: dict[UUID, Member] = {}
    for one in found:
        link_id = next((known[ref.id] for ref in one.people if ref.id in known), None)
        if link_id is not None and not _later(shown.get(link_id), one):
            shown[link_id] = one
    return shown


def _later(there: Member | None, one: Member) -> bool:
    """Two records of one person may both be members: the one that changed last counts."""
    return there is not None and there.at is not None and (one.at is None or there.at >= one.at)


def learn(
    tx: Tx,
    terms: Terms,
    connection: str,
    shown: Mapping[UUID, Member | None],
    *,
    started: int,
    round_: int,
    cause_id: UUID,
) -> None:
    """Take in how people are shown in a campaign (None: no member) and decide what follows."""
    found = campaigns_members.load(tx, terms.name, shown)
    same, changed = [], []
    for link_id, member in shown.items():
        one = found.get(link_id) or Membership(terms.name, link_id)
        place = one.places.get(connection)
        if place is not None and _as_it_was(place, member, started):
            same.append(link_id)
            continue
        place = one.places.setdefault(connection, Place(connection))
        word = None if member is None else member.status
        if not observe(place, word, one, started=started, round_=round_):
            continue
        place.cause_id = cause_id
        if member is not None:
            place.external_id, place.at = member.id or None, member.at
            _date(one, member.at)
        changed.append(one)
    campaigns_members.shown_again(tx, terms.name, connection, same, stamp=started, round_=round_)
    decide(tx, terms, changed)


def _as_it_was(place: Place, member: Member | None, started: int) -> bool:
    return (
        member is not None
        and place.write_state == "idle"
        and place.state == SideState.IN_SYNC
        and started > place.stamp
        and place.seen == member.status
        and (place.external_id or "") == member.id
    )


def _date(one: Membership, at: datetime | None) -> None:
    if at is not None:
        one.first_at = at if one.first_at is None else min(one.first_at, at)
        one.last_at = at if one.last_at is None else max(one.last_at, at)


def decide(tx: Tx, terms: Terms, found: Sequence[Membership]) -> None:
    """Agree on each membership, mark what must be told, and save them."""
    known = links.read(tx, campaigns_members.hold_links(tx, {one.link_id for one in found}))
    kept = [one for one in found if one.link_id in known]
    told = []
    for one in kept:
        here, before = whereabouts(terms, known[one.link_id]), one.agreed
        settle(one, terms, here)
        mark(one, terms, here)
        if one.agreed != before:
            told.append(_changed(one, before))
    campaigns_members.save(tx, kept)
    events.tell(tx, told)


def _changed(one: Membership, before: str | None) -> Happening:
    data = {"campaign": one.campaign, "from": before, "to": one.agreed}
    return Happening("campaign.member_changed", one.link_id, f"campaign:{one.campaign}", data)


def whereabouts(terms: Terms, link: Link) -> dict[Role, bool]:
    """At which sides the person exists."""
    roles: tuple[Role, Role] = ("ma", "sfa")
    return {role: exists(link.sides.get(terms.connection(role))) for role in roles}


def person_at(link: Link | None, connection: str) -> Ref | None:
    """The person's record at a connection."""
    side = None if link is None else link.sides.get(connection)
    return side.ref if side is not None and exists(side) else None


def go_on(tx: Tx, terms: Terms) -> set[str]:
    """Let be told what was decided, once both sides were read through; answer lanes to wake."""
    if not campaigns.read_through(tx, terms.name, terms.connections):
        return set()
    return campaigns_members.release(tx, terms.name)
