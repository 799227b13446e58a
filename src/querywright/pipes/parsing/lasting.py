"""WITH, CALL and RECURSIVE UNION as operators, and those that are held as text."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import bracketed, with_clause
from querywright.pipes.parsing.names import identifier
from querywright.pipes.parsing.reading import Reading
from querywright.pipes.parsing.sets import read_operands
from querywright.pipes.tree import Call, Other, RecursiveUnion, With

__all__ = ["read_call", "read_other", "read_recursive_union", "read_with"]


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
    return Call(function, _alias(reading, tokens, end))


def read_recursive_union(reading: Reading, keyword: Token, tokens: list[Token]) -> RecursiveUnion:
    """`RECURSIVE UNION ALL | DISTINCT [WITH DEPTH …] (query) [AS alias]`."""
    reading.operator = "|> RECURSIVE UNION"
    words = [token.text.upper() for token in tokens[:2]]
    if words[:1] != ["UNION"]:
        reading.expected("UNION", tokens)
    if words[1:] not in (["ALL"], ["DISTINCT"]):
        reading.expected("ALL or DISTINCT", tokens, 1)
    at = 2
    depth = ""
    if len(tokens) > at and tokens[at].token_type == TokenType.WITH:
        end = next((i for i, token in enumerate(tokens) if token.token_type == TokenType.L_PAREN), len(tokens))
        depth = reading.text[tokens[at].start : tokens[end - 1].end + 1]
        at = end
    _, end = bracketed(reading, tokens, at, "( and a query")
    operands = read_operands(reading, tokens[at:end], "RECURSIVE UNION")
    return RecursiveUnion(words[1] == "DISTINCT", operands[0], _alias(reading, tokens, end), depth)


def read_other(reading: Reading, keyword: Token, tokens: list[Token]) -> Other:
    """An operator that is held as it is written."""
    text = reading.text[tokens[0].start : tokens[-1].end + 1] if tokens else ""
    return Other(keyword.text.upper(), text)


def _alias(reading: Reading, tokens: list[Token], at: int) -> exp.Identifier | None:
    if at >= len(tokens):
        return None
    at += tokens[at].token_type == TokenType.ALIAS
    alias = identifier(reading, tokens, at, "an alias")
    if at + 1 < len(tokens):
        reading.expected("the end of the operator", tokens, at + 1)
    return alias
