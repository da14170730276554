"""Dying at every named point, once each: after a restart nothing is lost and nothing doubled."""

import re
from collections import Counter
from pathlib import Path

import pytest

from app.crash import Point
from tests.faults.conftest import Rig
from tests.support.patience import eventually

ROOT = Path(__file__).parents[2]


def test_every_named_point_stands_in_the_code_once() -> None:
    """No point is forgotten, and none is dead."""
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    used = Counter(re.findall(r"crash_if\(Point\.([A-Z_]+)\)", code))

    assert used == Counter(point.name for point in Point)


@pytest.mark.parametrize("point", list(Point))
def test_a_death_loses_nothing_and_doubles_nothing(rig: Rig, point: Point) -> None:
    """The process dies at the point in the middle of the work, and is started again."""
    emails = rig.seed(point.name.lower().replace("_", "-"), 3)
    child = rig.serve(crash_at=point)
    eventually(lambda: set(rig.leads()) >= set(emails) or not child.alive(), 6)
    rig.become_hot(emails)
    assert eventually(lambda: not child.alive(), 60), "it never came to that point"
    assert child.process is not None
    assert child.process.returncode == 137

    rig.serve()
    rig.wait_until_answering()
    assert eventually(lambda: rig.arrived(rig.people), 90), rig.tasks()
    rig.stop()

    assert rig.arrived(rig.people)  # the same after it came to rest
    assert max(Counter(task["Baton_Key__c"] for task in rig.tasks()).values()) == 1
    assert max(Counter(rig.bells()).values()) == 1
