"""What a vendor package offers to the registry: its name, its settings, how to open it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import httpx
from pydantic import BaseModel

from connectors.budget import Hear, Rate, hear_nothing
from connectors.wire import Budget, Observe, ignore

Role: TypeAlias = Literal["ma", "sfa", "out"]  # out: a channel, which is only told things
Alone: TypeAlias = Callable[[], AbstractContextManager[Mapping[str, str]]]


def nobody_else() -> AbstractContextManager[Mapping[str, str]]:
    """For a host of one process, which knows all secrets that there are."""
    return nullcontext({})


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a connector gets from its host.

    `settings` and `secrets` fit the vendor's models. `keep` stores changed secrets (a rotated
    refresh token) durably before it returns; `alone` keeps other processes from signing in
    meanwhile and yields the secrets as they are stored now. `hosts` are the further host names,
    besides the vendor's own, that requests may go to (local sandboxes).
    """

    name: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    http: httpx.Client
    budget: Budget
    keep: Callable[[Mapping[str, str]], None] = ignore
    alone: Alone = nobody_else
    observe: Observe = ignore
    hosts: frozenset[str] = field(default_factory=frozenset)


def no_rates(_: Any) -> Mapping[str, Rate]:
    """A vendor without known limits."""
    return {}


def all_of_it(_: Any) -> float:
    """A vendor whose daily calls nobody shares, or who does not count them."""
    return 1.0


@dataclass(frozen=True, slots=True)
class Vendor:
    """One entry of the entry-point group `baton.connectors`.

    `settings` and `secrets` are pydantic models (extra fields forbidden): the API shows their
    JSON schema and checks against it. `open` answers an object that satisfies some of the
    capabilities of `connectors.capabilities`; it makes no request. `rates` answers the limit
    classes of an account with these settings, for the budget that its host hands over; `hear`
    reads what an answer's headers say of them, and `ceiling` answers the part of the daily calls
    that everybody together may have used before the connector stops. `webhook_schema`
    answers the JSON Schema of a webhook's body, where its sender is to follow it.
    """

    name: str
    label: str
    roles: frozenset[Role]
    settings: type[BaseModel]
    secrets: type[BaseModel]
    open: Callable[[Opening], object]
    rates: Callable[[Any], Mapping[str, Rate]] = no_rates
    hear: Hear = hear_nothing
    ceiling: Callable[[Any], float] = all_of_it
    webhook_schema: Callable[[], Mapping[str, Any]] | None = None
    sandbox: str | None = None  # "module:function" answering the sandbox's ASGI app
