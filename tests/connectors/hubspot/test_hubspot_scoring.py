"""HubSpot's own lead scores, explained."""

from datetime import UTC, datetime
from typing import Any

import respx

from connectors.base import Ref
from connectors.scores import ExplainsScores, ScoreChange
from tests.connectors.hubspot.account import Account
from tests.connectors.hubspot.conftest import API, Connect

ADA = Ref("person", "7")
AT = "/marketing/lead-scoring/2026-09-beta"


def answers(routes: respx.MockRouter, history: list[dict[str, Any]]) -> None:
    """One published score of contacts, with a tier beside the number; others do not matter."""
    scores = [
        {"id": "1", "name": "Fit", "scoredObjectTypeId": "0-1", "scoreStatus": "PUBLISHED"},
        {"id": "2", "name": "Draft", "scoredObjectTypeId": "0-1", "scoreStatus": "DRAFT"},
        {"id": "3", "name": "Firms", "scoredObjectTypeId": "0-2", "scoreStatus": "PUBLISHED"},
    ]
    outputs = [
        {"outputType": "SCORE", "propertyName": "lead_score", "propertyLabel": "Lead score"},
        {"outputType": "THRESHOLD", "propertyName": "lead_tier"},
    ]
    routes.get(f"{API}{AT}/scores").respond(json={"results": scores})
    routes.get(f"{API}{AT}/scores/1").respond(json={"outputConfiguration": {"outputs": outputs}})
    routes.get(
        f"{API}{AT}/score-values/object-history",
        params={"objectId": "7", "objectTypeId": "0-1", "outputProperty": "lead_score"},
    ).respond(json={"results": history})


@respx.mock
def test_changes_come_with_their_reasons_newest_first(
    connect: Connect, respx_mock: respx.MockRouter
) -> None:
    """What moved the score, in HubSpot's words whatever shape they have."""
    answers(
        respx_mock,
        [
            {"timestamp": "2026-05-01T09:00:00Z", "propertyValue": "20", "delta": 20,
             "renderedEvents": [{"title": "Form submitted"}, "Page viewed", {"points": 5}, 7]},
            {"timestamp": "2026-05-02T09:00:00Z", "propertyValue": None, "renderedEvents": None},
        ],
    )  # fmt: skip

    found = connect().score_changes(ADA)

    assert found == [
        ScoreChange(datetime(2026, 5, 2, 9, tzinfo=UTC), "Lead score", None, None),
        ScoreChange(
            datetime(2026, 5, 1, 9, tzinfo=UTC), "Lead score", 20.0, 20.0,
            ("Form submitted", "Page viewed", '{"points": 5}'),
        ),
    ]  # fmt: skip


def test_a_company_has_no_lead_score(connect: Connect) -> None:
    """Nobody is asked."""
    assert connect().score_changes(Ref("company", "1")) == ()


def test_the_sandbox_tells_how_a_score_went(account: Account, connect: Connect) -> None:
    """Over HTTP: each change with its delta, newest first."""
    hubspot = connect(account.url)
    contact = account.contact("ada@example.com")
    for score in (10, 25):
        step = {"contact": "ada@example.com", "score": score}
        account.control("POST", "play", steps=[step])

    found = hubspot.score_changes(Ref("person", contact))

    assert isinstance(hubspot, ExplainsScores)
    assert [(one.value, one.delta) for one in found] == [(25.0, 15.0), (10.0, 10.0)]
