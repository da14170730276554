"""What the official JavaScript clients got; `make test-clients` installs them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from connectors.hubspot.sandbox import app as hubspot
from connectors.salesforce.sandbox import app as salesforce
from connectors.sandbox.server import Running

HERE = Path(__file__).parent
PATIENCE_S = 120


def pytest_configure(config: pytest.Config) -> None:
    text = "clients: the official JavaScript clients, run by `make test-clients`"
    config.addinivalue_line("markers", text)


def results(name: str, app: ASGIApp, seed: list[dict[str, Any]]) -> Any:
    """Run `{name}.mjs` against a fresh sandbox; what it printed."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").exists():
        pytest.skip("needs Node.js and `make test-clients`")
    with Running(app) as sandbox:
        httpx.post(f"{sandbox.url}/_sandbox/seed", json={"records": seed}).raise_for_status()
        done = subprocess.run(  # noqa: S603  our own script, the address of our own server
            [node, str(HERE / f"{name}.mjs"), sandbox.url],
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def api_client() -> Any:
    """What @hubspot/api-client got."""
    rep = {"object": "owners", "email": "rep@x.com", "firstName": "Rea", "lastName": "P"}
    return results("hubspot", hubspot.create(), [rep])


@pytest.fixture(scope="session")
def jsforce() -> Any:
    """What jsforce got."""
    return results("salesforce", salesforce.create(), [])
