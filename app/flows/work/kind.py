"""What a kind of job is: its arguments, and a verb that is repeated until its plan is None."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel, Field

from app.flows.rescore import Rescored
from app.store.db import Tx
from app.store.work import Job


class Args(BaseModel, extra="forbid", frozen=True):
    """The arguments of a job, checked before it is queued."""

    @property
    def connections(self) -> Sequence[str]:
        """The connections that must exist for it."""
        return ()

    @property
    def mappings(self) -> Sequence[str]:
        """The mappings that must be active for it."""
        return ()


class OfMapping(Args):
    """The arguments of a job about all records of an active mapping."""

    mapping: str = Field(max_length=40, examples=["person"])

    @property
    def mappings(self) -> Sequence[str]:
        return (self.mapping,)


class Crew(Protocol):
    """Who decides about many links side by side."""

    def decided(self, portions: Sequence[Sequence[UUID]], *, now: datetime) -> Rescored:
        """Decide about these links, each portion in a transaction of its own."""
        ...


class CannotGoOn(Exception):
    """The job has failed; the text says what to mend before it is resumed."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do right now: go on in some time."""

    seconds: float
    reason: str


class Ask(Protocol):
    """What a step asks for. `connection` names whose connector is called, None for nobody's."""

    @property
    def connection(self) -> str | None: ...


class Kind(Protocol):
    """A module of this package."""

    @property
    def Arguments(self) -> type[Args]:  # noqa: N802  a class of the module
        """What its arguments are."""
        ...

    def plan(self, tx: Tx, job: Job, *, now: datetime) -> Any:
        """The next `Ask`, a `Wait`, or None where all is done. It changes nothing that the next
        plan would not change again: the step may be planned anew.
        """
        ...

    def call(self, asked: Any, ask: Any) -> Any:
        """Ask the vendor, or the `Crew` where the ask names no connection. Raises: Busy, AuthLost
        (the step is planned again), Rejected or Gone (the job has failed), Unsure only where asking
        again is harmless.
        """
        ...

    def settle(self, tx: Tx, job: Job, ask: Any, answer: Any, *, now: datetime) -> set[str]:
        """Store what came of it and, in the same transaction, `work.advance`; lanes to wake."""
        ...
