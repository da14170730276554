"""Owners: users and queues of two systems meet by e-mail; territories choose them by rule.

Canonically an owner is an e-mail address, lower case: that of the user at sfa where the document
pairs two different ones, and for a queue the one that stands for it (`queues`).

The fallback owner of a side holds the records whose owner that side does not have. It is written
for such an owner and read as the one it stands for, else as a blank: so it never spreads.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, model_validator
from pydantic import Field as Limits

from connectors.base import Value
from mappings.field_conditions import Name, Part
from mappings.filters import Filter, passes
from mappings.sides import ROLES, Role, Sides
from mappings.values import Unfit

ABSENT = "whom this side does not have (by e-mail)"
DEACTIVATED = "who is deactivated there"


def _address(text: str) -> str:
    name, _, host = text.strip().partition("@")
    if not name or not host or " " in text.strip():
        raise ValueError(f"{text!r} is no e-mail address")
    return text.strip().lower()


Email: TypeAlias = Annotated[str, Limits(max_length=320), AfterValidator(_address)]


class OwnerPair(Part):
    """One person with another address at each side."""

    ma: Email
    sfa: Email


class Territory(Part):
    """Records that satisfy `when` belong to `owner`; the first of all territories counts."""

    when: Filter
    owner: Email


class Owners(Part):
    """How owners are found. `queues` names the e-mail address that stands for a queue.

    `inactive`, for one who may no longer sign in: the `fallback` owner, `keep` (assigned all the
    same), or `leave` (not told, and shown as a problem). `assign` says when territories decide:
    where the owner is `blank`, also for a `new` record, or `always`.
    """

    overrides: tuple[OwnerPair, ...] = Limits(default=(), max_length=10_000)
    fallback: Sides[Email] = Sides()
    inactive: Literal["fallback", "keep", "leave"] = "fallback"
    queues: Mapping[Name, Email] = Limits(default_factory=dict, max_length=1_000)
    territories: tuple[Territory, ...] = Limits(default=(), max_length=1_000)
    assign: Literal["blank", "new", "always"] = "blank"

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        for role in ROLES:
            mine = [getattr(pair, role) for pair in self.overrides]
            if twice := sorted({email for email in mine if mine.count(email) > 1}):
                raise ValueError(f"overrides: {twice[0]} stands twice at {role}")
        meant = list(self.queues.values())
        if twice := sorted({email for email in meant if meant.count(email) > 1}):
            raise ValueError(f"queues: {twice[0]} stands for two queues")
        return self

    def territory(self, values: Mapping[str, Value]) -> str | None:
        """Whose a record with these canonical values is by rule; None where no rule decides."""
        return next((t.owner for t in self.territories if passes(t.when, values)), None)

    def canonical(self, role: Role, email: str) -> str:
        """The canonical form of a side's address."""
        return self._canonical.get(email, email) if role == "ma" else email

    def local(self, role: Role, email: str) -> str:
        """A canonical address as the side knows it."""
        return self._at_ma.get(email, email) if role == "ma" else email

    def stand_in(self, queue: str) -> str | None:
        """The address that stands for a queue, whose name compares without case."""
        return self._stand_ins.get(queue.casefold())

    def queue(self, email: str) -> str | None:
        """The queue that an address stands for, its name without case."""
        return self._queues.get(email)

    @cached_property
    def _canonical(self) -> Mapping[str, str]:
        return {pair.ma: pair.sfa for pair in self.overrides}

    @cached_property
    def _at_ma(self) -> Mapping[str, str]:
        return {pair.sfa: pair.ma for pair in self.overrides}

    @cached_property
    def _stand_ins(self) -> Mapping[str, str]:
        return {name.casefold(): email for name, email in self.queues.items()}

    @cached_property
    def _queues(self) -> Mapping[str, str]:
        return {email: name for name, email in self._stand_ins.items()}


@dataclass(frozen=True, slots=True)
class Directory:
    """Who can own records at one side: ids and their e-mail addresses, queues and their names.

    `inactive` ids are understood when read. `users` and `lines` are the way back: the ids of an
    address in lower case, and of a queue's name without case.
    """

    emails: Mapping[str, str] = field(default_factory=dict)
    inactive: Collection[str] = ()
    queues: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, Sequence[str]] = field(init=False)
    lines: Mapping[str, Sequence[str]] = field(init=False)

    def __post_init__(self) -> None:
        users: dict[str, list[str]] = {}
        lines: dict[str, list[str]] = {}
        for id_, email in self.emails.items():
            users.setdefault(email.strip().lower(), []).append(id_)
        for id_, name in self.queues.items():
            lines.setdefault(name.casefold(), []).append(id_)
        object.__setattr__(self, "users", users)  # the way to fill in a frozen dataclass
        object.__setattr__(self, "lines", lines)


NOBODY = Directory()


def read_owner(
    owners: Owners, role: Role, directory: Directory, id_: str, held: Value
) -> str | None:
    """The canonical owner behind an id. `held` is the one that this side was last known to have:
    while the fallback owner stands for them, the answer is they. Raises: Unfit.
    """
    queue = directory.queues.get(id_)
    email = owners.stand_in(queue) if queue is not None else None
    email = email or directory.emails.get(id_)
    if not email:
        raise Unfit("owner_unknown", "is an owner whose e-mail address is not known")
    known = email.strip().lower()
    if known != owners.fallback.of(role):
        return owners.canonical(role, known)
    return str(held) if held and _stands_for(owners, role, directory, id_, str(held)) else None


def _stands_for(owners: Owners, role: Role, directory: Directory, id_: str, held: str) -> bool:
    try:
        return write_owner(owners, role, directory, held) == id_
    except Unfit:
        return False


def write_owner(owners: Owners, role: Role, directory: Directory, email: str) -> str:
    """The id at a side of a canonical owner, or of the fallback owner. Raises: Unfit."""
    local = owners.local(role, email)
    found = _ids(owners, directory, local)
    if active := [id_ for id_ in found if id_ not in directory.inactive]:
        return active[0]
    if found and owners.inactive == "keep":
        return found[0]
    fallback = owners.fallback.of(role)
    if fallback is not None and not (found and owners.inactive == "leave"):
        stands = _ids(owners, directory, fallback)
        if active := [id_ for id_ in stands if id_ not in directory.inactive]:
            return active[0]
    why = DEACTIVATED if found else ABSENT
    raise Unfit("owner_unknown", f"is the owner {local}, {why}")


def _ids(owners: Owners, directory: Directory, email: str) -> list[str]:
    """The ids behind an address, a queue that it stands for first."""
    queues = directory.lines.get(owners.queue(email) or "", ())
    return list(dict.fromkeys((*queues, *directory.users.get(email, ()))))
