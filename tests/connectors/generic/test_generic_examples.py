"""The examples of docs/webhook.md are what the connector takes."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.domain.activity import TYPES
from connectors.base import Activity, Inbound
from tests.connectors.generic.conftest import KEY, opened, secret, told

PAGES = Path(__file__).parents[3] / "docs"
ENGLISH = (PAGES / "webhook.md").read_text("utf-8")
NEEDED = ("bash", "curl", "openssl", "od")


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", ENGLISH, re.DOTALL)
    assert found is not None
    return found[1]


@dataclass(slots=True)
class Ear:
    """Something that listens where Baton would, and keeps each request."""

    url: str = ""
    heard: list[Inbound] = field(default_factory=list)

    def activities(self) -> list[Activity]:
        """What the connector makes of what was heard."""
        now = datetime.now(UTC)
        return [one for inbound in self.heard for one in opened("JP").parse(inbound, now)]


@pytest.fixture
def ear() -> Iterator[Ear]:
    found = Ear()

    class Handler(BaseHTTPRequestHandler):
        """Answers 200 to everything."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.heard.append(Inbound("POST", found.url, headers, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/webhooks/cti"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def run(command: list[str], ear: Ear) -> None:
    """Run an example as a reader would, with the secret and the address set."""
    env = {"PATH": os.environ["PATH"], "CTI_SECRET": secret(KEY), "CTI_WEBHOOK": ear.url}
    subprocess.run(command, env=env, check=True, timeout=60)  # noqa: S603  our own documents


def test_the_python_example_sends_a_call_a_webinar_and_a_message(ear: Ear) -> None:
    """Signed as it should be, and each is understood."""
    run([sys.executable, "-c", example("python")], ear)

    found = {one.type: one for one in ear.activities()}
    assert list(found) == ["call", "seminar", "chat"]
    assert found["call"].person.id == "phone:+81312345678"
    assert found["call"].detail["duration_s"] == 312
    assert found["seminar"].person.id == "email:ada@example.com"
    assert found["chat"].detail["channel"] == "linkedin"


@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}")
def test_the_curl_example_sends_a_page_view(ear: Ear) -> None:
    """OpenSSL's signature is the one that is expected."""
    script = example("sh").replace("https://baton.example.com/webhooks/cti", ear.url)
    run(["bash", "-c", script], ear)

    [found] = ear.activities()
    assert (found.type, found.person.id) == ("page_view", "email:ada@example.com")


@pytest.mark.parametrize("page", ["webhook.md", "webhook.ja.md"])
def test_the_json_example_is_taken(page: str) -> None:
    """The first thing that a reader copies."""
    found = re.search(r"```json\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)
    assert found is not None

    [activity] = told(json.loads(found[1]), "JP")
    assert activity.at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_the_types_that_are_named_are_batons() -> None:
    """No document names a type that has no words."""
    found = re.search(r"^Types: (.*?)\n\n", ENGLISH, re.MULTILINE | re.DOTALL)
    assert found is not None

    named = re.findall(r"`([a-z_]+)`", found[1])
    assert len(named) > 20
    assert sorted(set(named) - set(TYPES)) == []
