"""Writing contacts, companies and deals: upsert by our key, update by id; one outcome each."""

from collections.abc import Sequence
from functools import partial

from connectors.base import ConnectorError, Gone, Landed, Ref, Rejected, Write
from connectors.hubspot import associations
from connectors.hubspot.batches import Row, in_parts, update, upsert
from connectors.hubspot.isolate import Outcome
from connectors.hubspot.objects import BATCH
from connectors.hubspot.records import find, is_id, whereabouts
from connectors.hubspot.rest import Api
from connectors.hubspot.values import texts


def write(api: Api, writes: Sequence[Write]) -> dict[str, Outcome]:
    """Write up to 100 records of one kind.

    Raises: Busy, AuthLost, Unsure, and only where that is so for all of them.
    """
    if len(writes) > BATCH:
        raise Rejected(f"{len(writes)} at once; the most is {BATCH}", code="batch_too_large")
    if not writes:
        return {}
    object_type = api.settings.object_of(writes[0].kind)
    key_property = api.settings.key_property
    outcomes: dict[str, Outcome] = {}
    new: list[Row] = []
    known: list[Row] = []
    for w in writes:
        own = associations.without(w.fields)
        if w.ref is None:
            new.append(Row(w.key, w.key, w.kind, {**texts(own), key_property: w.key}, own))
        elif is_id(w.ref.id) and own:
            known.append(Row(w.key, w.ref.id, w.kind, texts(own), own))
        elif is_id(w.ref.id):
            outcomes[w.key] = Landed(w.ref)  # there is nothing of its own to be written
        else:
            outcomes[w.key] = Gone(f"{w.ref.id!r} is no id of HubSpot's")
    outcomes |= in_parts(
        (new, partial(upsert, api, object_type)), (known, partial(update, api, object_type))
    )
    asked = {w.key: w.fields for w in writes}
    outcomes |= associations.write(api, writes[0].kind, asked, outcomes)
    _name_existing(api, new, outcomes)
    there = [w for w in writes if w.ref is not None and is_id(w.ref.id)]
    _follow_merges(api, [Row(w.key, w.ref.id, w.kind, {}) for w in there if w.ref], outcomes)
    return outcomes


def _name_existing(api: Api, rows: Sequence[Row], outcomes: dict[str, Outcome]) -> None:
    """Where HubSpot says that a contact exists but not which, look it up by its e-mail."""
    emails = {
        row.key: email
        for row in rows
        if row.kind == "person"
        and (email := row.properties.get("email"))
        and _is_nameless_conflict(outcomes[row.key])
    }
    if not emails:
        return
    try:
        found = find(api, "person", "email", list(emails.values()), ())
    except ConnectorError:
        return  # the refusal stands as it is; whom it collides with stays unsaid
    for key, email in emails.items():
        if email in found:
            reason = str(outcomes[key])
            outcomes[key] = Rejected(reason, code="CONFLICT", existing=found[email][0].ref)


def _is_nameless_conflict(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.code == "CONFLICT" and outcome.existing is None


def _follow_merges(api: Api, rows: Sequence[Row], outcomes: dict[str, Outcome]) -> None:
    """A merged record's old id works in single calls only: ask where each lost one went."""
    for row in rows:
        outcome, ref = outcomes[row.key], Ref(row.kind, row.id)
        if not isinstance(outcome, Gone):
            continue
        try:
            winner = whereabouts(api, ref)
        except ConnectorError:
            return  # gone is certain; where to shows at the next look
        if winner is not None and winner != ref:
            outcomes[row.key] = Gone(str(outcome), moved_to=winner)
