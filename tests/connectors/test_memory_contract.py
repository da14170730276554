"""The in-memory connector keeps the contract of every capability."""

import pytest

from connectors.contract import (
    DeletesContract,
    DescribesFieldsContract,
    ErasesContract,
    FindsRecordsContract,
    ListsActivitiesContract,
    ListsChangesContract,
    ListsOwnersContract,
    LogsActivitiesContract,
    NotifiesContract,
    ParsesWebhooksContract,
    ProbesContract,
    RaisesAlertsContract,
    ReadsRecordsContract,
    Stage,
    StartsFeedsContract,
    WritesRecordsContract,
)
from connectors.contract.example import MemoryStage


@pytest.fixture
def stage() -> Stage:
    return MemoryStage()


class TestMemoryReads(ReadsRecordsContract):
    """ReadsRecords."""


class TestMemoryFinds(FindsRecordsContract):
    """FindsRecords."""


class TestMemoryChanges(ListsChangesContract):
    """ListsChanges."""


class TestMemoryWrites(WritesRecordsContract):
    """WritesRecords."""


class TestMemoryDeletes(DeletesContract):
    """Deletes."""


class TestMemoryErases(ErasesContract):
    """Erases."""


class TestMemoryActivities(ListsActivitiesContract):
    """ListsActivities."""


class TestMemoryActivitiesFromATime(StartsFeedsContract):
    """Feeds of activities can be started at a time."""


class TestMemoryLogs(LogsActivitiesContract):
    """LogsActivities."""


class TestMemoryAlerts(RaisesAlertsContract):
    """RaisesAlerts."""


class TestMemoryBell(NotifiesContract):
    """Notifies."""


class TestMemoryFields(DescribesFieldsContract):
    """DescribesFields."""


class TestMemoryOwners(ListsOwnersContract):
    """ListsOwners."""


class TestMemoryProbe(ProbesContract):
    """Probes."""


class TestMemoryWebhooks(ParsesWebhooksContract):
    """ParsesWebhooks."""
