"""A mapping is checked against the vendors' fields of this moment, whoever saves it and when."""

from app.configuring import ConnectionSpec, save_connection
from connectors.base import Busy
from connectors.memory import MemoryConnector, MemoryVendor
from tests.support.world import MAPPING
from tests.web.conftest import Site

AT = "/api/v1/documents/mapping/person"
WRONG = {**MAPPING, "fields": [*MAPPING["fields"], {"name": "x", "ma": "compny", "sfa": "company"}]}
COMPANY = 'ma has no writable field "compny"; did you mean "company"?'


def other_side(site: Site) -> None:
    with site.database.begin() as tx:
        spec = ConnectionSpec(name="sfa", vendor="memory", role="sfa")
        save_connection(tx, site.parts.accounts, spec, by="test")


def vendor(site: Site, name: str) -> MemoryVendor:
    connector = site.parts.accounts.connector(name)
    assert isinstance(connector, MemoryConnector)
    return connector.vendor


def test_the_first_mapping_of_new_connections_is_checked(site: Site) -> None:
    """Nothing has read the fields before it: saving, checking and trying all find what is wrong."""
    other_side(site)
    asked = [
        site.call("POST", f"{AT}/check", "viewer", json=WRONG),
        site.call("PUT", AT, json=WRONG),
        site.call("POST", f"{AT}/preview", json={"body": WRONG}),
        site.call("POST", f"{AT}/preview", json={"body": WRONG, "sample": "all"}),
    ]

    assert [one.status_code for one in asked] == [422] * 4
    for one in asked:
        assert one.json()["errors"] == [{"pointer": "/fields/4/ma", "detail": COMPANY}]
    assert site.call("PUT", AT, json=MAPPING).status_code == 201


def test_going_back_to_a_version_is_checked_by_the_fields_of_now(site: Site) -> None:
    """A field that the vendor does not have any more is found before the version is active."""
    other_side(site)
    title = {"name": "y", "ma": "website", "sfa": "website"}
    more = {**MAPPING, "fields": [*MAPPING["fields"], title]}
    site.call("PUT", AT, json=more)
    site.call("PUT", AT, json=MAPPING)
    sfa = vendor(site, "sfa")
    sfa.schema = tuple(one for one in sfa.schema if one.name != "website")
    with site.database.begin() as tx:
        tx.exec_driver_sql("UPDATE field_schema SET read_at = now() - interval '1 minute'")

    back = site.call("POST", f"{AT}/activate", json={"version": 1})

    assert back.status_code == 422
    assert back.json()["errors"][0]["detail"].startswith('sfa has no writable field "website"')


def test_a_vendor_that_can_not_be_asked_is_warned_of(site: Site) -> None:
    """The mapping is saved all the same, by what was read last."""
    other_side(site)
    vendor(site, "sfa").fail_next("describe", Busy("too many requests", 5))

    saved = site.call("PUT", AT, json=MAPPING)

    assert saved.status_code == 201
    (warned,) = saved.json()["warnings"]
    assert warned["pointer"] == "/sfa"
    assert "too many requests" in warned["message"]


def test_figures_of_systems_that_were_never_read_are_told_as_such(site: Site) -> None:
    """Before the first mapping is active nobody knows how many records there are."""
    other_side(site)
    vendor(site, "ma").add_person("ada@example.com", "Contact")

    tried = site.call("POST", f"{AT}/preview", json={"body": MAPPING}).json()

    told = "was not read through yet: calls and time are those of the 0 records that are known; "
    assert [(one["pointer"], one["message"]) for one in tried["warnings"]] == [
        (f"/{name}", f'"{name}" {told}rehearse all records to count them') for name in ("ma", "sfa")
    ]
