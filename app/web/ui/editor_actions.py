"""What is done on the page of one document: a draft is checked, saved, published."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import yaml

from app import configuring
from app.configuring import Invalid, Saved
from app.domain.presets import preset_text, presets
from app.store import connections, documents, journal
from app.store.db import Tx
from app.web.deps import transacted
from app.web.fields_read import fields_read
from app.web.ui.actions import check_admin
from app.web.ui.desk import Visit
from mappings import presets as mapping_presets
from mappings.finding import Finding
from mappings.sides import ROLES

ACTIVATIONS = 20


@dataclass(slots=True)
class Draft:
    """What stands in the editor. `seen` is the version that is current for whoever reads it (0:
    there is none): where somebody else was quicker nothing is saved.
    """

    kind: str
    name: str
    text: str
    seen: int
    version: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document to be edited, and when which version of it was active."""

    draft: Draft
    activations: Sequence[dict[str, object]]


def opened(tx: Tx, kind: str, name: str, version: int | None) -> Opened:
    """A version (else the active one, the newest, the preset) as text. Raises: Missing."""
    configuring.model_of(kind)
    current = documents.get(tx, kind, name)
    one = current if version is None else documents.get(tx, kind, name, version)
    if version is not None and one is None:
        raise configuring.Missing(f'there is no version {version} of {kind} "{name}"')
    text = _preset(tx, kind, name) if one is None else _yaml(one.body)
    seen = 0 if current is None else current.version
    draft = Draft(kind, name, text, seen, None if one is None else one.version)
    return Opened(draft, journal.activations(tx, kind, name, None, ACTIVATIONS))


def _preset(tx: Tx, kind: str, name: str) -> str:
    """What to begin with; a mapping names the connections that there are, where each role has
    one.
    """
    if kind != "mapping":
        return preset_text(kind) if kind in presets() else ""
    if name not in mapping_presets.kinds():
        return ""
    text = mapping_presets.preset_text(mapping_presets.kinds()[name])
    for role in ROLES:
        there = [one.name for one in connections.every(tx) if one.role == role]
        if len(there) == 1:
            text = re.sub(
                rf"^{role}: .*$", f"{role}: {there[0]}", text, count=1, flags=re.MULTILINE
            )
    return text


def _yaml(body: object) -> str:
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100)


def check(visit: Visit, draft: Draft) -> tuple[Finding, ...]:
    """What is wrong (errors) or doubtful (warnings) about a draft. Stores nothing."""
    try:
        body = configuring.read_text(draft.text, f'{draft.kind} "{draft.name}"')
        unread = fields_read(visit.desk.parts, draft.kind, body)
        with visit.desk.parts.database.begin() as tx:
            return (*unread, *configuring.check_document(tx, draft.kind, draft.name, body))
    except Invalid as invalid:
        return invalid.problems


def save(visit: Visit, draft: Draft, *, publish: bool) -> Saved:
    """Store a draft as the next version, and make it the active one where it is published.

    Raises: NotAllowed, Invalid, Missing, OutOfDate.
    """
    check_admin(visit)
    body = configuring.read_text(draft.text, f'{draft.kind} "{draft.name}"')
    parts, by = visit.desk.parts, visit.who
    unread = fields_read(visit.desk.parts, draft.kind, body)
    saved = transacted(
        parts,
        lambda tx: configuring.save_document(
            tx, draft.kind, draft.name, body,
            if_match=draft.seen, activate=publish, note=draft.note.strip(), by=by,
        ),
    )  # fmt: skip
    parts.wake(set(saved.wakes))
    return replace(saved, warnings=(*unread, *saved.warnings))
