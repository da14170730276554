"""SOQL text to tokens, and the words of SOQL's errors."""

import re
from dataclasses import dataclass

from connectors.salesforce.sandbox.problems import Problem

SHOWN_BEFORE = 40  # so much of the query stands around the place of an error
SHOWN_AFTER = 40
TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<string>'(?:[^'\\]|\\.)*')"
    r"|(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|z|[+-]\d\d:?\d\d))"
    r"|(?P<date>\d{4}-\d\d-\d\d(?![\dT]))"
    r"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<operator>!=|<>|<=|>=|[=<>(),.:])",
    re.DOTALL,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: string, datetime, date, number, name, operator, end."""

    kind: str
    text: str
    at: int

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "name" else self.text


def error_at(text: str, at: int, code: str, detail: str) -> Problem:
    r"""`\n<part of the query>\n   ^\nERROR at Row:1:Column:N\n<detail>`, as recorded."""
    row = text.count("\n", 0, at) + 1
    line_start = text.rfind("\n", 0, at) + 1
    line = text[line_start:].split("\n", 1)[0]
    column = at - line_start
    first = max(0, column - SHOWN_BEFORE)
    shown = line[first : column + SHOWN_AFTER]
    pointer = " " * (column - first) + "^"
    message = f"\n{shown}\n{pointer}\nERROR at Row:{row}:Column:{column + 1}\n{detail}"
    return Problem(code, message)


def unexpected(text: str, token: Token) -> Problem:
    shown = token.text if token.kind != "end" else "<EOF>"
    return error_at(text, token.at, "MALFORMED_QUERY", f"unexpected token: '{shown}'")


def tokens(text: str) -> list[Token]:
    """All tokens, an `end` last. Raises: Problem MALFORMED_QUERY."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _no_token(text, at)
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match.group(), at))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def _no_token(text: str, at: int) -> Problem:
    if text[at] == "'":
        detail = f"line 1:{len(text)} mismatched character '<EOF>' expecting '''"
        return Problem("MALFORMED_QUERY", detail)
    return unexpected(text, Token("operator", text[at], at))


def unquote(text: str, token: Token) -> str:
    r"""The value of a string token; `\_` and `\%` stay, LIKE wants to know them.

    Raises: Problem MALFORMED_QUERY for an escape that SOQL does not have.
    """

    def replace(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) > 1:
            return chr(int(escape[1:], 16))
        if escape in "_%":
            return match.group()
        if escape.lower() not in ESCAPES:
            detail = (
                f"Invalid string literal {token.text}. "
                f"Illegal character sequence '\\{escape}' in string literal."
            )
            raise error_at(text, token.at, "MALFORMED_QUERY", detail)
        return ESCAPES[escape.lower()]

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", replace, token.text[1:-1], flags=re.DOTALL)
