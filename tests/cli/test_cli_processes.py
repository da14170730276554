"""`baton serve` and `baton sandbox`: processes that run for good and end in order."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Command


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://[^ )]+", line):
            return found[0].strip()
    raise AssertionError("it ended without saying where it is")


def test_serve_says_where_it_is_and_ends_on_sigterm(baton: Command) -> None:
    """With port 0 the chosen one is printed once it answers; SIGTERM ends it with exit 0."""
    with baton.running("serve", "--port", "0") as process:
        url = _address(process)
        alive = httpx.get(f"{url}/healthz", timeout=30)
        process.send_signal(signal.SIGTERM)

        assert alive.status_code == 200
        assert process.wait(60) == 0


def test_serve_on_a_taken_port_is_one_line(baton: Command) -> None:
    """The reason is the system's."""
    with baton.running("sandbox", "hubspot", "--port", "0") as process:
        port = _address(process).rpartition(":")[2]
        ended = baton.apart("serve", "--port", port)

    assert ended.code == 1
    assert ended.err.startswith("baton: Address already in use")
    assert len(ended.err.splitlines()) == 1


@pytest.fixture
def in_a_script() -> Iterator[None]:
    """What is started here ignores Ctrl-C at first, as what a script starts with `&` does."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_a_script")
def test_a_worker_ends_on_ctrl_c(baton: Command) -> None:
    """Ctrl-C is how a person stops it, also where a script started it; that is no failure."""
    with baton.running("work") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "Baton works\n"
        process.send_signal(signal.SIGINT)

        assert process.wait(60) == 0


def test_a_sandbox_takes_its_settings_from_a_file(bare: Command, tmp_path: Path) -> None:
    """`--config` sets what `PATCH /_sandbox/config` can change."""
    file = tmp_path / "sandbox.yaml"
    file.write_text("org_name: Rehearsal\n", "utf-8")
    with bare.running("sandbox", "salesforce", "--config", str(file)) as process:
        config = httpx.get(f"{_address(process)}/_sandbox/config", timeout=30).json()
        process.send_signal(signal.SIGTERM)

        assert config["org_name"] == "Rehearsal"
        assert process.wait(30) == 0


def test_an_unknown_sandbox_setting_is_named(bare: Command, tmp_path: Path) -> None:
    """A typo is not ignored."""
    file = tmp_path / "sandbox.yaml"
    file.write_text("orgname: Rehearsal\n", "utf-8")

    ended = bare.apart("sandbox", "salesforce", "--config", str(file))

    assert ended.code == 1
    assert "orgname: Extra inputs are not permitted" in ended.err
