"""Contracts of alerts: `RaisesAlerts` (a task, once) and `Notifies` (the bell)."""

from collections.abc import Mapping
from datetime import timedelta

from connectors.base import Alert, ConnectorError, Landed, Ref, Unsure
from connectors.contract.stage import Stage


class RaisesAlertsContract:
    """A task before the rep, once per key."""

    def test_an_alert_is_raised_once_however_often_it_is_asked(self, stage: Stage) -> None:
        """The second time lands on the same task."""
        ref, owner = stage.add_person("ada@example.com"), stage.add_owner("rep@example.com")
        first = raised(stage, [alert(stage, "k1", ref, owner)])["k1"]
        second = raised(stage, [alert(stage, "k1", ref, owner)])["k1"]

        assert isinstance(first, Landed)
        assert isinstance(second, Landed)
        assert first.ref == second.ref
        assert list(stage.alerts()) == ["k1"]

    def test_an_answer_that_was_lost_is_repeated_harmlessly(self, stage: Stage) -> None:
        """The outcome is in doubt; once repeated there is one task."""
        ref, owner = stage.add_person("ada@example.com"), stage.add_owner("rep@example.com")
        stage.lose_answer_once()

        assert isinstance(raised(stage, [alert(stage, "k1", ref, owner)])["k1"], Unsure)
        assert isinstance(raised(stage, [alert(stage, "k1", ref, owner)])["k1"], Landed)
        assert list(stage.alerts()) == ["k1"]

    def test_different_alerts_are_different_tasks(self, stage: Stage) -> None:
        """One batch, three keys, three tasks."""
        ref, owner = stage.add_person("ada@example.com"), stage.add_owner("rep@example.com")

        outcomes = raised(stage, [alert(stage, f"k{n}", ref, owner) for n in range(3)])

        assert all(isinstance(outcome, Landed) for outcome in outcomes.values())
        assert sorted(stage.alerts()) == ["k0", "k1", "k2"]

    def test_an_alert_needs_no_owner(self, stage: Stage) -> None:
        """Without an owner the vendor chooses; the task is there all the same."""
        ref = stage.add_person("ada@example.com")

        assert isinstance(raised(stage, [alert(stage, "k1", ref, None)])["k1"], Landed)
        assert list(stage.alerts()) == ["k1"]

    def test_an_alert_about_somebody_who_is_gone_fails_alone(self, stage: Stage) -> None:
        """The others of the batch are raised."""
        here, gone = stage.add_person("here@example.com"), stage.add_person("gone@example.com")
        stage.delete(gone)

        outcomes = raised(stage, [alert(stage, "k1", gone, None), alert(stage, "k2", here, None)])

        assert isinstance(outcomes["k1"], ConnectorError)
        assert isinstance(outcomes["k2"], Landed)
        assert list(stage.alerts()) == ["k2"]

    def test_long_and_odd_text_is_taken(self, stage: Stage) -> None:
        """A title or body beyond the vendor's limits is shortened, not refused."""
        ref, text = stage.add_person("ada@example.com"), '<b>料金 & "price"\'s</b>\n' * 200
        due = stage.now() + timedelta(minutes=30)
        odd = Alert("k" * 60, ref, None, text, text, due, "https://baton.example/x?y='z'&a=b")

        assert isinstance(raised(stage, [odd])["k" * 60], Landed)


class NotifiesContract:
    """The bell. Not idempotent, so asked once for each."""

    def test_the_bell_rings(self, stage: Stage) -> None:
        """Each alert rings once and has an outcome without an error."""
        ref, owner = stage.add_person("ada@example.com"), stage.add_owner("rep@example.com")

        outcomes = stage.connector.notify([alert(stage, "k1", ref, owner)])

        assert outcomes == {"k1": None}
        assert len(stage.bells()) == 1
        assert "Ada is hot" in stage.bells()[0]

    def test_nothing_rings_for_nothing(self, stage: Stage) -> None:
        """No alerts, no outcomes, no sound."""
        assert stage.connector.notify([]) == {}
        assert list(stage.bells()) == []


def alert(stage: Stage, key: str, ref: Ref, owner: str | None) -> Alert:
    due = stage.now() + timedelta(minutes=30)
    return Alert(key, ref, owner, "Ada is hot", "Total 92: viewed the prices", due)


def raised(stage: Stage, alerts: list[Alert]) -> Mapping[str, Landed | ConnectorError]:
    """The outcomes, where an error for the whole call is that of each alert."""
    try:
        outcomes: Mapping[str, Landed | ConnectorError] = stage.connector.raise_alerts(alerts)
    except ConnectorError as error:
        return {one.key: error for one in alerts}
    return outcomes
