"""Hooks of a file: made or changed as it says. What is as it says is not touched."""

from typing import Any

from app.bootstrap import Baton
from app.cli.changes import Change, diff, verdict
from app.configuring.hooks import HookSpec, configured, has_secret, save_hook
from app.store import hooks
from app.store.db import Tx

MADE = "its secret was made: rotate it on the page Webhooks to see one"


def apply_hook(
    tx: Tx, baton: Baton, name: str, spec: HookSpec, *, by: str
) -> tuple[Change, frozenset[str]]:
    """Have one hook as the file says; answer what changed, and lanes to wake. Raises: Invalid.

    One that Baton has stopped stays so: letting it hear again is no matter of configuration.
    """
    before = hooks.get(tx, name)
    lines = list(diff({} if before is None else configured(before), wanted(spec)))
    if before is not None and not has_secret(baton.vault, before, spec):
        lines.append("secret changes")
    what = f"hook {name}"
    if before is not None and not lines:
        return Change(what, "same"), frozenset()
    saved = save_hook(tx, baton.vault, name, spec, baton.settings.allow_hosts, by=by)
    lines += [MADE] if saved.secret is not None else []
    return Change(what, verdict(before, lines), tuple(lines)), saved.wakes


def wanted(spec: HookSpec) -> dict[str, Any]:
    """What a file says of a hook, but its secret."""
    return spec.model_dump(mode="json", exclude={"secret"})
