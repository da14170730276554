"""What is prepared from a piece of a document is kept beside it: documents never change."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

KEPT = 4_096  # pieces; the largest document has some 500
Piece = TypeVar("Piece")
Result = TypeVar("Result")


def kept(prepare: Callable[[Piece], Result]) -> Callable[[Piece], Result]:
    """Prepare each object once. It is known by identity: to compare one would read all of it."""
    known: OrderedDict[int, tuple[Piece, Result]] = OrderedDict()

    @wraps(prepare)
    def look_up(piece: Piece) -> Result:
        entry = known.get(id(piece))
        if entry is None:  # an entry keeps its object alive, so that no other gets its id
            entry = known[id(piece)] = piece, prepare(piece)
            if len(known) > KEPT:
                known.popitem(last=False)
        return entry[1]

    return look_up
