"""Changed contact roles as a feed of hints, against the sandbox."""

import pytest

from connectors.base import Cursor, Ref, Rejected
from connectors.salesforce.adapter import Adapter
from tests.connectors.salesforce.conftest import Crm, OpenAt

DEAL = {"Name": "Big", "StageName": "Prospecting", "CloseDate": "2027-06-30"}
FEED = "contact_roles"


@pytest.fixture
def adapter(crm: Crm, open_at: OpenAt) -> Adapter:
    """Of an org that does not stamp the opportunity."""
    crm.configure(role_stamps_opportunity=False)
    return open_at(crm.url, contact_roles_every_s=300, overlap_s=0)


def role(crm: Crm, deal: str, *, primary: bool) -> str:
    contact = crm.create("Contact", LastName="Ada")
    fields = {"OpportunityId": deal, "ContactId": contact, "IsPrimary": primary}
    return crm.create("OpportunityContactRole", **fields)


def test_an_opportunity_whose_roles_changed_is_a_hint(crm: Crm, adapter: Adapter) -> None:
    """By its stamp alone the sweep would pass over it. Shown again it has the same ids."""
    deal, other = crm.create("Opportunity", **DEAL), crm.create("Opportunity", **DEAL)
    role(crm, other, primary=True)
    first = adapter.hints(FEED, None, 0)
    before = [row["SystemModstamp"] for row in crm.all("Opportunity")]
    second = role(crm, deal, primary=False)
    crm.change("OpportunityContactRole", second, IsPrimary=True)

    news = adapter.hints(FEED, first.cursor, 0)
    again = adapter.hints(FEED, first.cursor, 0)

    assert [row["SystemModstamp"] for row in crm.all("Opportunity")] == before
    assert (first.gap, news.gap, news.more, news.again_in_s) == (True, False, False, 300)
    assert Ref("opportunity", deal) in {hint.ref for hint in news.items}
    assert {hint.feeds for hint in news.items} == {()}
    assert [hint.id for hint in again.items] == [hint.id for hint in news.items]


def test_a_foreign_cursor_is_refused(adapter: Adapter) -> None:
    """It never starts anew by itself."""
    for bad in ("", "{}", '{"v":1,"feed":"opportunity"}'):
        with pytest.raises(Rejected):
            adapter.hints(FEED, Cursor(bad), 0)


def test_it_is_off_unless_it_is_set(crm: Crm, open_at: OpenAt) -> None:
    """Each reading costs a call."""
    assert list(open_at(crm.url).hint_feeds()) == []
    assert list(open_at(crm.url, contact_roles_every_s=60).hint_feeds()) == [FEED]
