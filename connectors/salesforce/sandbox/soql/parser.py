"""SOQL tokens to a tree.

Source: SOQL and SOSL Reference. AND and OR may not be mixed without parentheses, as there.
"""

from datetime import datetime
from typing import NoReturn

from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.lexer import Token, error_at, tokens, unexpected, unquote
from connectors.salesforce.sandbox.soql.relative import RELATIVE, RELATIVE_N
from connectors.sandbox.digits import is_whole

COMPARE = {"=", "!=", "<>", "<", ">", "<=", ">="}
CLAUSES = {"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "ALL", "FOR", "WITH", "USING"}
MAX_OFFSET = 2000


def parse(text: str) -> tree.Query:
    """Raises: Problem MALFORMED_QUERY."""
    parser = Parser(text)
    query = parser.query()
    if parser.token.kind != "end":
        parser.fail()
    return query


def parse_condition(text: str) -> tree.Condition:
    """A WHERE clause by itself (of a validation rule). Raises: Problem MALFORMED_QUERY."""
    parser = Parser(text)
    condition = parser.condition()
    if parser.token.kind != "end":
        parser.fail()
    return condition


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


class Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._at]

    def fail(self, token: Token | None = None) -> NoReturn:
        raise unexpected(self._text, token or self.token)

    @property
    def following(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        token = self.token
        self._at += 1
        return token

    def accept(self, *words: str) -> bool:
        """Take these words if they come next, all or none."""
        coming = [t.upper for t in self._tokens[self._at : self._at + len(words)]]
        if coming != list(words):
            return False
        self._at += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            self.fail()

    def name(self) -> Token:
        if self.token.kind != "name":
            self.fail()
        return self.take()

    # query

    def query(self) -> tree.Query:
        self.expect("SELECT")
        items = [self._item()]
        while self.accept(","):
            items.append(self._item())
        self.expect("FROM")
        source = self.name()
        aliases = {source.text.lower()}
        if self.token.kind == "name" and self.token.upper not in CLAUSES:
            self.accept("AS")
            aliases.add(self.name().text.lower())
        scope = self.name().text.lower() if self.accept("USING", "SCOPE") else ""
        where = self.condition() if self.accept("WHERE") else None
        if self.accept("WITH"):
            self._one_of("SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE")
        totals, groups = self._groups()
        having = self.condition() if self.accept("HAVING") else None
        orders = self._orders()
        limit = self._count() if self.accept("LIMIT") else None
        offset = self._offset() if self.accept("OFFSET") else 0
        mark = self._one_of("UPDATE", "VIEW", "REFERENCE") if self.accept("FOR") else ""
        return tree.Query(
            items=tuple(items),
            source=source.text,
            at=source.at,
            aliases=frozenset(aliases),
            where=where,
            groups=groups,
            totals=totals,
            having=having,
            orders=orders,
            limit=limit,
            offset=offset,
            all_rows=self.accept("ALL", "ROWS"),
            scope=scope,
            mark=mark,
        )

    def _item(self) -> tree.Item | tree.Child | tree.TypeOf:
        if self.accept("("):
            query = self.query()
            self.expect(")")
            return tree.Child(query)
        if self.token.upper == "TYPEOF":
            return self._typeof()
        if self.token.upper == "FROM" and self.following.kind == "name":
            self.fail()
        expression = self.expression()
        alias = None
        if self.token.kind == "name" and self.token.upper != "FROM":
            alias = self.take().text
        return tree.Item(expression, alias)

    def _typeof(self) -> tree.TypeOf:
        self.take()
        relationship = self.name()
        branches = []
        otherwise: tuple[tree.Path, ...] = ()
        while self.accept("WHEN"):
            kind = self.name().text
            self.expect("THEN")
            branches.append((kind, self._paths()))
        if self.accept("ELSE"):
            otherwise = self._paths()
        self.expect("END")
        return tree.TypeOf(relationship.text, relationship.at, tuple(branches), otherwise)

    def _paths(self) -> tuple[tree.Path, ...]:
        paths = [self._path()]
        while self.accept(","):
            paths.append(self._path())
        return tuple(paths)

    def expression(self) -> tree.Expression:
        if self.following.text == "(":
            function = self.name()
            self.take()
            argument = None if self.token.text == ")" else self.expression()
            self.expect(")")
            return tree.Call(function.upper, argument, function.at)
        return self._path()

    def _path(self) -> tree.Path:
        first = self.name()
        parts = [first.text]
        while self.accept("."):
            parts.append(self.name().text)
        return tree.Path(tuple(parts), first.at)

    def _one_of(self, *words: str) -> str:
        if self.token.upper not in words:
            self.fail()
        return self.take().upper

    def _groups(self) -> tuple[str, tuple[tree.Expression, ...]]:
        """ROLLUP or CUBE or nothing, and what is grouped by."""
        if not self.accept("GROUP"):
            return "", ()
        self.expect("BY")
        totals = next((word for word in ("ROLLUP", "CUBE") if self.accept(word, "(")), "")
        groups = [self.expression()]
        while self.accept(","):
            groups.append(self.expression())
        if totals:
            self.expect(")")
        return totals, tuple(groups)

    def _orders(self) -> tuple[tree.Order, ...]:
        if not self.accept("ORDER"):
            return ()
        self.expect("BY")
        orders = [self._order()]
        while self.accept(","):
            orders.append(self._order())
        return tuple(orders)

    def _order(self) -> tree.Order:
        expression = self.expression()
        descending = self.accept("DESC")
        if not descending:
            self.accept("ASC")
        nulls_last = self.accept("NULLS", "LAST")
        if not nulls_last:
            self.accept("NULLS", "FIRST")
        return tree.Order(expression, descending, nulls_last)

    def _count(self) -> int:
        if self.token.kind != "number" or not is_whole(self.token.text):
            self.fail()
        return int(self.take().text)

    def _offset(self) -> int:
        at = self.token.at
        offset = self._count()
        if offset > MAX_OFFSET:
            detail = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
            raise error_at(self._text, at, "NUMBER_OUTSIDE_VALID_RANGE", detail)
        return offset

    # conditions

    def condition(self) -> tree.Condition:
        """A condition, or several joined by one kind of AND/OR."""
        conditions = [self._simple()]
        joint = self.token.upper
        if joint not in {"AND", "OR"}:
            return conditions[0]
        while self.accept(joint):
            conditions.append(self._simple())
        if self.token.upper in {"AND", "OR"}:
            self.fail()
        return tree.Junction(joint, tuple(conditions))

    def _simple(self) -> tree.Condition:
        if self.accept("NOT"):
            return tree.Not(self._simple())
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> tree.Comparison:
        left = self.expression()
        at = self.token.at
        if self.token.text in COMPARE:
            operator = self.take().text.replace("<>", "!=")
            return tree.Comparison(left, operator, self._literal(), at)
        if self.accept("LIKE"):
            return tree.Comparison(left, "LIKE", self._literal(), at)
        for operator in ("IN", "NOT IN", "INCLUDES", "EXCLUDES"):
            if self.accept(*operator.split()):
                return tree.Comparison(left, operator, self._several(), at)
        raise unexpected(self._text, self.token)

    def _several(self) -> "tuple[tree.Literal, ...] | tree.Query":
        self.expect("(")
        if self.token.upper == "SELECT":
            query = self.query()
            self.expect(")")
            return query
        values = [self._literal()]
        while self.accept(","):
            values.append(self._literal())
        self.expect(")")
        return tuple(values)

    def _literal(self) -> tree.Literal:
        token = self.take()
        match token.kind:
            case "string":
                return tree.Literal("string", unquote(self._text, token), token.at)
            case "number":
                return tree.Literal("number", float(token.text), token.at)
            case "date" | "datetime" if _is_moment(token.text):
                return tree.Literal(token.kind, token.text, token.at)
            case "name":
                return self._word(token)
        raise unexpected(self._text, token)

    def _word(self, token: Token) -> tree.Literal:
        word = token.upper
        if word in {"TRUE", "FALSE"}:
            return tree.Literal("boolean", word == "TRUE", token.at)
        if word == "NULL":
            return tree.Literal("null", None, token.at)
        if word in RELATIVE:
            return tree.Literal("relative", word, token.at)
        if word in RELATIVE_N and self.accept(":"):
            return tree.Literal("relative", word, token.at, self._count())
        raise unexpected(self._text, token)
