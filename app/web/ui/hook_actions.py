"""What people do on the pages of hooks. Each asks anew whether the viewer may."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.configuring import SLUG, Invalid
from app.configuring import hooks as configuring
from app.configuring.hooks import KEEP_H, HookSpec
from app.configuring.problems import validated
from app.flows import hooks as telling
from app.store import hooks
from app.web.ui.actions import check_admin, check_operator
from app.web.ui.desk import Visit
from connectors.outgoing import Posted, poster
from mappings.finding import error


def make(visit: Visit, given: Mapping[str, str], globs: Sequence[str]) -> str:
    """Make a hook; answer its secret. Raises: NotAllowed, Invalid."""
    check_admin(visit)
    name = given.get("name", "").strip()
    what = f'hook "{name}"'
    if not re.fullmatch(SLUG, name):
        raise Invalid(what, [error("/name", "small letters, digits, - and _, a letter first")])
    plain = {
        "url": given.get("url", "").strip(),
        "events": list(globs),
        "description": given.get("description", "").strip(),
    }
    spec, parts = validated(HookSpec, plain, what=what), visit.desk.parts
    with parts.database.begin() as tx:
        if hooks.get(tx, name) is not None:
            raise Invalid(what, [error("/name", "there is a hook of this name")])
        trusted = parts.settings.allow_hosts
        saved = configuring.save_hook(tx, parts.vault, name, spec, trusted, by=visit.who)
    parts.wake(set(saved.wakes))
    return saved.secret or ""


def rotate(visit: Visit, name: str) -> str:
    """Make a new secret. Raises: NotAllowed, Missing."""
    check_admin(visit)
    parts = visit.desk.parts
    with parts.database.begin() as tx:
        return configuring.rotate(tx, parts.vault, name, KEEP_H, by=visit.who)[0]


def resume(visit: Visit, name: str, *, skip: bool) -> None:
    """Let it hear again. Raises: NotAllowed, Missing."""
    check_operator(visit)
    parts = visit.desk.parts
    with parts.database.begin() as tx:
        saved = configuring.resume_hook(tx, name, skip=skip, by=visit.who)
    parts.wake(set(saved.wakes))


def redeliver(visit: Visit, name: str, event_id: int | None) -> None:
    """Send one event, or all that failed, once more. Raises: NotAllowed, Missing."""
    check_operator(visit)
    parts = visit.desk.parts
    with parts.database.begin() as tx:
        _, wakes = configuring.redeliver(tx, name, event_id, None, by=visit.who)
    parts.wake(wakes)


def test(visit: Visit, name: str) -> Posted:
    """Send a message to try it. Raises: NotAllowed, Missing."""
    check_operator(visit)
    parts = visit.desk.parts
    with parts.database.begin() as tx:
        letter = configuring.test_letter(tx, name, now=datetime.now(UTC))
    with poster(parts.settings.allow_hosts) as post:
        return telling.call(post, parts.vault.open, letter)
