"""The API on one page, made of the OpenAPI document. It loads nothing, from nowhere."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, TypeAlias

from fastapi.responses import HTMLResponse

from app.web.api.shapes import Schema, code, example, phrase

Operation: TypeAlias = Mapping[str, Any]
STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; }
details > div { padding: 0 1rem 1rem; overflow-x: auto; }
summary { cursor: pointer; padding: .5rem 1rem; }
summary b { display: inline-block; min-width: 4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left;
  vertical-align: top; }
code, pre { background: var(--soft); border-radius: .3rem; font-size: .9em; }
code { overflow-wrap: anywhere; padding: 0 .2rem; }
pre { overflow-x: auto; padding: .6rem; }
.muted { opacity: .75; }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def page(document: Mapping[str, Any], address: str) -> HTMLResponse:
    """The page of an OpenAPI document that is found at an address."""
    info, schemas = document["info"], document["components"]["schemas"]
    title = f"{info['title']} API {info['version']}"
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
{_text(info.get("description", ""))}
<p><a href="{escape(address)}">openapi.json</a> is the same for programs: import it into an API
client to try the operations, or to generate code.</p>
{"".join(_chapters(document))}
<h2 id="schemas">Schemas</h2>
{"".join(_schema(name, one, schemas) for name, one in sorted(schemas.items()))}
</body>
</html>"""
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})


def _chapters(document: Mapping[str, Any]) -> Iterator[str]:
    """The operations, tag by tag."""
    tags = document.get("tags", [])
    names = [escape(tag["name"]) for tag in tags]
    contents = " · ".join(f'<a href="#tag-{name}">{name}</a>' for name in names)
    yield f'<nav><p>{contents} · <a href="#schemas">schemas</a></p></nav>'
    schemas = document["components"]["schemas"]
    operations = [
        (f"<b>{method.upper()}</b> {code(path)}", one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]
    for name, tag in zip(names, tags, strict=True):
        yield f'<h2 id="tag-{name}">{name}</h2>{_text(tag.get("description", ""))}'
        for what, one in operations:
            if tag["name"] in one.get("tags", ()):
                yield _operation(what, one, schemas)


def _operation(what: str, one: Operation, schemas: Mapping[str, Schema]) -> str:
    needs = f"needs the role {code(one['x-role'])}" if "x-role" in one else "open"
    body = one.get("requestBody", {}).get("content", {})
    return (
        f'<details id="{escape(one["operationId"])}">'
        f"<summary>{what} {escape(one['summary'])}</summary>"
        f'<div><p class="muted">{needs}</p>{_text(one.get("description", ""))}'
        f"{_parameters(one.get('parameters', ()))}"
        f"{_content('Request body', body, schemas)}"
        f"{_answers(one.get('responses', {}), schemas)}</div></details>"
    )


def _parameters(parameters: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            f"{code(one['name'])}{_required(one.get('required', False))}",
            escape(one["in"]),
            phrase(one["schema"]),
            _inline(one.get("description", "")),
        )
        for one in parameters
    ]
    return _table(("Parameter", "In", "Value", "Meaning"), rows)


def _answers(answers: Mapping[str, Mapping[str, Any]], schemas: Mapping[str, Schema]) -> str:
    return "".join(
        _content(f"Answer {status}: {one['description']}", one.get("content", {}), schemas)
        or f"<h4>Answer {escape(status)}: {escape(one['description'])}</h4>"
        for status, one in answers.items()
    )


def _content(
    title: str, content: Mapping[str, Mapping[str, Any]], schemas: Mapping[str, Schema]
) -> str:
    """What is sent in a body, by media type, with an example of it."""
    found = ""
    for media_type, one in content.items():
        schema = one.get("schema", {})
        found += f"<h4>{escape(title)} <code>{escape(media_type)}</code></h4>"
        found += f"<p>{phrase(schema)}</p>"
        if "json" in media_type and schema.keys() - {"type"}:
            found += _sample(example(schema, schemas))
    return found


def _schema(name: str, schema: Schema, schemas: Mapping[str, Schema]) -> str:
    required = schema.get("required", ())
    rows = [
        (f"{code(key)}{_required(key in required)}", phrase(one), _meaning(one))
        for key, one in schema.get("properties", {}).items()
    ]
    table = _table(("Key", "Value", "Meaning"), rows) or f"<p>{phrase(schema)}</p>"
    return (
        f'<details id="schema-{escape(name)}" open><summary>{escape(name)}</summary><div>'
        f"{_text(schema.get('description', ''))}{table}{_sample(example(schema, schemas))}"
        "</div></details>"
    )


def _meaning(schema: Schema) -> str:
    given = [code(json.dumps(one, ensure_ascii=False)) for one in schema.get("examples", ())]
    said = _inline(schema.get("description", ""))
    return said + (f" such as {', '.join(given)}" if given else "")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of HTML cells; nothing where there are no rows."""
    if not rows:
        return ""
    titles = "".join(f"<th>{one}</th>" for one in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{titles}</tr>{lines}</table>"


def _sample(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=2))}</pre>"


def _required(required: object) -> str:
    return " <b>required</b>" if required else ""


def _text(plain: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in plain.split("\n\n") if part.strip())


def _inline(plain: str) -> str:
    """One paragraph; `code` in it as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(plain.strip()))
