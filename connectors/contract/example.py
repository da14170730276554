"""A stage for the in-memory connector: an example for the stage of a real one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from typing import Literal

from connectors.base import (
    AuthLost,
    Busy,
    ConnectorError,
    Fields,
    Hint,
    Inbound,
    Kind,
    Ref,
    Unsure,
    Value,
)
from connectors.contract.stage import Names, Proof
from connectors.memory import Clock, MemoryConnector, MemoryVendor
from connectors.memory.plan import Operation

OPERATIONS: tuple[Operation, ...] = (
    "read", "find", "changes", "write", "activities", "log", "raise_alerts", "probe",
    "delete", "erase",
)  # fmt: skip
WRITING: tuple[Operation, ...] = ("write", "log", "raise_alerts", "delete", "erase")


class MemoryStage:
    """An in-memory account with small pages."""

    fields = Names("email", "first_name", "last_name")
    person_object = "Lead"
    more_than_a_page = 25
    shows_deletions = True
    allows_twins = True
    behaviours = ("page_view", "email_click", "form_submit")
    proof = Proof(("memory-signature", "memory-timestamp"), fresh_for_s=300)

    def __init__(
        self, connect: Callable[[MemoryVendor], MemoryConnector] = MemoryConnector
    ) -> None:
        self.clock = Clock()
        self.vendor = MemoryVendor(page_size=10, clock=self.clock)
        self.connector = connect(self.vendor)
        self.deliveries = count()
        self.rejected: Fields = {"status": "no such choice"}
        self.other_kinds: Mapping[Kind, Fields] = {
            "company": {"name": "Example Inc."},
            "opportunity": {"name": "100 seats"},
        }

    def now(self) -> datetime:
        return self.clock.now

    def new_person(self, email: str, **fields: Value) -> Fields:
        return {"email": email, **fields}

    def add_person(self, email: str, **fields: Value) -> Ref:
        return self.vendor.add_person(email, **fields)

    def add_people(self, emails: Sequence[str]) -> Sequence[Ref]:
        self.clock.frozen = True
        refs = [self.vendor.add_person(email) for email in emails]
        self.clock.frozen = False
        return refs

    def edit(self, ref: Ref, fields: Fields) -> None:
        self.vendor.edit(ref, **fields)

    def delete(self, ref: Ref) -> None:
        self.vendor.delete(ref)

    def move(self, ref: Ref) -> Ref:
        return self.vendor.convert(ref)

    def count_people(self) -> int:
        return sum(not stored.deleted for stored in self.vendor.records("person"))

    def behave(self, ref: Ref, type_: str, at: datetime) -> datetime:
        return self.vendor.behave(ref, type_, at).at

    def add_owner(self, email: str) -> str:
        return self.vendor.add_owner(email).id

    def logged(self) -> Sequence[str]:
        return [entry.key for entry in self.vendor.logged()]

    def alerts(self) -> Sequence[str]:
        return [alert.key for alert in self.vendor.alerts()]

    def bells(self) -> Sequence[str]:
        return [alert.title for alert in self.vendor.bells]

    def webhook_for(self, ref: Ref) -> Inbound:
        hint = Hint(f"event-{next(self.deliveries)}", ref, self.now())
        return self.connector.deliver([hint], self.now())

    def busy_once(self) -> None:
        self.fail_once(dict.fromkeys(OPERATIONS, Busy("too many calls", retry_in_s=1)))

    def lose_answer_once(self) -> None:
        self.fail_once(dict.fromkeys(WRITING, Unsure("no answer")), after=True)

    def garble_once(self, how: Literal["html", "truncate"]) -> None:
        errors: dict[Operation, ConnectorError] = dict.fromkeys(OPERATIONS, Busy(f"{how}: no JSON"))
        errors |= dict.fromkeys(WRITING, Unsure(f"{how}: no JSON"))
        self.fail_once(errors, after=how == "truncate")

    def fail_once(self, errors: Mapping[Operation, ConnectorError], *, after: bool = False) -> None:
        """The next call fails, whichever of these operations it is."""
        armed = [True]

        def act(error: ConnectorError) -> None:
            if armed:
                armed.clear()
                raise error

        for operation, error in errors.items():
            self.vendor.interleave(operation, partial(act, error), after=after)

    def revoke(self) -> None:
        for operation in OPERATIONS:
            self.vendor.fail_next(operation, AuthLost("revoked"), times=100)
