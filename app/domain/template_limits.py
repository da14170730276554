"""What a template may cost: a slip in one must not hold up everybody's entries.

Jinja's sandbox keeps a template from our code and data, not from looping through a loop, or from
making a text of a gigabyte out of one letter. So whatever repeats or grows draws on an allowance,
and a template that has used it up fails like any other that does not work. The allowance counts
what is done and not the time, so that the same template ends the same on any machine.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import chain
from typing import Any, Final

from jinja2 import ChainableUndefined, Template, nodes
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

ALLOWANCE: Final = 4_000_000  # of characters that come about, or of
TURN: Final = 200  # for one turn of a loop, or one call: 20,000 of them
DEEPEST_POWER: Final = 1_000  # bits of a number
# Filters and methods whose outcome is as large as their arguments multiplied.
GROWS: Final = frozenset({
    "batch", "center", "expandtabs", "indent", "join", "ljust", "replace", "rjust", "slice",
    "to_bytes", "tojson", "wordwrap", "xmlattr", "zfill",
})  # fmt: skip
WIDE = re.compile(r"%[^A-Za-z%]*(\*|\d{5})|\{[^{}]*:[^{}]*(\{|\d{5})")  # a width of its own
_left: ContextVar[int] = ContextVar("left", default=ALLOWANCE)


class TooMuch(TemplateRuntimeError):
    """A template loops, or makes more than anybody could read."""


class Limited(ImmutableSandboxedEnvironment):
    """No globals, so that nothing loops but over what is given; plain text, so no escaping."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(
            undefined=ChainableUndefined, autoescape=False, trim_blocks=True,
            lstrip_blocks=True, optimized=False, finalize=_counted,
        )  # fmt: skip
        self.globals.clear()
        limited = {name: _limited(name, one) for name, one in self.filters.items()}
        self.filters = {**limited, _TURNS: _turns, _JOINED: _joined}

    def made_of(self, source: str) -> Template:
        """A template to be filled. Raises: TemplateError, RecursionError."""
        with _allowance():  # Jinja works out what it can already here
            return self.from_string(source)

    def filled(self, template: Template, values: Mapping[str, Any]) -> str:
        """Its text. Raises: what a template does wrong on these values, TooMuch among it."""
        with _allowance():
            return "".join(_within(template.generate(values)))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = _filter(loop.iter, _TURNS)
        _join_counted(tree)
        return tree

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """What an operator makes, if it is not too large."""
        _spend(_of_operator(operator, left, right))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call is a turn: macros may call themselves."""
        _spend(TURN)
        name, whose = getattr(obj, "__name__", ""), getattr(obj, "__self__", None)
        if name in GROWS:
            _spend(_product(chain([whose], args, kwargs.values())))
        return _counted(super().call(context, obj, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """A text's own `format`, without widths of which a text could grow."""
        made = super().wrap_str_format(value)
        if made is not None:
            _refuse_wide(value.__self__)
        return made


_TURNS, _JOINED = "baton turns", "baton joined"  # no template can name these


@contextmanager
def _allowance() -> Iterator[None]:
    token = _left.set(ALLOWANCE)
    try:
        yield
    finally:
        _left.reset(token)


def _filter(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _join_counted(node: nodes.Node) -> None:
    """Put `a ~ b` under the allowance, wherever it stands."""
    for field, value in node.iter_fields():
        within = value if isinstance(value, list) else [value]
        for part in within:
            if isinstance(part, nodes.Node):
                _join_counted(part)
        made = [_joins(part) for part in within]
        setattr(node, field, made if isinstance(value, list) else made[0])


def _joins(part: Any) -> Any:
    if not isinstance(part, nodes.Concat):
        return part
    return _filter(nodes.List(part.nodes, lineno=part.lineno), _JOINED)


def _spend(n: int) -> None:
    left = _left.get() - n
    if left < 0:
        raise TooMuch("it loops too often, or makes too long a text")
    _left.set(left)


def _counted(value: Any) -> Any:
    """A value, paid for by its size."""
    _spend(len(value) if isinstance(value, Sized) else 1)
    return value


def _turns(items: Iterable[Any]) -> Iterator[Any]:
    for one in items:
        _spend(TURN)
        yield one


def _joined(parts: list[Any]) -> str:
    return "".join(str(_counted(part)) for part in parts)


def _within(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        _spend(len(piece))
        yield piece


def _limited(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(made)  # also takes over what Jinja passes to it
    def counted(*args: Any, **kwargs: Any) -> Any:
        if name in GROWS:
            _spend(_product(chain(args, kwargs.values())))
        if name == "format":
            _refuse_wide(args[0])
        return _counted(made(*args, **kwargs))

    return counted


def _refuse_wide(text: Any) -> None:
    if WIDE.search(str(text)):
        raise TooMuch("a width of its own, or of five digits")


def _product(values: Iterable[Any]) -> int:
    n = 1
    for value in values:
        n *= max(1, _size(value))
    return n


def _size(value: Any) -> int:
    if isinstance(value, int):
        return abs(value)
    return len(value) if isinstance(value, str | bytes | list | tuple | dict) else 1


def _of_operator(operator: str, left: Any, right: Any) -> int:
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if operator == "%" and isinstance(left, str):
        _refuse_wide(left)
    if operator == "**" and isinstance(left, int) and isinstance(right, int):
        if left.bit_length() * right > DEEPEST_POWER:
            raise TooMuch("too high a power")
        return 1
    if numbers or operator in {"%", "**"}:
        return 1
    return _product((left, right)) if operator == "*" else _size(left) + _size(right)
