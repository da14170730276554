"""The language of calculation properties: `if amount >= 100 then 'big' else 'small' endif`.

Source: HubSpot developer docs, "Properties", "Calculation property syntax". What cannot be worked
out (an empty property, a division by zero) has no value: not confirmed.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from connectors.hubspot.sandbox.formula_values import (
    TYPED,
    BadFormula,
    Node,
    NoValue,
    Read,
    Value,
    apply,
    as_text,
    chain,
    constant,
    nothing,
    number,
    true,
)

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*|\.\d+)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<sign><=|>=|!=|[-+*/<>=(),]))"
)
LONGEST = 20_000
DEEPEST = 30  # keeps Python's stack; HubSpot's own limit is not known
WORDS = {"if", "then", "elseif", "else", "endif", "and", "or", "not", "equals", "true", "false"}


@dataclass(frozen=True, slots=True)
class Formula:
    """`names` are the properties that it reads."""

    node: Node
    names: frozenset[str]

    def value(self, values: Mapping[str, str], kind: str) -> str:
        """What a property of this type holds; "" where there is no value."""
        try:
            found = self.node(lambda name: values.get(name, ""))
        except NoValue:
            return ""
        wanted = {"number": float, "bool": bool}.get(kind, object)
        return as_text(found) if isinstance(found, wanted) else ""


@lru_cache(maxsize=1024)
def parse(text: str) -> Formula:
    """Raises: BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula("the formula is too long")
    parser = Parser(tokens(text))
    node = parser.expression()
    if parser.word() or parser.rest:
        raise BadFormula(f"unexpected '{parser.rest[0][1]}'")
    return Formula(node, frozenset(parser.names))


def tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise BadFormula(f"unexpected '{text[at : at + 10].strip()}'")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class Parser:
    """Descends from the loosest operator to the tightest."""

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0
        self.names: set[str] = set()

    @property
    def rest(self) -> Sequence[tuple[str, str]]:
        return self._tokens[self._at :]

    def word(self) -> str:
        """The next token as it matters to grammar: a sign or a lower-case word, else ""."""
        if self._at >= len(self._tokens):
            return ""
        kind, text = self._tokens[self._at]
        word = text.lower() if kind == "name" else text
        return word if kind == "sign" or word in WORDS else ""

    def took(self, *words: str) -> str:
        found = self.word()
        if found not in words:
            return ""
        self._at += 1
        return found

    def need(self, word: str) -> None:
        if not self.took(word):
            raise BadFormula(f"'{word}' is missing")

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadFormula("the formula is nested too deeply")
        node = self._choice() if self.took("if") else self._chain("or", self._all_of)
        self._depth -= 1
        return node

    def _choice(self) -> Node:
        """What follows `if`. A last `endif` may be left out."""
        branches: list[tuple[Node, Node]] = []
        while True:
            test = self.expression()
            self.need("then")
            branches.append((test, self.expression()))
            if not self.took("elseif"):
                break
        last = self.expression() if self.took("else") else nothing
        self.took("endif")

        def choose(read: Read) -> Value:
            for test, chosen in branches:
                if true(test(read)):
                    return chosen(read)
            return last(read)

        return choose

    def _all_of(self) -> Node:
        return self._chain("and", self._not)

    def _not(self) -> Node:
        turned = False
        while self.took("not"):
            turned = not turned
        node = self._compared()
        return (lambda read: not true(node(read))) if turned else node

    def _compared(self) -> Node:
        return self._chain(("=", "equals", "!=", "<", ">", "<=", ">="), self._sum)

    def _sum(self) -> Node:
        return self._chain("+-", self._product)

    def _product(self) -> Node:
        return self._chain("*/", self._factor)

    def _chain(self, signs: str | tuple[str, ...], tighter: Callable[[], Node]) -> Node:
        """Operators of one kind, from left to right."""
        known = (signs,) if signs in WORDS else tuple(signs)
        node = tighter()
        rest: list[tuple[str, Node]] = []
        while sign := self.took(*known):
            rest.append((sign, tighter()))
        return chain(node, rest) if rest else node

    def _factor(self) -> Node:
        """A value, its negative, or `10property1`, which multiplies."""
        turned = False
        while self.took("-"):
            turned = not turned
        node = self._value()
        return chain(constant(0.0), [("-", node)]) if turned else node

    def _value(self) -> Node:
        if self.took("("):
            node = self.expression()
            self.need(")")
            return node
        if not self.rest:
            raise BadFormula("the formula ends too early")
        kind, text = self.rest[0]
        word = self.word()
        if kind == "sign" or word not in {"", "true", "false"}:
            raise BadFormula(f"unexpected '{text}'")
        self._at += 1
        if kind == "text":
            return constant(text[1:-1])
        if word:
            return constant(word == "true")
        return self._number(text) if kind == "number" else self._named(text)

    def _number(self, text: str) -> Node:
        if not math.isfinite(float(text)):
            raise BadFormula(f"unexpected '{text[:20]}'")
        node = constant(float(text))
        named = bool(self.rest) and self.rest[0][0] == "name" and not self.word()
        return chain(node, [("*", self._value())]) if named or self.word() == "(" else node

    def _named(self, name: str) -> Node:
        """A number property, `string(a)`, `bool(a)`, or a function of others."""
        if not self.took("("):
            self.names.add(name)
            return lambda read: number(read(name))
        function = name.lower()
        if function in TYPED and self.rest and self.rest[0][0] == "name":
            inner = self._tokens[self._at][1]
            self._at += 1
            self.need(")")
            self.names.add(inner)
            typed = TYPED[function]
            return lambda read: typed(read(inner))
        inputs = [self.expression()]
        while self.took(","):
            inputs.append(self.expression())
        self.need(")")
        return apply(function, inputs)
