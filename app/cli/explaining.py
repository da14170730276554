"""`baton why` and `baton undo`: why a record is (not) in a system, and taking writes back."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import ValidationError

from app.cli.context import attached
from app.cli.failure import Failed
from app.cli.following import follow
from app.cli.output import say, say_json, say_table
from app.configuring import work as starting
from app.domain.activity import Language
from app.flows import rules as rules_
from app.flows.asked import of_text
from app.flows.why import Why
from app.flows.work import undo as undo_
from app.flows.work.undo import Arguments, Preview
from app.store.work import lane_of
from app.web.why_words import answer, mends, says

BY = "baton"
MARKS = {"ok": "ok", "waiting": "..", "stopped": "!!"}
Who = Annotated[
    str, typer.Argument(metavar="WHO", help="E-mail, Baton's id, a vendor's id, a webhook's id.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Ja = Annotated[bool, typer.Option("--ja", help="In Japanese.")]
MappingName = Annotated[str | None, typer.Option("--mapping", help="Writes under this mapping.")]
Version = Annotated[int | None, typer.Option(help="Only of this version of it.")]
JobId = Annotated[int | None, typer.Option("--job", help="Writes that this job made or caused.")]
Cause = Annotated[str | None, typer.Option(help="Writes that one event led to (its cause id).")]
Connection = Annotated[str | None, typer.Option(help="Writes to this connection.")]
Person = Annotated[str | None, typer.Option("--link", help="Writes about one (Baton's id).")]
Since = Annotated[datetime | None, typer.Option(help="Writes since then (UTC).")]
Until = Annotated[datetime | None, typer.Option(help="Writes before then (UTC).")]
Fields = Annotated[list[str] | None, typer.Option("--field", help="Only this field; repeatable.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, do nothing.")]


def why(who: Who, *, as_json: AsJson = False, ja: Ja = False) -> None:
    """Say why somebody is, or is not, in a system: one sentence, then the chain of facts.

    Exits 0 where all is well or on its way, 1 where something stops it.
    """
    language: Language = "ja" if ja else "en"
    with attached() as baton, baton.database.begin() as tx:
        found = of_text(tx, rules_.load(tx), who)
    if as_json:
        say_json([_plain(one, language) for one in found])
    else:
        for one in found:
            _tell(one, language)
    if any(one.answer.verdict == "stopped" for one in found):
        raise typer.Exit(1)


def _tell(why_: Why, language: Language) -> None:
    say(answer(why_).text(language))
    if (mend := mends(why_.answer)) is not None:
        say(f"  -> {mend.text(language)}")
    for step in why_.steps:
        at = "" if step.at is None else f"  ({step.at:%Y-%m-%d %H:%M:%S}Z)"
        say(f"  {MARKS[step.verdict]}  {says(step).text(language)}{at}")


def _plain(why_: Why, language: Language) -> dict[str, Any]:
    mend = mends(why_.answer)
    return {
        "link_id": why_.link_id,
        "verdict": why_.answer.verdict,
        "answer": answer(why_).text(language),
        "fix": None if mend is None else mend.text(language),
        "steps": [
            {
                "code": step.code,
                "verdict": step.verdict,
                "connection": step.connection,
                "at": step.at,
                "says": says(step).text(language),
            }
            for step in why_.steps
        ],
    }


def undo(
    *,
    mapping: MappingName = None,
    version: Version = None,
    job: JobId = None,
    cause: Cause = None,
    connection: Connection = None,
    link: Person = None,
    since: Since = None,
    until: Until = None,
    field: Fields = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put old values back where what Baton wrote still stands. Preview it with --dry-run.

    What was changed since is left, and so are records that were created.
    """
    chosen: dict[str, Any] = {
        "mapping": mapping, "version": version, "job": job, "cause": _id(cause),
        "connection": connection, "link": _id(link), "since": _utc(since), "until": _utc(until),
        "fields": tuple(field or ()),
    }  # fmt: skip
    try:
        arguments = Arguments(**chosen)
    except ValidationError as error:
        raise Failed(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    plain = arguments.model_dump(mode="json", exclude_none=True)
    with attached() as baton:
        with baton.database.begin() as tx:
            found = undo_.preview(tx, arguments)
            started = None if dry_run else starting.start_job(tx, "undo", plain, by=BY, share=None)
        if started is None:
            _show(found, as_json=as_json)
            return
        baton.wake({lane_of(started.id)})
        ended = follow(baton, started, "undo")
    if as_json:
        say_json({"job": ended.id, "counts": dict(ended.counts)})
        return
    said = _counts(ended.counts)
    say(f"job {ended.id}: {said}; what follows is written by whichever process works")


def _show(found: Preview, *, as_json: bool) -> None:
    if as_json:
        say_json({name: getattr(found, name) for name in Preview.__dataclass_fields__})
        return
    all_ = "" if found.complete else f" (judged {undo_.MOST_PREVIEWED:,} of {found.links:,})"
    say(f"{found.records:,} records would change{all_}: {_counts(found.fields)}")
    if found.skipped:
        say(f"left as they are: {_counts(found.skipped)}")
    columns = ("connection", "field", "now", "then")
    say_table(columns, [[one[name] for name in columns] for one in found.samples])


def _counts(counts: Any) -> str:
    said = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in sorted(counts.items()))
    return said or "nothing"


def _id(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise Failed(f"{text!r} is no id of Baton's") from None


def _utc(at: datetime | None) -> datetime | None:
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)


def add_to(cli: typer.Typer) -> None:
    cli.command()(why)
    cli.command()(undo)
