"""The contract suite: what every connector owes Baton, as tests that a connector inherits.

One class per capability. A connector's tests inherit the classes of the capabilities that it has
and give them a `stage` fixture, an account in a state that tests may change:

    class TestReading(ReadsRecordsContract): ...

    @pytest.fixture
    def stage() -> Iterator[Stage]:
        with Running(create()) as sandbox:
            yield MyStage(sandbox.url)

Each test gets a stage of its own. See `connectors.contract.stage` for what it must offer.
"""

import pytest

pytest.register_assert_rewrite(
    "connectors.contract.account",
    "connectors.contract.activities",
    "connectors.contract.alerts",
    "connectors.contract.campaigns",
    "connectors.contract.changes",
    "connectors.contract.deletes",
    "connectors.contract.feed",
    "connectors.contract.followups",
    "connectors.contract.hints",
    "connectors.contract.installs",
    "connectors.contract.listing",
    "connectors.contract.loads",
    "connectors.contract.records",
    "connectors.contract.webhooks",
    "connectors.contract.writes",
)

from connectors.contract.account import (  # noqa: E402  asserts are rewritten first
    DescribesFieldsContract,
    ListsOwnersContract,
    ProbesContract,
)
from connectors.contract.activities import (  # noqa: E402  as above
    ListsActivitiesContract,
    LogsActivitiesContract,
    StartsFeedsContract,
)
from connectors.contract.alerts import (  # noqa: E402  as above
    NotifiesContract,
    RaisesAlertsContract,
)
from connectors.contract.campaigns import (  # noqa: E402  as above
    CampaignStage,
    CreditsCampaignsContract,
    KeepsMembersContract,
    MakesCampaignsContract,
    SumsUpCampaignsContract,
)
from connectors.contract.changes import ListsChangesContract  # noqa: E402  as above
from connectors.contract.deletes import DeletesContract, ErasesContract  # noqa: E402  as above
from connectors.contract.followups import (  # noqa: E402  as above
    AnswersCardsContract,
    ExplainsScoresContract,
    MentionsContract,
    ReadsTasksContract,
    VerifiesEmbedsContract,
)
from connectors.contract.hints import (  # noqa: E402  as above
    AnswersWebhooksContract,
    ListsHintsContract,
)
from connectors.contract.installs import (  # noqa: E402  as above
    InstallsContract,
    UninstallsContract,
    WritesProjectsContract,
)
from connectors.contract.listing import ListsRecordsContract  # noqa: E402  as above
from connectors.contract.loads import WritesInBulkContract  # noqa: E402  as above
from connectors.contract.records import (  # noqa: E402  as above
    FindsRecordsContract,
    ReadsRecordsContract,
)
from connectors.contract.stage import Names, Proof, Stage  # noqa: E402  as above
from connectors.contract.webhooks import (  # noqa: E402  as above
    ParsesWebhooksContract,
    VerifiesWebhooksContract,
)
from connectors.contract.writes import WritesRecordsContract  # noqa: E402  as above

__all__ = [
    "AnswersCardsContract",
    "AnswersWebhooksContract",
    "CampaignStage",
    "CreditsCampaignsContract",
    "DeletesContract",
    "DescribesFieldsContract",
    "ErasesContract",
    "ExplainsScoresContract",
    "FindsRecordsContract",
    "InstallsContract",
    "KeepsMembersContract",
    "ListsActivitiesContract",
    "ListsChangesContract",
    "ListsHintsContract",
    "ListsOwnersContract",
    "ListsRecordsContract",
    "LogsActivitiesContract",
    "MakesCampaignsContract",
    "MentionsContract",
    "Names",
    "NotifiesContract",
    "ParsesWebhooksContract",
    "ProbesContract",
    "Proof",
    "RaisesAlertsContract",
    "ReadsRecordsContract",
    "ReadsTasksContract",
    "Stage",
    "StartsFeedsContract",
    "SumsUpCampaignsContract",
    "UninstallsContract",
    "VerifiesEmbedsContract",
    "VerifiesWebhooksContract",
    "WritesInBulkContract",
    "WritesProjectsContract",
    "WritesRecordsContract",
]
