"""A person in a campaign: how each side shows it, and what both agree on, under the laws of sync.

The merged value is one status. What a side shows is a word of that side's own; a list, say, has
one word for all who are on it. Therefore a side differs from what was agreed only where it shows
another word than it would for that status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.domain.campaign_terms import Terms
from app.domain.link import SideState, WriteState
from app.domain.merge import Role, Seen, agree
from connectors.base import Value

STATUS = "status"
WAITING = "awaits_person"  # the code of a side where the person does not exist yet
UNSAID = "no_such_status"  # the code of a side that has no word for the status


@dataclass(slots=True)
class Place:
    """A membership at one connection. `seen` is its word as last seen or told, None where there
    is none; `shown` whether the vendor showed it since we told it; `out` whether it was there and
    was taken out. `write` is {word, status} in flight, in doubt or refused.
    """

    connection: str
    external_id: str | None = None
    seen: str | None = None
    shown: bool = False
    out: bool = False
    missed: int = 0
    at: datetime | None = None
    stamp: int = 0
    round: int = 0
    write_state: str = WriteState.IDLE
    write_id: UUID | None = None
    write: dict[str, str | None] | None = None
    state: str = SideState.IN_SYNC
    code: str | None = None
    reason: str | None = None
    attempts: int = 0
    cause_id: UUID | None = None
    due_at: datetime | None = None


@dataclass(slots=True)
class Membership:
    """What is agreed about one person in one campaign. `base` is empty before the first agreement.

    `first_at`, `last_at`: when the first and the latest status were reached, as far as is known.
    """

    campaign: str
    link_id: UUID
    base: dict[str, Value] = field(default_factory=dict)
    agreed: str | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    places: dict[str, Place] = field(default_factory=dict)


def observe(
    place: Place, word: str | None, membership: Membership, *, started: int, round_: int
) -> bool:
    """Take in a look that began at counter `started`; False when it must be thrown away."""
    if place.write_state == WriteState.FLYING or started <= place.stamp:
        return False
    if place.write_state == WriteState.UNKNOWN and place.write is not None:
        if _same(place.write["word"], word):
            membership.base[STATUS] = place.write["status"]
            place.attempts = 0
        place.write, place.write_id, place.write_state = None, None, WriteState.IDLE
    place.out = word is None and (place.out or place.seen is not None)
    place.seen, place.stamp, place.round, place.missed = word, started, round_, 0
    place.shown = word is not None
    if word is None:
        place.external_id = None
    return True


def _same(one: str | None, two: str | None) -> bool:
    return one == two or (one is not None and two is not None and one.casefold() == two.casefold())


def settle(membership: Membership, terms: Terms, here: Mapping[Role, bool]) -> None:
    """Agree on the status. `here`: at which sides the person exists; only those have a say."""
    shown: dict[Role, Seen] = {}
    aside: set[Role] = set()  # with a word of somebody else's: in agreement with anything
    for role, place in _places(membership, terms).items():
        opinion = _opinion(terms, role, place, membership) if here.get(role) else None
        if opinion is not None:
            shown[role] = Seen({STATUS: opinion[0]}, place.at)
        elif place.seen is not None:
            aside.add(role)
    if not shown and not membership.base:  # nobody says how, but somebody that
        shown = {role: Seen({STATUS: "member"}) for role in aside}
    agreement = agree(membership.base, shown, {STATUS: terms.rule})
    agreed = agreement.values.get(STATUS)
    membership.agreed = agreed if isinstance(agreed, str) else None
    if shown and all(one.values[STATUS] == membership.agreed for one in shown.values()):
        told = {role for role, exists in here.items() if exists and terms.told(role)}
        if told <= shown.keys() | aside:
            membership.base = {STATUS: membership.agreed}
    if membership.base.get(STATUS) is None:
        for place in membership.places.values():
            place.out = False  # it is over for both: who comes back is news


def _places(membership: Membership, terms: Terms) -> dict[Role, Place]:
    return {terms.role(name): place for name, place in membership.places.items()}


def _opinion(
    terms: Terms, role: Role, place: Place, membership: Membership
) -> tuple[str | None] | None:
    """The status that a side shows, as a tuple of one; None where it has no say."""
    tongue, base = terms.tongues[role], membership.base.get(STATUS)
    if place.seen is None:
        return _absent(terms, place)
    if isinstance(base, str) and _same(tongue.says.get(base), place.seen):
        return (base,)
    if STATUS in membership.base and base is None and _same(tongue.gone, place.seen):
        return (None,)
    meant = tongue.status(place.seen)
    if meant is not None:
        return (meant,)
    # A word of somebody else's: it stays until the other side changes what was agreed.
    return (base,) if isinstance(base, str) else None


def _absent(terms: Terms, place: Place) -> tuple[str | None] | None:
    """Who never was there is no news; who was taken out is, as the document has it."""
    removal = terms.document.removal
    if not place.out or removal == "keep":
        return None
    return (None,) if isinstance(removal, str) else (removal.status,)


def to_tell(
    membership: Membership, terms: Terms, role: Role, place: Place
) -> tuple[str | None] | None:
    """The word that a side is to be told, None in it for "no member"; None where nothing is.

    Raises: LookupError where the side has no word for it.
    """
    if not terms.told(role) or (place.out and terms.document.removal != "remove"):
        return None
    tongue, agreed = terms.tongues[role], membership.agreed
    if place.seen is not None:
        opinion = _opinion(terms, role, place, membership)
        if opinion is None or opinion == (agreed,):
            return None
    if agreed is None:
        return None if place.seen is None else (tongue.gone,)
    if agreed not in tongue.says:
        raise LookupError(agreed)
    word = tongue.says[agreed]
    return None if _same(word, place.seen) else (word,)


def begin(place: Place, word: str | None, status: str | None, write_id: UUID) -> None:
    """Mark a write as flying; to be committed before the call is made."""
    place.write, place.write_id = {"word": word, "status": status}, write_id
    place.write_state, place.due_at = WriteState.FLYING, None


def land(membership: Membership, place: Place, external_id: str, *, at: int) -> None:
    """The vendor confirmed the write in flight: it is seen, and is the new base."""
    write = place.write or {"word": place.seen, "status": membership.agreed}
    place.seen, place.out, place.shown, place.missed = write["word"], False, False, 0
    place.external_id = None if place.seen is None else external_id
    membership.base[STATUS] = write["status"]
    rest(place, at=at)
    place.state, place.code, place.reason, place.attempts = SideState.IN_SYNC, None, None, 0


def rest(place: Place, *, at: int) -> None:
    """Nothing is in flight any more."""
    place.write, place.write_id, place.write_state = None, None, WriteState.IDLE
    place.stamp = at


def doubt(place: Place, *, at: int) -> None:
    """No answer came: the next reading decides."""
    place.write_state, place.stamp, place.due_at = WriteState.UNKNOWN, at, None
    place.state = SideState.PENDING


def refuse(place: Place, word: str | None, status: str | None, code: str, reason: str) -> None:
    """It can't be told. Tried again when what is to be told, or the document, changes."""
    place.write = {"word": word, "status": status}
    place.state, place.code, place.reason, place.due_at = SideState.FAILED, code, reason, None


def mark(membership: Membership, terms: Terms, here: Mapping[Role, bool]) -> list[str]:
    """Decide what each side must be told; answer the connections that have got something new."""
    told: list[str] = []
    for role in here:
        name = terms.connection(role)
        place = membership.places.get(name)
        if place is None:
            if not (terms.told(role) and membership.agreed):
                continue
            place = membership.places[name] = Place(name)
        if place.write_state == WriteState.IDLE and _mark(membership, terms, role, place, here):
            told.append(name)
    return told


def _mark(
    membership: Membership, terms: Terms, role: Role, place: Place, here: Mapping[Role, bool]
) -> bool:
    try:
        told = to_tell(membership, terms, role, place)
    except LookupError:
        word = "this status can't be told there"
        refuse(place, None, membership.agreed, UNSAID, f"{membership.agreed}: {word}")
        return False
    if told is None or (told == (None,) and not here[role]):
        place.state, place.code, place.reason = SideState.IN_SYNC, None, None
        place.due_at, place.write, place.attempts = None, None, 0
        return False
    if not here[role]:
        place.state, place.code, place.due_at = SideState.PENDING, WAITING, None
        place.reason = "the person does not exist there yet"
        return False
    refused = {"word": told[0], "status": membership.agreed}
    if place.state == SideState.FAILED and place.write == refused:
        return False
    if place.state != SideState.PENDING or place.code == WAITING:
        place.state, place.code, place.reason, place.due_at = SideState.PENDING, None, None, None
    return True
