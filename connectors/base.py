"""The vocabulary: all that a connector author must know, and nothing else.

A connector turns one vendor's API into these types. It opens no database, reads no
clock that decides anything, and keeps no state between calls but tokens and caches.
Units are in the names: `_s` is seconds, `_at` is an aware UTC datetime. Field values are
JSON scalars exactly as the vendor sends them (HubSpot: strings); the mapping turns them
into canonical values.

    ConnectorError            outbound: one of five, each with its reaction
    ├── Busy                  the same call again later
    ├── Rejected              shown to a person; retried when the cause changes
    ├── Gone                  relink to `moved_to`, else unlink
    ├── AuthLost              pause the connection, say so once
    └── Unsure                look before writing again
    Refused                   inbound: a request that is not taken (401, 400 or 413)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, NewType, TypeAlias, TypeVar

Kind: TypeAlias = str  # one of KINDS, or an admin's own name of a custom object
KINDS: tuple[Kind, ...] = ("person", "company", "opportunity")
KIND_PATTERN = r"^[a-z][a-z0-9_]{1,40}$"
Value: TypeAlias = str | int | float | bool | None
Fields: TypeAlias = Mapping[str, Value]
Cursor = NewType("Cursor", str)
FieldType: TypeAlias = Literal[
    "text", "long_text", "email", "phone", "url", "number", "bool", "date", "datetime",
    "choice", "multi_choice", "reference", "id", "other",
]  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ref:
    """Where a record lives at a vendor. `id` is the vendor's own, in its canonical form."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a vendor showed us when we looked.

    `object` is the vendor's name of the table ("Lead", "Contact", "contacts").
    `key` is our own id (`Write.key`) as the vendor keeps it, None where it has none.
    A deleted record has `deleted` and, after a merge or conversion, `moved_to`; `brought`: others
    that the conversion made or joined. `emails`: a person's further addresses, if the vendor says.
    """

    ref: Ref
    object: str
    fields: Fields
    key: str | None = None
    modified_at: datetime | None = None
    field_modified_at: Mapping[str, datetime] = field(default_factory=dict)
    deleted: bool = False
    moved_to: Ref | None = None
    brought: tuple[Ref, ...] = ()
    emails: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """`ref` may have changed: go and look. It carries no values on purpose.

    `id` tells one delivery of the vendor from another (for duplicates); `at` is when the vendor
    says it happened, for latency figures only. `feeds`: the activity feeds that may have news of
    it, None for all. `erased`: the vendor erased the person for privacy; so does Baton, everywhere.
    """

    id: str
    ref: Ref
    at: datetime | None = None
    feeds: tuple[str, ...] | None = None
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """A fact that happened once and never changes, such as a form submission.

    `id` is unique and stable at its connection. `type` is ours, such as page_view (all of them:
    `app.domain.activity.TYPES`). `title` is one line in the vendor's words; `detail` holds scalars
    such as url, form, campaign, duration_s, outcome. `person.id` may be `email:…` or `phone:+…`
    where the source knows no record. `about` are other records that it concerns, at the same place.
    """

    id: str
    person: Ref
    type: str
    at: datetime
    title: str = ""
    detail: Fields = field(default_factory=dict)
    about: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a feed. Save `cursor` only after `items` are stored; `more` says read on now.

    `stands_at`: what happened until then, by the vendor's clock, has been shown; None where the
    vendor does not tell. `kept_s`: how long the vendor keeps what was not read; None for ever.
    `glimpses`: what an index that may lag behind shows of further records: are they worth a look?
    """

    items: tuple[T, ...]
    cursor: Cursor
    more: bool
    stands_at: datetime | None = None
    kept_s: float | None = None
    glimpses: tuple[T, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Listed(Page[Record]):
    """A part of all records. `total`: how many there are, where the vendor says so. `wait_s`: when
    to read on where it is still preparing them.
    """

    total: int | None = None
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class News(Page[Hint]):
    """A part of a feed of hints. `gap`: something may have happened before `cursor` that it does
    not show, so look for changes. `again_in_s`: when to read on where there is no `more`.
    """

    gap: bool = False
    again_in_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Write:
    """Ask for `fields` at `ref`; a new record of type `object` when `ref` is None. `key` is our id
    of the record. A create is an upsert by `key`, so repeating it is harmless.
    """

    key: str
    kind: Kind
    ref: Ref | None
    fields: Fields
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """A write that the vendor confirmed. `fields` are the values as it says it stored them,
    empty where the answer does not tell (then what was asked counts until the next look).
    """

    ref: Ref
    fields: Fields = field(default_factory=dict)
    created: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity, or a digest of some, to be logged at a vendor; `key` (at most 60 characters)
    makes it idempotent. `form`: how it is kept, of `LogsActivities.forms`, "" for what suits it.
    `fields`: Baton's words (`entry_words`), the vendor's fields; `about`: further records it is of.
    """

    key: str
    person: Ref
    type: str
    at: datetime
    title: str
    body: str
    form: str = ""
    fields: Fields = field(default_factory=dict)
    about: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A hot-lead alert for a rep, idempotent by `key` (at most 60 characters). `owner_id` is the
    vendor's user id, None for the record owner's choice of the vendor.
    """

    key: str
    person: Ref
    owner_id: str | None
    title: str
    body: str
    due_at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a vendor's object. `names`: the objects whose records a reference may name."""

    name: str
    label: str
    type: FieldType
    object: str
    writable: bool = True
    required: bool = False
    choices: tuple[str, ...] = ()
    max_length: int | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom records can be assigned to, somebody or a queue. `id` is what the owner field holds."""

    id: str
    email: str | None
    name: str
    active: bool = True
    is_queue: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What a successful test of a connection shows: who we are there, and today's API use."""

    id: str
    name: str
    api_used: int | None = None
    api_limit: int | None = None


class ConnectorError(Exception):
    """A connector raises (or returns, per record) one of the five below and nothing else."""


class Busy(ConnectorError):
    """429, 503, row lock, no connection. Reaction: the same call again after `retry_in_s`;
    our own back-off only where the vendor gave no time.
    """

    def __init__(self, reason: str, retry_in_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_in_s = retry_in_s


class Rejected(ConnectorError):
    """Will never be accepted like this. Reaction: `failed`, with the reason and its fix, shown to a
    person; retried when the cause changes. `existing` is what it collides with.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "",
        fields: tuple[str, ...] = (),
        existing: Ref | None = None,
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.fields = fields
        self.existing = existing


class Gone(ConnectorError):
    """Deleted, merged or converted. Reaction: relink to `moved_to`, else unlink."""

    def __init__(self, reason: str, moved_to: Ref | None = None) -> None:
        super().__init__(reason)
        self.moved_to = moved_to


class AuthLost(ConnectorError):
    """401 after one refresh. Reaction: pause the connection, say so once; resume drains."""


class Unsure(ConnectorError):
    """Sent, but no answer. Reaction: the write is unknown; look before writing again."""


class Refused(Exception):
    """An inbound request that is not taken: 401 forged or stale, 400 unreadable, 413 too large."""

    def __init__(self, reason: str, status: Literal[400, 401, 413] = 401) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Inbound:
    """A webhook request as it came: raw `body`, header names in lower case, each value once.

    `url` is the public address that the sender signed (from configuration, not from a proxy).
    `repeated` names the headers that came more than once.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    repeated: frozenset[str] = frozenset()
