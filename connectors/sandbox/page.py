"""The looks of the control page: one layout, tables, a little script; nothing from outside."""

import html
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

UI = "/_sandbox/ui"
NO_ICON = '<link rel="icon" href="data:,">'  # else a browser asks the vendor's API for one
STYLE = """
body{font:14px/1.45 system-ui,sans-serif;margin:0;color:#1c2530;background:#f6f7f9}
header{background:#1f2d3d;color:#fff;padding:.6rem 1.2rem;display:flex;gap:1.2rem;
align-items:center;flex-wrap:wrap}header a{color:#cfe0f3;text-decoration:none}
header a[aria-current]{color:#fff;font-weight:600}header .grow{flex:1}
main{padding:1.2rem;max-width:1200px;margin:auto}h1{font-size:1.3rem;margin:.2rem 0 1rem}
h2{font-size:1.05rem;margin:1.4rem 0 .5rem}
table{border-collapse:collapse;background:#fff;width:100%;box-shadow:0 1px 2px #0002}
th,td{text-align:left;padding:.4rem .7rem;border-bottom:1px solid #e6e9ee;vertical-align:top;
overflow-wrap:anywhere}th{background:#eef1f5;font-weight:600;white-space:nowrap}
span{white-space:nowrap}td.n{text-align:right}
input,select,textarea{font:inherit;padding:.25rem .4rem;border:1px solid #b9c2cf;
border-radius:4px}td input{width:96%}button{font:inherit;padding:.3rem .8rem;border-radius:4px;
border:1px solid #2a5d9f;background:#2f6fbe;color:#fff;cursor:pointer}
button.bad{background:#b3372c;border-color:#8d2a21}form{margin:.6rem 0}label{margin-right:.8rem}
pre{white-space:pre-wrap;margin:0;font-size:12px}#problem{color:#b3372c;font-weight:600}
.delivered{color:#1a7f37}.dead{color:#b3372c}.pending{color:#9a6700}.muted{color:#667}
"""
SCRIPT = """
async function control(method, path, body) {
  const options = {method, headers: {'Content-Type': 'application/json'}};
  if (body !== undefined) options.body = JSON.stringify(body);
  const answer = await fetch('/_sandbox' + path, options);
  if (answer.ok) { location.reload(); return; }
  const text = await answer.text();
  let shown = text;
  try { shown = JSON.parse(text).error || text; } catch { /* not JSON: shown as it is */ }
  document.getElementById('problem').textContent = shown;
}
function typed(text, original) {
  if (typeof original === 'number' && text !== '') return Number(text);
  if (typeof original === 'boolean') return text === 'true';
  return text;
}
function edit(form, object, id) {
  const properties = {};
  for (const input of form.querySelectorAll('[data-was]')) {
    const was = JSON.parse(input.dataset.was);
    if (input.value !== String(was ?? '')) properties[input.name] = typed(input.value, was);
  }
  const more = form.elements['new-name'].value.trim();
  if (more) properties[more] = form.elements['new-value'].value;
  const change = {object, id, properties};
  if (form.elements.by.value) change.by = form.elements.by.value;
  control('POST', '/edit', change);
  return false;
}
function addFault(form) {
  const rule = {do: form.elements.do.value};
  for (const name of ['method', 'path']) if (form.elements[name].value)
    rule[name] = form.elements[name].value;
  for (const name of ['status', 'times', 'after', 'share', 'ms']) if (form.elements[name].value)
    rule[name] = Number(form.elements[name].value);
  const steps = form.elements.sequence.value.split(',').map(s => s.trim()).filter(s => s);
  if (steps.length) rule.sequence = steps.map(s => /^[0-9]+$/.test(s) ? Number(s) : s);
  control('POST', '/faults', {rules: [rule]});
  return false;
}
"""
TABS = (("", "Records"), ("/calls", "Calls"), ("/deliveries", "Deliveries"), ("/faults", "Faults"))


class Markup(str):
    """HTML that is safe already; plain text is escaped when it is put into a page."""

    __slots__ = ()


def safe(part: Any) -> str:
    """A part as HTML."""
    return part if isinstance(part, Markup) else html.escape("" if part is None else str(part))


def link(href: str, text: object) -> Markup:
    return Markup(f'<a href="{html.escape(href)}">{safe(text)}</a>')


def pretty(value: Any) -> Markup:
    return Markup(f"<pre>{html.escape(json.dumps(value, indent=1, ensure_ascii=False))}</pre>")


def script_value(value: Any) -> str:
    """A value for use inside an attribute's script."""
    return html.escape(json.dumps(value))


def moment(ms: int | None) -> str:
    """`2026-11-20 12:00:00.123`, UTC."""
    if ms is None:
        return ""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3]


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    """Numbers stand to the right."""
    body = "".join(
        "<tr>" + "".join(
            f'<td class="n">{part}</td>' if isinstance(part, int) and not isinstance(part, bool)
            else f"<td>{safe(part)}</td>"
            for part in row
        ) + "</tr>"
        for row in rows
    )  # fmt: skip
    titles = "".join(f"<th>{html.escape(one)}</th>" for one in head)
    return Markup(f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>")


def page(title: str, tab: str, body: str, *, saves: bool = False) -> str:
    """A whole page; `body` is HTML."""
    tabs = "".join(
        f'<a href="{UI}{path}"{" aria-current=page" if path == tab else ""}>{name}</a>'
        for path, name in TABS
    )
    save = "<button onclick=\"control('POST','/save')\">Save state</button>" if saves else ""
    ask = "if(confirm('Everything back to the start?'))control('POST','/reset',{})"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width">{NO_ICON}<style>{STYLE}</style>'
        f"<header><b>Sandbox</b>{tabs}<span class=grow></span>{save}"
        f'<button class="bad" onclick="{html.escape(ask)}">Reset</button></header>'
        f'<main><h1>{html.escape(title)}</h1><p id="problem" role="alert"></p>{body}</main>'
        f"<script>{SCRIPT}</script></html>"
    )
