"""The vocabulary of campaigns: groups of people that a vendor keeps, and how each is in one.

A group is a list, a marketing event or a campaign; a membership is in a status of the vendor's
own words, such as `Responded`. Where the vendor has no words of its own, these are used:

    marketing_event   registered, attended, no_show, cancelled
    list, campaign    member
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from connectors.base import ConnectorError, Cursor, Landed, Page, Ref

GroupKind: TypeAlias = Literal["campaign", "marketing_event", "list"]
MEMBER = "member"  # the kind of a `Ref` that names a membership
CAMPAIGN = "campaign"  # the kind of a `Ref` that names a campaign


@dataclass(frozen=True, slots=True)
class Group:
    """Where members are kept. `account`: whose id it is, for an event of another application.
    `which`: which of its people, for a campaign of a vendor that keeps no members but knows whom
    the campaign reached: `influenced`, `first_touch`, `last_touch`.
    """

    kind: GroupKind
    id: str
    account: str = ""
    which: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A membership as the vendor shows it. `people` are the records of the one person that it is
    about, the present one first (a contact, and the lead that it was); `id` is the membership's
    own, "" where it has none; `at` is when it came to be in this status, as far as is known.
    """

    people: tuple[Ref, ...]
    status: str
    at: datetime | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Ask for a person to be in the status `after`, None for not at all. `before` is how the
    membership is now, None where there is none; `id` is its own. `at`: when that was decided.
    """

    key: str
    person: Ref
    before: str | None
    after: str | None
    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A status that members of a campaign may have, and whether it counts as a response."""

    label: str
    responded: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign that shall be there with these statuses. With `id` None it is made, once by
    `key` (at most 60 characters); otherwise only statuses that are missing are added to it.
    """

    key: str
    id: str | None
    name: str
    statuses: tuple[Status, ...]
    type: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What a campaign costs, as the vendor keeps it. `id` is the entry's own within the campaign;
    `currency` is "" where the vendor does not say.
    """

    id: str
    amount: float
    kind: Literal["actual", "budget"] = "actual"
    currency: str = ""
    spent_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity that stands under a campaign, whoever put it there."""

    id: str
    amount: float | None
    won: bool
    closed: bool
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a vendor knows of a campaign's costs, and of its opportunities."""

    costs: tuple[Cost, ...] = ()
    deals: tuple[Deal, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """Ask for an opportunity to be credited to a campaign, and for a person to be among its
    contacts, in this role. A campaign that stands there already is a person's choice and stays.
    `fields` are written along with the campaign, each where it is empty.
    """

    key: str
    opportunity: Ref
    campaign: str
    person: Ref | None = None
    role: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class KeepsMembers(Protocol):
    def group_kinds(self) -> frozenset[GroupKind]:
        """The kinds of groups that this vendor keeps and whose members can be changed."""
        ...

    def members(self, group: Group, cursor: Cursor | None) -> Page[Member]:
        """All members, page by page; from None the first ones. One who is a member all the time
        is shown. Raises: Busy, AuthLost, Rejected or Gone (no such group).
        """
        ...

    def members_at_once(self) -> int:
        """How many changes `change_members` takes."""
        ...

    def change_members(
        self, group: Group, changes: Sequence[Change]
    ) -> Mapping[str, Landed | ConnectorError]:
        """Make changes that are all of one sort (none -> some, some -> some, some -> none) in a
        group of `group_kinds`; one outcome per `Change.key`. `Landed.ref` is the membership.
        Raises: as `WritesRecords.write`.
        """
        ...


@runtime_checkable
class MakesCampaigns(Protocol):
    def make_campaign(self, campaign: Campaign) -> Landed:
        """Have a campaign with these statuses; `Landed.ref` is it. Raises: any of the five."""
        ...


@runtime_checkable
class SumsUpCampaigns(Protocol):
    def summary(self, group: Group) -> Summary:
        """What a campaign costs and what came of it, as the vendor keeps that. Raises: Busy,
        AuthLost, Rejected, Gone (no such campaign).
        """
        ...


@runtime_checkable
class CreditsCampaigns(Protocol):
    def credit(self, credits_: Sequence[Credit]) -> Mapping[str, Landed | ConnectorError]:
        """Credit up to `write_batch` opportunities; one outcome per `Credit.key`. `Landed.ref` is
        the campaign that the opportunity shows now, whoever set it. Raises: as
        `WritesRecords.write`.
        """
        ...
