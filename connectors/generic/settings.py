"""What can be set about a tool that sends webhooks, and the secrets that it signs them with."""

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.standard_webhooks import HOW_TO, key_of


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
        if text is not None:
            key_of(text)
        return text

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys that a request may be signed with, the current one first."""
        return tuple(
            key_of(text) for text in (self.signing_secret, self.signing_secret_previous) if text
        )
