"""Outgoing webhooks: the list, how each stands, and (for admins) a new one."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from nicegui import ui

from app.domain import events as catalogue
from app.store import hook_deliveries, hooks
from app.store.hooks import Hook
from app.web.ui import hook_actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.pieces import Moment, Tone, badge, empty, link, tag

TONES: Mapping[str, Tone] = {"active": "good", "off": "warn", "failed": "bad"}
Counts = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Draft:
    """What an admin types for a new hook."""

    values: dict[str, str] = field(default_factory=dict)

    @property
    def globs(self) -> tuple[str, ...]:
        text = self.values.get("events", "*").replace(",", " ")
        return tuple(dict.fromkeys(text.split())) or ("*",)


async def page(request: Request) -> None:
    """The page `/hooks`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    rows, counts = await asyncio.to_thread(_read, visit)
    words = visit.words
    with frame(request, "hooks", sight) as main:
        tag("h1", words("hooks.title"))
        tag("p", words("hooks.intro"), "muted")
        if rows:
            with tag("ul", classes="plain-list rows card"):
                for one in rows:
                    _row(visit, one, counts.get(one.name, {}))
        else:
            with tag("div", classes="card"):
                empty(words("hooks.none"), words("hooks.none_hint"))
        if visit.may_configure:
            _new(visit)
        _catalogue(visit)
    watch(visit, main)


def _read(visit: Visit) -> tuple[Sequence[Hook], Counts]:
    with visit.desk.parts.database.begin() as tx:
        return hooks.every(tx), hook_deliveries.counts(tx)


def _row(visit: Visit, one: Hook, counts: Mapping[str, Any]) -> None:
    words = visit.words
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            link(one.name, f"/hooks/{one.name}", "strong")
            tag("p", one.description or address(visit, one), "muted")
        with tag("div", classes="chips"):
            badge(words(f"hook_state.{one.state}"), TONES[one.state])
            if one.attempts and one.state == "active":
                badge(words("hooks.failing"), "warn")
            if counts.get("failed"):
                badge(words("hooks.n_failed", n=counts["failed"]), "bad")
            for glob in one.events:
                badge(glob)
        if counts.get("last"):
            Moment(counts["last"], visit).classes("muted when")


def address(visit: Visit, one: Hook) -> str:
    """Where it goes: the whole address holds a secret at times, so viewers see the host."""
    return one.url if visit.may_operate else urlsplit(one.url).hostname or ""


def _new(visit: Visit) -> None:
    words, draft = visit.words, Draft()
    with tag("section", classes="card"):
        tag("h2", words("hooks.new"))
        with tag("div", classes="filters"):
            for name, label in (
                ("name", "hooks.name"), ("url", "hooks.url"), ("events", "hooks.events"),
                ("description", "hooks.description"),
            ):  # fmt: skip
                with tag("div", classes="field grow"):
                    tag("label", words(label), for_=f"hook-{name}")
                    made = tag("input", id=f"hook-{name}", autocomplete="off", maxlength="2000")
                made.on("input", partial(_typed, draft, name), js_handler=EMIT)
            save = tag("button", words("hooks.save"), "button main", type="button")
        tag("p", words("hooks.events_hint"), "muted")
        shown = tag("div")
    secret: list[str] = []

    def deed() -> None:
        secret[:] = [hook_actions.make(visit, draft.values, draft.globs)]

    def then() -> None:
        shown.clear()
        with shown:
            told_secret(visit, secret[0])
            name = draft.values.get("name", "").strip()
            link(words("hooks.to", name=name), f"/hooks/{name}", "button")

    save.on("click", act(visit, deed, then))


EMIT = "(event) => emit(event.target.value)"


def _typed(draft: Draft, name: str, event: Any) -> None:
    draft.values[name] = str(event.args)


def told_secret(visit: Visit, secret: str) -> None:
    """A secret that was made just now, and is not shown again."""
    with tag("div", classes="notice"):
        tag("p", visit.words("hooks.secret"), "strong")
        tag("pre", secret)


def _catalogue(visit: Visit) -> None:
    words = visit.words
    with tag("details", classes="card"):
        tag("summary", words("hooks.catalogue", n=len(catalogue.CATALOGUE)))
        with tag("ul", classes="plain-list rows"):
            for one in catalogue.CATALOGUE:
                with tag("li", classes="row"):
                    tag("code", one.name)
                    tag("span", one.when.text(words.language), "grow")


def reload() -> None:
    """Show the page anew."""
    ui.navigate.reload()
