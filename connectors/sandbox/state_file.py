"""A sandbox's records in a file, so that they outlive a restart: JSON lines, one record a line."""

import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.applications import Starlette

from connectors.sandbox import strict_json

FORMAT = 1
Line = Mapping[str, Any]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[Any]]


class Broken(ValueError):
    """The file is no state of this sandbox, or of a release that wrote it otherwise."""


class Kept(Protocol):
    """A world that can be written down."""

    def keep(self) -> Iterator[Line]:
        """Everything worth keeping."""
        ...

    def restore(self, lines: Iterable[Line]) -> None:
        """Be as when `lines` were kept. Raises: KeyError, TypeError, ValueError."""
        ...


class StateFile:
    """`path` gives the file in force, None: nothing is kept."""

    def __init__(self, vendor: str, world: Kept, path: Callable[[], str | None]) -> None:
        self._vendor = vendor
        self._world = world
        self._path = path

    @property
    def path(self) -> Path | None:
        named = self._path()
        return Path(named) if named else None

    def load(self) -> bool:
        """Whether there was a file to load. Raises: Broken."""
        path = self.path
        if path is None or not path.exists():
            return False
        with path.open("rb") as file:
            try:
                head = strict_json.read(next(file, b""))
                if head != self._head():
                    raise Broken(f"{path} begins with {head}, not with {self._head()}")
                self._world.restore(strict_json.read(line) for line in file)
            except (KeyError, TypeError, ValueError, ValidationError) as error:
                raise Broken(f"{path} cannot be loaded: {error!r}") from error
        return True

    def save(self) -> int:
        """Write all or nothing; how many lines. Raises: Broken where no file is named."""
        path = self.path
        if path is None:
            raise Broken("there is no state file; set state_file in the settings")
        count = 0
        draft = path.with_name(f"{path.name}.new")
        with draft.open("w", encoding="utf-8") as file:
            for line in (self._head(), *self._world.keep()):
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return count

    def lifespan(self, inner: Lifespan | None = None) -> Lifespan:
        """`inner`, and a save at the end of it."""

        @contextlib.asynccontextmanager
        async def kept(app: Starlette) -> AsyncIterator[None]:
            async with contextlib.AsyncExitStack() as stack:
                if inner is not None:
                    await stack.enter_async_context(inner(app))
                yield
            if self.path is not None:
                self.save()

        return kept

    def _head(self) -> dict[str, Any]:
        return {"sandbox": self._vendor, "format": FORMAT}
