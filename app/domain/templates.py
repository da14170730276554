"""Templates of titles and bodies: Jinja in its sandbox, given nothing that could do harm."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

KEPT = 1_000
# What a template of hostile or absurd values may do wrong; the default text is taken instead.
WRONG = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _environment() -> ImmutableSandboxedEnvironment:
    """No globals, so that nothing loops but over what is given; plain text, so no escaping."""
    made = ImmutableSandboxedEnvironment(
        undefined=ChainableUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.clear()
    return made


_ENVIRONMENT = _environment()


@lru_cache(maxsize=KEPT)
def _compiled(source: str) -> Template:
    return _ENVIRONMENT.from_string(source)


def flaw(source: str) -> str | None:
    """What is wrong with a template, with its line; None where it is fine."""
    try:
        _compiled(source)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        return f"line {line}: {error.message}" if line else str(error.message)
    return None


def filled(source: str, values: Mapping[str, Any]) -> str | None:
    """A template's text, None where it fails on these values."""
    try:
        return _compiled(source).render(values)
    except WRONG:
        return None
