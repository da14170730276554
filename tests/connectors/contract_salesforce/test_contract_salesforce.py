"""The Salesforce connector keeps the contract, over HTTP against Salesforce's sandbox."""

from connectors.contract import (
    DescribesFieldsContract,
    FindsRecordsContract,
    ListsActivitiesContract,
    ListsChangesContract,
    ListsOwnersContract,
    LogsActivitiesContract,
    NotifiesContract,
    ProbesContract,
    RaisesAlertsContract,
    ReadsRecordsContract,
    Stage,
    WritesRecordsContract,
)
from connectors.registry import capabilities


class TestSalesforceReads(ReadsRecordsContract):
    """ReadsRecords."""


class TestSalesforceFinds(FindsRecordsContract):
    """FindsRecords."""


class TestSalesforceChanges(ListsChangesContract):
    """ListsChanges."""


class TestSalesforceWrites(WritesRecordsContract):
    """WritesRecords."""


class TestSalesforceActivities(ListsActivitiesContract):
    """ListsActivities."""


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


def test_salesforce_has_no_capability_without_its_contract(stage: Stage) -> None:
    """A capability that comes to this connector comes to this file."""
    bases = [base.__name__ for one in CONTRACTS for base in one.__bases__]

    assert sorted(bases) == sorted(f"{name}Contract" for name in capabilities(stage.connector))


CONTRACTS = [one for name, one in dict(globals()).items() if name.startswith("Test")]
