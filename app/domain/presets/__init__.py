"""The default document of each kind, as it is installed when an admin has made none."""

import copy
import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def preset(kind: str) -> dict[str, Any]:
    """Load the default document of a kind ("scoring", "hot_lead"), not yet validated.

    Raises: LookupError where there is none.
    """
    return copy.deepcopy(_parsed(kind))


@cache
def _parsed(kind: str) -> dict[str, Any]:
    """Read once a process: some hundred lines of YAML take 30 ms."""
    body: dict[str, Any] = yaml.safe_load(preset_text(kind))
    return body


def preset_text(kind: str) -> str:
    """It as it is written, with its comments. Raises: LookupError."""
    name = f"{kind.replace('_', '-')}-default.yaml"
    source = files(__name__).joinpath(name)
    if not re.fullmatch(r"[a-z_]+", kind) or not source.is_file():
        raise LookupError(f'there is no preset "{kind}"; presets: {", ".join(presets())}')
    return source.read_text(encoding="utf-8")


def presets() -> tuple[str, ...]:
    """The kinds that have a default document."""
    names = (item.name for item in files(__name__).iterdir())
    ending = "-default.yaml"
    kinds = (name.removesuffix(ending) for name in names if name.endswith(ending))
    return tuple(sorted(kind.replace("-", "_") for kind in kinds))
