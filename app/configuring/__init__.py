"""Configuring: the one place that checks and saves connections and documents.

Used alike by the API and by configuration as code. Functions take a transaction and make no
request; only `try_out` calls a vendor, and takes no transaction.
"""

from app.configuring.connections import (
    MASK,
    SLUG,
    ConnectionSpec,
    pause,
    remove_connection,
    resume,
    save_connection,
)
from app.configuring.documents import (
    Saved,
    activate_version,
    check_document,
    model_of,
    read_text,
    save_document,
)
from app.configuring.problems import InUse, Invalid, Missing, OutOfDate
from app.configuring.trying import Tried, keep_tried, try_out

__all__ = [
    "MASK",
    "SLUG",
    "ConnectionSpec",
    "InUse",
    "Invalid",
    "Missing",
    "OutOfDate",
    "Saved",
    "Tried",
    "activate_version",
    "check_document",
    "keep_tried",
    "model_of",
    "pause",
    "read_text",
    "remove_connection",
    "resume",
    "save_connection",
    "save_document",
    "try_out",
]
