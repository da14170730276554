"""The capability matrix in the documents is the one that the connectors answer."""

import os
import re
from pathlib import Path

from connectors.registry import CAPABILITIES, matrix

WRITE = "BATON_WRITE_DOCS"
BETWEEN = re.compile(r"(?<=<!-- matrix -->\n).*?(?=<!-- /matrix -->)", re.DOTALL)


def table() -> str:
    """The matrix in Markdown: a line for each capability, a column for each vendor."""
    able = matrix()
    vendors = sorted(able)
    lines = [f"| capability | {' | '.join(vendors)} |", "|---|" + "---|" * len(vendors)]
    for capability in (one.__name__ for one in CAPABILITIES):
        marks = ("yes" if able[vendor][capability] else "no" for vendor in vendors)
        lines.append(f"| `{capability}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def test_the_matrix_is_up_to_date(root: Path) -> None:
    """The table in docs/connectors.md is generated (BATON_WRITE_DOCS=1 writes it)."""
    page = root / "docs" / "connectors.md"
    text = page.read_text("utf-8")
    if os.environ.get(WRITE):
        page.write_text(BETWEEN.sub(table(), text), "utf-8")
        text = page.read_text("utf-8")

    assert BETWEEN.findall(text) == [table()]


def test_the_matrix_knows_what_makes_the_two_vendors_differ() -> None:
    """HubSpot has webhooks and no bell; Salesforce rings the bell."""
    able = matrix()

    assert able["hubspot"]["ParsesWebhooks"] is True
    assert able["hubspot"]["Notifies"] is False
    assert able["salesforce"]["Notifies"] is True
