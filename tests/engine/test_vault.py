"""Secrets at rest: unreadable without the key, bound to their connection, rotatable."""

import base64
import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.settings import Settings
from app.vault import NoKeyError, Vault, open_vault


def key() -> SecretStr:
    return SecretStr(base64.b64encode(os.urandom(32)).decode())


def test_what_is_locked_opens_for_its_connection_only() -> None:
    """The same bytes under another connection's name are refused."""
    vault = Vault((os.urandom(32),))
    sealed = vault.lock({"token": "hush"}, "hubspot")

    assert vault.open(sealed, "hubspot") == {"token": "hush"}
    with pytest.raises(NoKeyError, match="tampered"):
        vault.open(sealed, "salesforce")


def test_a_flipped_bit_is_noticed() -> None:
    """Tampered secrets are refused, not guessed at."""
    vault = Vault((os.urandom(32),))
    sealed = bytearray(vault.lock({"token": "hush"}, "hubspot"))
    sealed[-1] ^= 1

    with pytest.raises(NoKeyError, match="tampered"):
        vault.open(bytes(sealed), "hubspot")


def test_the_key_before_still_opens_while_keys_are_rotated() -> None:
    """Old secrets open with the previous key; new ones are locked with the new key."""
    old, new = key(), key()
    sealed = open_vault(Settings(secret_key=old)).lock({"token": "hush"}, "hubspot")
    rotated = open_vault(Settings(secret_key=new, secret_key_previous=old))

    assert rotated.open(sealed, "hubspot") == {"token": "hush"}
    again = rotated.lock({"token": "hush"}, "hubspot")
    assert open_vault(Settings(secret_key=new)).open(again, "hubspot") == {"token": "hush"}
    with pytest.raises(NoKeyError, match="BATON_SECRET_KEY_PREVIOUS"):
        open_vault(Settings(secret_key=new)).open(sealed, "hubspot")


def test_a_database_of_your_own_needs_a_key_of_your_own() -> None:
    """No silent key that another machine would not have."""
    with pytest.raises(NoKeyError, match="BATON_SECRET_KEY is required"):
        open_vault(Settings(database_url=SecretStr("postgresql://db/baton")))


def test_the_embedded_default_makes_its_key_once(folder: Path) -> None:
    """Readable by its owner only, and the same at the next start."""
    settings = Settings(data_dir=folder / "data")
    sealed = open_vault(settings).lock({"token": "hush"}, "hubspot")

    assert open_vault(settings).open(sealed, "hubspot") == {"token": "hush"}
    assert stat.S_IMODE((folder / "data" / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("bad", ["not base64!", "c2hvcnQ="])
def test_a_bad_key_says_what_is_wrong(bad: str) -> None:
    """Not base64, or not 32 bytes."""
    with pytest.raises(NoKeyError, match="secret key"):
        open_vault(Settings(secret_key=SecretStr(bad)))
