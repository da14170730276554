"""Notes on people and on opportunities: the classic ones, and the enhanced ones by their links.

An org may have either, or both; what it does not have is not read. A note on an opportunity is
one activity for each contact of it. Private notes are left out. Of an enhanced note the preview is
read, the text of its beginning. Source: Object Reference, "Note", "ContentNote",
"ContentDocumentLink" (which is found by document only).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from connectors.base import Activity, Cursor, Page, Ref, Value
from connectors.salesforce.deals import contacts_of, rows_of
from connectors.salesforce.feed import STAMP, Stream, idle, page
from connectors.salesforce.ids import canonical, ref_of
from connectors.salesforce.schema import fields_if_there
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import parse_moment

NOTE, ENHANCED, LINK = "Note", "ContentNote", "ContentDocumentLink"
_ASKED = ("Id", "CreatedDate", "OwnerId", "Title", "Body", "TextPreview", "ParentId")


def notes(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Notes since `cursor`, each under everybody whom it is about."""
    streams = _streams(api)
    if not streams:
        return Page((), idle(feed, cursor), more=False)
    rows, after, more = page(api, feed, streams, cursor)
    parents = _parents(api, [row for stream, row in rows if stream.name == ENHANCED])
    for stream, row in rows:
        if stream.name == NOTE:
            parents[str(row["Id"])] = [str(row["ParentId"])]
    refs = {id_: [ref for one in ids if (ref := ref_of(one))] for id_, ids in parents.items()}
    deals = {ref.id for some in refs.values() for ref in some if ref.kind == "opportunity"}
    contacts = contacts_of(api, deals) if deals else {}
    found = (one for _, row in rows for one in _told(row, refs.get(str(row["Id"]), ()), contacts))
    return Page(tuple(found), after, more)


def _streams(api: Api) -> list[Stream]:
    """The notes that the org has. Not every version shows when an enhanced one was stamped."""
    streams = []
    for name in (NOTE, ENHANCED):
        known = fields_if_there(api, name)
        by = STAMP if STAMP in known else "LastModifiedDate"
        if not known or by not in known:
            continue
        fields = [field for field in (*_ASKED, by) if field in known]
        where = ("IsPrivate = false",) if "IsPrivate" in known else ()
        streams.append(Stream(name, fields, where, by=by))
    return streams


def _parents(api: Api, rows: Sequence[Row]) -> dict[str, list[str]]:
    """The records that each enhanced note is linked to."""
    found: dict[str, list[str]] = {}
    if not rows or not fields_if_there(api, LINK):
        return found
    ids = [str(row["Id"]) for row in rows]
    asked = ("Id", "ContentDocumentId", "LinkedEntityId")
    for row in rows_of(api, LINK, asked, "ContentDocumentId", ids):
        found.setdefault(str(row["ContentDocumentId"]), []).append(str(row["LinkedEntityId"]))
    return found


def _told(
    row: Row, refs: Collection[Ref], contacts: Mapping[str, Sequence[str]]
) -> Iterator[Activity]:
    """One activity for each person whom the note is about; ids tell them apart."""
    about: dict[str, tuple[Ref, ...]] = {}
    for ref in refs:
        if ref.kind == "person":
            about[ref.id] = ()
        for contact in contacts.get(ref.id, ()):
            about.setdefault(contact, (ref,))
    detail: dict[str, Value] = {
        "body": row.get("Body") or row.get("TextPreview"),
        "owner_id": row.get("OwnerId"),
    }
    for person, deals in about.items():
        yield Activity(
            id=f"{canonical(str(row['Id']))}:{person}",
            person=Ref("person", person),
            type="note",
            at=parse_moment(str(row["CreatedDate"])),
            title=str(row.get("Title") or ""),
            detail={name: value for name, value in detail.items() if value},
            about=deals,
        )
