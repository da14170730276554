"""`baton backfill`, `reconcile` and `jobs`: long work from the command line."""

import json
from pathlib import Path

import pytest
import yaml

from app.store import work
from app.store.db import Database
from tests.cli.conftest import Command
from tests.cli.test_cli_apply import BLUEPRINT


@pytest.fixture
def configured(baton: Command, tmp_path: Path) -> Command:
    """Two empty connections in memory and a mapping between them."""
    path = tmp_path / "baton.yaml"
    path.write_text(yaml.safe_dump(BLUEPRINT), "utf-8")
    assert baton("apply", "-f", str(path), HOOK="psst").code == 0
    return baton


def test_backfill_is_done_here_where_nobody_works(configured: Command, database: Database) -> None:
    """An empty account: done, and nothing to tell."""
    ended = configured("backfill", "ma", "person")
    with database.begin() as tx:
        found = work.listed(tx)

    assert (ended.code, ended.out) == (
        0, "job 2: 0 done; what follows is delivered by whichever process works\n",
    )  # fmt: skip
    assert [(job.kind, job.state, job.created_by) for job in found] == [
        ("backfill", "done", "baton"),
        ("recompute", "queued", "baton apply"),  # new rules were published
    ]


def test_the_past_is_read_from_a_date_on(configured: Command, database: Database) -> None:
    """A date without a zone is UTC; what the job was asked is kept with it."""
    ended = configured("history", "ma", "--since", "2026-01-02", "--share", "0.2")
    with database.begin() as tx:
        (job,) = work.listed(tx, kind="history")

    assert (ended.code, ended.out) == (
        0, f"job {job.id}: 0 done; what follows is delivered by whichever process works\n",
    )  # fmt: skip
    assert (job.state, job.share) == ("done", 0.2)
    assert job.args == {"connection": "ma", "since": "2026-01-02T00:00:00Z"}


def test_reconcile_tells_its_counts(configured: Command) -> None:
    """As JSON for programs."""
    ended = configured("reconcile", "--json")

    (job,) = json.loads(ended.out)
    assert (job["kind"], job["state"], job["done"]) == ("reconcile", "done", 0)


def test_a_job_is_paused_resumed_and_cancelled(configured: Command) -> None:
    """By its number; what can't be done is said."""
    started = configured("backfill", "ma", "person", "--no-wait")
    ended = [configured("jobs", verb, "2") for verb in ("pause", "resume", "cancel", "resume")]

    assert started.out == "job 2 will be done by a running worker\n"
    assert [one.code for one in ended] == [0, 0, 0, 1]
    assert ended[3].err == "baton: job 2 is cancelled: it can't be resumed\n"
    rows = json.loads(configured("jobs", "--json").out)
    assert [(row["id"], row["state"]) for row in rows] == [(2, "cancelled"), (1, "queued")]


def test_what_there_is_not_is_said(configured: Command) -> None:
    """With the nearest name."""
    ended = configured("backfill", "mars", "person")

    assert ended.code == 1
    assert 'there is no connection "mars"; did you mean "ma"?' in ended.err
