"""References are told by the name of the record that they name, not by Baton's id of it."""

from typing import Any

from connectors.base import Ref
from tests.flows.test_flows_references import ACCOUNT, COMPANIES, PEOPLE, activate, deals, vendor
from tests.support.world import MAPPING, World
from tests.web.conftest import Site
from tests.web.test_web_why import why


def world_of(site: Site, companies: dict[str, Any], people: dict[str, Any]) -> World:
    world = World(site.database, ma=vendor(), sfa=vendor(), mapping=people)
    activate(world, companies)
    return world


def step(found: dict[str, Any], code: str) -> dict[str, Any]:
    [one] = [one for one in found["steps"] if one["code"] == code]
    return dict(one)


def test_why_names_the_company_that_somebody_waits_for(site: Site) -> None:
    """It is kept out of the other system by a filter."""
    filters = {"ma": [{"field": "website", "op": "exists"}]}
    world = world_of(site, {**COMPANIES, "filters": filters}, PEOPLE)
    firm = world.ma.add("Account", name="Acme")
    world.ma.add_person("ada@example.com", "Contact", firm=firm.id)
    world.sync()
    world.sync()

    said = step(why(site, email="ada@example.com"), "awaits")["says"]

    assert said["en"].startswith("All but this is in sfa: ")
    assert said["en"].endswith("waits for the company that it names, which is not there yet (Acme)")
    assert said["ja"].endswith("(Acme)")


def test_why_names_the_lead_that_must_be_converted(site: Site) -> None:
    """The fix says which object it is and which it has to be."""
    world = deals(site.database, new_person="Lead")
    ada = world.ma.add_person("ada@example.com", "Contact", first_name="Ada")
    deal = world.ma.add("Opportunity", name="Big", buyer=ada.id)
    world.sync()
    world.sync()

    found = step(why(site, external_id=deal.id, connection="ma"), "awaits")

    assert found["says"]["en"] == (
        "All but this is in sfa: sfa buyer waits until the person that it names is a Contact; "
        "it is a Lead now (ada@example.com)"
    )
    assert found["fix"]["en"] == (
        "Convert the Lead in sfa: once it is a Contact, this follows by itself."
    )
    assert found["fix"]["ja"].startswith("参照先は現在Leadです。sfaでContactに変換")


def test_why_tells_a_conflict_about_a_company_by_both_names(site: Site) -> None:
    """The ids stay in the facts, for programs."""
    asks = {**PEOPLE, "fields": [*MAPPING["fields"], {**ACCOUNT, "policy": "ask"}]}
    world = world_of(site, COMPANIES, asks)
    firms = {name: world.ma.add("Account", name=name) for name in ("Acme", "Globex", "Initech")}
    ada = world.ma.add_person("ada@example.com", "Contact", firm=firms["Acme"].id)
    world.sync()
    world.sync()
    world.sfa.edit(there(world, ada), firm=there(world, firms["Globex"]).id)
    world.ma.edit(ada, firm=firms["Initech"].id)
    world.sync()

    found = step(why(site, email="ada@example.com"), "conflict")

    assert found["says"]["en"] == "The systems disagree about account (ma: Initech / sfa: Globex)."
    link = world.link_of("ma", firms["Initech"])
    assert link is not None
    assert str(link.id) in found["facts"]["values"]


def there(world: World, ref: Ref) -> Ref:
    """Where a record of the MA is in the SFA."""
    link = world.link_of("ma", ref)
    assert link is not None
    found = world.ref_at("sfa", link)
    assert found is not None
    return found
