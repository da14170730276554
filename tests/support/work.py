"""Jobs in a `World`: start one, and look at it."""

from typing import Any

from app.flows.work.run import KINDS
from app.store import work
from app.store.work import Job
from tests.support.world import World


class Killed(BaseException):
    """The worker dies here."""


def start(world: World, kind: str, /, **args: Any) -> int:
    """Queue a job; its arguments are checked as the API does."""
    checked = KINDS[kind].Arguments.model_validate(args).model_dump(mode="json")
    with world.database.begin() as tx:
        return work.add(tx, kind, checked, by="test")


def look(world: World, job_id: int) -> Job:
    """A job as it is now."""
    with world.database.begin() as tx:
        job = work.get(tx, job_id)
    assert job is not None
    return job


def run(world: World, kind: str, /, **args: Any) -> Job:
    """Do a job, and all that follows from it."""
    job_id = start(world, kind, **args)
    world.settle()
    return look(world, job_id)


def findings(world: World, job_id: int) -> list[tuple[str, str | None, str | None]]:
    """What a job found: category, code, connection."""
    with world.database.begin() as tx:
        found = work.findings(tx, job_id, limit=1000)
    return sorted((one.category, one.code, one.connection) for one in found)
