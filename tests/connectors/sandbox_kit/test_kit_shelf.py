"""A shelf is a dict of records, whatever it packs meanwhile; indexes know which has what."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.indexes import Index, Timeline
from connectors.sandbox.shelf import Shelf

IDS = st.sampled_from("abcdefgh")
TEXT = st.text(max_size=20)
VERBS = st.sampled_from(["add", "change", "hold", "let go", "delete", "glance"])


@dataclass(slots=True)
class Note:
    """A record of the simplest kind."""

    id: str
    values: dict[str, str]


def shelf(live: int) -> Shelf[Note]:
    return Shelf(lambda note: note.values, Note, live)


@given(st.integers(1, 3), st.lists(st.tuples(VERBS, IDS, TEXT), max_size=60))
def test_a_shelf_is_a_dict(live: int, steps: list[tuple[str, str, str]]) -> None:
    """Whatever is added, changed, held on to and deleted: the same as a dict of all of it."""
    notes, model = shelf(live), dict[str, dict[str, str]]()
    held = dict[str, Note]()
    for verb, id_, text in steps:
        if verb == "add":
            held.pop(id_, None)
            notes[id_], model[id_] = Note(id_, {"text": text}), {"text": text}
        elif id_ not in model:
            assert notes.get(id_) is None
        elif verb == "change":
            notes[id_].values["more"] = model[id_]["more"] = text
        elif verb == "hold":
            assert held.setdefault(id_, notes[id_]) is notes[id_]
        elif verb == "let go" and id_ in held:
            model[id_]["last"] = held.pop(id_).values["last"] = text
        elif verb == "delete":
            held.pop(id_, None)
            del notes[id_], model[id_]
        else:
            assert notes.glance(id_).values == model[id_]

    assert list(notes) == list(model)
    assert {id_: note.values for id_, note in notes.items()} == model


def test_so_many_stay_live() -> None:
    """Of a thousand records ten are objects; while a hundred are in use, not many more."""
    notes = shelf(10)
    in_use = [notes.setdefault(str(n), Note(str(n), {"n": str(n)})) for n in range(100)]
    for n in range(100, 1000):
        notes[str(n)] = Note(str(n), {"n": str(n)})
    busy = len(notes.live())
    in_use.clear()
    for n in range(100, 300):
        assert notes[str(n)].values == {"n": str(n)}

    assert busy <= 2 * 100 + 10
    assert (len(notes.live()), len(notes)) == (10, 1000)


def test_a_held_record_is_never_doubled() -> None:
    """Who holds a record sees what others do to it, and they what he does."""
    notes = shelf(1)
    notes["a"] = Note("a", {"n": "1"})
    mine = notes["a"]
    for n in range(50):
        notes[str(n)] = Note(str(n), {})
    mine.values["n"] = "2"

    assert notes["a"] is mine
    assert notes.glance("a").values == {"n": "2"}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), IDS), max_size=40))
def test_an_index_finds_what_was_filed(steps: list[tuple[bool, int, str]]) -> None:
    """Ids come in the order in which they were filed; values without any are no more."""
    index, model = Index[int](), list[tuple[int, str]]()
    for filed, value, id_ in steps:
        if filed:
            index.add(value, id_)
            model += [(value, id_)] if (value, id_) not in model else []
        else:
            index.discard(value, id_)
            model = [pair for pair in model if pair != (value, id_)]

    assert set(index) == {value for value, _ in model}
    assert all(index.ids(v) == [id_ for value, id_ in model if value == v] for v in range(5))


@given(
    st.dictionaries(st.integers(1, 12).map(str), st.lists(st.integers(0, 9), min_size=1)),
    st.integers(0, 9), st.integers(0, 9),
)  # fmt: skip
def test_a_timeline_is_in_order(moves: dict[str, list[int]], low: int, high: int) -> None:
    """By the last moment of each id, then by id as a number; both ends of a span count."""
    timeline = Timeline[int](by=int)
    for id_, moments in moves.items():
        for before, after in zip([None, *moments], moments, strict=False):
            if before is not None:
                timeline.discard(before, id_)
            timeline.add(after, id_)
            assert id_ in list(timeline.between(after, after))
    everything = sorted((moments[-1], int(id_)) for id_, moments in moves.items())

    assert list(timeline.between()) == [str(n) for _, n in everything]
    assert list(timeline.between(low, high)) == [
        str(n) for at, n in everything if low <= at <= high
    ]
