"""People in a world, and who of them is there."""

from connectors.base import Ref
from tests.support.world import World


def synced(world: World, *names: str) -> list[tuple[Ref, Ref]]:
    """People whom both systems know."""
    contacts = [world.ma.add_person(f"{name}@example.com", "Contact") for name in names]
    world.sync()
    world.sync()
    found = []
    for contact in contacts:
        link = world.link_of("ma", contact)
        lead = None if link is None else world.ref_at("sfa", link)
        assert lead is not None
        found.append((contact, lead))
    return found


def live(world: World, name: str) -> list[str]:
    records = getattr(world, name).records("person")
    return sorted(str(one.fields["email"]) for one in records if not one.deleted)
