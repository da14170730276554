"""A vendor in memory: for Baton's own tests, and the smallest example of a connector."""

from pydantic import BaseModel, ConfigDict

from connectors.custom_objects import CustomObjects
from connectors.memory.account import MemoryVendor
from connectors.memory.adapter import MemoryConnector
from connectors.memory.clock import Clock
from connectors.memory.schema import OBJECTS, SCHEMA, fields_of
from connectors.vendor import Opening, Vendor

__all__ = [
    "CONNECTOR",
    "SCHEMA",
    "Clock",
    "MemoryConnector",
    "MemoryVendor",
    "fields_of",
    "offer",
    "open_memory",
]


class Settings(BaseModel):
    """Its custom objects alone can be set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    custom_objects: CustomObjects = {}


class Secrets(BaseModel):
    """The account knows one secret: the one that its webhooks are signed with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook_secret: str = "memory-secret"  # noqa: S105  an account that exists only in this process


def open_memory(opening: Opening) -> MemoryConnector:
    """A connector to a new, empty account, gone when it is dropped."""
    secrets = Secrets.model_validate(dict(opening.secrets))
    settings = Settings.model_validate(dict(opening.settings))
    custom = {name: kind for kind, name in settings.custom_objects.items()}
    account = MemoryVendor(objects={**OBJECTS, **custom}, secret=secrets.webhook_secret)
    return MemoryConnector(account)


def offer(account: MemoryVendor, name: str = "memory") -> Vendor:
    """A vendor whose connections all lead to this one account."""

    def open_account(opening: Opening) -> MemoryConnector:  # noqa: ARG001  the interface
        return MemoryConnector(account)

    return Vendor(
        name=name,
        label="In-memory account",
        roles=frozenset({"ma", "sfa"}),
        settings=Settings,
        secrets=Secrets,
        open=open_account,
    )


CONNECTOR = Vendor(
    name="memory",
    label="In-memory account",
    roles=frozenset({"ma", "sfa"}),
    settings=Settings,
    secrets=Secrets,
    open=open_memory,
)
