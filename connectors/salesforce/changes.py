"""What changed: leads and contacts (accounts, opportunities) since a cursor, deleted ones too."""

from collections.abc import Collection

from connectors.base import Cursor, Kind, Page, Record
from connectors.salesforce.feed import Stream, page
from connectors.salesforce.records import columns, to_record
from connectors.salesforce.schema import fields_of_kind, with_live_schema
from connectors.salesforce.session import Api

# Deleted records can be found for so long, changed ones for ever.
# Source: Salesforce Help, "Recycle Bin": 15 days.
RECYCLE_BIN_S = 15 * 86_400.0


def changes(api: Api, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
    """Records changed since `cursor`; everything that there is from None.

    Deleted, merged and converted ones come as deleted, with where they moved to.
    """
    fields_of_kind(api, kind, fields)
    return with_live_schema(api, lambda: _changes(api, kind, fields, cursor))


def _changes(api: Api, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
    streams = [
        Stream(name, columns(api, name, fields), deleted_too=True)
        for name in api.settings.objects(kind)
    ]
    rows, after, more = page(api, kind, streams, cursor)
    items = tuple(to_record(api, stream.name, row, fields) for stream, row in rows)
    return Page(items, after, more, kept_s=RECYCLE_BIN_S)
