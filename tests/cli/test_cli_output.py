"""Tables that a person reads, and the same as JSON for a program."""

import json

import pytest

from app.cli.output import say_rows

ROWS = [{"clock": "first-contact", "rate": 1.0, "minutes": 21.969307216666667, "p90": None}]


def test_figures_are_rounded_in_a_table_and_whole_in_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody reads fifteen decimals; a program may."""
    say_rows(("clock", "rate", "minutes", "p90"), ROWS, as_json=False)
    table = capsys.readouterr().out.splitlines()[1].split()
    say_rows(("clock",), ROWS, as_json=True)

    assert table == ["first-contact", "1", "21.969"]
    assert json.loads(capsys.readouterr().out) == ROWS
