"""The catalogue of events: it names what the code tells, and its page is made from it."""

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import app
from app.domain.events import CATALOGUE, NAMES, example, matching
from app.flows.handoffs_told import EVENTS

WRITE = "BATON_WRITE_DOCS"
BETWEEN = re.compile(r"(?<=<!-- events -->\n).*?(?=<!-- /events -->)", re.DOTALL)
SOURCE = Path(app.__file__).parent
NOUNS = "|".join(sorted({name.partition(".")[0] for name in NAMES}))
TYPE = re.compile(rf"({NOUNS})\.[a-z_]+")
OWN = ("events.py", "events_of_people.py", "events_of_work.py")
GLOB = re.compile(r"event: ([a-z_.*]+)")


def told() -> tuple[set[str], set[str]]:
    """Types, and beginnings of types, that the code tells."""
    whole: set[str] = set()
    begun: set[str] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name in OWN or "web" in path.parts:
            continue
        for node in texts(path):
            first = node.values[0] if isinstance(node, ast.JoinedStr) else node
            text = str(first.value) if isinstance(first, ast.Constant) else ""
            if isinstance(node, ast.JoinedStr) and re.fullmatch(rf"({NOUNS})\.", text):
                begun.add(text)
            elif isinstance(node, ast.Constant) and TYPE.fullmatch(text):
                whole.add(text)
    return whole, begun


def texts(path: Path) -> Iterator[ast.JoinedStr | ast.Constant]:
    """The string literals in what `Happening` is made of, and in tables of types."""
    tree = ast.parse(path.read_text("utf-8"))
    if "Happening" not in path.read_text("utf-8"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            yield node


def test_every_event_that_is_told_is_in_the_catalogue() -> None:
    """Or nobody could subscribe to it."""
    of_handoffs = {f"handoff.{name}" for name in EVENTS.values()}

    assert sorted((told()[0] | of_handoffs) - set(NAMES)) == []


def test_every_event_of_the_catalogue_is_told() -> None:
    """No promise without a deed."""
    whole, begun = told()
    silent = [n for n in NAMES if n not in whole and not n.startswith(tuple(begun) or ("-",))]

    assert silent == []


def test_the_agreed_times_go_by_events_that_there_are() -> None:
    """A preset that names another one would never start a clock."""
    presets = (SOURCE / "domain" / "presets").glob("*.yaml")
    globs = {glob for path in presets for glob in GLOB.findall(path.read_text("utf-8"))}

    assert sorted(glob for glob in globs if not matching([glob])) == []


def page() -> str:
    """The catalogue in Markdown: a heading, a table and a message for each type."""
    parts = []
    for one in CATALOGUE:
        rows = [
            f"| `{name}` | {meaning} | `{json.dumps(sample, ensure_ascii=False)}` |"
            for name, (meaning, sample) in one.facts.items()
        ]
        message = json.dumps(example(one), ensure_ascii=False, indent=2)
        parts += [
            f"### {one.name}", "", f"{one.when.en}. {one.when.ja}。", "",
            "| fact | meaning | example |", "|---|---|---|", *rows, "",
            "<details><summary>message</summary>", "", "```json", message, "```", "",
            "</details>", "",
        ]  # fmt: skip
    return "\n".join(parts)


def test_the_page_is_up_to_date(root: Path) -> None:
    """docs/events.md is generated (BATON_WRITE_DOCS=1 writes it)."""
    path = root / "docs" / "events.md"
    text = path.read_text("utf-8")
    if os.environ.get(WRITE):
        path.write_text(BETWEEN.sub(lambda _: page(), text), "utf-8")
        text = path.read_text("utf-8")

    assert BETWEEN.findall(text) == [page()]
