"""Contracts of what a connector puts into an account: `Installs`, `Uninstalls`, and what an
admin puts there: `WritesProjects`.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from connectors.contract.stage import Stage

STAYS = ("same ", "keep ")


class InstallsContract:
    """Put into the account what Baton needs there."""

    def test_a_dry_run_changes_nothing(self, stage: Stage) -> None:
        """It shows the same again."""
        first = list(stage.connector.install(dry_run=True))

        assert list(stage.connector.install(dry_run=True)) == first

    def test_what_is_there_is_not_installed_again(self, stage: Stage) -> None:
        """A second run has nothing to do, and a dry run says so."""
        stage.connector.install()

        assert list(stage.connector.install()) == []
        assert changes(stage.connector.install(dry_run=True)) == []


class UninstallsContract:
    """Take out what was put in, and nothing else."""

    def test_a_dry_run_removes_nothing(self, stage: Stage) -> None:
        """It shows what there is to remove, and that is still there."""
        stage.connector.install()
        shown = changes(stage.connector.uninstall(dry_run=True))

        assert shown != []
        assert changes(stage.connector.uninstall(dry_run=True)) == shown
        assert list(stage.connector.install()) == []

    def test_what_was_installed_is_removed_once(self, stage: Stage) -> None:
        """A second run finds nothing, and all can be installed anew."""
        stage.connector.install()

        assert changes(stage.connector.uninstall()) != []
        assert changes(stage.connector.uninstall()) == []
        assert changes(stage.connector.install()) != []


class WritesProjectsContract:
    """Write the app that an admin uploads."""

    def test_its_files_stay_in_their_folder(self, stage: Stage) -> None:
        """Whoever writes them overwrites nothing else, and the same app comes of the same call."""
        made = stage.connector.project("https://baton.example")

        paths = [PurePosixPath(one) for one in made]
        assert paths != []
        assert [one for one in paths if one.is_absolute() or ".." in one.parts] == []
        assert dict(stage.connector.project("https://baton.example")) == dict(made)

    def test_it_names_where_baton_is(self, stage: Stage) -> None:
        """In at least one of its files."""
        made = stage.connector.project("https://baton.example")

        assert [one for one in made.values() if "https://baton.example" in one] != []


def changes(lines: Sequence[str]) -> list[str]:
    """Lines of what is or would be done."""
    return [line for line in lines if not line.startswith(STAYS)]
