"""The way through the pages: a side bar in groups, behind a menu button on narrow screens."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request

from app.web.ui.desk import Visit
from app.web.ui.live import Sight
from app.web.ui.pieces import link, tag
from app.web.ui.words import LANGUAGES

GROUPS: Mapping[str, Mapping[str, str]] = {
    "leads": {
        "dashboard": "/",
        "people": "/people",
        "alerts": "/alerts",
        "stages": "/stages",
        "handoffs": "/handoffs",
        "sla": "/sla",
        "campaigns": "/campaigns",
    },
    "review": {
        "attention": "/attention",
        "conflicts": "/conflicts",
        "candidates": "/candidates",
        "why": "/why",
    },
    "system": {
        "connections": "/connections",
        "documents": "/documents",
        "jobs": "/jobs",
        "hooks": "/hooks",
        "erasures": "/erasures",
    },
}
OPERATORS = {"erasures"}  # who may only read is not led there


def navigation(request: Request, visit: Visit, active: str, sight: Sight) -> None:
    """The brand, the ways to all pages with the current one marked, and who is signed in.

    The menu button is told what to do by session.js, and is there on narrow screens only.
    """
    words = visit.words
    with tag("header", classes="top", role="banner"):
        link("Baton", "/", "brand")
        with tag(
            "button", classes="button menu-button", type="button", aria_expanded="false",
            aria_controls="menu",
        ):  # fmt: skip
            tag("span", words("nav.menu"))
            _troubles(sight)
        with tag("div", id="menu", classes="menu"):
            with tag("nav", aria_label=words("nav.label")):
                for group, pages in GROUPS.items():
                    tag("p", words(f"nav.group.{group}"), "group", id=f"nav-{group}")
                    with tag("ul", aria_labelledby=f"nav-{group}"):
                        for name, address in pages.items():
                            if visit.may_operate or name not in OPERATORS:
                                _entry(visit, (name, address), active, sight)
            _account(request, visit)


def _entry(visit: Visit, page: tuple[str, str], active: str, sight: Sight) -> None:
    name, address = page
    current = {"aria_current": "page"} if name == active else {}
    with tag("li"), link(visit.words(f"nav.{name}"), address, **current):
        if name == "attention":
            _troubles(sight)


def _troubles(sight: Sight) -> None:
    """How much needs attention."""
    if sight.board.troubles:
        tag("span", f"{sight.board.troubles:,}", "count bad")


def _account(request: Request, visit: Visit) -> None:
    words = visit.words
    with tag("div", classes="account"):
        tag("p", f"{visit.key.name} ({words(f'role.{visit.key.role}')})", "who")
        link(words("nav.preferences"), "/preferences")
        for code, text in LANGUAGES.items():
            if code != words.language:
                asked = {**request.query_params, "lang": code}
                link(text, f"?{urlencode(asked)}", lang=code)
        token = visit.desk.sessions.form_token(visit.claim.token)
        with tag("form", method="post", action="/signout"):
            tag("input", type="hidden", name="form_token", value=token)
            tag("button", words("nav.sign_out"), "button", type="submit")
