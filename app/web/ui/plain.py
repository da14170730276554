"""Pages without scripts: sign-in, preferences, "in a moment". Every value is escaped."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from fastapi.responses import HTMLResponse

from app.web.problems import RETRY_AFTER_S
from app.web.ui.words import Words

HERE = Path(__file__).parent
FILES = {
    "style.css": HERE / "style.css",
    "palette.css": HERE.parent / "palette.css",
    "icons.css": HERE.parent / "icons.css",
    "session.js": HERE / "session.js",
    "zone.js": HERE / "zone.js",
}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@cache
def address_of(name: str) -> str:
    """The address of a file of ours; a changed one has another, so browsers may keep it."""
    return f"/ui/{name}?v={sha256(FILES[name].read_bytes()).hexdigest()[:12]}"


def page(words: Words, title: str, body: str, status: int = 200) -> HTMLResponse:
    """A whole page around an escaped body."""
    html = f"""<!doctype html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Baton</title>
<link rel="stylesheet" href="{address_of("palette.css")}">
<link rel="stylesheet" href="{address_of("style.css")}">
</head>
<body class="plain">
<main>
<p class="brand">Baton</p>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>"""
    return HTMLResponse(html, status, headers=HEADERS)


def down(words: Words) -> HTMLResponse:
    """The page to show while the database can't be asked."""
    body = notice(words("app.down")) + f'<p><a href="">{escape(words("app.again"))}</a></p>'
    answer = page(words, words("app.down_title"), body, 503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def notice(text: str) -> str:
    """Something that went wrong, read out by screen readers."""
    return f'<p class="notice bad" role="alert">{escape(text)}</p>'


def form(action: str, token: str, fields: str, button: str) -> str:
    """A form that only pages of ours can make."""
    return (
        f'<form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="form_token" value="{escape(token)}">'
        f'{fields}<button class="button main" type="submit">{escape(button)}</button></form>'
    )


def select(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    """A labelled choice; `options` are (value, text)."""
    rows = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(text)}</option>"
        for value, text in options
    )
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<select id="{name}" name="{name}">{rows}</select>'
    )
