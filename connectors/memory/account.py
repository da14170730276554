"""The "server": one vendor account in memory, with people who edit it and trouble on demand.

The smallest example for authors of connectors, and a real account: what it stores can be read
back, its log is complete, its answers can be lost. Features for tests:
- people: `add`, `add_person`, `edit`, `delete`, `restore`, `convert`, `merge`, `behave`;
- trouble: `fail_next` (before the effect: a lost request; after it: a lost answer; for one key:
  one bad part), `interleave` (`after`: a read answers what was before), `reject_when`, `reformat`;
- time: a `Clock`; truth: `calls`, `log`, `hints`, `stored`, `value`, `logged`, `alerts`, `bells`.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import (
    Activity,
    Alert,
    ConnectorError,
    Entry,
    Field,
    Fields,
    Gone,
    Hint,
    Kind,
    Owner,
    Ref,
    Rejected,
    Value,
    Write,
)
from connectors.memory.clock import Clock
from connectors.memory.plan import Act, Operation, Plan, Step, raising
from connectors.memory.schema import EMAIL, OBJECTS, SCHEMA, Change, Stored, check, repoint
from connectors.messages import TaskState

PERSON = "person"
CONNECTOR = "connector"


@dataclass(slots=True)
class MemoryVendor:
    """One account. All methods are safe to call from several threads.

    `unique` names the fields whose value no two live records of an object share (HubSpot
    treats `email` like that). `reformat` changes a value as it is stored, per field name.
    """

    schema: Sequence[Field] = SCHEMA
    objects: Mapping[str, Kind] = field(default_factory=lambda: dict(OBJECTS))
    unique: Collection[str] = ()
    page_size: int = 100
    secret: str = "memory-secret"  # noqa: S105  an account that exists only in this process
    clock: Callable[[], datetime] = field(default_factory=Clock)
    reformat: dict[str, Callable[[Value], Value]] = field(default_factory=dict)
    calls: Counter[Operation] = field(default_factory=Counter)
    log: list[Change] = field(default_factory=list)
    behaviour: list[Activity] = field(default_factory=list)
    people: list[Owner] = field(default_factory=list)
    entries: dict[str, tuple[Ref, Entry]] = field(default_factory=dict)
    tasks: dict[str, tuple[Ref, Alert]] = field(default_factory=dict)
    states: dict[str, TaskState] = field(default_factory=dict)  # of tasks that are not just open
    bells: list[Alert] = field(default_factory=list)
    mentions: list[Alert] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    plan: Plan = field(default_factory=Plan)
    _records: dict[Ref, Stored] = field(default_factory=dict)
    _rules: list[tuple[Callable[[Write], bool], Rejected]] = field(default_factory=list)
    _last_id: int = 0

    # -- people -------------------------------------------------------------------------------

    def add(self, object_: str, /, *, key: str | None = None, **fields: Value) -> Ref:
        """A person creates a record."""
        with self.lock:
            return self._create(object_, key, fields, by=PERSON).ref

    def add_person(self, email: str, object_: str = "Lead", /, **fields: Value) -> Ref:
        """A person enters somebody, a Lead where nothing else is said."""
        with self.lock:
            return self._create(object_, None, {EMAIL: email, **fields}, by=PERSON).ref

    def edit(self, ref: Ref, /, **fields: Value) -> None:
        """A person changes a record. Raises: Gone, Rejected."""
        with self.lock:
            self._update(self.live(ref), fields, by=PERSON)

    def delete(self, ref: Ref) -> None:
        """A person deletes a record."""
        with self.lock:
            self._end(self.live(ref), moved_to=None)

    def restore(self, ref: Ref) -> None:
        """A person takes a record out of the recycle bin."""
        with self.lock:
            stored = self._records[ref]
            stored.deleted, stored.moved_to = False, None
            self._changed(stored, {}, by=PERSON)

    def convert(self, ref: Ref, object_: str = "Contact") -> Ref:
        """A person converts a lead: a new record with the same values; the lead points to it."""
        with self.lock:
            lead = self.live(ref)
            known = {f.name for f in self.schema if f.object == object_}
            values = {name: value for name, value in lead.fields.items() if name in known}
            contact = self._create(object_, None, values, by=PERSON)
            self._end(lead, moved_to=contact.ref)
            return contact.ref

    def merge(self, loser: Ref, winner: Ref) -> None:
        """A person merges two: the winner's values stay, and who named the loser names it."""
        with self.lock:
            lost, kept = self.live(loser), self.live(winner)
            filled = {n: v for n, v in lost.fields.items() if kept.fields.get(n) is None}
            self._end(lost, moved_to=winner)
            self._update(kept, filled, by=PERSON)
            repoint(self.schema, self._records.values(), loser.id, winner.id)

    def behave(
        self, ref: Ref, type_: str, at: datetime | None = None, *, title: str = "", **detail: Value
    ) -> Activity:
        """Somebody does something, such as viewing a page."""
        with self.lock:
            activity = Activity(self._next_id(), ref, type_, at or self.clock(), title, detail)
            self.behaviour.append(activity)
            return activity

    def add_owner(self, email: str, name: str = "", *, active: bool = True) -> Owner:
        """A new user of the account."""
        with self.lock:
            owner = Owner(self._next_id(), email, name or email, active=active)
            self.people.append(owner)
            return owner

    # -- trouble ------------------------------------------------------------------------------

    def fail_next(
        self,
        operation: Operation,
        error: ConnectorError,
        *,
        after: bool = False,
        key: str | None = None,
        times: int = 1,
    ) -> None:
        """The next `times` calls fail; with `after` only once the effect has taken place."""
        for _ in range(times):
            self.interleave(operation, raising(error), after=after, key=key)

    def interleave(
        self, operation: Operation, act: Act, *, after: bool = False, key: str | None = None
    ) -> None:
        """Run `act` in the next call, before its effect or between its effect and its answer.

        It runs in the caller's thread with the account locked: it must not wait for another.
        """
        self.plan.add(operation, Step(act, after), key=key)

    def reject_when(self, rule: Callable[[Write], bool], error: Rejected) -> None:
        """Refuse every write that the rule fits, until `accept_all`."""
        self._rules.append((rule, error))

    def accept_all(self) -> None:
        self._rules.clear()

    # -- the truth ----------------------------------------------------------------------------

    def stored(self, ref: Ref) -> Stored | None:
        """A record as it is, also a deleted one; None where there never was one."""
        return self._records.get(ref)

    def value(self, ref: Ref, name: str) -> Value:
        """One field of a record that is there. Raises: Gone."""
        return self.live(ref).fields.get(name)

    def hints(self, since: int = 0) -> list[Hint]:
        """What webhooks tell of the changes after the first `since` ones, ours included."""
        return [Hint(f"change-{line.number}", line.ref, line.at) for line in self.log[since:]]

    def records(self, kind: Kind) -> list[Stored]:
        """All records of a kind, oldest first, also deleted ones."""
        with self.lock:
            return [stored for ref, stored in self._records.items() if ref.kind == kind]

    def logged(self) -> tuple[Entry, ...]:
        return tuple(entry for _, entry in [*self.entries.values()])  # copied, as others add

    def alerts(self) -> tuple[Alert, ...]:
        return tuple(alert for _, alert in [*self.tasks.values()])

    # -- for the connector ----------------------------------------------------------------------

    @contextmanager
    def call(self, operation: Operation) -> Iterator[None]:
        """One call of the API: counted, atomic, with its planned trouble."""
        with self.lock:
            self.calls[operation] += 1
            with self.plan.call(operation):
                yield

    def final(self, ref: Ref) -> Ref:
        """Where a record is now, after any number of merges and conversions."""
        stored = self._records.get(ref)
        while stored is not None and stored.moved_to is not None:
            ref = stored.moved_to
            stored = self._records.get(ref)
        return ref

    def put(self, write: Write) -> tuple[Stored, bool]:
        """Carry out one write; answer the record and whether it is new. Raises: Gone, Rejected."""
        for rule, error in self._rules:
            if rule(write):
                raise error
        stored = self._by_key(write) if write.ref is None else self.live(write.ref)
        if stored is None:
            object_ = write.object or self._first_object(write.kind)
            return self._create(object_, write.key, write.fields, by=CONNECTOR), True
        self._claim_key(stored, write.key)
        self._update(stored, write.fields, by=CONNECTOR)
        return stored, False

    def live(self, ref: Ref) -> Stored:
        """A record that is there. Raises: Gone."""
        stored = self._records.get(ref)
        if stored is None or stored.deleted:
            final = self.final(ref)
            raise Gone(f"{ref.kind} {ref.id} is gone", moved_to=final if final != ref else None)
        return stored

    def new_ref(self, kind: Kind) -> Ref:
        return Ref(kind, self._next_id())

    def _by_key(self, write: Write) -> Stored | None:
        """The record to update for a create; one that was converted is not made again."""
        found = [s for s in self.records(write.kind) if s.key == write.key]
        moved = [s for s in found if s.moved_to is not None]
        live = [s for s in found if not s.deleted]
        if moved and not live:
            self.live(moved[-1].ref)
        return live[0] if live else None

    def _claim_key(self, stored: Stored, key: str) -> None:
        for other in self.records(stored.ref.kind):
            if other.key == key and not other.deleted and other is not stored:
                raise Rejected(f"key {key!r} is taken", code="duplicate", existing=other.ref)
        stored.key = key

    def _first_object(self, kind: Kind) -> str:
        return next(object_ for object_, held in self.objects.items() if held == kind)

    def _create(self, object_: str, key: str | None, fields: Fields, *, by: str) -> Stored:
        if object_ not in self.objects:
            raise Rejected(f"no object {object_!r}", code="unknown_object")
        self._check(object_, fields, but=None)
        ref = self.new_ref(self.objects[object_])
        stored = Stored(ref, object_, key, 0, self.clock())
        self._records[ref] = stored
        self._set(stored, fields, by=by)
        return stored

    def _update(self, stored: Stored, fields: Fields, *, by: str) -> None:
        self._check(stored.object, fields, but=stored)
        self._set(stored, fields, by=by)

    def _check(self, object_: str, fields: Fields, *, but: Stored | None) -> None:
        check(self.schema, object_, fields, created=but is None)
        for other in self._records.values():
            if other is but or other.deleted or other.object != object_:
                continue
            for name in self.unique:
                if fields.get(name) is not None and other.fields.get(name) == fields[name]:
                    raise Rejected(
                        f"{name} is taken", code="duplicate", fields=(name,), existing=other.ref
                    )

    def _set(self, stored: Stored, fields: Fields, *, by: str) -> None:
        kept: dict[str, Value] = {}
        for name, value in fields.items():
            kept[name] = self.reformat[name](value) if name in self.reformat else value
        before = dict(stored.fields)
        stored.fields.update(kept)
        self._changed(stored, kept, by=by)
        for name, value in kept.items():
            if name not in before or before[name] != value:
                stored.field_modified_at[name] = stored.modified_at

    def _end(self, stored: Stored, *, moved_to: Ref | None) -> None:
        stored.deleted, stored.moved_to = True, moved_to
        self._changed(stored, {}, by=PERSON)

    def _changed(self, stored: Stored, fields: Fields, *, by: str) -> None:
        stored.number = len(self.log) + 1
        stored.modified_at = self.clock()
        self.log.append(Change(stored.number, stored.modified_at, stored.ref, by, fields))

    def _next_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)
