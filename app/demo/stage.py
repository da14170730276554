"""Setting the stage: a folder, ports, the processes in their order, and everything away again."""

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.demo import configuration
from app.demo.children import Child, DemoFailed, environment
from app.demo.configuration import Ports, Seeded
from app.demo.sandboxes import Sandbox
from app.demo.script import Script
from app.store import embedded

KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Stage:
    """All that runs. `key` is an API key of Baton for whoever watches."""

    home: Path
    ports: Ports
    hubspot: Sandbox
    salesforce: Sandbox
    seeded: Seeded
    baton: Child
    key: str

    def kill_baton(self) -> None:
        """Baton dies without a goodbye and is started again on the same data."""
        self.baton.kill()
        self.baton.start()


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """Where data, logs and configuration are; a temporary one is removed unless `keep_files`.

    As root the embedded server runs as a user of its own, who must be able to get there.
    """
    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            raise DemoFailed(f"{keep} is not empty; give a folder that the demo may fill")
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    home = Path(tempfile.mkdtemp(prefix="baton-demo-"))
    try:
        home.chmod(0o755)
        yield home
    finally:
        if not (home / KEPT).exists():
            shutil.rmtree(home, ignore_errors=True)


def keep_files(home: Path) -> None:
    """Leave the folder for somebody to look into."""
    (home / KEPT).touch()


@contextmanager
def set_up(
    home: Path, script: Script, *, port: int, seed: int, whole: bool = False
) -> Iterator[Stage]:
    """Start everything and seed it; end all of it again, whatever happens. `whole`: by all of
    Baton's rules.
    """
    numbers = free_ports(3)
    ports = Ports(port or numbers[0], *numbers[1:])
    (home / "hubspot-sandbox.yaml").write_text(configuration.hubspot_sandbox(ports, seed), "utf-8")
    (home / "baton.yaml").write_text(configuration.baton(ports, whole=whole), "utf-8")
    with ExitStack() as stack:
        http = stack.enter_context(httpx.Client(timeout=60, trust_env=False))
        sandboxes = [_sandbox(home, ports, name) for name in ("hubspot", "salesforce")]
        for child in sandboxes:
            stack.callback(child.stop)
            child.start()
        for child in sandboxes:
            child.wait_ready(http)
        settings = _settings(home, ports)
        stack.callback(_release, home)
        apply = ["apply", "--install", "--file", str(home / "baton.yaml")]
        configuring = Child("apply", apply, home, {**settings, **configuration.SECRETS})
        stack.callback(configuring.stop)
        configuring.start()
        hubspot, salesforce = (Sandbox(ports.url(n), http) for n in ("hubspot", "salesforce"))
        seeded = configuration.seed(script, hubspot, salesforce)
        configuring.finish()
        key = _key(home, settings, stack)
        ready = f"{ports.url('baton')}/healthz"
        baton = Child("baton", ["serve"], home, settings, ready)
        stack.callback(baton.stop)
        baton.start()
        baton.wait_ready(http)
        yield Stage(home, ports, hubspot, salesforce, seeded, baton, key)


def _sandbox(home: Path, ports: Ports, name: str) -> Child:
    arguments = ["sandbox", name, "--port", str(getattr(ports, name))]
    config = home / f"{name}-sandbox.yaml"
    if config.exists():
        arguments += ["--config", str(config)]
    ready = f"{ports.url(name)}/_sandbox/quiet"
    return Child(f"{name}-sandbox", arguments, home, environment(), ready)


def _settings(home: Path, ports: Ports) -> dict[str, str]:
    return environment(
        BATON_DATA_DIR=str(home / "data"),
        BATON_PORT=str(ports.baton),
        BATON_PUBLIC_URL=ports.url("baton"),
        BATON_ALLOW_HOSTS="127.0.0.1",
    )


def _key(home: Path, settings: dict[str, str], stack: ExitStack) -> str:
    making = Child("keys", ["keys", "create", "demo", "--json"], home, settings)
    stack.callback(making.stop)
    making.start()
    making.finish()
    key: str = json.loads(making.last_line())["key"]
    making.log.unlink()  # a key is not kept in a file
    return key


def _release(home: Path) -> None:
    """A killed Baton left the embedded server running: the last one to leave ends it."""
    if (home / "data" / "postgres").exists() and os.name == "posix":
        embedded.start(home / "data").stop()


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [one.getsockname()[1] for one in sockets]
