"""Which errors are expected, and how they read: what, which one, and what to do."""

from pydantic import ValidationError
from pydantic_settings import SettingsError

from app.accounts import NoSuchConnection
from app.bootstrap import OldDatabase
from app.cli.failure import Failed
from app.configuring import InUse, Invalid, Missing, OutOfDate
from app.demo.children import DemoFailed
from app.settings import Settings
from app.store.db import Unavailable
from app.vault import NoKeyError
from connectors.base import ConnectorError
from connectors.registry import UnknownVendor

EXPECTED = (
    Failed, DemoFailed, NoKeyError, OldDatabase, UnknownVendor, SettingsError, Invalid, Missing,
    OutOfDate, InUse, NoSuchConnection, ValidationError, ConnectorError, Unavailable, OSError,
)  # fmt: skip


def explained(error: Exception) -> str:
    """An expected error in one line. Raises: the error, where it is a fault of Baton's own."""
    match error:
        case NoSuchConnection():
            text = f"there is no connection {str(error)!r}; `baton connections` lists them"
        case ValidationError():
            text = _settings(error)
        case ConnectorError():
            text = f"{type(error).__name__}: {error}"
        case Unavailable():
            reason = str(error.orig or error).strip().splitlines()[0]
            text = f"the database does not answer ({reason}); is BATON_DATABASE_URL right?"
        case OSError():
            text = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        case _:
            text = str(error)
    return text


def _settings(error: ValidationError) -> str:
    if error.title != Settings.__name__:
        raise error
    wrong = error.errors(include_input=False, include_url=False, include_context=False)
    told = (f"BATON_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in wrong)
    return "; ".join(told)
