"""What applying a file changes, and how that is told."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from app.cli.output import say, say_json


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a connection, document or hook: `new`, `changed`, `same`, `kept`; details."""

    what: str
    verdict: str
    lines: tuple[str, ...] = ()


def verdict(before: object | None, lines: Sequence[str]) -> str:
    """By what there was before (None: nothing), and the lines that differ."""
    if before is None:
        return "new"
    return "changed" if lines else "same"


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """The lines that differ, in YAML; nothing of what is new as a whole."""
    if not before or before == after:
        return
    old, new = as_yaml(before).splitlines(), as_yaml(after).splitlines()
    compared = difflib.unified_diff(old, new, lineterm="", n=1)
    yield from (line for line in compared if not line.startswith(("---", "+++")))


def as_yaml(body: Mapping[str, Any]) -> str:
    """Keys in their own order, characters as they are."""
    return yaml.safe_dump(dict(body), sort_keys=False, allow_unicode=True, width=100)


def report(changes: Sequence[Change], *, as_json: bool) -> None:
    """Say them, one after the other."""
    if as_json:
        rows = [{"what": c.what, "verdict": c.verdict, "lines": c.lines} for c in changes]
        say_json(rows)
        return
    for change in changes:
        say(f"{change.verdict:8} {change.what}")
        for line in change.lines:
            say(f"         {line}")
