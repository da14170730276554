"""The command on the test's real database: called here, or as a process of its own."""

import base64
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
import structlog

from app.cli import main
from app.settings import Settings
from app.store.db import Database
from app.vault import Vault, open_vault

KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Command:
    """`baton`, with a clean environment but for `variables`."""

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, **more: str) -> Ended:
        """Its entry, called in this process: most commands take longer to import than to run."""
        out, err = StringIO(), StringIO()
        with self._here(more), redirect_stdout(out), redirect_stderr(err):
            try:
                main(arguments)
            except SystemExit as ended:
                code = ended.code
        assert isinstance(code, int)
        return Ended(code, out.getvalue(), err.getvalue())

    def apart(self, *arguments: str, **more: str) -> Ended:
        """A process of its own, as its user runs it."""
        done = subprocess.run(  # noqa: S603  our own command
            self._line(arguments),
            env=self._environment(more),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command that goes on; killed at the end if it is still there."""
        with subprocess.Popen(  # noqa: S603  our own command
            self._line(arguments),
            env=self._environment({}),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def _here(self, more: Mapping[str, str]) -> Iterator[None]:
        """In the command's folder and environment; afterwards this process logs as before."""
        with ExitStack() as stack:
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            environment = self._environment(more)
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.chdir(self.folder)
            root, configured = logging.getLogger(), structlog.get_config()
            stack.callback(structlog.configure, **configured)
            stack.callback(root.setLevel, root.level)
            stack.callback(setattr, root, "handlers", list(root.handlers))
            yield

    def _line(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "app", *arguments]

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {name: v for name, v in os.environ.items() if not name.startswith("BATON_")}
        return {**kept, "PYTHONPATH": str(Path.cwd()), **self.variables, **more}


@pytest.fixture
def bare(tmp_path: Path) -> Command:
    """The command in an empty folder, nothing set."""
    return Command(tmp_path)


@pytest.fixture
def settings(database: Database) -> dict[str, str]:
    """Variables for the test's own database."""
    url = database.url.render_as_string(hide_password=False)
    return {"BATON_DATABASE_URL": url, "BATON_SECRET_KEY": KEY, "BATON_ALLOW_HOSTS": "127.0.0.1"}


@pytest.fixture
def baton(tmp_path: Path, settings: dict[str, str]) -> Command:
    """The command on the test's own, empty database."""
    return Command(tmp_path, settings)


@pytest.fixture
def vault() -> Vault:
    """Opens what the commands have sealed."""
    return open_vault(Settings(secret_key=KEY))
