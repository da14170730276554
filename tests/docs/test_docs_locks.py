"""Files that are handed on hold no addresses of a registry and nothing of a machine."""

import re
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
# The file at apache.org/licenses/LICENSE-2.0.txt, byte for byte.
APACHE_2_0 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_holds_versions_and_hashes_and_no_address(root: Path, name: str) -> None:
    """It installs the same from every mirror."""
    text = (root / name).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert re.findall(r"https?:|://|--(?:extra-)?index-url|--find-links|@ ", text) == []
    assert [e.split()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e] == []


def test_the_development_lock_holds_all_that_runs(root: Path) -> None:
    """Tests run with the versions that are shipped."""
    shipped = dict(PIN.findall((root / "requirements.txt").read_text("utf-8")))
    tested = dict(PIN.findall((root / "requirements-dev.txt").read_text("utf-8")))

    assert {name: tested.get(name) for name in shipped} == shipped
    assert {"hatchling", "pytest", "ruff"} <= tested.keys()


def test_every_dependency_is_locked(root: Path) -> None:
    """A dependency that was added without `make lock` is named here."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    locked = {name for name, _ in PIN.findall((root / "requirements.txt").read_text("utf-8"))}
    wanted = {
        re.split(r"[^\w-]", one)[0].lower().replace("_", "-") for one in project["dependencies"]
    }

    assert sorted(wanted - locked) == []


def test_the_licence_is_the_unmodified_apache_2_0(root: Path) -> None:
    """The text is the foundation's own, and the project names it."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]

    assert sha256((root / "LICENSE").read_bytes()).hexdigest() == APACHE_2_0
    assert project["license"] == "Apache-2.0"


def test_documents_name_no_machine(documents: Mapping[str, str]) -> None:
    """No path of somebody's home or build machine stands in a document."""
    rule = re.compile(r"(?<![\w.])/(?:home|Users|root|work|tmp)/[\w.]+")

    assert [
        (name, rule.findall(text)) for name, text in documents.items() if rule.search(text)
    ] == []
