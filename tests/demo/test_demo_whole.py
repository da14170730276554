"""The demo as a user runs it: sandboxes and Baton in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeAlias

import psutil
import pytest

PEOPLE = 30
Played: TypeAlias = tuple[int, dict[str, Any], str]


def _played(folder: Path, *arguments: str) -> Played:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BATON_")}
    done = subprocess.run(  # noqa: S603  our own command
        [
            sys.executable, "-m", "app", "demo", "--once", "--json", "--people", str(PEOPLE),
            "--keep", str(folder / "demo"), *arguments,
        ],
        env={**kept, "PYTHONPATH": str(Path.cwd())},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )  # fmt: skip
    lines = done.stdout.strip().splitlines() or ["{}"]
    result: dict[str, Any] = json.loads(lines[-1])
    return done.returncode, result, done.stdout + done.stderr


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Played]:
    """A small day, played once for all tests here."""
    folder = tmp_path_factory.mktemp("day")
    folder.chmod(0o755)
    return folder, _played(folder)


def test_a_small_day_arrives_completely_and_once(day: tuple[Path, Played]) -> None:
    """Every person, deed, alert and edit is at the other side once; then all is quiet."""
    code, result, told = day[1]

    assert code == 0, told
    assert result["leads_in_sfa"] == result["people"] == PEOPLE
    assert result["alerts"] == result["notifications"] == 6
    assert result["entries_in_sfa"] < result["activities_in_sfa"]
    assert result["digests"] > 0
    assert result["handoffs"] == 4
    assert result["tasks"] > result["entries_in_sfa"] + result["alerts"]
    assert (result["lost"], result["duplicates"], result["writes_while_quiet"]) == (0, 0, 0)
    assert set(result["alert_latency_ms"]) == {"p50", "p95", "p99"}
    assert result["api_calls"]["hubspot"] > 0
    assert result["api_calls"]["salesforce"] > 0


def test_nothing_is_left_running(day: tuple[Path, Played]) -> None:
    """When the demo has ended, so have its processes and its embedded database."""
    data = str(day[0] / "demo")

    assert [one for one in psutil.process_iter() if data in _traces(one)] == []


def test_a_kill_in_the_middle_loses_and_doubles_nothing(folder: Path) -> None:
    """SIGKILL of Baton during the play: at most a bell stays silent, whose task stands."""
    code, result, told = _played(folder, "--kill-after", "2")

    assert code == 0, told
    assert "Baton is killed" in told
    assert (result["lost"], result["duplicates"]) == (0, 0)
    assert result["alerts"] == 6
    assert result["notifications"] + result["notifications_in_doubt"] == 6


def _traces(process: psutil.Process) -> str:
    """Its command line and the files that it has open (the children's logs are among them)."""
    try:
        return " ".join([*process.cmdline(), *(file.path for file in process.open_files())])
    except psutil.Error:
        return ""
