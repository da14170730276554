"""The control routes of a running sandbox: make things happen there, and look at its own store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from app.demo.children import DemoFailed

BATCH = 500


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One sandbox process by its address."""

    url: str
    http: httpx.Client

    def seed(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Create records as if they always existed; their ids in order."""
        ids: list[str] = []
        for start in range(0, len(records), BATCH):
            ids += self._post("seed", {"records": records[start : start + BATCH]})["ids"]
        return ids

    def play(self, steps: Sequence[Mapping[str, Any]]) -> None:
        """People behave."""
        self._post("play", {"steps": list(steps)})

    def edit(self, object_: str, id_: str, values: Mapping[str, str], by: str) -> None:
        """A person edits a record on the screen."""
        self._post("edit", {"object": object_, "id": id_, "properties": dict(values), "by": by})

    def configure(self, changes: Mapping[str, Any]) -> None:
        """Change settings."""
        url = f"{self.url}/_sandbox/config"
        _answer(self.http.patch(url, json=dict(changes)))

    def quiet(self) -> bool:
        """Whether nothing is under way."""
        return bool(self._get("quiet")["quiet"])

    def config(self) -> dict[str, Any]:
        """The settings."""
        return self._get("config")

    def counts(self) -> dict[str, int]:
        """How many records of each object."""
        return self._get("counts")

    def dump(self) -> dict[str, Any]:
        """Everything that is stored."""
        return self._get("dump")

    def rows(self, object_: str) -> list[dict[str, Any]]:
        """All records of one object, raw, with their change logs."""
        found: list[dict[str, Any]] = self._http_get(f"dump?object={object_}").json()
        return found

    def calls(self) -> dict[str, Any]:
        """How often which endpoint was called."""
        return self._get("calls")

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return _answer(self.http.post(f"{self.url}/_sandbox/{path}", json=body))

    def _get(self, path: str) -> dict[str, Any]:
        return _answer(self._http_get(path))

    def _http_get(self, path: str) -> httpx.Response:
        return _good(self.http.get(f"{self.url}/_sandbox/{path}"))


def _good(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise DemoFailed(f"{response.request.url}: {response.text[:300]}")
    return response


def _answer(response: httpx.Response) -> dict[str, Any]:
    answer: dict[str, Any] = _good(response).json()
    return answer
