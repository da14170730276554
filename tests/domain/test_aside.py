"""Values set aside: when they stand, when they end."""

from typing import Any

import pytest

from app.domain.aside import awaited, landed, looked, put_back, release, wish


def asides(*, written: bool = False) -> dict[str, dict[str, Any]]:
    """`old` put back in place of `new`, which is agreed; `written`: it stands there already."""
    one = put_back("new", "old", "new", version="v1", job=7)
    if written:
        del one["before"]
    return {"f": one}


def test_the_old_value_is_wished_for_while_the_new_is_agreed() -> None:
    """Another agreement wins; another field is not touched."""
    held = asides()

    assert wish(held, "f", "new") == "old"
    assert wish(held, "f", "newer") == "newer"
    assert wish(held, "g", "new") == "new"


def test_only_the_awaited_write_is_no_new_base() -> None:
    """Once it stands, nothing is awaited."""
    assert awaited(asides(), "f", "old")
    assert not awaited(asides(), "f", "new")
    assert not awaited(asides(written=True), "f", "old")
    assert not awaited({}, "f", "old")


@pytest.mark.parametrize(
    ("written", "shows", "left"),
    [
        (False, "new", asides()),  # still to be written
        (False, "old", asides(written=True)),  # somebody was faster, or an answer was lost
        (False, "typed", {}),  # a person's word
        (True, "old", asides(written=True)),
        (True, "new", {}),  # a person put the new value there again
        (True, "typed", {}),
    ],
)
def test_a_look_ends_it_where_something_else_stands(
    *, written: bool, shows: str, left: dict[str, Any]
) -> None:
    """What was changed there is an opinion again."""
    held = asides(written=written)

    looked(held, {"f": shows, "g": "x"})

    assert held == left


def test_a_confirmed_write() -> None:
    """Of the old value: it stands. Of anything else: the side shows what is agreed."""
    back, told = asides(), asides(written=True)

    landed(back, {"f": "old", "g": "x"})
    landed(told, {"f": "newer"})

    assert back == asides(written=True)
    assert told == {}


@pytest.mark.parametrize(("agreed", "version"), [("newer", "v1"), ("new", "v2")])
@pytest.mark.parametrize(("written", "shown"), [(False, "new"), (True, "old")])
def test_another_agreement_or_version_releases_it(
    *, agreed: str, version: str, written: bool, shown: str
) -> None:
    """The side is told what is agreed; what it shows till then is no opinion."""
    held = asides(written=written)

    release(held, {"f": agreed}, version=version, flying=())

    assert held == ({} if shown == agreed else {"f": {"shown": shown}})


def test_nothing_is_released_while_a_write_is_under_way() -> None:
    """Its outcome decides first; a field without agreement (a conflict) waits."""
    held = asides()

    release(held, {"f": "newer"}, version="v2", flying=["f"])
    release(held, {}, version="v2", flying=())

    assert held == asides()


def test_it_stands_while_all_is_as_it_was() -> None:
    """The same agreement under the same version."""
    held = asides(written=True)

    release(held, {"f": "new"}, version="v1", flying=())

    assert held == asides(written=True)


def test_putting_back_what_is_agreed_only_mutes_the_side() -> None:
    """An undo of an undo."""
    assert put_back("old", "new", "new", version="v1", job=8) == {"shown": "old", "job": 8}
