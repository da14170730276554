"""Save, activate and roll back documents. What follows from a change of rules is set off here."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from app.configuring import campaigns
from app.configuring.connections import SLUG, refresh_feeds
from app.configuring.document_checks import findings
from app.configuring.problems import Invalid, Missing, OutOfDate, near, validated
from app.configuring.work import start_recompute, start_resync
from app.domain.campaign_document import CampaignDocument
from app.domain.documents import MODELS
from app.domain.sla_document import SlaDocument
from app.flows import drift
from app.store import connections, documents, journal, links, revisiting
from app.store.db import Tx
from app.store.documents import Document
from app.store.journal import Line
from app.store.work import lane_of
from mappings.document import MappingDocument
from mappings.finding import Finding, error
from mappings.source import DocumentError, load

NUL = "\\u0000"  # as JSON writes it; PostgreSQL can't store it


@dataclass(frozen=True, slots=True)
class Saved:
    """A stored version, what to know about it, and the lanes to wake after the commit. `job`
    makes an activated document retroactive: a mapping's resync, or that rules are applied anew.
    """

    document: Document
    warnings: tuple[Finding, ...] = ()
    changed: bool = True
    wakes: frozenset[str] = frozenset()
    job: int | None = None


def read_text(text: str, what: str) -> dict[str, Any]:
    """A document's body from YAML or JSON, not yet checked. Raises: Invalid."""
    try:
        body = load(text)
    except DocumentError as caught:
        problems = [error("", f"{where}: {message}") for where, message in caught.problems]
        raise Invalid(what, problems) from None
    if not isinstance(body, dict):
        raise Invalid(what, [error("", "expected a mapping of keys to values")])
    return body


def save_document(
    tx: Tx,
    kind: str,
    name: str,
    body: Mapping[str, Any],
    *,
    if_match: int | None = None,
    activate: bool = True,
    resync: bool = True,
    note: str = "",
    by: str = "",
) -> Saved:
    """Check a document and store it as the next version; one that changes nothing is not stored.

    `if_match` is the version that the caller has read (0: there must be none). Without `resync`
    a mapping holds only for what changes from now on.
    Raises: Invalid, Missing (no such kind), OutOfDate.
    """
    what = f'{kind} "{name}"'
    parsed = parsed_document(kind, name, body)
    latest = documents.latest_version(tx, kind, name)
    current = documents.get(tx, kind, name)
    _check_match(what, current, if_match)
    warnings = _checked(tx, what, name, parsed)
    if current is not None and current.active and current.body == dict(body):
        return Saved(current, warnings, changed=False)
    newest = documents.get(tx, kind, name, latest)
    if newest is None or newest.body != dict(body):
        latest += 1
        documents.add(tx, kind, name, latest, dict(body), note=note, by=by)
    if activate:
        saved = _activate(tx, _get(tx, kind, name, latest), parsed, Why(by, note), resync=resync)
        return replace(saved, warnings=warnings)
    return Saved(_get(tx, kind, name, latest), warnings)


def activate_version(
    tx: Tx,
    kind: str,
    name: str,
    version: int,
    *,
    if_match: int | None = None,
    resync: bool = True,
    note: str = "",
    by: str = "",
) -> Saved:
    """Make a stored version the active one: forward, or back. `note` says why, in the journal.

    Raises: as `save_document`.
    """
    what = f'{kind} "{name}"'
    model_of(kind)
    documents.latest_version(tx, kind, name)
    target = _get(tx, kind, name, version)
    _check_match(what, documents.get(tx, kind, name), if_match)
    parsed = parsed_document(kind, name, target.body)
    warnings = _checked(tx, what, name, parsed)
    if target.active:
        return Saved(target, warnings, changed=False)
    saved = _activate(tx, target, parsed, Why(by, note), resync=resync)
    return replace(saved, warnings=warnings)


def check_document(tx: Tx, kind: str, name: str, body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What saving would say; nothing is stored. Raises: Invalid, Missing."""
    return _checked(tx, f'{kind} "{name}"', name, parsed_document(kind, name, body))


def model_of(kind: str) -> type[BaseModel]:
    """The model that checks a kind of document. Raises: Missing."""
    if kind not in MODELS:
        raise Missing(f'there is no kind of document "{kind}"{near(kind, MODELS)}')
    return MODELS[kind]


def parsed_document(kind: str, name: str, body: Mapping[str, Any]) -> BaseModel:
    """A document in itself well formed. Raises: Invalid, Missing."""
    model, what = model_of(kind), f'{kind} "{name}"'
    if not re.fullmatch(SLUG, name):
        tip = "a name is small letters, digits, - and _, begins with a letter, at most 40"
        raise Invalid(what, [error("", tip)])
    if NUL in json.dumps(dict(body)):
        raise Invalid(what, [error("", "a text contains a NUL character")])
    return validated(model, dict(body), what=what)


def _check_match(what: str, current: Document | None, if_match: int | None) -> None:
    there = 0 if current is None else current.version
    if if_match is not None and if_match != there:
        raise OutOfDate(what, there)


def _checked(tx: Tx, what: str, name: str, parsed: BaseModel) -> tuple[Finding, ...]:
    found = findings(tx, name, parsed)
    errors = [one for one in found if one.severity == "error"]
    if errors:
        raise Invalid(what, errors)
    return tuple(found)


def _get(tx: Tx, kind: str, name: str, version: int) -> Document:
    found = documents.get(tx, kind, name, version)
    if found is None:
        raise Missing(f'there is no version {version} of {kind} "{name}"')
    return found


@dataclass(frozen=True, slots=True)
class Why:
    """Who makes a version the active one, and what for."""

    by: str
    note: str


def _activate(tx: Tx, one: Document, parsed: BaseModel, why: Why, *, resync: bool) -> Saved:
    kind, name, by = one.kind, one.name, why.by
    before = documents.get(tx, kind, name)
    documents.activate(tx, kind, name, one.version)
    left = before.version if before is not None and before.active else None
    detail = {"kind": kind, "name": name, "version": one.version, "before": left, "by": by}
    journal.write(tx, [Line("activated", detail={**detail, "note": why.note})])
    current = _get(tx, kind, name, one.version)
    if isinstance(parsed, CampaignDocument):
        return Saved(current, wakes=frozenset(campaigns.activated(tx, name, parsed)))
    if isinstance(parsed, SlaDocument):  # clocks go by the version under which they started
        return Saved(current, wakes=frozenset({"clocks"}))
    if not isinstance(parsed, MappingDocument):
        job = start_recompute(tx, f"{kind}/{name}@{one.version}", by=by)
        return Saved(current, wakes=frozenset({lane_of(job)}), job=job)
    is_first = before is None or not before.active
    drift.remapped(tx, parsed.kind)
    wakes = _remap(tx, parsed, before, from_the_start=is_first)
    if is_first:
        revisiting.rescore(tx, parsed.kind)
        return Saved(current, wakes=frozenset(wakes | {"score"}))
    if not resync:
        return Saved(current, wakes=frozenset(wakes))
    job = start_resync(tx, name, by=by)
    return Saved(current, wakes=frozenset(wakes | {lane_of(job)}), job=job)


def _remap(
    tx: Tx, new: MappingDocument, before: Document | None, *, from_the_start: bool
) -> set[str]:
    """Read schemas again (`from_the_start`: all records too), retry what the old mapping could
    not.
    """
    names = {new.ma, new.sfa}
    if before is not None and before.active:
        names |= {str(before.body.get(role, "")) for role in ("ma", "sfa")}
    again = [f"schema:{new.kind}"] + ([f"changes:{new.kind}"] if from_the_start else [])
    wakes: set[str] = set()
    for name in sorted(names):
        if connections.get(tx, name) is None:
            continue
        refresh_feeds(tx, name)
        wakes |= {f"read:{name}:{feed}" for feed in revisiting.read_again(tx, name, again)}
        links.wake_sides(tx, name, ["failed"])
    return wakes
