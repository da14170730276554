"""The HubSpot connector keeps the contract, over HTTP against HubSpot's sandbox."""

from connectors.contract import (
    AnswersCardsContract,
    DeletesContract,
    DescribesFieldsContract,
    ErasesContract,
    ExplainsScoresContract,
    FindsRecordsContract,
    InstallsContract,
    KeepsMembersContract,
    ListsActivitiesContract,
    ListsChangesContract,
    ListsHintsContract,
    ListsOwnersContract,
    ListsRecordsContract,
    LogsActivitiesContract,
    ParsesWebhooksContract,
    ProbesContract,
    RaisesAlertsContract,
    ReadsRecordsContract,
    ReadsTasksContract,
    Stage,
    StartsFeedsContract,
    SumsUpCampaignsContract,
    UninstallsContract,
    VerifiesEmbedsContract,
    WritesProjectsContract,
    WritesRecordsContract,
)
from connectors.registry import capabilities


class TestHubSpotReads(ReadsRecordsContract):
    """ReadsRecords."""


class TestHubSpotFinds(FindsRecordsContract):
    """FindsRecords."""


class TestHubSpotChanges(ListsChangesContract):
    """ListsChanges."""


class TestHubSpotHints(ListsHintsContract):
    """ListsHints."""


class TestHubSpotLists(ListsRecordsContract):
    """ListsRecords."""


class TestHubSpotWrites(WritesRecordsContract):
    """WritesRecords."""


class TestHubSpotDeletes(DeletesContract):
    """Deletes."""


class TestHubSpotErases(ErasesContract):
    """Erases."""


class TestHubSpotActivities(ListsActivitiesContract):
    """ListsActivities."""


class TestHubSpotActivitiesFromATime(StartsFeedsContract):
    """Feeds of activities can be started at a time."""


class TestHubSpotLogs(LogsActivitiesContract):
    """LogsActivities."""


class TestHubSpotAlerts(RaisesAlertsContract):
    """RaisesAlerts."""


class TestHubSpotFields(DescribesFieldsContract):
    """DescribesFields."""


class TestHubSpotOwners(ListsOwnersContract):
    """ListsOwners."""


class TestHubSpotUninstalls(UninstallsContract):
    """Uninstalls."""


class TestHubSpotProject(WritesProjectsContract):
    """WritesProjects."""


class TestHubSpotProbe(ProbesContract):
    """Probes."""


class TestHubSpotWebhooks(ParsesWebhooksContract):
    """ParsesWebhooks."""


class TestHubSpotInstalls(InstallsContract):
    """Installs."""


class TestHubSpotMembers(KeepsMembersContract):
    """KeepsMembers."""


class TestHubSpotCosts(SumsUpCampaignsContract):
    """SumsUpCampaigns."""


class TestHubSpotAnswersCards(AnswersCardsContract):
    """AnswersCards."""


class TestHubSpotExplainsScores(ExplainsScoresContract):
    """ExplainsScores."""


class TestHubSpotReadsTasks(ReadsTasksContract):
    """ReadsTasks."""


class TestHubSpotVerifiesEmbeds(VerifiesEmbedsContract):
    """VerifiesEmbeds."""


def test_hubspot_has_no_capability_without_its_contract(stage: Stage) -> None:
    """A capability that comes to this connector comes to this file."""
    bases = [base.__name__ for one in CONTRACTS for base in one.__bases__]

    assert sorted(bases) == sorted(f"{name}Contract" for name in capabilities(stage.connector))


CONTRACTS = [one for name, one in dict(globals()).items() if name.startswith("Test")]
