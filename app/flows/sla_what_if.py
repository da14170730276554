"""What if the agreement were another one: judged anew from the facts that are stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.sla_document import ClockRule, Limit, SlaDocument
from app.domain.sla_facts import Happened, activity_globs
from app.domain.sla_forecast import History, Outcome, outcome
from app.flows import clocks
from app.store import links, sla_facts
from app.store import sla as rows
from app.store.db import Tx

AT_ONCE = 2_000  # events of one look at the database
MOST_PEOPLE = 50  # of those whose judgement differs, as examples


@dataclass(frozen=True, slots=True)
class Compared:
    """One clock as it is agreed (None: it is new) and as it would be (None: it would end).

    `worse` and `better`: people, by link, with a run that would be breached, or not any more.
    """

    clock: str
    before: Outcome | None
    after: Outcome | None
    worse: Sequence[UUID]
    better: Sequence[UUID]

    @property
    def difference(self) -> int:
        """How many breaches there would be more (less, below 0)."""
        before = 0 if self.before is None else self.before.breached
        return (0 if self.after is None else self.after.breached) - before


class NoSuchClock(LookupError):
    """The agreement has no clock of that name."""


def with_limit(document: SlaDocument, clock: str, limit: Limit) -> SlaDocument:
    """The same agreement with another limit for one clock. Raises: NoSuchClock."""
    if document.clock(clock) is None:
        raise NoSuchClock(f'there is no clock "{clock}"')
    body = document.model_dump(mode="json")
    for one in body["clocks"]:
        if one["name"] == clock:
            one["limit"] = limit.model_dump(mode="json")
            one["warn"] = None  # it judges nothing, and may not fit the new limit
    return SlaDocument.model_validate(body)


def compare(
    tx: Tx,
    before: SlaDocument | None,
    after: SlaDocument,
    span: tuple[datetime, datetime],
    *,
    now: datetime,
    clock: str | None = None,
) -> list[Compared]:
    """Judge what began in a span of time by two agreements, each clock or one."""
    names = [one.name for one in after.clocks]
    names += [one.name for one in (before.clocks if before else ()) if one.name not in names]
    wanted = [name for name in names if clock in {None, name}]
    return [_compared(tx, name, before, after, span, now) for name in wanted]


def _compared(  # noqa: PLR0917  the two agreements, in their order
    tx: Tx,
    name: str,
    before: SlaDocument | None,
    after: SlaDocument,
    span: tuple[datetime, datetime],
    now: datetime,
) -> Compared:
    old = None if before is None else before.clock(name)
    new = after.clock(name)
    rules = [one for one in (old, new) if one is not None]
    whose, histories = _histories(tx, name, rules, span)
    first = None
    if before is not None and old is not None:
        first = outcome(before, old, histories, span, now=now)
    second = None if new is None else outcome(after, new, histories, span, now=now)
    was, would = (set() if one is None else one.late for one in (first, second))
    return Compared(name, first, second, _people(whose, would - was), _people(whose, was - would))


def _people(whose: dict[int, UUID], events: set[int]) -> list[UUID]:
    return list(dict.fromkeys(whose[number] for number in sorted(events)))[:MOST_PEOPLE]


def _histories(
    tx: Tx, name: str, rules: Sequence[ClockRule], span: tuple[datetime, datetime]
) -> tuple[dict[int, UUID], list[History]]:
    """Everybody for whom one of these clocks started, and by which event."""
    starts = list(_starts(tx, [fact.event for rule in rules for fact in rule.start], span))
    whose = {event.seq: link_id for link_id, event in starts}
    since: dict[UUID, datetime] = {}
    for link_id, event in starts:
        at = event.at - timedelta(minutes=1)
        since[link_id] = min(at, since.get(link_id, at))
    known = sla_facts.known(tx, since, activity_globs(rules), whose)
    by_hand = {
        number: clocks.paused(pauses)
        for number, pauses in rows.pauses_by_hand(tx, name, whose).items()
    }
    found = []
    for link in links.read(tx, since).values():
        owner = link.agreed.get("owner")
        named = owner if isinstance(owner, str) else None
        if all(clocks.in_scope(tx, link, rule, span[1]) for rule in rules):
            found.append(History(known[link.id], named, by_hand))
    return whose, found


def _starts(
    tx: Tx, globs: Sequence[str], span: tuple[datetime, datetime]
) -> Iterator[tuple[UUID, Happened]]:
    after = 0
    while True:
        part = sla_facts.starts(tx, globs, *span, after=after, limit=AT_ONCE)
        yield from part
        if len(part) < AT_ONCE:
            return
        after = part[-1][1].seq
