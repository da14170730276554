"""The journal: each line about a record names the version of the mapping that was in force."""

from app.store import journal
from app.store.db import Database
from tests.support.world import World


def test_every_line_about_a_record_names_its_version(database: Database) -> None:
    """Also a merge and a deletion, which no rule of the mapping decides."""
    world = World(database)
    ada = world.ma.add_person("ada@example.com", "Contact", phone="+819000000001")
    world.sync()
    link = world.link_of("ma", ada)
    assert link is not None
    lead = world.ref_at("sfa", link)
    assert lead is not None
    world.sfa.convert(lead)
    world.sync()
    world.ma.delete(ada)
    world.sync()

    with database.begin() as tx:
        lines = journal.trail(tx, link.id, None, 100)

    assert {"found", "told", "moved", "gone"} <= {one["event"] for one in lines}
    assert [one["event"] for one in lines if one["version"] != "person/main@1"] == []
