"""The versions of the `sla` document that clocks go by; what was parsed once stays right."""

from dataclasses import dataclass

from app.domain.sla_document import SlaDocument
from app.store import documents
from app.store.db import Tx
from app.store.documents import Version

KIND = "sla"
MOST_PARSED = 64
_PARSED: dict[Version, SlaDocument] = {}


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of the document."""

    name: str
    version: int
    document: SlaDocument


def active(tx: Tx) -> Agreement | None:
    """The version by which clocks start now."""
    found = [one for one in documents.active(tx) if one.kind == KIND]
    return _agreement(tx, found[0]) if found else None


def of(tx: Tx, name: str, version: int) -> Agreement | None:
    """A certain version."""
    stored = documents.get(tx, KIND, name, version)
    if stored is None:
        return None
    return _agreement(tx, Version(KIND, name, version, stored.created_at))


def _agreement(tx: Tx, version: Version) -> Agreement:
    if version not in _PARSED:
        if len(_PARSED) >= MOST_PARSED:
            _PARSED.clear()
        _PARSED[version] = SlaDocument.model_validate(documents.body(tx, version))
    return Agreement(version.name, version.version, _PARSED[version])
