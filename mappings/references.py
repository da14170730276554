"""References: fields that name another record (a contact's company, an opportunity's account).

Canonically a reference is Baton's id of the link of that record, the same for both sides, whose
own ids differ. A side may name several records (a deal's contacts), joined by ";": the one that
it was last known to mean counts as long as it is among them, else the first.

A field may name records of certain objects of a vendor only (a contact, and no lead): a link that
is another one there is waited for, as one that is not there yet.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from connectors.base import Kind, Value
from mappings.values import SEPARATOR, Unfit

Named: TypeAlias = tuple[Kind, str]  # a record as a side names it: its kind and the vendor's id
UNMAPPED: Final = "reference_unmapped"  # nobody maps the kind: the field is not looked at
UNKNOWN: Final = "reference_unknown"
AWAITS: Final = "awaits"


@dataclass(frozen=True, slots=True)
class References:
    """Which links the records of one side are: by the side's ids, and the way back. `kinds` are
    those that a mapping brings here; `objects` what each link is there, None before it was seen.
    """

    kinds: Collection[Kind] = ()
    links: Mapping[Named, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, str | None] = field(default_factory=dict)


NOTHING = References()


def named(kind: Kind, value: Value) -> list[Named]:
    """The records that a side's field names."""
    parts = [] if value is None else str(value).split(SEPARATOR)
    return [(kind, part.strip()) for part in parts if part.strip()]


def read_reference(kind: Kind, known: References, value: Value, held: Value) -> str:
    """The link of the record that a side names. Raises: Unfit."""
    if kind not in known.kinds:
        raise Unfit(UNMAPPED, f"names a {kind}, and no mapping brings these here")
    wanted = named(kind, value)
    if held is not None and held in {known.links.get(one) for one in wanted}:
        return str(held)
    found = known.links.get(wanted[0]) if wanted else None
    if found is None:
        raise Unfit(UNKNOWN, f"names a {kind} that Baton has not seen yet; it is read once it has")
    return found


def write_reference(
    kind: Kind, known: References, link_id: str, objects: Collection[str] | None = None
) -> str:
    """The side's id of a link's record, which must be one of these `objects`. Raises: Unfit."""
    place = known.places.get(link_id)
    if place is None:
        raise Unfit(AWAITS, f"waits for the {kind} that it names, which is not there yet")
    object_ = known.objects.get(link_id)
    if objects is not None and object_ not in objects:
        now = "" if object_ is None else f"; it is a {object_} now"
        raise Unfit(AWAITS, f"waits until the {kind} that it names is a {_one_of(objects)}{now}")
    return place


def _one_of(objects: Collection[str]) -> str:
    return " or ".join(objects)
