"""Which vendors there are, and what each can do: the entry-point group says, nothing else."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_type_hints

from connectors.campaigns import (
    CreditsCampaigns,
    KeepsMembers,
    MakesCampaigns,
    SumsUpCampaigns,
)
from connectors.capabilities import (
    AnswersCards,
    AnswersWebhooks,
    Deletes,
    DescribesFields,
    Erases,
    FindsRecords,
    Installs,
    ListsActivities,
    ListsChanges,
    ListsHints,
    ListsOwners,
    ListsRecords,
    LogsActivities,
    Notifies,
    ParsesWebhooks,
    Probes,
    RaisesAlerts,
    ReadsRecords,
    StartsFeeds,
    Uninstalls,
    VerifiesEmbeds,
    WritesInBulk,
    WritesProjects,
    WritesRecords,
)
from connectors.messages import Mentions, ReadsTasks, SendsMessages
from connectors.scores import ExplainsScores
from connectors.vendor import Vendor

GROUP = "baton.connectors"
CAPABILITIES: tuple[type[Any], ...] = (
    ParsesWebhooks,
    AnswersWebhooks,
    ReadsRecords,
    FindsRecords,
    ListsChanges,
    ListsHints,
    ListsRecords,
    WritesRecords,
    WritesInBulk,
    Deletes,
    Erases,
    ListsActivities,
    StartsFeeds,
    LogsActivities,
    RaisesAlerts,
    Notifies,
    Mentions,
    ReadsTasks,
    SendsMessages,
    DescribesFields,
    ListsOwners,
    Probes,
    ExplainsScores,
    KeepsMembers,
    MakesCampaigns,
    SumsUpCampaigns,
    CreditsCampaigns,
    Installs,
    Uninstalls,
    WritesProjects,
    VerifiesEmbeds,
    AnswersCards,
)
# What the import of somebody else's module can fail with, short of ending the process.
BROKEN = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip


class UnknownVendor(LookupError):
    """No connector of that name is installed (or it is broken); the text says which there are."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the installed entry points gave. `broken` maps an entry to what is wrong with it."""

    vendors: Mapping[str, Vendor]
    broken: Mapping[str, str]


def load(entries: Iterable[EntryPoint] | None = None) -> Found:
    """Load every connector (the installed ones unless given); a broken one stops no other."""
    found: dict[str, Vendor] = {}
    broken: dict[str, str] = {}
    installed = entry_points(group=GROUP) if entries is None else entries
    for entry in sorted(installed, key=lambda entry: (entry.name, entry.value)):
        try:
            found[entry.name] = _load_one(entry, taken=entry.name in found)
        except BROKEN as error:
            broken[f"{entry.name} = {entry.value}"] = f"{type(error).__name__}: {error}"
    return Found(found, broken)


def _load_one(entry: EntryPoint, *, taken: bool) -> Vendor:
    if taken:
        raise ValueError(f"another package already offers a connector {entry.name!r}")
    offered = entry.load()
    if not isinstance(offered, Vendor):
        raise TypeError(f"expected a connectors.vendor.Vendor, got {type(offered).__name__}")
    if offered.name != entry.name:
        raise ValueError(f"the vendor calls itself {offered.name!r}, its entry {entry.name!r}")
    return offered


def vendors() -> Mapping[str, Vendor]:
    """All installed vendors by name."""
    return load().vendors


def broken() -> Mapping[str, str]:
    """Entries that could not be loaded, with the reason; to be shown by the doctor."""
    return load().broken


def vendor(name: str, found: Found | None = None) -> Vendor:
    """One vendor. Raises: UnknownVendor, with the nearest name or the reason it is broken."""
    found = found or load()
    if name in found.vendors:
        return found.vendors[name]
    for entry, reason in found.broken.items():
        if entry.startswith(f"{name} = "):
            raise UnknownVendor(f"connector {name!r} is installed but broken: {reason}")
    near = difflib.get_close_matches(name, found.vendors, n=1)
    known = ", ".join(sorted(found.vendors)) or "none"
    tip = f"; did you mean {near[0]!r}?" if near else ""
    raise UnknownVendor(f"no connector {name!r}{tip} (installed: {known})")


def capabilities(connector: object) -> tuple[str, ...]:
    """The names of what a connector can do."""
    return tuple(c.__name__ for c in CAPABILITIES if isinstance(connector, c))


def matrix(found: Found | None = None) -> Mapping[str, Mapping[str, bool]]:
    """Vendor by capability. Asked of the connector's class, so no account is needed.

    A vendor whose `open` does not say which class it answers has no row: it can be asked with
    `capabilities` once it is open.
    """
    types = {name: connector_type(one) for name, one in (found or load()).vendors.items()}
    return {
        name: {c.__name__: issubclass(type_, c) for c in CAPABILITIES}
        for name, type_ in types.items()
        if type_ is not None
    }


def connector_type(offered: Vendor) -> type[object] | None:
    """The class that a vendor's `open` is, or says it answers; None where it does not say."""
    if isinstance(offered.open, type):
        return offered.open
    try:
        answer = get_type_hints(offered.open).get("return", object)
    except NameError:  # an annotation that exists for type checkers only
        return None
    return answer if isinstance(answer, type) and answer is not object else None
