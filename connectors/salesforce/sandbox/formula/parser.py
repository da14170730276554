"""Formula text to a tree.

Source: Salesforce help, "Formula Operators and Functions".
"""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

TOKEN = re.compile(
    r"(?P<space>\s+|/\*.*?\*/)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<number>\d+\.?\d*|\.\d+)"
    r"|(?P<name>\$?[A-Za-z_]\w*(?:[:.]\w+)*)"
    r"|(?P<operator>&&|\|\||<>|!=|==|<=|>=|[-+*/^&=<>!(),])",
    re.DOTALL,
)
LEVELS = (  # binary operators, the loosest first
    {"||"}, {"&&"}, {"=", "==", "<>", "!="}, {"<", ">", "<=", ">="}, {"+", "-", "&"}, {"*", "/"},
    {"^"},
)  # fmt: skip
SAME = {"==": "=", "!=": "<>"}
WORDS = {"true": True, "false": False, "null": None}
DEEPEST = 100  # Salesforce has limits of its own; this one keeps Python's stack


class BadFormula(ValueError):
    """What is wrong with a formula, in the words of Setup's formula editor where known."""


@dataclass(frozen=True, slots=True)
class Constant:
    value: Any


@dataclass(frozen=True, slots=True)
class Name:
    """`LastName`, `Account.Name`, `Owner:User.Alias`, `$User.Id`."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """A function, or an operator by its sign."""

    function: str
    arguments: tuple["Node", ...]


Node: TypeAlias = Constant | Name | Apply


def parse(text: str) -> Node:
    """Raises: BadFormula."""
    parser = Parser(text)
    node = parser.expression()
    parser.end()
    return node


class Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def end(self) -> None:
        if self._kind:
            raise BadFormula(f"Syntax error. Extra {self._text!r}")

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    @property
    def _text(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        text = self._text
        self._at += 1
        return text

    def _accept(self, sign: str) -> bool:
        if self._kind != "operator" or self._text != sign:
            return False
        self._at += 1
        return True

    def expression(self, level: int = 0) -> Node:
        if level == len(LEVELS):
            return self._unary()
        left = self.expression(level + 1)
        while self._kind == "operator" and self._text in LEVELS[level]:
            sign = self._take()
            left = Apply(SAME.get(sign, sign), (left, self.expression(level + 1)))
        return left

    def _unary(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadFormula("Formula is too deep")
        try:
            if self._accept("-"):
                return Apply("-", (Constant(0.0), self._unary()))
            if self._accept("!"):
                return Apply("NOT", (self._unary(),))
            return self._primary()
        finally:
            self._depth -= 1

    def _primary(self) -> Node:
        if self._accept("("):
            inner = self.expression()
            self._close()
            return inner
        kind, text = self._kind, self._take()
        match kind:
            case "number":
                return Constant(float(text))
            case "string":
                return Constant(re.sub(r"\\(.)", _escape, text[1:-1], flags=re.DOTALL))
            case "name" if self._accept("("):
                return Apply(text.upper(), self._arguments())
            case "name" if text.lower() in WORDS:
                return Constant(WORDS[text.lower()])
            case "name":
                return Name(tuple(text.split(".")))
        raise BadFormula(f"Syntax error. Found {text!r}")

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._accept(")"):
            return ()
        while True:
            found.append(self.expression())
            if not self._accept(","):
                self._close()
                return tuple(found)

    def _close(self) -> None:
        if not self._accept(")"):
            raise BadFormula("Syntax error. Missing ')'")


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise BadFormula(f"Syntax error. Found {text[at]!r}")
        if match.lastgroup != "space":
            found.append((match.lastgroup, match.group()))
        at = match.end()
    return found


def _escape(match: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r", "t": "\t"}.get(match.group(1), match.group(1))
