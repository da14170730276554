"""What both sandboxes have in their own stores, indexed by what the script knows. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Dump: TypeAlias = Mapping[str, Any]
MARK = re.compile(r"visit=\d{5}\.")


@dataclass(frozen=True, slots=True)
class Stores:
    """Both dumps, indexed."""

    contacts: Mapping[str, Dump]
    leads: Mapping[str, Sequence[Dump]]
    tasks: Sequence[Dump]
    bells: Sequence[Dump]
    happened: Mapping[str, int]
    owners: Mapping[str, str]
    users: Mapping[str, str]


def read(hubspot: Dump, salesforce: Dump) -> Stores:
    """Index two dumps by what the script knows: addresses and marks."""
    objects = salesforce["objects"]
    leads: dict[str, list[Dump]] = defaultdict(list)
    for lead in live(objects["Lead"]):
        leads[str(lead["fields"].get("Email")).lower()].append(lead)
    contacts = (one for one in hubspot["objects"]["contacts"] if one["archived_ms"] is None)
    return Stores(
        contacts={one["properties"].get("email", one["id"]).lower(): one for one in contacts},
        leads=leads,
        tasks=list(live(objects["Task"])),
        bells=salesforce["notifications"],
        happened={m: one["at"] for one in hubspot["events"] for m in marks(one["properties"])},
        owners={one["email"]: one["id"] for one in hubspot["owners"]},
        users={one["fields"]["Email"]: one["id"] for one in objects["User"]},
    )


def last_change_ms(hubspot: Dump, salesforce: Dump) -> int:
    """When anything was written last, at either side, by anybody."""
    return max(_changes(hubspot, salesforce), default=0)


def changes_since(hubspot: Dump, salesforce: Dump, ms: int) -> int:
    """How much was written after a moment."""
    return sum(at > ms for at in _changes(hubspot, salesforce))


def _changes(hubspot: Dump, salesforce: Dump) -> Iterator[int]:
    for dump in (hubspot, salesforce):
        for found in dump["objects"].values():
            yield from (entry["at"] for one in found for entry in one["log"])
    yield from (one["at"] for one in salesforce["notifications"])


def live(records: Sequence[Dump]) -> Iterator[Dump]:
    """Those that are not in the recycle bin."""
    return (one for one in records if not one["deleted"])


def marks(values: Mapping[str, Any]) -> list[str]:
    """The marks of deeds that are somewhere in these values."""
    return MARK.findall(" ".join(str(value) for value in values.values()))


def has_key(task: Dump, prefix: str) -> bool:
    """Whether Baton made a task for a thing of a kind."""
    return str(task["fields"].get("Baton_Key__c")).startswith(prefix)
