"""Places: whatever spelling is read and however it is written, it is the same place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.places import COUNTRIES, PREFECTURES, US_STATES, Gazetteer
from mappings.transforms import read_step

TABLES = {"country": COUNTRIES, "prefecture": PREFECTURES, "us_state": US_STATES}
HOW_MANY = {"country": 249, "prefecture": 47, "us_state": 57}


def writings(name: str) -> list[str]:
    return ["code", "en", "ja", *(["short"] if name == "us_state" else [])]


@pytest.mark.parametrize("name", TABLES)
@given(data=st.data())
def test_a_place_survives_every_spelling(name: str, data: st.DataObject) -> None:
    """Read from one side in any spelling and case, written to the other, read there: the same."""
    table: Gazetteer = TABLES[name]
    spelling = data.draw(st.sampled_from(sorted(table.codes)))
    cased = data.draw(st.sampled_from([spelling, spelling.upper(), spelling.title()]))
    if cased.lower() != spelling:
        cased = spelling  # a letter like ß has no case that leads back
    here, there = (
        read_step({name: data.draw(st.sampled_from(writings(name)))}).transform for _ in "ab"
    )

    code = here.read(cased, {})

    assert code == table.codes[spelling]
    assert there.read(there.write(code), {}) == code
    assert here.write(there.read(there.write(code), {})) == here.write(code)


@pytest.mark.parametrize("name", TABLES)
def test_each_name_leads_to_its_own_place(name: str) -> None:
    """No two places share a name, and none is missing: code and name are one to one."""
    table = TABLES[name]

    assert len(table.names) == HOW_MANY[name]
    for code, names in table.names.items():
        assert {table.code(names["en"]), table.code(names["ja"]), table.code(code)} == {code}


def test_states_and_prefectures_share_no_spelling() -> None:
    """So one field may hold both."""
    assert PREFECTURES.codes.keys() & US_STATES.codes.keys() == set()
