"""What a vendor package offers to the registry: its name, its settings, how to open it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import httpx
from pydantic import BaseModel

from connectors.budget import Rate
from connectors.wire import Budget, Observe, ignore

Role: TypeAlias = Literal["ma", "sfa"]


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a connector gets from its host.

    `settings` and `secrets` fit the vendor's models. `keep` stores changed secrets (a rotated
    refresh token) durably before it returns. `hosts` are the further host names, besides the
    vendor's own, that requests may go to (local sandboxes).
    """

    name: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    http: httpx.Client
    budget: Budget
    keep: Callable[[Mapping[str, str]], None] = ignore
    observe: Observe = ignore
    hosts: frozenset[str] = field(default_factory=frozenset)


def no_rates(_: Any) -> Mapping[str, Rate]:
    """A vendor without known limits."""
    return {}


@dataclass(frozen=True, slots=True)
class Vendor:
    """One entry of the entry-point group `baton.connectors`.

    `settings` and `secrets` are pydantic models (extra fields forbidden): the API shows their
    JSON schema and checks against it. `open` answers an object that satisfies some of the
    capabilities of `connectors.capabilities`; it makes no request. `rates` answers the limit
    classes of an account with these settings, for the budget that its host hands over.
    """

    name: str
    label: str
    roles: frozenset[Role]
    settings: type[BaseModel]
    secrets: type[BaseModel]
    open: Callable[[Opening], object]
    rates: Callable[[Any], Mapping[str, Rate]] = no_rates
    sandbox: str | None = None  # "module:function" answering the sandbox's ASGI app
