"""A deployment: taken in, carried out, undone if it was a check or failed."""

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.metadata import flows
from connectors.salesforce.sandbox.metadata.install import Installation
from connectors.salesforce.sandbox.metadata.package import Package, Wrong, unpack
from connectors.salesforce.sandbox.metadata.store import (
    DEPLOY,
    FAILED,
    IN_PROGRESS,
    PARTIAL,
    SUCCEEDED,
    Deploy,
    Message,
    Options,
    Store,
)
from connectors.salesforce.sandbox.org import Actor, Org


def begin(org: Org, store: Store, raw: bytes, options: Options, user_id: str) -> Deploy:
    """Carried out at once, or after as many looks as the settings say."""
    at = store.now()
    polls = org.config.deploy_polls
    job = Deploy(store.ids.next(DEPLOY), raw, options, user_id, at, polls)
    store.deploys[job.id] = job
    if not polls:
        _carry_out(org, store, job)
    return job


def look(org: Org, store: Store, job: Deploy) -> None:
    """Somebody asks how far it is, which is what brings it on."""
    if job.done:
        return
    if job.polls_left > 0:
        job.polls_left -= 1
        job.status = IN_PROGRESS
        return
    _carry_out(org, store, job)


def _carry_out(org: Org, store: Store, job: Deploy) -> None:
    job.completed_at = store.now()
    try:
        package = unpack(job.raw)
    except Wrong as wrong:
        job.messages = [Message(wrong.kind, wrong.name, wrong.file, problem=wrong.problem)]
        job.status = FAILED
        return
    job.messages, job.status = install(org, store, package, job.options, Actor(job.created_by))


def install(
    org: Org, store: Store, package: Package, options: Options, actor: Actor
) -> tuple[list[Message], str]:
    """What came of each component, and the status of the whole."""
    mark, restore = org.mark(), org.schema.snapshot()
    before = {name: dict(made.fields) for name, made in org.schema.objects.items()}
    installation = Installation(org, store, package, actor)
    messages = installation.run(allow_missing=options.allow_missing_files)
    failed = any(one.failed for one in messages)
    warned = any(one.problem and not one.failed for one in messages)
    failed = failed or (warned and not options.ignore_warnings)
    if options.check_only or (failed and options.rollback_on_error):
        org.rollback(mark)
        restore()
    else:
        _settle(org, store, installation, before)
    if not failed:
        return messages, SUCCEEDED
    some = any(one.problem is None for one in messages)
    return messages, PARTIAL if some and not options.rollback_on_error else FAILED


def _settle(
    org: Org, store: Store, done: Installation, before: dict[str, dict[str, Field]]
) -> None:
    """Take over what was installed; records get the new fields and lose the old."""
    for key, kept in done.kept.items():
        if kept is None:
            store.kept.pop(key, None)
        else:
            store.kept[key] = kept
    flows.refresh(org, store)
    for name in before.keys() - org.schema.objects.keys():
        org.tables.pop(name)
    org.schema_touched()
    for name, made in org.schema.objects.items():
        was = before.get(name, made.fields)
        added = {n: one.default for n, one in made.fields.items() if n not in was}
        gone = was.keys() - made.fields.keys()
        if not added and not gone:
            continue
        org.table(made).reshape(added, gone)
