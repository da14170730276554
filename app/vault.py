"""Secrets at rest: AES-256-GCM, a random nonce each, bound to the connection that they are of."""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from app.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12
ID_BYTES = 4


class NoKeyError(RuntimeError):
    """There is no usable secret key; the message says how to mend it."""


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """Locks and opens secrets. The first key locks, all keys open (rotation)."""

    keys: tuple[bytes, ...]

    def lock(self, secrets: Mapping[str, str], owner: str) -> bytes:
        """Encrypt the secrets of a connection; they open for that connection only."""
        nonce = os.urandom(NONCE_BYTES)
        plain = json.dumps(dict(secrets)).encode()
        return (
            _id(self.keys[0]) + nonce + AESGCM(self.keys[0]).encrypt(nonce, plain, owner.encode())
        )

    def open(self, sealed: bytes | None, owner: str) -> dict[str, str]:
        """Decrypt the secrets of a connection. Raises: NoKeyError."""
        if sealed is None:
            return {}
        key = next((one for one in self.keys if _id(one) == sealed[:ID_BYTES]), None)
        if key is None:
            raise NoKeyError(
                f"the secrets of {owner!r} were locked with a key that is not configured; set "
                "BATON_SECRET_KEY_PREVIOUS to the key before, or enter the secrets again"
            )
        nonce, body = sealed[ID_BYTES : ID_BYTES + NONCE_BYTES], sealed[ID_BYTES + NONCE_BYTES :]
        try:
            plain = AESGCM(key).decrypt(nonce, body, owner.encode())
        except InvalidTag:
            raise NoKeyError(f"the stored secrets of {owner!r} were tampered with") from None
        opened: dict[str, str] = json.loads(plain)
        return opened

    @property
    def signing_key(self) -> bytes:
        """A key for signed links and sessions, derived from the first key."""
        return _digest(b"signing" + self.keys[0])

    @property
    def digest_keys(self) -> tuple[bytes, ...]:
        """Keys for digests of erased people, one derived from each key."""
        return tuple(_digest(b"erased" + key) for key in self.keys)


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation.

    With the embedded database a missing key is made and kept in the data directory (mode 0600);
    with a database of your own Baton refuses to start without one. Raises: NoKeyError.
    """
    if settings.secret_key is not None:
        keys = [settings.secret_key, settings.secret_key_previous]
        return Vault(tuple(_decode(one.get_secret_value()) for one in keys if one is not None))
    if settings.database_url is not None:
        raise NoKeyError(
            "BATON_SECRET_KEY is required with BATON_DATABASE_URL; make one with "
            "`python -c 'import base64,os; print(base64.b64encode(os.urandom(32)).decode())'`"
        )
    return Vault((_own_key(settings.data_dir / "secret.key"),))


def _own_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _decode(path.read_text("ascii").strip())
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode())
    return _decode(path.read_text("ascii").strip())


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoKeyError("the secret key is not base64") from None
    if len(key) != KEY_BYTES:
        raise NoKeyError(f"the secret key must be {KEY_BYTES} bytes, this one has {len(key)}")
    return key


def _id(key: bytes) -> bytes:
    return _digest(b"id" + key)[:ID_BYTES]


def _digest(data: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(data)
    return digest.finalize()
