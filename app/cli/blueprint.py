"""Configuration as code: the file that `apply` reads and `export` writes.

```yaml
connections:
  hubspot: {vendor: hubspot, role: ma, settings: {…}, options: {…}, secrets: {token: "${TOKEN}"}}
documents:
  - {kind: mapping, name: person, preset: hubspot-salesforce-person}
  - {kind: scoring, name: main, preset: default, body: {mql: 75}}   # body replaces keys of it
hooks:
  warehouse: {url: "https://hooks.example.com/baton", events: [stage.changed], secret: "${SECRET}"}
```
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.cli.failure import Failed
from app.configuring import ConnectionSpec, Invalid, read_text
from app.configuring.hooks import HookSpec, configured, what_of
from app.configuring.problems import validated
from app.domain.presets import preset as rule_preset
from app.store.connections import Connection
from app.store.documents import Version
from app.store.hooks import Hook
from mappings.document import MappingDocument
from mappings.finding import error
from mappings.presets import preset_text
from mappings.sides import ROLES

SIDES = {role: str(MappingDocument.model_fields[role].default) for role in ROLES}
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Entry(BaseModel):
    """A document: a preset, a body, or a preset with some keys replaced."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    name: str
    preset: str | None = None
    body: dict[str, Any] = Field(default_factory=dict)


class Blueprint(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connections: dict[str, dict[str, Any]] = Field(default_factory=dict)
    documents: list[Entry] = Field(default_factory=list)
    hooks: dict[str, dict[str, Any]] = Field(default_factory=dict)


def read(path: Path) -> Blueprint:
    """The file, checked for its form. Raises: Invalid, OSError."""
    what = str(path)
    return validated(Blueprint, read_text(path.read_text("utf-8"), what), what=what)


def renamed(blueprint: Blueprint, names: Mapping[str, str]) -> Blueprint:
    """The same for connections of other names, `{name in the file: name here}`. Raises: Failed,
    Invalid.
    """
    if not names:
        return blueprint
    bodies = [body_of(one) for one in blueprint.documents]
    told = {str(body.get(role, default)) for body in bodies for role, default in SIDES.items()}
    if unknown := sorted(names.keys() - blueprint.connections.keys() - told):
        raise Failed(f"the file has no connection {unknown[0]!r} to be mapped")
    entries = [
        Entry(kind=one.kind, name=one.name, body=_retold(one, names)) for one in blueprint.documents
    ]
    taken = {names.get(name, name): body for name, body in blueprint.connections.items()}
    if len(taken) < len(blueprint.connections):
        raise Failed("two connections of the file would get one name")
    return Blueprint(connections=taken, documents=entries, hooks=blueprint.hooks)


def without(blueprint: Blueprint, those: Collection[tuple[str, str]]) -> Blueprint:
    """The same without what it says of these: `("connection", its name)`, `("hook", …)`."""
    left = {n: body for n, body in blueprint.connections.items() if ("connection", n) not in those}
    hooks = {n: body for n, body in blueprint.hooks.items() if ("hook", n) not in those}
    return Blueprint(connections=left, documents=blueprint.documents, hooks=hooks)


def _retold(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    """A document's whole body, its connections under their names here."""
    body = body_of(entry)
    if entry.kind != "mapping":
        return body
    sides = {role: body.get(role, default) for role, default in SIDES.items()}
    return {**body, **{role: names.get(name, name) for role, name in sides.items()}}


def specs(blueprint: Blueprint, environment: Mapping[str, str]) -> list[ConnectionSpec]:
    """The connections with `${VARIABLE}` filled in. Raises: Invalid, Failed."""
    return [
        validated(
            ConnectionSpec,
            {"name": name, **_filled(body, environment, f"connections/{name}")},
            what=f'connection "{name}"',
        )
        for name, body in blueprint.connections.items()
    ]


def hook_specs(blueprint: Blueprint, environment: Mapping[str, str]) -> dict[str, HookSpec]:
    """The hooks with `${VARIABLE}` filled in, by name. Raises: Invalid, Failed."""
    found: dict[str, HookSpec] = {}
    for name, body in blueprint.hooks.items():
        filled = _filled(body, environment, f"hooks/{name}")
        hidden = [str(filled["secret"])] if filled.get("secret") else []
        found[name] = validated(HookSpec, filled, what=what_of(name), secrets=hidden)
    return found


def body_of(entry: Entry) -> dict[str, Any]:
    """What an entry says, its preset under it. Raises: Invalid."""
    if entry.preset is None:
        return entry.body
    what = f'{entry.kind} "{entry.name}"'
    try:
        if entry.kind == "mapping":
            return {**read_text(preset_text(entry.preset), what), **entry.body}
        if entry.preset == "default":
            return {**rule_preset(entry.kind), **entry.body}
    except LookupError as caught:
        raise Invalid(what, [error("/preset", str(caught.args[0]))]) from None
    tip = f'there is no preset "{entry.preset}"; there is "default"'
    raise Invalid(what, [error("/preset", tip)])


def written(
    connections: list[tuple[Connection, list[str]]],
    documents: list[tuple[Version, dict[str, Any]]],
    hooks: Sequence[Hook],
) -> dict[str, Any]:
    """What there is as a file: connections with the names of their secrets, active documents,
    hooks with that of their secret.
    """
    return {
        "connections": {one.name: _connection(one, names) for one, names in connections},
        "documents": [{"kind": v.kind, "name": v.name, "body": body} for v, body in documents],
        **({"hooks": {one.name: _hook(one) for one in hooks}} if hooks else {}),
    }


def _connection(one: Connection, names: list[str]) -> dict[str, Any]:
    secrets = {name: _variable_of(one.name, name) for name in names}
    body = {"vendor": one.vendor, "role": one.role, "settings": dict(one.settings)}
    return {**body, "options": dict(one.options), "secrets": secrets}


def _hook(one: Hook) -> dict[str, Any]:
    return {**configured(one), "secret": _variable_of(one.name, "hook_secret")}


def _variable_of(name: str, secret: str) -> str:
    return f"${{{name.upper().replace('-', '_')}_{secret.upper()}}}"


def _filled(value: Any, environment: Mapping[str, str], where: str) -> Any:
    match value:
        case dict():
            return {k: _filled(v, environment, f"{where}/{k}") for k, v in value.items()}
        case list():
            return [_filled(v, environment, f"{where}/{i}") for i, v in enumerate(value)]
        case str():
            return VARIABLE.sub(lambda found: _variable(found[1], environment, where), value)
        case _:
            return value


def _variable(name: str, environment: Mapping[str, str], where: str) -> str:
    if name not in environment:
        raise Failed(f"{where}: the environment has no {name}; set it and try again")
    return environment[name]
