"""All settings, in one frozen class, read once from the environment (`BATON_…`)."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator sets. `baton doctor` prints it with secrets masked."""

    model_config = SettingsConfigDict(
        env_prefix="BATON_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    database_url: SecretStr | None = Field(
        None, description="PostgreSQL to use; without it Baton runs its own in the data directory"
    )
    data_dir: Path = Field(Path("data"), description="embedded database, generated key")
    secret_key: SecretStr | None = Field(
        None, description="32 bytes, base64; required with a database of your own"
    )
    secret_key_previous: SecretStr | None = Field(
        None, description="the key before, while secrets are rotated"
    )
    public_url: str = Field(
        "http://127.0.0.1:8080", description="how vendors and people reach us; webhooks sign it"
    )
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    allow_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="further hosts that connectors may talk to, comma separated"
    )
    concurrency: int = Field(12, ge=1, le=64, description="lanes that one worker drains at once")
    helpers: int = Field(
        2, ge=0, le=32, description="processes that score many people for a worker; 0: it does so"
    )
    sweep_s: float = Field(1.0, gt=0, le=60, description="how often forgotten work is looked for")
    grace_s: float = Field(20.0, gt=0, description="time that running work has to end on a stop")
    log_format: Literal["auto", "console", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    crash_at: str | None = Field(None, description="die at this named point (fault tests only)")

    @field_validator("allow_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")
