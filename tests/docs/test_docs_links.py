"""Links between documents lead somewhere, and translations follow their original."""

import re
from collections.abc import Mapping
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
DECISION_LINES = 12


def headings(text: str) -> list[tuple[str, str]]:
    """Level and text of each heading outside of code."""
    return HEADING.findall(FENCED.sub("", text))


def anchors(text: str) -> set[str]:
    """The anchors of a document, as forges make them from headings."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        for _, title in headings(text)
    }


def broken(root: Path, name: str, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = root / name if not path else (root / name).parent / path
    if not file.exists():
        return True
    return bool(anchor) and anchor not in anchors(file.read_text("utf-8"))


def test_links_lead_somewhere(documents: Mapping[str, str], root: Path) -> None:
    """A relative link names a file that is there, and a heading in it."""
    dead = [
        f"{name} -> {target}"
        for name, text in documents.items()
        for target in LINK.findall(FENCED.sub("", text))
        if not re.match(r"[a-z]+:", target) and broken(root, name, target)
    ]

    assert dead == []


def test_the_japanese_readme_follows_the_english_one(documents: Mapping[str, str]) -> None:
    """Same headings in number and level, so that nothing is left out of either."""
    english = [level for level, _ in headings(documents["README.md"])]
    japanese = [level for level, _ in headings(documents["README.ja.md"])]

    assert japanese == english


def test_the_two_readmes_name_the_same_settings_and_commands(
    commands: Mapping[str, list[str]],
) -> None:
    """What can be typed or set is the same in both languages."""
    rule = re.compile(r"BATON_[A-Z_]+|^make [a-z]+|^baton [a-z]+(?: [a-z]+)?")
    english, japanese = (
        {word for code in commands[name] for word in rule.findall(code)}
        for name in ("README.md", "README.ja.md")
    )

    assert japanese == english


def test_decisions_are_numbered_and_short(documents: Mapping[str, str]) -> None:
    """A decision has a context, a decision and a price, on a dozen lines, and its own number."""
    decisions = {n: text for n, text in documents.items() if n.startswith("docs/decisions/")}
    numbers = [int(Path(name).name[:4]) for name in decisions]
    parts = re.compile(r"\*\*Context\.\*\*.*\*\*Decision\.\*\*.*\*\*Price\.\*\*", re.DOTALL)

    assert numbers == list(range(1, len(numbers) + 1))
    assert [n for n, text in decisions.items() if not parts.search(text)] == []
    assert [n for n, t in decisions.items() if len(t.splitlines()) > DECISION_LINES] == []
    assert [n for n, t in decisions.items() if not t.startswith(f"# {Path(n).name[:4]} ")] == []


def test_every_file_that_architecture_names_exists(
    documents: Mapping[str, str], root: Path
) -> None:
    """The table "where do I change …" leads to files that are there."""
    named = re.findall(
        r"`((?:app|connectors|mappings|migrations|tests)/[\w/.]*)`", documents["ARCHITECTURE.md"]
    )

    assert [path for path in named if not (root / path).exists()] == []
    assert "app/flows/deliver.py" in named
