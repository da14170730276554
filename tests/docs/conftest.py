"""The project's documents, and what they say."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def documents() -> Mapping[str, str]:
    """Every document for people: its path from the project's folder, and its text."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("connectors/**/*.md")]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sorted(found)}


@pytest.fixture(scope="session")
def commands(documents: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Every line of code, and every code span, of each document."""
    return {name: _code(text) for name, text in documents.items()}


def _code(text: str) -> list[str]:
    lines = [line.strip() for block in FENCE.findall(text) for line in block.splitlines()]
    return [*lines, *SPAN.findall(FENCE.sub("", text))]
