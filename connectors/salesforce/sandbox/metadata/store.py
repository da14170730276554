"""What metadata an org holds beyond its schema and records, and the jobs that changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.salesforce.sandbox.events.settings import OutboundMessage
from connectors.salesforce.sandbox.ids import IdMaker
from connectors.salesforce.sandbox.org import Clock

DEPLOY, RETRIEVE, COMPONENT = "0Af", "09S", "01p"  # id prefixes
PENDING, IN_PROGRESS, CANCELED = "Pending", "InProgress", "Canceled"
SUCCEEDED, PARTIAL, FAILED = "Succeeded", "SucceededPartial", "Failed"
DONE = frozenset({SUCCEEDED, PARTIAL, FAILED, CANCELED})


@dataclass(frozen=True, slots=True)
class Kept:
    """A component as it was deployed; a field's file holds the inside of its element."""

    kind: str
    name: str
    id: str
    files: Mapping[str, bytes]
    created_at: float
    created_by: str
    changed_at: float
    changed_by: str


@dataclass(frozen=True, slots=True)
class Message:
    """What came of one component. `problem_type`: Error or Warning."""

    kind: str
    name: str
    file: str
    id: str | None = None
    created: bool = False
    changed: bool = False
    deleted: bool = False
    problem: str | None = None
    problem_type: str = "Error"

    @property
    def failed(self) -> bool:
        return self.problem is not None and self.problem_type == "Error"


@dataclass(frozen=True, slots=True)
class Options:
    check_only: bool = False
    rollback_on_error: bool = False
    ignore_warnings: bool = False
    allow_missing_files: bool = False


@dataclass(slots=True)
class Deploy:
    id: str
    raw: bytes
    options: Options
    created_by: str
    created_at: float
    polls_left: int
    status: str = PENDING
    completed_at: float | None = None
    messages: Sequence[Message] = ()

    @property
    def done(self) -> bool:
        return self.status in DONE

    def count(self, *, failed: bool) -> int:
        return sum(1 for one in self.messages if one.kind and one.failed == failed)


@dataclass(frozen=True, slots=True)
class Retrieve:
    id: str
    zipped: bytes
    messages: Sequence[tuple[str, str]]  # file, problem


@dataclass(slots=True)
class Store:
    now: Clock
    ids: IdMaker
    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)
    deploys: dict[str, Deploy] = field(default_factory=dict)
    retrieves: dict[str, Retrieve] = field(default_factory=dict)
    rules: Sequence[OutboundMessage] = ()  # what active flows send
