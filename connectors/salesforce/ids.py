"""Record ids: canonical form, and which object an id belongs to."""

import re
from collections.abc import Mapping, Sequence

from connectors.base import Kind, Ref

OBJECTS: Mapping[Kind, tuple[str, ...]] = {
    "person": ("Lead", "Contact"),
    "company": ("Account",),
    "opportunity": ("Opportunity",),
}
KINDS: Mapping[str, Kind] = {name: kind for kind, names in OBJECTS.items() for name in names}
# Source: Salesforce Help, "Standard Field Record ID Prefix Decoder".
PREFIXES = {"00Q": "Lead", "003": "Contact", "001": "Account", "006": "Opportunity"}
QUEUE_PREFIX = "00G"

_ID = re.compile(r"[A-Za-z0-9]{15}([A-Za-z0-9]{3})?")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def canonical(record_id: str) -> str:
    """The 18-character form of an id; an id of another form as it is.

    The three added characters say which of the 15 are capitals, five a character.
    Source: Salesforce Help, "15-Character and 18-Character Record IDs".
    """
    if len(record_id) != 15 or not _ID.fullmatch(record_id):  # noqa: PLR2004  the short form
        return record_id
    fives = (record_id[start : start + 5] for start in (0, 5, 10))
    return record_id + "".join(
        _SUFFIX[sum(1 << bit for bit, letter in enumerate(five) if letter.isupper())]
        for five in fives
    )


def object_of(ref: Ref, custom: Mapping[Kind, str]) -> str | None:
    """The object that `ref` lives in by its id's prefix; None where the id is not of its kind.

    Prefixes of `custom` objects differ from org to org, but each such kind has one object.
    """
    if not _ID.fullmatch(ref.id):
        return None
    name = custom.get(ref.kind) or PREFIXES.get(ref.id[:3])
    return name if ref.kind in custom or name in OBJECTS.get(ref.kind, ()) else None


def ref_in(name: str, record_id: str, custom: Mapping[Kind, str]) -> Ref | None:
    """The `Ref` of a record of an object; None where that is not synced, or the id is no id."""
    kinds = {**{own: kind for kind, own in custom.items()}, **KINDS}
    if name not in kinds or not _ID.fullmatch(record_id):
        return None
    ref = Ref(kinds[name], canonical(record_id))
    return ref if object_of(ref, custom) == name else None


def ref_of(record_id: str) -> Ref | None:
    """The `Ref` of a vendor's id; None where it is no object that is synced."""
    name = PREFIXES.get(record_id[:3]) if _ID.fullmatch(record_id) else None
    return None if name is None else Ref(KINDS[name], canonical(record_id))


def by_object(refs: Sequence[Ref], custom: Mapping[Kind, str]) -> Mapping[str, list[str]]:
    """Canonical ids by object, each once; ids that are not of their kind are left out."""
    found: dict[str, dict[str, None]] = {}
    for ref in refs:
        if (name := object_of(ref, custom)) is not None:
            found.setdefault(name, {})[canonical(ref.id)] = None
    return {name: list(ids) for name, ids in found.items()}
