"""Check what rules ask about: fields that are mapped, types of activities, events and their facts.

A rule that asks about something that is not there is well formed, and never holds. Pointers name
the word itself, so that a mistyped one is found in a document of hundreds of rules.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, get_args

from app.domain.activity import TYPES
from app.domain.events import CATALOGUE, NAMES, matching
from app.domain.handoff_document import FIGURE, HISTORY, MEMO
from app.domain.lifecycle_document import StageName
from app.flows import rules as rules_
from app.store.db import Tx
from mappings.finding import Finding, warning
from mappings.source import token
from mappings.transforms import did_you_mean

ALL_POINTS = 100  # no score is above
OWN = (MEMO, FIGURE)  # a hand-off's; its document knows which there are
EARLIER = "earlier."
FACTS = {one.name: frozenset(one.facts) for one in CATALOGUE}
STAGES = get_args(StageName)
MOVED = "stage.changed"


def findings(tx: Tx, body: Mapping[str, Any], own: Collection[str] = ()) -> Iterator[Finding]:
    """Warnings about a document of rules, as plain data with its keys as they are written.

    `own` are the fields that it may ask about besides those of the mappings of people.
    """
    mapped = mapped_fields(tx)
    for where, part in _parts("", body):
        for at, name in _fields(where, part) if mapped else ():
            if name not in mapped and name not in own:
                hint = did_you_mean(name, [*mapped, *own]) or ": map it, or leave this out"
                yield warning(at, f'no mapping has a field "{name}"{hint}')
        yield from _types(where, part)
        yield from _events(where, part)
        yield from _beyond(where, part)


def mapped_fields(tx: Tx) -> frozenset[str]:
    """The canonical fields of people; empty where none are mapped yet."""
    plans = [plan for plan in rules_.load(tx).plans if plan.kind == "person"]
    return frozenset(rule.name for plan in plans for rule in plan.document.fields)


def _parts(where: str, piece: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping in a document, with its pointer."""
    if isinstance(piece, Mapping):
        yield where, piece
        for key, inner in piece.items():
            yield from _parts(f"{where}/{token(key)}", inner)
    elif isinstance(piece, list | tuple):
        for index, inner in enumerate(piece):
            yield from _parts(f"{where}/{index}", inner)


def _fields(where: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields that a condition, a fact of a clock or a memo asks about."""
    if "op" in part and "field" in part and not part["field"].startswith(OWN):
        yield f"{where}/field", part["field"]
    if "changed" in part:
        yield f"{where}/changed", part["changed"]
    for index, name in enumerate(part.get("prefill") or ()):
        if name not in HISTORY and not name.startswith(EARLIER):
            yield f"{where}/prefill/{index}", name


def _types(where: str, part: Mapping[str, Any]) -> Iterator[Finding]:
    """Tools may bring types of their own: only what is nearly one of Baton's is pointed out."""
    for name in _texts(part.get("activity")):
        meant = did_you_mean(name, TYPES)
        if meant and not any(fnmatchcase(one, name) for one in TYPES):
            yield warning(f"{where}/activity", f'Baton has no activities "{name}"{meant}')


def _texts(value: Any) -> Iterable[str]:
    return value if isinstance(value, list | tuple) else ()


def _events(where: str, part: Mapping[str, Any]) -> Iterator[Finding]:
    glob = part.get("event")
    if not isinstance(glob, str) or "where" not in part:
        return
    meant = matching([glob])
    if not meant:
        yield warning(f"{where}/event", f'there is no event "{glob}"{did_you_mean(glob, NAMES)}')
        return
    told = {fact for name in meant for fact in FACTS[name]}
    for fact, values in part["where"].items():
        at = f"{where}/where/{token(fact)}"
        if fact not in told:
            yield warning(at, f'{glob} does not tell "{fact}"{did_you_mean(fact, told)}')
        elif meant == (MOVED,) and fact in {"from", "to"}:
            yield from _stages(at, values)


def _stages(at: str, values: Collection[Any]) -> Iterator[Finding]:
    for value in values:
        if value not in STAGES:
            hint = did_you_mean(str(value), STAGES)
            yield warning(at, f'there is no stage "{value}"{hint or ": " + ", ".join(STAGES)}')


def _beyond(where: str, part: Mapping[str, Any]) -> Iterator[Finding]:
    value = part.get("value")
    if "score" not in part or "op" not in part or not isinstance(value, int | float):
        return
    least = {"gt": ALL_POINTS - 1e-9}.get(part["op"], ALL_POINTS)
    if part["op"] in {"gt", "gte", "equals"} and value > least:
        yield warning(f"{where}/value", f"never holds: a score goes up to {ALL_POINTS}")
