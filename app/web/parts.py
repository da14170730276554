"""What the web process is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from app.accounts import Accounts
from app.settings import Settings
from app.store.db import Database
from app.vault import Vault


@dataclass(frozen=True, slots=True)
class Parts:
    """All that requests need. `wake` names lanes that have work, after the commit."""

    settings: Settings
    database: Database
    vault: Vault
    accounts: Accounts
    wake: Callable[[set[str]], None]
