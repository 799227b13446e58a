"""Operators that work on rows: WHERE, DISTINCT, ORDER BY, LIMIT, TABLESAMPLE, PIVOT, UNPIVOT."""

from __future__ import annotations

from itertools import pairwise

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.columns import without_last_comma
from querywright.pipes.parsing.lexing import CLOSING, OPENING
from querywright.pipes.parsing.pivots import plain_alias, read_aggregates, refuse_bad_unpivot
from querywright.pipes.parsing.placing import HOLE
from querywright.pipes.parsing.reading import Reading, detached
from querywright.pipes.parsing.sampling import read_googlesql_sample
from querywright.pipes.tree import PLACEHOLDER, Distinct, Expression, Limit, OrderBy, Pivot, TableSample, Unpivot, Where

__all__ = [
    "read_distinct",
    "read_limit",
    "read_offset",
    "read_order",
    "read_pivot",
    "read_sample",
    "read_unpivot",
    "read_where",
]


def read_where(reading: Reading, keyword: Token, tokens: list[Token]) -> Where:
    """`WHERE condition`."""
    return Where(reading.expression(keyword, tokens, "a condition"))


def read_distinct(reading: Reading, keyword: Token, tokens: list[Token]) -> Distinct:
    """`DISTINCT`, alone."""
    if tokens:
        reading.expected("the end of the operator", tokens)
    return Distinct()


def read_order(reading: Reading, keyword: Token, tokens: list[Token]) -> OrderBy:
    """`ORDER [@{…}] BY key [ASC | DESC] [NULLS FIRST | LAST], …`."""
    hint = reading.hints.take(keyword)
    return OrderBy(tuple(sort_keys(reading, keyword, without_last_comma(tokens))), hint)


def sort_keys(reading: Reading, keyword: Token, tokens: list[Token]) -> list[exp.Ordered]:
    """The keys of a sort order."""
    if not tokens:
        reading.fail("expected a sort key, found the end of the operator", keyword.end + 1)
    line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
    before = [
        Token(TokenType.NUMBER, "1", line, column, start, end),
        Token(TokenType.ORDER_BY, "ORDER BY", line, column, start, end),
    ]
    if tokens[0].token_type == TokenType.COMMA:
        reading.expected("a sort key", tokens)
    order = reading.clause(exp.Order, [before[1], *tokens])
    if order is None:
        order = reading.select(keyword, [*before, *tokens], "order").args["order"]
    keys = order.expressions
    if not keys:
        reading.expected("a sort key", tokens)
    for key in keys:
        detached(key)
    return list(keys)


def read_limit(reading: Reading, keyword: Token, tokens: list[Token]) -> Limit:
    """`LIMIT count [OFFSET start]`; LIMIT ALL is LIMIT NULL."""
    depth = 0
    at = len(tokens)
    for index, token in enumerate(tokens):
        kind = token.token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if not depth and kind == TokenType.COMMA:
            reading.fail("expected OFFSET, found a comma: write LIMIT count OFFSET start", token)
        if not depth and kind == TokenType.OFFSET:
            at = index
            break
    if [token.text.upper() for token in tokens[:at]] == ["ALL"]:
        count: Expression = exp.Null()
    else:
        count = reading.expression(keyword, tokens[:at], "a number")
    offset = reading.expression(tokens[at], tokens[at + 1 :], "a number") if at < len(tokens) else None
    return Limit(count, offset)


def read_offset(reading: Reading, keyword: Token, tokens: list[Token]) -> Limit:
    """`OFFSET start`, alone: Spark's."""
    if reading.dialect == "googlesql":
        reading.fail("GoogleSQL has no |> OFFSET alone: write |> LIMIT count OFFSET start", keyword)
    return Limit(None, reading.expression(keyword, tokens, "a number"))


def read_sample(reading: Reading, keyword: Token, tokens: list[Token]) -> TableSample:
    """`TABLESAMPLE method (size)`."""
    if reading.dialect == "googlesql":
        return TableSample(read_googlesql_sample(reading, keyword, tokens))
    found = _on_a_table(reading, keyword, tokens, "sample")
    assert isinstance(found, exp.TableSample)
    detached(found)
    if not any(found.args.get(name) for name in ("percent", "size", "bucket_numerator")):
        reading.expected("a size, in PERCENT, ROWS or a BUCKET", tokens)
    return TableSample(found)


def read_pivot(reading: Reading, keyword: Token, tokens: list[Token]) -> Pivot:
    """`PIVOT (aggregates FOR column IN (values)) [AS alias]`."""
    _refuse_queries(reading, tokens)
    if reading.dialect == "googlesql":
        return Pivot(read_aggregates(reading, keyword, tokens))
    return Pivot(_pivot(reading, keyword, tokens))


def read_unpivot(reading: Reading, keyword: Token, tokens: list[Token]) -> Unpivot:
    """`UNPIVOT [INCLUDE | EXCLUDE NULLS] (values FOR column IN (columns)) [AS alias]`."""
    _refuse_queries(reading, tokens)
    if reading.dialect == "googlesql":
        refuse_bad_unpivot(reading, tokens)
        tokens = plain_alias(reading, tokens)
    return Unpivot(_pivot(reading, keyword, tokens))


def _refuse_queries(reading: Reading, tokens: list[Token]) -> None:
    for before, token in pairwise(tokens):
        if before.token_type == TokenType.SELECT and token.text.startswith(HOLE):
            reading.fail("expected values, found a query: the values of PIVOT are written out", token)


def _pivot(reading: Reading, keyword: Token, tokens: list[Token]) -> exp.Pivot:
    found = _on_a_table(reading, keyword, tokens, "pivots")
    if not isinstance(found, list) or len(found) != 1:
        reading.fail("expected one PIVOT, found several", keyword)
    pivot = found[0]
    assert isinstance(pivot, exp.Pivot)
    detached(pivot)
    return pivot


def _on_a_table(reading: Reading, keyword: Token, tokens: list[Token], name: str) -> object:
    """What SQLGlot hangs on a table for this clause; nothing else may hang there."""
    line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
    before = [
        Token(TokenType.STAR, "*", line, column, start, end),
        Token(TokenType.FROM, "FROM", line, column, start, end),
        Token(TokenType.VAR, PLACEHOLDER, line, column, start, end),
    ]
    tree = reading.select(keyword, [*before, keyword, *tokens], "from_")
    table = tree.args["from_"].this
    if not table.args.get(name) or any(value for key, value in table.args.items() if key not in ("this", name)):
        reading.expected("the clause alone", [keyword, *tokens], 1)
    found: object = table.args[name]
    return found
