"""Save a hook: its address and globs are checked, its secret is made and sealed."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from app.configuring.connections import SLUG
from app.configuring.problems import Invalid, Missing, near
from app.domain import events as catalogue
from app.flows.hooks import Letter, letter_of, owner_of
from app.store import hook_deliveries, hooks, journal
from app.store.db import Tx
from app.store.hooks import Hook
from app.store.journal import Line
from app.vault import Vault
from connectors.outgoing import objection
from connectors.standard_webhooks import key_of, new_secret
from mappings.finding import Finding, error

Glob = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z_.*?]+$")]
Address = Annotated[str, Field(min_length=1, max_length=2_000)]
TEST = "baton.test"
KEEP_H = 24.0  # a receiver has a day to learn a new secret, unless told otherwise


class HookSpec(BaseModel):
    """What an admin says about a hook. Without a `secret` a new hook gets one of its own, and an
    existing one keeps what it has.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {
                    "url": "https://hooks.example.com/baton",
                    "events": ["stage.changed", "handoff.*"],
                    "description": "what the data warehouse is told",
                    "enabled": True,
                }
            ]
        },
    )

    url: Address = Field(description="https, at a public address", repr=False)
    events: Annotated[tuple[Glob, ...], Field(min_length=1, max_length=50)] = Field(
        description="event types by globs: `handoff.*`, `stage.changed`, `*`"
    )
    description: str = Field(default="", max_length=500)
    enabled: bool = True
    secret: str | None = Field(
        default=None, repr=False, description="whsec_ and base64 of 24 to 64 random bytes"
    )


@dataclass(frozen=True, slots=True)
class SavedHook:
    """The hook, its secret where one was made (it is not shown again), lanes to wake."""

    hook: Hook
    secret: str | None
    wakes: frozenset[str]


def save_hook(
    tx: Tx, vault: Vault, name: str, spec: HookSpec, trusted: Collection[str], *, by: str = ""
) -> SavedHook:
    """Check and store a hook. One that stood starts anew, behind what it has. Raises: Invalid."""
    what = what_of(name)
    if found := [*_name(name), *_address(spec, trusted), *_globs(spec), *_secret(spec)]:
        raise Invalid(what, found)
    before = hooks.lock(tx, name)
    made = new_secret() if before is None and spec.secret is None else None
    kept = {} if before is None else vault.open(before.secret, owner_of(name))
    given = spec.secret or made
    secrets = {**kept, "current": given} if given is not None else kept
    hooks.put(
        tx, name, url=spec.url, events=spec.events, description=spec.description,
        state="active" if spec.enabled else "off", secret=vault.lock(secrets, owner_of(name)),
    )  # fmt: skip
    _note(tx, "hook_saved", name, by, events=list(spec.events), enabled=spec.enabled)
    return SavedHook(known(tx, name), made, frozenset({f"hook:{name}"}))


def what_of(name: str) -> str:
    """How problems of a hook are headed."""
    return f'hook "{name}"'


def configured(one: Hook) -> dict[str, Any]:
    """A hook as a spec says it, without its secret. One that failed is still meant to be on."""
    told = {"url": one.url, "events": list(one.events), "description": one.description}
    return {**told, "enabled": one.state != "off"}


def has_secret(vault: Vault, one: Hook, spec: HookSpec) -> bool:
    """Whether a hook signs with the secret that is said, if one is. Raises: NoKeyError."""
    return spec.secret in {None, vault.open(one.secret, owner_of(one.name)).get("current")}


def _name(name: str) -> list[Finding]:
    tip = "a name is small letters, digits, - and _, begins with a letter, at most 40"
    return [] if re.fullmatch(SLUG, name) else [error("", tip)]


def _address(spec: HookSpec, trusted: Collection[str]) -> list[Finding]:
    why_not = objection(spec.url, trusted)
    return [] if why_not is None else [error("/url", why_not)]


def _globs(spec: HookSpec) -> list[Finding]:
    return [
        error(f"/events/{n}", f'no event is called "{glob}"{near(glob, catalogue.NAMES)}')
        for n, glob in enumerate(spec.events)
        if not catalogue.matching([glob])
    ]


def _secret(spec: HookSpec) -> list[Finding]:
    try:
        key_of(spec.secret) if spec.secret is not None else None
    except ValueError as caught:
        return [error("/secret", str(caught))]
    return []


def known(tx: Tx, name: str) -> Hook:
    """One hook. Raises: Missing."""
    found = hooks.get(tx, name)
    if found is None:
        raise Missing(f'there is no hook "{name}"')
    return found


def rotate(tx: Tx, vault: Vault, name: str, keep_h: float, *, by: str) -> tuple[str, Hook]:
    """Make a new secret; for some hours the old one signs, too. Raises: Missing."""
    known(tx, name)
    one = hooks.lock(tx, name)
    sealed = None if one is None else one.secret
    old, made = vault.open(sealed, owner_of(name)), new_secret()
    until = datetime.now(UTC) + timedelta(hours=keep_h) if keep_h > 0 else None
    secrets = {"current": made} | ({"previous": old["current"]} if until is not None else {})
    hooks.keep_secret(tx, name, vault.lock(secrets, owner_of(name)), until)
    _note(tx, "hook_secret_rotated", name, by, keep_h=keep_h)
    return made, known(tx, name)


def resume_hook(tx: Tx, name: str, *, skip: bool, by: str) -> SavedHook:
    """Let it hear again, without what it missed where that is to be skipped. Raises: Missing."""
    known(tx, name)
    hooks.resume(tx, name, skip=skip)
    _note(tx, "hook_resumed", name, by, skipped=skip)
    return SavedHook(known(tx, name), None, frozenset({f"hook:{name}"}))


def remove_hook(tx: Tx, name: str, *, by: str) -> None:
    """Forget it, and what it was told. Raises: Missing."""
    known(tx, name)
    hooks.remove(tx, name)
    _note(tx, "hook_removed", name, by)


def redeliver(
    tx: Tx, name: str, event_id: int | None, since: datetime | None, *, by: str
) -> tuple[int, set[str]]:
    """Send one event, or all that failed, once more; answer how many, and lanes to wake.

    Raises: Missing.
    """
    known(tx, name)
    n = hook_deliveries.ask_again(tx, name, event_id, since)
    if n == 0 and event_id is not None:
        raise Missing(f'{catalogue.public_id(event_id)} was not sent to "{name}", or still waits')
    _note(tx, "hook_redelivery", name, by, n=n)
    hooks.rouse(tx, [name])
    return n, {f"hook:{name}"}


def test_letter(tx: Tx, name: str, *, now: datetime) -> Letter:
    """A message of the type `baton.test`, for a hook to prove that it hears. Raises: Missing."""
    one = known(tx, name)
    row: Mapping[str, Any] = {
        "id": f"test_{uuid4().hex}", "type": TEST, "at": now, "link_id": None, "subject": "",
        "cause_id": None, "data": {"hook": name},
    }  # fmt: skip
    both = one.previous_until is not None and one.previous_until > now
    return letter_of(one.name, one.url, one.secret, row, now=now, both=both)


def _note(tx: Tx, event: str, name: str, by: str, **detail: Any) -> None:
    journal.write(tx, [Line(event, detail={"hook": name, "by": by, **detail})])
