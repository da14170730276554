"""`baton preview` and `baton rollback`: what a document would do; back to an earlier version."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.bootstrap import Baton
from app.cli import blueprint, trying, trying_rules
from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.following import duration, follow
from app.cli.output import say, say_json
from app.configuring import (
    activate_version,
    live_fields,
    previewing,
    read_text,
    save_document,
    trials,
)
from app.configuring import work as starting
from app.configuring.previewing import MOST, Draft
from app.flows.sample import Wanted
from app.store import documents, work
from app.store.work import lane_of
from app.web.api.previews import PreviewView, SideView, view

BY = "baton preview"
LONGEST = 80  # characters of a value in a line
File = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, help="A mapping, rules of any kind, or a file for apply."
    ),
]
Name = Annotated[str | None, typer.Option(help="The mapping's name; else the file's.")]
Sample = Annotated[int, typer.Option(min=1, max=MOST, help="So many records that changed last.")]
Emails = Annotated[list[str] | None, typer.Option("--email", help="Records with this address.")]
All = Annotated[bool, typer.Option("--all", help="All records, as a job.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
What = Annotated[str, typer.Argument(metavar="KIND/NAME", help="Such as mapping/person.")]
To = Annotated[int | None, typer.Option("--to", help="Else the version before the active one.")]
Why = Annotated[str, typer.Option("--why", help="For the journal, and who reads the history.")]


def preview(
    file: File,
    *,
    name: Name = None,
    sample: Sample = 20,
    email: Emails = None,
    all_: All = False,
    as_json: AsJson = False,
) -> None:
    """Rehearse mappings with live records, and rules with the people there are.

    What would change, be refused, and cost; who would score differently, move, be alerted, pass
    the gate or be late. Nothing is written anywhere.
    """
    rules, drafts = trying.drafts(file, name), _drafts(file, name)
    others = trying_rules.drafts(file, name)
    if not rules and not drafts and not others:
        raise Failed(f"{file} has nothing to try" + (f" named {name!r}" if name else ""))
    with attached() as baton:
        for kind, one in others:
            trying_rules.preview_rules(baton, kind, one, as_json=as_json)
        for draft in rules:
            some = None if all_ else trials.Wanted(sample, emails=email or ())
            trying.preview_scoring(baton, draft, some, as_json=as_json)
        for draft in drafts:
            if all_:
                _all(baton, draft, as_json=as_json)
                continue
            wanted = Wanted(sample, emails=email or ())
            seen = previewing.preview(baton.database, baton.accounts.connector, draft, wanted)
            if as_json:
                say_json(view(seen).model_dump(mode="json", exclude={"job"}))
            else:
                _show(view(seen))


def _drafts(file: Path, name: str | None) -> list[Draft]:
    body = read_text(file.read_text("utf-8"), str(file))
    if "fields" in body:
        return [Draft(name or file.stem, body)]
    if trying.is_scoring(body) or trying_rules.is_alone(body):
        return []
    entries = [one for one in blueprint.read(file).documents if one.kind == "mapping"]
    return [Draft(e.name, blueprint.body_of(e)) for e in entries if name in {None, e.name}]


def _all(baton: Baton, draft: Draft, *, as_json: bool) -> None:
    opened, body = baton.accounts.connector, draft.body or {}
    baton.wake(live_fields.refresh(baton.database, opened, "mapping", body)[0])
    with baton.database.begin() as tx:
        saved = save_document(
            tx, "mapping", draft.name, draft.body or {}, activate=False, note="preview", by=BY
        )
        args = {"mapping": draft.name, "version": saved.document.version}
        job = starting.start_job(tx, "rehearse", args, by=BY)
    baton.wake({lane_of(job.id)})
    job = follow(baton, job, f"preview {draft.name}")
    with baton.database.begin() as tx:
        found = work.finding_counts(tx, job.id)
    told = {**args, "job": job.id, "counts": dict(job.counts), "findings": found}
    if as_json:
        say_json(told | {"told": job.checkpoint.get("told", {})})
        return
    say(f"{draft.name}: {_counts(dict(job.counts))}; details: job {job.id} (page Jobs, API)")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{n:,} {what.replace('_', ' ')}" for what, n in sorted(counts.items()))


def _show(seen: PreviewView) -> None:
    say(f"{seen.mapping}: {_counts(seen.totals) or 'no records'}")
    for warning in seen.warnings:
        say(f"  warning: {warning.pointer}: {warning.message}")
    for record in seen.results:
        if record.outcome == "unchanged":
            continue
        say(f"  {record.outcome:11} {record.label}")
        for name, values in record.conflicts.items():
            say(f"      {name}: {_side_values(values)} would wait for a person")
        for side in record.sides:
            _show_side(side)
    for cost in seen.costs:
        left = "" if cost.left_today is None else f" of {cost.left_today:,} left today"
        short = "" if cost.fits else "; MORE THAN ARE LEFT"
        parts = f"reads {cost.reads:,}, looks {cost.looks:,}, writes {cost.writes:,}"
        say(f"  calls at {cost.connection}: {cost.total:,}{left} ({parts}){short}")
    if seen.lasts_s is not None:
        say(f"  takes about {duration(seen.lasts_s)} for all records")


def _show_side(side: SideView) -> None:
    for one in side.fields:
        told = f"{_shown(one.before)} -> {_shown(one.after)}"
        say(f"      {side.connection} {one.field}: {told} ({one.source}: {one.why})")
    for trouble in side.troubles:
        say(f"      {side.connection} {trouble.field}: {trouble.code}: {trouble.message}")
    if side.filter:
        say(f"      {side.connection}: kept out by {side.filter}")


def _side_values(values: dict[str, Any]) -> str:
    return " / ".join(f"{role} {_shown(value)}" for role, value in values.items())


def _shown(value: Any) -> str:
    """A value as it is; of a long one so much as one line takes."""
    text = "(blank)" if value is None else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(str(value))} characters)"


def rollback(what: What, *, to: To = None, why: Why = "") -> None:
    """Make an earlier version of a document the active one, and bring what is there under it."""
    kind, _, name = what.partition("/")
    with attached() as baton:
        with baton.database.begin() as tx:
            versions = documents.versions(tx, kind, name)
            active = next((one.version for one in versions if one.active), 0)
            before = max((v.version for v in versions if v.version < active), default=None)
            version = before if to is None else to
            if version is None:
                raise Failed(f'{kind} "{name}" has no earlier version')
            saved = activate_version(tx, kind, name, version, note=why, by="baton rollback")
        baton.wake(set(saved.wakes))
    said = f"{kind}/{name}: version {version} is active"
    say(said if saved.job is None else f"{said}; job {saved.job} brings all records under it")


def add_to(cli: typer.Typer) -> None:
    cli.command()(preview)
    cli.command()(rollback)
