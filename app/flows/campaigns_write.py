"""Tell a connection who is in which campaign, and how. plan -> call -> settle.

First a campaign that is to be there is made, with its statuses. Then changes go out in batches of
one campaign and one sort. A membership is one for each person and campaign at the vendor, so a
change whose outcome is not known is looked at by the next reading before it is told again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

from app.domain.campaign import Membership, Place, begin, doubt, land, refuse, rest, to_tell
from app.domain.campaign_terms import Terms
from app.domain.link import Link, SideState, WriteState
from app.flows import campaigns as deciding
from app.flows.waiting import back_off_s, code_of
from app.store import campaigns, campaigns_members, inbox, journal, links
from app.store.db import Tx, tick
from app.store.journal import Line
from connectors.base import AuthLost, Busy, ConnectorError, Gone, Landed, Unsure
from connectors.campaigns import Campaign, Change, Group, KeepsMembers, MakesCampaigns

Outcome: TypeAlias = Landed | ConnectorError
MAKING = "campaign"  # the key of the one outcome of making a campaign
SORTS = 3  # none -> some, some -> some, some -> none: so many batches are looked through for one
MOST_MOVES = 3  # tries after the person's record turned out to be elsewhere


@dataclass(frozen=True, slots=True)
class Ask:
    """A campaign to be made ready, or changes to be made in `group`, each with the id of its write.
    With neither there was something to be put in order first.
    """

    connection: str
    campaign: str = ""
    wanted: Campaign | None = None
    version: int = 0
    group: Group | None = None
    changes: Sequence[Change] = ()
    write_ids: Mapping[str, UUID] = field(default_factory=dict)


def plan(tx: Tx, connection: str, limit: int, *, now: datetime) -> Ask | None:
    """What to tell next; None when nothing is due. For the lane's holder only."""
    if _doubt_orphans(tx, connection):
        return Ask(connection)
    row = campaigns.due(tx, connection)
    if row is not None:
        return _making(tx, row, connection)
    due = campaigns_members.due(tx, connection, limit * SORTS)
    if due is None:
        return None
    name, link_ids = due
    row, terms = campaigns.lock(tx, name), deciding.of(tx, name)
    found = campaigns_members.load(tx, name, link_ids)
    group = None if row is None or terms is None else deciding.group_of(terms, row, connection)
    if terms is None or group is None:
        _rest_all(tx, found, connection)
        return Ask(connection)
    deciding.decide(tx, terms, list(found.values()))
    order = [found[one] for one in link_ids if one in found]
    return _claimed(tx, terms, group, connection, order, limit=limit, now=now)


def _making(tx: Tx, row: campaigns.Row, connection: str) -> Ask:
    terms = deciding.of(tx, row.name)
    if terms is None:
        campaigns.off(tx, row.name)
        return Ask(connection)
    return Ask(connection, row.name, terms.wanted(row.external_id), terms.version)


def _rest_all(tx: Tx, found: Mapping[UUID, Membership], connection: str) -> None:
    """The campaign is not kept in step any more: nothing is due."""
    for one in found.values():
        one.places[connection].due_at = None
    campaigns_members.save(tx, found.values())


def _doubt_orphans(tx: Tx, connection: str) -> bool:
    """Writes in flight while we hold the lane belong to a worker that died."""
    flying = campaigns_members.flying(tx, connection)
    for name, link_ids in flying.items():
        campaigns.lock(tx, name)
        found = campaigns_members.load(tx, name, link_ids)
        for one in found.values():
            doubt(one.places[connection], at=tick(tx))
        campaigns_members.save(tx, found.values())
        campaigns.hurry(tx, connection, [name])
    return bool(flying)


def _claimed(
    tx: Tx,
    terms: Terms,
    group: Group,
    connection: str,
    order: Sequence[Membership],
    *,
    limit: int,
    now: datetime,
) -> Ask:
    """Changes of the sort of the first one, each marked as flying."""
    known = links.read(tx, [one.link_id for one in order])
    changes: dict[str, Change] = {}
    write_ids: dict[str, UUID] = {}
    sort: tuple[bool, bool] | None = None
    for one in order:
        change = _change(terms, connection, one, known.get(one.link_id), now)
        if change is None:
            continue
        mine = (change.before is None, change.after is None)
        sort = sort or mine
        if mine == sort and len(changes) < limit:
            changes[change.key], write_ids[change.key] = change, uuid4()
            begin(one.places[connection], change.after, one.agreed, write_ids[change.key])
    campaigns_members.save(tx, order)
    return Ask(
        connection, terms.name, group=group, changes=list(changes.values()), write_ids=write_ids
    )


def _change(
    terms: Terms, connection: str, one: Membership, link: Link | None, now: datetime
) -> Change | None:
    """What is to be told about a membership; one that is not due any more is put to rest."""
    place = one.places.get(connection)
    person = deciding.person_at(link, connection)
    ready = place is not None and place.write_state == WriteState.IDLE
    if place is None or not ready or place.state != SideState.PENDING or person is None:
        if place is not None:
            place.due_at = None
        return None
    told = to_tell(one, terms, terms.role(connection), place)
    if told is None:
        place.due_at = None
        return None
    at = one.last_at if told[0] is not None and one.last_at is not None else now
    return Change(str(one.link_id), person, place.seen, told[0], at, place.external_id or "")


def call(connector: object, ask: Ask) -> Mapping[str, Outcome]:
    """Make the campaign, or the changes. Raises: Busy, AuthLost, Unsure, Rejected, Gone."""
    match connector:
        case MakesCampaigns() if ask.wanted is not None:
            return {MAKING: connector.make_campaign(ask.wanted)}
        case KeepsMembers() if ask.changes and ask.group is not None:
            return connector.change_members(ask.group, ask.changes)
        case _:
            return {}


def settle(tx: Tx, ask: Ask, outcomes: Mapping[str, Outcome], *, now: datetime) -> set[str]:
    """Record what was made or told, and what follows."""
    if ask.wanted is not None:
        return _made(tx, ask, outcomes.get(MAKING))
    row = campaigns.lock(tx, ask.campaign)
    terms = deciding.of(tx, ask.campaign)
    if row is None or not ask.changes:
        return set()
    found = campaigns_members.load(tx, ask.campaign, [UUID(one.key) for one in ask.changes])
    books = _Books(tx, ask, now, tick(tx))
    for change in ask.changes:
        one = found.get(UUID(change.key))
        place = None if one is None else one.places.get(ask.connection)
        if one is None or place is None or place.write_id != ask.write_ids[change.key]:
            continue
        unsaid = Unsure("the vendor's answer does not name this member")
        books.enter(one, place, change, outcomes.get(change.key, unsaid))
    if terms is None:
        campaigns_members.save(tx, found.values())
    else:
        deciding.decide(tx, terms, list(found.values()))
    return books.close() | (deciding.go_on(tx, terms) if terms else set())


def _made(tx: Tx, ask: Ask, outcome: Outcome | None) -> set[str]:
    if not isinstance(outcome, Landed):
        reason = "this connector makes no campaigns" if outcome is None else str(outcome)
        campaigns.not_ready(tx, ask.campaign, code="unable", reason=reason, wait_s=None)
        return set()
    campaigns.ready(tx, ask.campaign, outcome.ref.id, ask.version, made=outcome.created)
    return campaigns.hurry(tx, ask.connection, [ask.campaign])


@dataclass(slots=True)
class _Books:
    """What settling leaves to be stored at once, and what must be looked at again."""

    tx: Tx
    ask: Ask
    now: datetime
    at: int
    lines: list[Line] = field(default_factory=list)
    hints: list[tuple[str, object, UUID, None]] = field(default_factory=list)
    look: bool = False

    def enter(self, one: Membership, place: Place, change: Change, outcome: Outcome) -> None:
        """How one change ended."""
        status = (place.write or {}).get("status")
        match outcome:
            case Landed():
                land(one, place, outcome.ref.id, at=self.at)
                self._note("member_told", one, place, status=status)
            case Unsure():
                doubt(place, at=self.at)
                place.code, place.reason, self.look = None, str(outcome), True
            case Busy() | AuthLost():
                rest(place, at=self.at)
                self._again(place, outcome)
            case Gone():
                rest(place, at=self.at)
                self._moved(one, place, change, outcome)
            case _:
                self._refused(one, place, change, outcome)

    def _moved(self, one: Membership, place: Place, change: Change, error: Gone) -> None:
        """The person's record, or the membership, is not where it was: look, then once more."""
        if change.before is not None:
            self.look = True
        if place.attempts >= MOST_MOVES:
            self._refused(one, place, change, error)
            return
        cause = place.cause_id or uuid4()
        self.hints.append((self.ask.connection, change.person, cause, None))
        self._again(place, error)

    def _again(self, place: Place, error: ConnectorError) -> None:
        wait_s = 0.0 if isinstance(error, AuthLost) else back_off_s(place.attempts, error)
        place.attempts += 1
        place.state, place.code, place.reason = SideState.PENDING, code_of(error), str(error)
        place.due_at = self.now + timedelta(seconds=wait_s)

    def _refused(
        self, one: Membership, place: Place, change: Change, error: ConnectorError
    ) -> None:
        rest(place, at=self.at)
        refuse(place, change.after, one.agreed, code_of(error), str(error))
        self._note("member_failed", one, place, code=place.code)

    def _note(self, event: str, one: Membership, place: Place, **detail: object) -> None:
        told = {"campaign": one.campaign, **detail}
        self.lines.append(Line(event, one.link_id, place.connection, place.cause_id, told))

    def close(self) -> set[str]:
        """Store it; answer the lanes to wake."""
        journal.write(self.tx, self.lines)
        inbox.add_hints(self.tx, self.hints)  # type: ignore[arg-type]  # as many, of refs
        wakes = {f"fetch:{self.ask.connection}"} if self.hints else set()
        if self.look:
            wakes |= campaigns.hurry(self.tx, self.ask.connection, [self.ask.campaign])
        return wakes


def give_up(tx: Tx, ask: Ask, error: ConnectorError, *, now: datetime) -> set[str]:
    """The whole call failed: every change of it ended like this."""
    if ask.wanted is None:
        return settle(tx, ask, {one.key: error for one in ask.changes}, now=now)
    wait_s = back_off_s(0, error) if isinstance(error, Busy | AuthLost | Unsure) else None
    campaigns.not_ready(tx, ask.campaign, code=code_of(error), reason=str(error), wait_s=wait_s)
    return set()
