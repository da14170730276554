"""Templates of titles and bodies: Jinja in its sandbox, given nothing that could do harm."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, meta

from app.domain.template_limits import Limited

KEPT = 1_000
# What a template of hostile or absurd values may do wrong; the default text is taken instead.
WRONG = (
    TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip

_ENVIRONMENT = Limited()


@lru_cache(maxsize=KEPT)
def _compiled(source: str) -> Template:
    return _ENVIRONMENT.made_of(source)


def flaw(source: str) -> str | None:
    """What is wrong with a template, with its line; None where it is fine."""
    try:
        _compiled(source)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        return f"line {line}: {error.message}" if line else str(error.message)
    except RecursionError:
        return "it is nested too deeply"
    except ValueError:  # a number with more digits than Python reads
        return "it holds a value that can't be read"
    return None


def filled(source: str, values: Mapping[str, Any]) -> str | None:
    """A template's text, None where it fails on these values."""
    try:
        return _ENVIRONMENT.filled(_compiled(source), values)
    except WRONG:
        return None


def unknown_names(source: str, known: Collection[str]) -> list[str]:
    """The names that it uses and nobody gives it: what stands there will always be empty."""
    return sorted(meta.find_undeclared_variables(_ENVIRONMENT.parse(source)) - {*known})
