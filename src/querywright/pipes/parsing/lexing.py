"""Text to tokens: the dialect's own tokenizer, and the refusal of what no parser should be given."""

from __future__ import annotations

import logging
from functools import cache
from typing import Final

import sqlglot
from sqlglot.errors import TokenError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from querywright.errors import PipeSyntaxError, SettingsError
from querywright.sql.parsing import MAX_LENGTH, MAX_NESTING

__all__ = ["CLOSING", "DIALECTS", "MAX_BRACKETS", "MAX_PIPES", "OPENING", "bomb_in", "dialect_of", "place", "tokenise"]

DIALECTS: Final = {
    "googlesql": "bigquery",
    "spark": "spark",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgres": "postgres",
    "mysql": "mysql",
}
"""Our dialects, and SQLGlot's name for each."""

MAX_PIPES: Final = 200
"""Deepest nesting of pipe queries in pipe queries."""

MAX_BRACKETS: Final = 2 * MAX_PIPES + MAX_NESTING
"""Deepest nesting of brackets in a whole text."""

_MAX_BARE_JOINS: Final = 12
"""Most JOINs in one clause without their ON or USING: SQLGlot's time doubles with each."""

_MAX_FROMS: Final = 1_000
"""Most FROMs in one clause: in malformed text each can be a level of recursion in compiled code."""

OPENING: Final = {TokenType.L_PAREN: ")", TokenType.L_BRACKET: "]", TokenType.L_BRACE: "}"}
"""Opening brackets, and what closes them."""

CLOSING: Final = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}

# As in sql/parsing.py: what SQLGlot does not model is an error of ours, not a warning of its.
if logging.getLogger("sqlglot").level == logging.NOTSET:
    logging.getLogger("sqlglot").setLevel(logging.ERROR)


@cache
def dialect_of(name: str) -> sqlglot.Dialect:
    """SQLGlot's dialect for one of ours. Raises SettingsError where it is none of ours."""
    if name not in DIALECTS:
        raise SettingsError(f"unknown pipe dialect {name!r}; known are {', '.join(DIALECTS)}")
    return sqlglot.Dialect.get_or_raise(DIALECTS[name])


def tokenise(text: str, dialect: str) -> list[Token]:
    """The tokens of `text`. Raises PipeSyntaxError where it is too long, has a NUL or an unfinished string."""
    found = dialect_of(dialect)
    if len(text) > MAX_LENGTH:
        raise PipeSyntaxError(f"the query is longer than {MAX_LENGTH:,} characters")
    if (nul := text.find("\x00")) >= 0:
        raise PipeSyntaxError("a NUL character", "", *place(text, nul))
    try:
        return found.tokenize(text)
    except TokenError as error:
        raise _unfinished(error, text, dialect) from None


def place(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and column of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _unfinished(error: TokenError, text: str, dialect: str) -> PipeSyntaxError:
    cause = str(error.__context__ or error).splitlines()[0]
    _, found, where = cause.partition(" from ")
    line, _, start = where.partition(":")
    if found and line.isdigit() and start.isdigit():
        return PipeSyntaxError(f"{cause.partition(' from ')[0]}: it never ends", "", *place(text, int(start)))
    return PipeSyntaxError(f"not readable as {dialect}: {cause}", "", *place(text, len(text)))


def bomb_in(tokens: list[Token]) -> tuple[str, Token] | None:
    """What in a clause would crash SQLGlot's compiled parser or keep it busy for ever, and where."""
    brackets = cases = joins = types = froms = 0
    previous = None
    for token in tokens:
        kind = token.token_type
        if kind in _COUNTED:
            if kind in OPENING:
                brackets += 1
            elif kind in CLOSING:
                brackets -= 1
            elif kind == TokenType.CASE:
                cases += 1
            elif kind == TokenType.END:
                cases = max(cases - 1, 0)
            elif kind == TokenType.JOIN:
                joins += 1
            elif kind in (TokenType.ON, TokenType.USING):
                joins = max(joins - 1, 0)
            elif kind == TokenType.FROM:
                froms += 1
            elif kind == TokenType.LT:
                types += previous in Parser.NESTED_TYPE_TOKENS
            if brackets > MAX_NESTING or cases > MAX_NESTING or types > MAX_NESTING:
                return f"nested more than {MAX_NESTING} levels deep", token
            if joins > _MAX_BARE_JOINS:
                return f"more than {_MAX_BARE_JOINS} JOINs without ON", token
            if froms > _MAX_FROMS:
                return f"more than {_MAX_FROMS:,} FROM clauses", token
        previous = kind
    return None


_COUNTED: Final = frozenset(
    (
        *OPENING,
        *CLOSING,
        TokenType.CASE,
        TokenType.END,
        TokenType.JOIN,
        TokenType.ON,
        TokenType.USING,
        TokenType.FROM,
        TokenType.LT,
    )
)
