"""What a pipe query begins with: FROM and its joins, or a query that is no pipe."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.joins import check_sources, join_manners, join_of, refuse_column_aliases
from querywright.pipes.parsing.reading import Reading, detached, split
from querywright.pipes.tree import PLACEHOLDER, Expression, From, Head, Join, Standard

__all__ = ["read_head"]


def read_head(reading: Reading, tokens: list[Token], behind: Token | None) -> Head:
    """The head in these tokens; `behind` is the `|>` that ends them."""
    if not tokens:
        reading.fail("expected FROM, found |>" if behind else "expected FROM, found the end of the query", behind)
    first = tokens[0]
    if first.token_type == TokenType.FROM:
        return _from(reading, first, tokens[1:])
    if first.token_type == TokenType.TABLE and len(tokens) > 1:
        return _from(reading, first, tokens[1:])
    tree = reading.statement(tokens)
    if not isinstance(tree, exp.Query | exp.Values):
        reading.fail(f"expected FROM or a query, found {reading.word(first)}", first)
    if isinstance(tree, exp.Subquery) and any(tree.args.get(name) for name in _BEHIND):
        reading.fail("expected |> or the end of the query behind the brackets", first)
    return Standard(tree)


_BEHIND: Final = ("where", "group", "having", "qualify", "joins", "laterals", "pivots", "sample")
"""What SQLGlot reads behind a query in brackets, though it belongs to an operator."""


def _from(reading: Reading, keyword: Token, tokens: list[Token]) -> From:
    if not tokens:
        reading.fail("expected a table, found the end of FROM", keyword.end + 1)
    source: Expression | None = None
    joins: list[Join] = []
    views: tuple[exp.Lateral, ...] = ()
    if reading.dialect == "spark":
        tokens, views = _views(reading, keyword, tokens)
    for part in split(tokens):
        if not part:
            reading.expected("a table", [*tokens, keyword], len(tokens) + 1)
        found, behind = from_clause(reading, keyword, part)
        if source is None:
            source = found
        else:
            joins.append(Join(found, "COMMA"))
        joins += behind
    assert source is not None
    return From(source, tuple(joins), views)


def _views(reading: Reading, keyword: Token, tokens: list[Token]) -> tuple[list[Token], tuple[exp.Lateral, ...]]:
    """The tokens in front of Spark's LATERAL VIEW, and what stands from there."""
    at = next((at for at, (token, view) in enumerate(pairwise(tokens)) if _begins_view(token, view)), None)
    if at is None:
        return tokens, ()
    line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
    before = [
        Token(TokenType.STAR, "*", line, column, start, end),
        Token(TokenType.FROM, "FROM", line, column, start, end),
        Token(TokenType.VAR, PLACEHOLDER, line, column, start, end),
    ]
    found = reading.select(keyword, [*before, *tokens[at:]], "from_", "laterals").args["laterals"]
    for view in found:
        detached(view)
    return tokens[:at], tuple(found)


def _begins_view(token: Token, behind: Token) -> bool:
    return token.token_type == TokenType.LATERAL and behind.token_type == TokenType.VIEW


def from_clause(reading: Reading, keyword: Token, tokens: list[Token]) -> tuple[Expression, list[Join]]:
    """The source and the joins of one FROM without commas."""
    line, column, start, end = keyword.line, keyword.col, keyword.start, keyword.end
    star = Token(TokenType.STAR, "*", line, column, start, end)
    keyword = Token(TokenType.FROM, "FROM", line, column, start, end)
    if not any(token.token_type == TokenType.JOIN for token in tokens):
        quick = reading.clause(exp.From, [keyword, *tokens])
        if isinstance(quick, exp.From):
            source = detached(quick.this)
            if reading.dialect == "googlesql":
                _refuse_other_sources(reading, source, tokens)
            return source, []
    tokens, manners = join_manners(reading, tokens)
    tree = reading.select(keyword, [star, keyword, *tokens], "from_", "joins", "sample")
    source = tree.args["from_"].this
    if sample := tree.args.get("sample"):
        # SQLGlot reads what stands behind FOR SYSTEM_TIME as the statement's.
        if tree.args.get("joins") or source.args.get("sample"):
            reading.fail("expected one TABLESAMPLE, in front of the JOIN", keyword)
        source.set("sample", sample)
    detached(source)
    if reading.dialect == "googlesql":
        _refuse_other_sources(reading, source, tokens)
    joins = tree.args.get("joins") or []
    manners = manners if len(manners) == len(joins) else [("", "")] * len(joins)
    return source, [join_of(reading, join, tokens[0], how) for join, how in zip(joins, manners, strict=True)]


_NO_TABLES: Final = {TokenType.SELECT, TokenType.STAR, TokenType.DOT}


def _refuse_other_sources(reading: Reading, source: Expression, tokens: list[Token]) -> None:
    """Refuse literals and lone tables in brackets; names with dashes get the quotes they will be printed with."""
    check_sources(reading, tokens)
    if tokens[0].token_type in _NO_TABLES or isinstance(source, exp.Tuple):
        reading.expected("a table", tokens)
    refuse_column_aliases(reading, source, tokens[0])
    if isinstance(source, exp.Paren | exp.Subquery) and isinstance(source.this, exp.Table):
        if not source.this.args.get("joins"):
            reading.fail("expected JOIN in the brackets, found one table alone", tokens[0])
    elif any(token.token_type == TokenType.DASH for token in tokens):
        for name in source.find_all(exp.Identifier):
            if "-" in name.this:
                name.set("quoted", True)
