"""Whole tables as arguments of a table function: `TABLE t` and `MODEL m`, which SQLGlot does not read."""

from __future__ import annotations

from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

__all__ = ["TABLE_WORDS", "WHOLE", "whole_tables"]

TABLE_WORDS: Final = ("TABLE", "MODEL", "CONNECTION")
"""Words in front of a name that is no expression. Such an argument is an exp.Anonymous of this name around the path."""

WHOLE: Final = ("INPUT TABLE", "CONNECTION DEFAULT")
"""Two words that are one argument: an exp.Anonymous of this name."""


def whole_tables(tokens: list[Token]) -> list[Token]:
    """The tokens between two brackets, `TABLE a.b` in it as the call `TABLE(a.b)`."""
    if not any(token.text.upper() in TABLE_WORDS for token in tokens):
        return tokens
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        found.append(token)
        index += 1
        if token.text.upper() == "INPUT" and index < len(tokens) and tokens[index].token_type == TokenType.TABLE:
            if _begins_argument(found):
                found[-1:] = _call("INPUT TABLE", token, tokens[index])
                index += 1
            continue
        if _begins_argument(found) and token.text.upper() in TABLE_WORDS and token.token_type != TokenType.IDENTIFIER:
            if token.text.upper() == "CONNECTION" and index < len(tokens) and tokens[index].text.upper() == "DEFAULT":
                found[-1:] = _call("CONNECTION DEFAULT", token, tokens[index])
                index += 1
                continue
            end = index
            while end < len(tokens) and (end - index) % 2 == (tokens[end].token_type == TokenType.DOT):
                end += 1
            if index < end and _is_name(tokens[index]):
                first, last = tokens[index], tokens[end - 1]
                found[-1] = _token(TokenType.VAR, token.text, token)
                found += [
                    _token(TokenType.L_PAREN, "(", first),
                    *tokens[index:end],
                    _token(TokenType.R_PAREN, ")", last),
                ]
                index = end
    return found


def _call(name: str, first: Token, last: Token) -> list[Token]:
    """A call without arguments of a function that no function is called like."""
    return [
        _token(TokenType.VAR, name, first),
        _token(TokenType.L_PAREN, "(", last),
        _token(TokenType.R_PAREN, ")", last),
    ]


def _begins_argument(found: list[Token]) -> bool:
    return len(found) == 1 or found[-2].token_type in (TokenType.COMMA, TokenType.FARROW)


def _is_name(token: Token) -> bool:
    return token.token_type == TokenType.IDENTIFIER or (token.text[:1].isalpha() or token.text[:1] == "_")


def _token(kind: TokenType, text: str, at: Token) -> Token:
    return Token(kind, text, at.line, at.col, at.start, at.end)
