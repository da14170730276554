"""What is prepared once, and for how long it is kept."""

from collections.abc import Callable

from app.domain.prepared import KEPT, kept


def measuring(seen: list[list[str]]) -> Callable[[list[str]], int]:
    """Prepare a list by measuring it, and note that it was looked at."""

    @kept
    def prepare(piece: list[str]) -> int:
        seen.append(piece)
        return len(piece)

    return prepare


def test_an_object_is_prepared_once_and_told_from_its_equal() -> None:
    """Asking again prepares nothing; an equal object is another one."""
    seen: list[list[str]] = []
    prepare = measuring(seen)
    first, equal = ["a", "b"], ["a", "b"]

    assert [prepare(first), prepare(first), prepare(equal)] == [2, 2, 2]
    assert len(seen) == 2


def test_what_was_prepared_longest_ago_is_let_go() -> None:
    """The memory that is used has a limit; what was let go is prepared again when asked for."""
    seen: list[list[str]] = []
    prepare = measuring(seen)
    first = ["first"]

    prepare(first)
    for _ in range(KEPT):
        prepare(["another"])

    assert prepare(first) == 1
    assert seen.count(["first"]) == 2
