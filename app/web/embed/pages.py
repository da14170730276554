"""The panel's pages: made from templates, and shown in no frame but the CRM's own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.web.ui.words import CATALOGUES, LANGUAGES, Words

HERE = Path(__file__).parent
FILES: Mapping[str, Path] = {
    "panel.css": HERE / "panel.css",
    "panel.js": HERE / "panel.js",
    "palette.css": HERE.parent / "palette.css",
    "icons.css": HERE.parent / "icons.css",
}
ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def address_of(name: str) -> str:
    """The address of a file of the panel; a changed one has another, so browsers may keep it."""
    return f"/embed/{name}?v={sha256(FILES[name].read_bytes()).hexdigest()[:12]}"


def page(
    name: str, words: Words, frames: Sequence[str], values: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """A page for the frames of these origins."""
    html = (
        _templates()
        .get_template(name)
        .render(words=words, files={one: address_of(one) for one in FILES}, **values)
    )
    return HTMLResponse(html, status, headers=_headers(frames))


def refused(frames: Sequence[str], status: int, hint: str = "panel.refused_hint") -> HTMLResponse:
    """What is not shown, in both languages: nobody knows yet who asks."""
    both = [
        {"lang": one, "title": CATALOGUES[one]["panel.refused"], "hint": CATALOGUES[one][hint]}
        for one in LANGUAGES
    ]
    return page("refused.html", Words("en"), frames, {"texts": both}, status)


def _headers(frames: Sequence[str]) -> dict[str, str]:
    return {
        "Content-Security-Policy": POLICY.format(frames=_sources(frames)),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",  # the address holds a pass
        "X-Robots-Tag": "noindex",
    }


def _sources(frames: Iterable[str]) -> str:
    """Origins as CSP takes them; what is none could end the directive, and is left out."""
    return " ".join(one for one in frames if ORIGIN.fullmatch(one)) or "'none'"
