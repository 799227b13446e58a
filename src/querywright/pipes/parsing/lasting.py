"""WITH, CALL and RECURSIVE UNION as operators."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from querywright.pipes.parsing.ctes import bracketed, with_clause
from querywright.pipes.parsing.names import identifier
from querywright.pipes.parsing.reading import Reading
from querywright.pipes.parsing.sets import read_operands
from querywright.pipes.tree import Call, Other, RecursiveUnion, With

__all__ = ["read_call", "read_recursive_union", "read_with"]


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


def read_recursive_union(reading: Reading, keyword: Token, tokens: list[Token]) -> RecursiveUnion | Other:
    """`RECURSIVE UNION ALL | DISTINCT [WITH DEPTH …] (query) [AS alias]`.

    With names (BY NAME, CORRESPONDING), or with a pipeline instead of the query, it is held as text.
    """
    reading.operator = "|> RECURSIVE UNION"
    opening = (at for at, token in enumerate(tokens) if token.token_type == TokenType.L_PAREN)
    start = next((at for at in opening if _opens_query(tokens, at)), len(tokens))
    words = [token.text.upper() for token in tokens[:start]]
    if not {"UNION", "INTERSECT", "EXCEPT"} & set(words):
        reading.expected("UNION", tokens)
    if not {"ALL", "DISTINCT"} & set(words):
        reading.expected("ALL or DISTINCT", tokens, min(1, len(tokens)))
    inside, end = bracketed(reading, tokens, start, "( and a query")
    if end < len(tokens) and tokens[end].token_type != TokenType.ALIAS:
        reading.expected("AS or the end of the operator", tokens, end)
    alias = _alias(reading, tokens, end)
    plain = words[0] == "UNION" and words[1] in ("ALL", "DISTINCT") and words[2:3] in ([], ["WITH"])
    if not plain or inside[0].token_type == TokenType.PIPE_GT:
        return Other("RECURSIVE", reading.text[tokens[0].start : tokens[-1].end + 1])
    depth = reading.text[tokens[2].start : tokens[start - 1].end + 1] if start > 2 else ""
    operands = read_operands(reading, tokens[start:end], "RECURSIVE UNION")
    return RecursiveUnion(words[1] == "DISTINCT", operands[0], alias, depth)


def _opens_query(tokens: list[Token], at: int) -> bool:
    """Whether the bracket at `at` opens a query, and no list of names."""
    behind = tokens[at + 1].token_type if at + 1 < len(tokens) else None
    return behind in (TokenType.SELECT, TokenType.WITH, TokenType.PIPE_GT, TokenType.L_PAREN)


def _alias(reading: Reading, tokens: list[Token], at: int) -> exp.Identifier | None:
    if at >= len(tokens):
        return None
    at += tokens[at].token_type == TokenType.ALIAS
    alias = identifier(reading, tokens, at, "an alias")
    if at + 1 < len(tokens):
        reading.expected("the end of the operator", tokens, at + 1)
    return alias
