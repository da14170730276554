"""Contracts of campaigns: who is in a group, campaigns made once, costs, and credits."""

from collections.abc import Sequence
from typing import Protocol

import pytest

from connectors.base import Busy, ConnectorError, Gone, Landed, Ref, Rejected, Unsure
from connectors.campaigns import (
    Campaign,
    Change,
    Credit,
    Group,
    GroupKind,
    Member,
    Status,
)
from connectors.contract.stage import Stage

NOWHERE = "99999999"  # an id of nothing, in the form of both numbers and names


class CampaignStage(Stage, Protocol):
    """What the contracts of campaigns need besides."""

    def add_group(self, kind: GroupKind, people: Sequence[Ref]) -> Group:
        """A person makes a group of this kind, with these people in it."""
        ...

    def member_words(self, kind: GroupKind) -> Sequence[str]:
        """Statuses that members of such a group can be told, in the order in which they come."""
        ...

    def add_priced(self, amount: float) -> Group:
        """A campaign for which a person has entered that this was spent."""
        ...

    def add_opportunity(self, campaign: str | None, *, gone: bool = False) -> Ref:
        """A person enters an opportunity under a campaign, and with `gone` deletes it."""
        ...


def listed(stage: CampaignStage, group: Group) -> dict[Ref, Member]:
    """All members, by their present record; each is shown once."""
    found: list[Member] = []
    cursor, more = None, True
    while more:
        page = stage.connector.members(group, cursor)
        found += page.items
        cursor, more = page.cursor, page.more
    by_person = {one.people[0]: one for one in found}
    assert len(by_person) == len(found)
    return by_person


def change(
    stage: CampaignStage, group: Group, people: Sequence[Ref], before: str | None, after: str | None
) -> list[Landed | ConnectorError]:
    """Ask for one change for each of these people."""
    there = listed(stage, group)
    changes = [
        Change(one.id, one, before, after, stage.now(), there[one].id if one in there else "")
        for one in people
    ]
    outcomes = stage.connector.change_members(group, changes)
    return [outcomes[one.id] for one in people]


class KeepsMembersContract:
    """Members of each kind of group that the vendor keeps."""

    def test_all_members_are_listed(self, stage: CampaignStage) -> None:
        """Each once, with a status; nobody else."""
        for kind in sorted(stage.connector.group_kinds()):
            people = [stage.add_person(f"{name}.{kind}@example.com") for name in ("a", "b", "c")]
            group = stage.add_group(kind, people[:2])

            shown = listed(stage, group)

            assert set(shown) == set(people[:2])
            assert all(one.status for one in shown.values())

    def test_who_is_told_to_be_a_member_is_one(self, stage: CampaignStage) -> None:
        """In the status that was told; telling it again makes no second membership."""
        for kind in sorted(stage.connector.group_kinds()):
            ada = stage.add_person(f"ada.{kind}@example.com")
            group, words = stage.add_group(kind, []), stage.member_words(kind)

            first = change(stage, group, [ada], None, words[0])
            again = change(stage, group, [ada], None, words[0])

            assert isinstance(first[0], Landed)
            assert isinstance(again[0], Landed | Unsure)
            assert [one.status for one in listed(stage, group).values()] == [words[0]]

    def test_a_status_changes(self, stage: CampaignStage) -> None:
        """Where there is more than one."""
        for kind in sorted(stage.connector.group_kinds()):
            words = stage.member_words(kind)
            ada = stage.add_person(f"ada.{kind}@example.com")
            group = stage.add_group(kind, [])
            change(stage, group, [ada], None, words[0])

            change(stage, group, [ada], words[0], words[-1])

            assert listed(stage, group)[ada].status == words[-1]

    def test_who_is_taken_out_is_gone(self, stage: CampaignStage) -> None:
        """And nobody else is. An event keeps whoever had to do with it."""
        for kind in sorted(stage.connector.group_kinds() - {"marketing_event"}):
            ada = stage.add_person(f"ada.{kind}@example.com")
            bob = stage.add_person(f"bob.{kind}@example.com")
            group = stage.add_group(kind, [ada, bob])

            outcomes = change(stage, group, [ada], listed(stage, group)[ada].status, None)

            assert isinstance(outcomes[0], Landed)
            assert set(listed(stage, group)) == {bob}

    def test_a_group_that_is_not_there_is_not_empty(self, stage: CampaignStage) -> None:
        """Else everybody would be taken out elsewhere."""
        for kind in sorted(stage.connector.group_kinds()):
            with pytest.raises((Gone, Rejected)):
                stage.connector.members(Group(kind, NOWHERE), None)

    def test_a_busy_vendor_changes_nothing(self, stage: CampaignStage) -> None:
        """The change is made at the next try."""
        kind = min(stage.connector.group_kinds())
        ada, group = stage.add_person("ada@example.com"), stage.add_group(kind, [])
        word = stage.member_words(kind)[0]
        asked = Change("1", ada, None, word, stage.now())
        stage.busy_once()

        with pytest.raises(Busy):
            stage.connector.change_members(group, [asked])

        assert listed(stage, group) == {}
        assert isinstance(stage.connector.change_members(group, [asked])["1"], Landed)


class MakesCampaignsContract:
    """Making campaigns. The connector also keeps members of them (`KeepsMembers`)."""

    def test_a_campaign_is_made_once(self, stage: CampaignStage) -> None:
        """However often it is asked for, under one key."""
        wanted = Campaign("key-1", None, "Webinar", (Status("Came", responded=True),))

        first = stage.connector.make_campaign(wanted)
        again = stage.connector.make_campaign(wanted)

        assert (first.created, again.created) == (True, False)
        assert again.ref == first.ref

    def test_members_can_be_in_its_statuses(self, stage: CampaignStage) -> None:
        """Also in those that are added later."""
        ada = stage.add_person("ada@example.com")
        came = (Status("Came", responded=True),)
        made = stage.connector.make_campaign(Campaign("key-1", None, "Webinar", came))
        more = (*came, Status("Left early"))
        stage.connector.make_campaign(Campaign("key-1", made.ref.id, "Webinar", more))
        group = Group("campaign", made.ref.id)

        change(stage, group, [ada], None, "Left early")

        assert listed(stage, group)[ada].status == "Left early"


class SumsUpCampaignsContract:
    """What a campaign costs."""

    def test_costs_are_told(self, stage: CampaignStage) -> None:
        """As they were entered, each with an id of its own."""
        summary = stage.connector.summary(stage.add_priced(1200))

        assert [(one.amount, one.kind) for one in summary.costs] == [(1200, "actual")]
        assert all(one.id for one in summary.costs)

    def test_a_campaign_that_is_not_there_costs_not_nothing(self, stage: CampaignStage) -> None:
        """It is said to be gone."""
        with pytest.raises((Gone, Rejected)):
            stage.connector.summary(Group("campaign", NOWHERE))


class CreditsCampaignsContract:
    """Crediting opportunities. The connector also makes campaigns (`MakesCampaigns`)."""

    def test_an_opportunity_is_credited_unless_it_is_already(self, stage: CampaignStage) -> None:
        """The campaign that a person set stays, and is answered."""
        names = ("Ours", "Theirs")
        made = [
            stage.connector.make_campaign(Campaign(name, None, name, ())).ref.id for name in names
        ]
        free, taken = stage.add_opportunity(None), stage.add_opportunity(made[1])

        outcomes = stage.connector.credit([Credit("1", free, made[0]), Credit("2", taken, made[0])])

        assert [outcomes[key].ref.id for key in ("1", "2")] == made

    def test_an_opportunity_that_is_gone_is_said_so(self, stage: CampaignStage) -> None:
        """And does not keep others from being credited."""
        made = stage.connector.make_campaign(Campaign("a", None, "A", ())).ref.id
        gone, free = stage.add_opportunity(None, gone=True), stage.add_opportunity(None)

        outcomes = stage.connector.credit([Credit("1", gone, made), Credit("2", free, made)])

        assert isinstance(outcomes["1"], Gone)
        assert isinstance(outcomes["2"], Landed)
