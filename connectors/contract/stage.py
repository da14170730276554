"""What a connector's tests must offer the contract: an account, people, trouble, the truth.

Every verb here acts on the vendor (its sandbox), never through the connector under test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from connectors.base import Fields, Inbound, Kind, Ref, Value


@dataclass(frozen=True, slots=True)
class Names:
    """The vendor's names of an e-mail field and of two plain, writable, optional text fields
    of a person.
    """

    email: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the vendor's webhooks are authenticated by.

    `headers` are those that the check depends on, in lower case; `body`, `method` and `url` say
    whether they are covered; `fresh_for_s` is the age that is still taken, None where it is not
    checked. A vendor that signs nothing proves itself by its address: `url` alone.
    """

    headers: tuple[str, ...] = ()
    body: bool = True
    method: bool = False
    url: bool = False
    fresh_for_s: float | None = None


class Stage(Protocol):
    """An account and the connector to it. Parts are asked only by the contracts that need them."""

    @property
    def connector(self) -> Any:
        """The connector under test."""
        ...

    @property
    def fields(self) -> Names:
        """The names of an e-mail field and two text fields."""
        ...

    @property
    def person_object(self) -> str | None:
        """The vendor's table that created people go to, None for the connector's own choice."""
        ...

    @property
    def rejected(self) -> Fields:
        """Field values that the vendor refuses by its validation."""
        ...

    @property
    def other_kinds(self) -> Mapping[Kind, Fields]:
        """Kinds besides people that the connector has, each with the fields of a create."""
        ...

    @property
    def more_than_a_page(self) -> int:
        """A number of people that `changes` cannot show on one page."""
        ...

    @property
    def shows_deletions(self) -> bool:
        """Whether the vendor's change feed can tell of deletions."""
        ...

    @property
    def allows_twins(self) -> bool:
        """Whether two live people may have the same e-mail."""
        ...

    @property
    def behaviours(self) -> tuple[str, ...]:
        """Activity types that `behave` can make happen."""
        ...

    @property
    def proof(self) -> Proof:
        """What its webhooks are authenticated by."""
        ...

    def now(self) -> datetime:
        """The time at which the vendor believes to be."""
        ...

    def new_person(self, email: str, **fields: Value) -> Fields:
        """Vendor fields for a create: the given ones and what the vendor requires."""
        ...

    def add_person(self, email: str, **fields: Value) -> Ref:
        """A person enters somebody."""
        ...

    def add_people(self, emails: Sequence[str]) -> Sequence[Ref]:
        """Many at once, with one and the same modified time where the vendor can."""
        ...

    def edit(self, ref: Ref, fields: Fields) -> None:
        """A person changes a record."""
        ...

    def delete(self, ref: Ref) -> None:
        """A person deletes a record."""
        ...

    def move(self, ref: Ref) -> Ref:
        """A person merges or converts a record into another one; answer that one."""
        ...

    def count_people(self) -> int:
        """How many live people the account holds."""
        ...

    def behave(self, ref: Ref, type_: str, at: datetime) -> datetime:
        """Somebody does something (one of `behaviours`); answer the time that the vendor keeps
        of it (some know the day only, or take no time but their own).
        """
        ...

    def add_owner(self, email: str) -> str:
        """A new active user; answer the id that owner fields hold."""
        ...

    def logged(self) -> Sequence[str]:
        """The keys of all activities logged by a connector, one for each that is there."""
        ...

    def alerts(self) -> Sequence[str]:
        """The keys of all tasks raised by a connector, one for each that is there."""
        ...

    def bells(self) -> Sequence[str]:
        """The titles of all notifications rung."""
        ...

    def webhook_for(self, ref: Ref) -> Inbound:
        """The request in which the vendor tells of a change at `ref`, made `now`."""
        ...

    def busy_once(self) -> None:
        """The vendor refuses the next request for being too busy."""
        ...

    def lose_answer_once(self) -> None:
        """The vendor carries out the next write, log or alert, but its answer is lost."""
        ...

    def garble_once(self, how: Literal["html", "truncate"]) -> None:
        """The next answer is a web page with status 200, or half of what it should be."""
        ...

    def revoke(self) -> None:
        """The vendor takes no sign-in of ours any more."""
        ...
