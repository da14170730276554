"""The demo's processes: both sandboxes and Baton itself, each on its own, all ended at the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

STARTS_WITHIN_S = 90.0
ENDS_WITHIN_S = 30.0
POLL_S = 0.05


class DemoFailed(RuntimeError):
    """The demo can't go on; the text says why and where to look."""


@dataclass(slots=True)
class Child:
    """One process, its output in a file. `ready` is the address that answers once it is up."""

    name: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    ready: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Raises: DemoFailed before the start."""
        if self.process is None:
            raise DemoFailed(f"{self.name} was not started")
        return self.process.pid

    def start(self) -> None:
        """Start it; Ctrl-C on the terminal reaches only us, we end it in order."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603  our own command
                [sys.executable, "-m", "app", *self.arguments],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, http: httpx.Client) -> None:
        """Until it answers. Raises: DemoFailed."""
        deadline = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise DemoFailed(f"{self.name} ended while it started: {self.last_line()}")
            try:
                if http.get(self.ready).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(POLL_S)
        raise DemoFailed(
            f"{self.name} did not answer within {STARTS_WITHIN_S:.0f} s; see {self.log}"
        )

    def finish(self) -> None:
        """Until it ends by itself. Raises: DemoFailed unless it ended well."""
        if self.process is not None and self.process.wait(STARTS_WITHIN_S) != 0:
            raise DemoFailed(f"{self.name} failed: {self.last_line()}")

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> bool:
        """End it politely, at last by force; answer whether it went politely."""
        if self.process is None or self.process.poll() is not None:
            return self.process is None or self.process.returncode == 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(ENDS_WITHIN_S) == 0
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def last_line(self) -> str:
        """What it said last."""
        lines = self.log.read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing; see {self.log}"


def environment(**settings: str) -> dict[str, str]:
    """Our environment, with no settings of Baton's but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BATON_")}
    return {**kept, **settings}
