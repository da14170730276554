"""The Salesforce connector keeps the contract, over HTTP against Salesforce's sandbox."""

from connectors.contract import (
    AnswersWebhooksContract,
    CreditsCampaignsContract,
    DeletesContract,
    DescribesFieldsContract,
    ErasesContract,
    FindsRecordsContract,
    InstallsContract,
    KeepsMembersContract,
    ListsActivitiesContract,
    ListsChangesContract,
    ListsHintsContract,
    ListsOwnersContract,
    ListsRecordsContract,
    LogsActivitiesContract,
    MakesCampaignsContract,
    MentionsContract,
    NotifiesContract,
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
    WritesInBulkContract,
    WritesRecordsContract,
)
from connectors.registry import capabilities


class TestSalesforceReads(ReadsRecordsContract):
    """ReadsRecords."""


class TestSalesforceFinds(FindsRecordsContract):
    """FindsRecords."""


class TestSalesforceChanges(ListsChangesContract):
    """ListsChanges."""


class TestSalesforceHints(ListsHintsContract):
    """ListsHints."""


class TestSalesforceMessages(ParsesWebhooksContract):
    """ParsesWebhooks."""


class TestSalesforceAnswers(AnswersWebhooksContract):
    """AnswersWebhooks."""


class TestSalesforceLists(ListsRecordsContract):
    """ListsRecords."""


class TestSalesforceWrites(WritesRecordsContract):
    """WritesRecords."""


class TestSalesforceLoads(WritesInBulkContract):
    """WritesInBulk."""


class TestSalesforceDeletes(DeletesContract):
    """Deletes."""


class TestSalesforceErases(ErasesContract):
    """Erases."""


class TestSalesforceActivities(ListsActivitiesContract):
    """ListsActivities."""


class TestSalesforceActivitiesFromATime(StartsFeedsContract):
    """Feeds of activities can be started at a time."""


class TestSalesforceLogs(LogsActivitiesContract):
    """LogsActivities."""


class TestSalesforceAlerts(RaisesAlertsContract):
    """RaisesAlerts."""


class TestSalesforceBell(NotifiesContract):
    """Notifies."""


class TestSalesforceFields(DescribesFieldsContract):
    """DescribesFields."""


class TestSalesforceOwners(ListsOwnersContract):
    """ListsOwners."""


class TestSalesforceProbe(ProbesContract):
    """Probes."""


class TestSalesforceInstalls(InstallsContract):
    """Installs."""


class TestSalesforceUninstalls(UninstallsContract):
    """Uninstalls."""


class TestSalesforceMembers(KeepsMembersContract):
    """KeepsMembers."""


class TestSalesforceCampaigns(MakesCampaignsContract):
    """MakesCampaigns."""


class TestSalesforceCosts(SumsUpCampaignsContract):
    """SumsUpCampaigns."""


class TestSalesforceCredits(CreditsCampaignsContract):
    """CreditsCampaigns."""


class TestSalesforceMentions(MentionsContract):
    """Mentions."""


class TestSalesforceReadsTasks(ReadsTasksContract):
    """ReadsTasks."""


class TestSalesforceVerifiesEmbeds(VerifiesEmbedsContract):
    """VerifiesEmbeds."""


def test_salesforce_has_no_capability_without_its_contract(stage: Stage) -> None:
    """A capability that comes to this connector comes to this file."""
    bases = [base.__name__ for one in CONTRACTS for base in one.__bases__]

    assert sorted(bases) == sorted(f"{name}Contract" for name in capabilities(stage.connector))


CONTRACTS = [one for name, one in dict(globals()).items() if name.startswith("Test")]
