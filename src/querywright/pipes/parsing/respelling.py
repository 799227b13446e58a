"""Tokens that SQLGlot reads, for what it does not: WITH as an expression, joins without ON in brackets."""

from __future__ import annotations

from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

__all__ = ["alias_first", "filtered", "inner_joins", "named", "with_names"]


def named(token: Token) -> Token:
    """A keyword as the name of a function."""
    return _as(token, TokenType.VAR, token.text)


def with_names(tokens: list[Token]) -> list[Token]:
    """Between the brackets of `WITH(a AS 1, a + 1)`: `a => 1`, as an argument with a name is written."""
    found = list(tokens)
    depth = 0
    begins = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        depth += (kind in _OPENING) - (kind in _CLOSING)
        if depth:
            continue
        if kind == TokenType.COMMA:
            begins = index + 1
        elif kind == TokenType.ALIAS and index == begins + 1:
            found[index] = _as(token, TokenType.FARROW, "=>")
    return found


_OPENING: Final = {TokenType.L_PAREN, TokenType.L_BRACKET}
_CLOSING: Final = {TokenType.R_PAREN, TokenType.R_BRACKET}


def filtered(tokens: list[Token], at: int, opening: Token, closing: Token) -> list[Token]:
    """Between the brackets of `SUM(a WHERE b)`: what, with them, makes `SUM(a) FILTER (WHERE b)`."""
    condition = next((n for n in range(at, len(tokens)) if tokens[n].token_type == TokenType.WHERE), at)
    word = _as(tokens[condition], TokenType.FILTER, "")
    return [*tokens[:condition], closing, word, opening, *tokens[condition:]]


def alias_first(tokens: list[Token]) -> list[Token]:
    """Spark's `(query) TABLESAMPLE (…) REPEATABLE (…) alias`, the alias in front of TABLESAMPLE."""
    sampled = range(1, len(tokens))
    at = next((n for n in sampled if tokens[n].token_type == TokenType.TABLE_SAMPLE and tokens[n - 1].text == ")"), 0)
    if not at:
        return tokens
    end = _behind_brackets(tokens, at + 1)
    if end < len(tokens) and tokens[end].text.upper() == "REPEATABLE":
        end = _behind_brackets(tokens, end + 1)
    last = end + (end < len(tokens) and tokens[end].token_type == TokenType.ALIAS)
    if last >= len(tokens) or tokens[last].token_type not in (TokenType.VAR, TokenType.IDENTIFIER):
        return tokens
    return [*tokens[:at], *tokens[end : last + 1], *tokens[at:end], *tokens[last + 1 :]]


def _behind_brackets(tokens: list[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].token_type in _OPENING) - (tokens[index].token_type in _CLOSING)
        if not depth:
            return index + 1
    return len(tokens)


def inner_joins(tokens: list[Token]) -> list[Token]:
    """Between the brackets of joins: INNER in front of a bare JOIN, which SQLGlot takes for a comma otherwise."""
    if tokens[0].token_type in (TokenType.SELECT, TokenType.WITH):
        return tokens
    found: list[Token] = []
    for token in tokens:
        if token.token_type == TokenType.JOIN and (not found or found[-1].token_type not in _KINDS):
            found.append(_as(token, TokenType.INNER, "INNER"))
        found.append(token)
    return found


_KINDS: Final = {
    TokenType.INNER,
    TokenType.LEFT,
    TokenType.RIGHT,
    TokenType.FULL,
    TokenType.OUTER,
    TokenType.CROSS,
    TokenType.NATURAL,
}


def _as(token: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, token.line, token.col, token.start, token.end)
