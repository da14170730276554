"""What can be set about a tool that sends webhooks, and the secrets that it signs them with."""

import base64
import binascii

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, field_validator

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64  # Standard Webhooks 1.0.0: 192 to 512 bits
HOW_TO = 'make one with: echo "whsec_$(openssl rand -base64 32)"'


class Settings(BaseModel):
    """Everything that differs between tools."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default_region: str | None = Field(
        default=None,
        description="Where phone numbers without a country code belong, such as JP. "
        "Without it they are refused.",
    )

    @field_validator("default_region")
    @classmethod
    def _is_known(cls, code: str | None) -> str | None:
        if code is not None and code not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError("no region of that code; use two capital letters such as JP")
        return code


class Secrets(BaseModel):
    """The secret that requests are signed with; during a rotation the old one beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    signing_secret: str = Field(repr=False, description=f"whsec_ and base64; {HOW_TO}")
    signing_secret_previous: str | None = Field(
        default=None, repr=False, description="The one before, while senders still use it."
    )

    @field_validator("signing_secret", "signing_secret_previous")
    @classmethod
    def _is_secret(cls, text: str | None) -> str | None:
        if text is not None and not LEAST_BYTES <= len(_key(text)) <= MOST_BYTES:
            raise ValueError(f"expected {LEAST_BYTES} to {MOST_BYTES} random bytes; {HOW_TO}")
        return text

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that a request may be signed with, the current one first."""
        return tuple(
            _key(text) for text in (self.signing_secret, self.signing_secret_previous) if text
        )


def _key(secret: str) -> bytes:
    """The bytes of a secret. Raises: ValueError, which does not quote it."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"expected a secret that begins with {PREFIX}; {HOW_TO}")
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"what follows {PREFIX} is not base64; {HOW_TO}") from None
