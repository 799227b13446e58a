"""WITH, CALL and RECURSIVE UNION as operators."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import bracketed, depth_of, with_clause
from querywright.pipes.parsing.names import last_alias
from querywright.pipes.parsing.reading import Reading
from querywright.pipes.parsing.sets import read_operands
from querywright.pipes.tree import (
    Call,
    Case,
    Expression,
    If,
    Input,
    Other,
    PipeQuery,
    RecursiveUnion,
    With,
    nested,
    pipe_in,
)

__all__ = ["read_call", "read_if", "read_recursive_union", "read_with"]


def read_with(reading: Reading, keyword: Token, tokens: list[Token]) -> With:
    """`WITH [RECURSIVE] name AS (query), …`."""
    ctes, recursive, rest = with_clause(reading, [keyword, *tokens])
    if rest:
        reading.expected("a comma or the end of the operator", rest)
    return With(ctes, recursive)


def read_call(reading: Reading, keyword: Token, tokens: list[Token]) -> Call:
    """`CALL function(…) [AS alias]`."""
    start = next((at for at, token in enumerate(tokens) if token.token_type == TokenType.L_PAREN), len(tokens))
    _, end = bracketed(reading, tokens, start, "a function and its arguments in brackets")
    function = reading.expression(keyword, tokens[:end], "a function")
    if not isinstance(function, exp.Func | exp.Dot):
        reading.expected("a function", tokens)
    called = function.expression if isinstance(function, exp.Dot) else function
    if any(isinstance(each, _NO_ARGUMENTS) for each in (called.this, *called.expressions)):
        reading.fail("expected arguments of a table function: a query stands in brackets of its own", tokens[start])
    hint = reading.hints.take(tokens[end - 1])
    return Call(function, last_alias(reading, tokens, end), hint)


_NO_ARGUMENTS: Final = (exp.Select, exp.Order, exp.Limit)


def read_recursive_union(reading: Reading, keyword: Token, tokens: list[Token]) -> RecursiveUnion | Other:
    """`RECURSIVE UNION ALL | DISTINCT [BY NAME …] [WITH DEPTH …] (query) [AS alias]`; the query may be `|> …`.

    INTERSECT and EXCEPT, which GoogleSQL reads and never runs, are held as text.
    """
    reading.operator = "|> RECURSIVE UNION"
    opening = (at for at, token in enumerate(tokens) if token.token_type == TokenType.L_PAREN)
    start = next((at for at in opening if _opens_query(tokens, at)), len(tokens))
    words = [token.text.upper() for token in tokens[:start]]
    at = next((at for at, word in enumerate(words) if word not in ("FULL", "LEFT", "INNER", "OUTER")), len(words))
    if at == len(words) or words[at] not in ("UNION", "INTERSECT", "EXCEPT"):
        reading.expected("UNION", tokens, at)
    if words[at + 1 : at + 2] not in (["ALL"], ["DISTINCT"]):
        reading.expected("ALL or DISTINCT", tokens, at + 1)
    inside, end = bracketed(reading, tokens, start, "( and a query")
    if end < len(tokens) and tokens[end].token_type != TokenType.ALIAS:
        reading.expected("AS or the end of the operator", tokens, end)
    alias = last_alias(reading, tokens, end)
    if words[0] != "UNION":
        last = reading.hints.take_all(keyword, tokens[-1])
        return Other("RECURSIVE", reading.text[keyword.end + 1 : last].strip())
    at = words.index("WITH") if "WITH" in words else start
    matching = _written(reading, tokens[2:at])
    if matching and not _MATCHING.fullmatch(" ".join(words[2:at])):
        reading.expected("( and a query", tokens, 2)
    depth, behind = depth_of(reading, tokens, at)
    if behind != start:
        reading.expected("( and a query", tokens, behind)
    if inside:
        query = read_operands(reading, tokens[start:end], "RECURSIVE UNION")[0]
    else:
        query = nested(PipeQuery(Input(), dialect=reading.dialect))
    return RecursiveUnion(words[1] == "DISTINCT", query, alias, depth, matching)


def read_if(reading: Reading, keyword: Token, tokens: list[Token]) -> If:
    """`IF condition THEN (|> …) [ELSEIF condition THEN (|> …)] … [ELSE (|> …)]`."""
    hint = reading.hints.take(keyword)
    cases: list[Case] = []
    index, word = 0, "IF"
    while word in ("IF", "ELSEIF"):
        then = next((at for at in range(index, len(tokens)) if tokens[at].token_type == TokenType.THEN), len(tokens))
        if then == len(tokens):
            reading.expected("THEN", tokens, then)
        condition = reading.expression(keyword, tokens[index:then], "a condition")
        pipeline, index = _pipeline(reading, tokens, then + 1)
        cases.append(Case(condition, pipeline))
        word = tokens[index].text.upper() if index < len(tokens) else ""
        index += 1
    otherwise = None
    if word == "ELSE":
        otherwise, index = _pipeline(reading, tokens, index)
        word = tokens[index].text if index < len(tokens) else ""
        index += 1
    if word:
        reading.expected("ELSEIF, ELSE or the end of the operator", tokens, index - 1)
    return If(tuple(cases), otherwise, hint)


def _pipeline(reading: Reading, tokens: list[Token], index: int) -> tuple[Expression, int]:
    """The pipe query of `(|> …)` or `()`, and the index behind it."""
    inside, end = bracketed(reading, tokens, index, "( and operators")
    if not inside:
        return nested(PipeQuery(Input(), dialect=reading.dialect)), end
    query = pipe_in(reading.statement(inside)) if inside[0].token_type == TokenType.SELECT else None
    if query is None or not isinstance(query.head, Input):
        reading.expected("|>: operators stand in these brackets, no query", inside)
    return nested(query), end


_MATCHING: Final = re.compile(r"BY NAME(?: ON \( [^()]+ \))?|(?:STRICT )?CORRESPONDING(?: BY \( [^()]+ \))?")
"""How the columns of a recursion are matched, its words with a space between."""


def _written(reading: Reading, tokens: list[Token]) -> str:
    return reading.text[tokens[0].start : tokens[-1].end + 1] if tokens else ""


def _opens_query(tokens: list[Token], at: int) -> bool:
    """Whether the bracket at `at` opens a query, and no list of names."""
    behind = tokens[at + 1].token_type if at + 1 < len(tokens) else None
    return behind in (TokenType.SELECT, TokenType.WITH, TokenType.R_PAREN, TokenType.L_PAREN)
