"""Tokens that SQLGlot reads, for what it does not: WITH as an expression, joins without ON in brackets."""

from __future__ import annotations

from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

__all__ = ["filtered", "inner_joins", "named", "with_names"]


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
