"""Who was last (`newest`) goes by the field, not by what else was changed on its record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.flows import resolve, rules
from app.flows.resolve import Take
from app.store.db import Database
from connectors.base import Record, Ref
from connectors.memory import MemoryConnector
from tests.flows.test_flows_last_look import world_of
from tests.support.world import World


def at(hour: int) -> datetime:
    return datetime(2031, 4, 7, hour, tzinfo=UTC)


class Vague(MemoryConnector):
    """A vendor that tells when records were changed, and of no field."""

    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        return [replace(one, field_modified_at={}) for one in super().read(refs, fields)]


@dataclass
class Case:
    """Somebody whose note marketing changes at 10 and a rep at 11."""

    world: World
    contact: Ref
    lead: Ref

    @classmethod
    def of(cls, database: Database, policy: str = "newest", *, vague: bool = True) -> "Case":
        case = cls(*world_of(database, policy))
        if vague:
            for name in ("ma", "sfa"):
                case.world.connectors[name] = Vague(getattr(case.world, name))
        return case

    def look(self, hour: int, **fields: str) -> None:
        """Marketing changes the contact, and Baton looks at it."""
        self.world.ma.clock = lambda: at(hour)
        self.world.ma.edit(self.contact, **fields)
        self.world.hint("ma", [self.contact])
        self.world.lanes.drain("fetch:ma")

    def type(self, hour: int, **fields: str) -> None:
        """A rep changes the lead, before Baton writes it."""
        self.world.sfa.clock = lambda: at(hour)
        self.world.sfa.edit(self.lead, **fields)

    def notes(self) -> set[object]:
        return {
            self.world.values("ma", self.contact)["note"],
            self.world.values("sfa", self.lead)["note"],
        }


def test_a_later_change_of_another_field_does_not_count(database: Database) -> None:
    """The contact's phone was changed at 12, its note at 10, the lead's note at 11."""
    case = Case.of(database)
    case.look(10, note="from marketing")
    case.look(12, phone="+81312345678")
    case.type(11, note="typed by a rep")
    case.world.settle()

    assert case.notes() == {"typed by a rep"}


def test_the_later_change_of_the_field_counts(database: Database) -> None:
    """Marketing changed the note again at 12."""
    case = Case.of(database)
    case.look(10, note="from marketing")
    case.look(12, note="from marketing, again")
    case.type(11, note="typed by a rep")
    case.world.settle()

    assert case.notes() == {"from marketing, again"}


@pytest.mark.parametrize(("vague", "expected"), [(True, "from marketing"), (False, "typed")])
def test_what_one_look_shows_is_as_exact_as_the_vendor(
    database: Database, expected: str, *, vague: bool
) -> None:
    """Both fields changed between two looks: only a vendor that keeps field times tells them
    apart; else the record's time stands for either.
    """
    case = Case.of(database, vague=vague)
    case.world.ma.clock = lambda: at(10)
    case.world.ma.edit(case.contact, note="from marketing")
    case.look(12, phone="+81312345678")
    case.type(11, note="typed")
    case.world.settle()

    assert case.notes() == {expected}


def test_a_person_may_take_the_newest_of_a_field(database: Database) -> None:
    """Of a conflict that waits, by the same times."""
    case = Case.of(database, "ask")
    case.look(10, note="from marketing")
    case.look(12, phone="+81312345678")
    case.type(11, note="typed by a rep")
    case.world.settle()
    link = case.world.link_of("ma", case.contact)
    assert link is not None
    assert sorted(link.conflicts) == ["note"]
    with database.begin() as tx:
        answers = {(link.id, "note"): Take("newest")}
        resolve.resolve(tx, rules.load(tx), answers, {"by": "ops"}, now=datetime.now(UTC))
    case.world.settle()

    assert case.notes() == {"typed by a rep"}


def test_times_are_kept_only_while_sides_differ(database: Database) -> None:
    """What is agreed needs none: neither at the first meeting nor after a change was told."""
    case = Case.of(database, vague=False)
    case.look(10, note="from marketing")
    case.world.settle()

    with database.begin() as tx:
        assert list(tx.scalars(text("SELECT DISTINCT field_times FROM side"))) == [{}]
