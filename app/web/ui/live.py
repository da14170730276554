"""The live board: read once for all viewers, at most once a second, and only while one looks."""

import asyncio
import time
from dataclasses import dataclass, field

import structlog

from app.budget import allowance
from app.store import board
from app.store.board import Board
from app.store.db import Database
from app.store.faults import DOWN

log = structlog.get_logger(__name__)
FRESH_FOR_S = 1.0


@dataclass(frozen=True, slots=True)
class Sight:
    """The board as it was read last; `current` is False while the database can't be asked."""

    board: Board
    current: bool


@dataclass(slots=True)
class Live:
    """Where all pages get the board from."""

    database: Database
    reads: int = 0
    _sight: Sight | None = None
    _read_at: float = 0.0
    _guard: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> Sight:
        """The board, at most a second old. Raises: DOWN where none was ever read."""
        async with self._guard:
            if self._sight is None or time.monotonic() - self._read_at >= FRESH_FOR_S:
                began = time.monotonic()
                self._sight = await self._refreshed()
                self._read_at = began  # not before: who closes a page ends its look in the middle
            return self._sight

    async def _refreshed(self) -> Sight:
        try:
            self.reads += 1
            return Sight(await asyncio.to_thread(self._read), current=True)
        except DOWN as error:
            if self._sight is None:
                raise
            if self._sight.current:
                log.warning("board_is_stale", error=type(error).__name__)
            return Sight(self._sight.board, current=False)

    def _read(self) -> Board:
        with self.database.begin() as tx:
            return board.read(tx, allowance)
