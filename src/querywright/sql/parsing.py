"""The one thin layer between Querywright and SQLGlot: text to tree, tree to text.

SQLGlot changes in minor versions and, given hostile text, can recurse until the process dies or take exponential
time. Everything the other rooms need from it passes through here, so that the tested version range and those
two dangers are dealt with in one place.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Final, TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from querywright.errors import QueryRejected, SettingsError

__all__ = [
    "DIALECTS",
    "MAX_LENGTH",
    "MAX_NESTING",
    "SQL",
    "Tree",
    "exp",
    "parse",
    "query_of",
    "render",
    "tokens",
]

Tree: TypeAlias = exp.Expr
"""A parsed statement or any part of it."""

SQL: TypeAlias = str | exp.Expr
"""What most functions of this room accept: text, or the tree a caller already has."""

DIALECTS: Final = ("duckdb", "mysql", "postgres", "sqlite")
"""The dialects we speak, by SQLGlot's names. MariaDB is `mysql`."""

MAX_LENGTH: Final = 200_000
"""Longest statement read, in characters."""

MAX_NESTING: Final = 100
"""Deepest nesting of brackets and CASE read."""

_MAX_BARE_JOINS: Final = 12
"""Most JOINs without their ON or USING: SQLGlot's time doubles with each."""

_MAX_FROMS: Final = 1_000
"""Most FROMs: in malformed text each can be a level of recursion in compiled code, and 5,000 crash the process."""

_QUERIES: Final = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)

_OPENING: Final = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE)
_CLOSING: Final = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE)

# SQLGlot logs a warning for every statement it does not model; the guard turns those into errors of ours.
if logging.getLogger("sqlglot").level == logging.NOTSET:
    logging.getLogger("sqlglot").setLevel(logging.ERROR)


def parse(sql: str, dialect: str) -> Tree:
    """The tree of one statement.

    Args:
        sql: one statement; a trailing `;`, comments and blank space around it are fine.
        dialect: one of `DIALECTS`.

    Raises:
        QueryRejected: no statement, more than one, too long or nested too deeply, or not SQL of this dialect
            (with line and column).
        SettingsError: an unknown dialect.
    """
    found = tokens(sql, dialect)
    _refuse_bombs(found, sql)
    try:
        trees = _dialect(dialect).parser().parse(found, sql)
    except ParseError as error:
        raise QueryRejected(_where(error), query=sql) from None
    except RecursionError:
        raise QueryRejected("nested too deeply to read", query=sql) from None
    except Exception as error:  # SQLGlot's parser fails on some malformed text with a TypeError or AttributeError
        raise QueryRejected(f"not readable as {dialect} SQL ({type(error).__name__})", query=sql) from error
    statements = [tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon)]
    if not statements:
        raise QueryRejected("no statement: the text is empty", query=sql)
    if len(statements) > 1:
        raise QueryRejected(f"{len(statements)} statements where one is allowed", query=sql)
    return statements[0]


def tokens(sql: str, dialect: str) -> list[Token]:
    """The tokens of `sql`, comments attached to them. Raises QueryRejected on an unfinished string or comment."""
    if len(sql) > MAX_LENGTH:
        raise QueryRejected(f"the statement is longer than {MAX_LENGTH:,} characters", query=sql)
    if "\x00" in sql:
        raise QueryRejected("a NUL character", query=sql)
    try:
        return _dialect(dialect).tokenize(sql)
    except TokenError as error:
        raise QueryRejected(f"not readable as {dialect} SQL: {error.__context__ or error}", query=sql) from None


def render(tree: Tree, dialect: str, pretty: bool = False) -> str:
    """The text of a tree in `dialect`, on one line or indented; comments are left out.

    Raises:
        QueryRejected: the tree is nested too deeply to print.
        SettingsError: an unknown dialect.
    """
    try:
        return _dialect(dialect).generate(tree, pretty=pretty, comments=False, unsupported_level=ErrorLevel.IGNORE)
    except RecursionError:
        raise QueryRejected("nested too deeply to print") from None


def query_of(sql: SQL, dialect: str) -> Tree:
    """The tree of one SELECT-like statement: `sql` itself if it is a tree already, otherwise its parse.

    Raises:
        QueryRejected: as `parse`, and where the statement is of another kind.
        SettingsError: an unknown dialect.
    """
    _dialect(dialect)
    tree = parse(sql, dialect) if isinstance(sql, str) else sql
    if not isinstance(tree, _QUERIES):
        text = sql if isinstance(sql, str) else ""
        named = isinstance(tree, (exp.DML, exp.DDL)) or not text
        kind = tree.key if named else tokens(text, dialect)[0].text
        raise QueryRejected(f"{kind.upper()[:40]} is not a query: only SELECT, WITH and VALUES are allowed", query=text)
    return tree


@cache
def _dialect(name: str) -> sqlglot.Dialect:
    if name not in DIALECTS:
        raise SettingsError(f"unknown dialect {name!r}; known are {', '.join(DIALECTS)}")
    return sqlglot.Dialect.get_or_raise(name)


def _refuse_bombs(found: list[Token], sql: str) -> None:
    """Refuse what would crash SQLGlot's compiled parser or keep it busy for ever, before it sees it."""
    open_brackets = open_cases = bare_joins = types = froms = 0
    previous = None
    for token in found:
        kind = token.token_type
        if kind in _OPENING:
            open_brackets += 1
        elif kind in _CLOSING:
            open_brackets = max(open_brackets - 1, 0)
        elif kind == TokenType.CASE:
            open_cases += 1
        elif kind == TokenType.END:
            open_cases = max(open_cases - 1, 0)
        elif kind == TokenType.JOIN:
            bare_joins += 1
        elif kind in (TokenType.ON, TokenType.USING) and previous != TokenType.DISTINCT:
            bare_joins = max(bare_joins - 1, 0)
        elif kind == TokenType.FROM:
            froms += 1
        elif kind == TokenType.LT:
            types += previous in Parser.NESTED_TYPE_TOKENS
        elif kind == TokenType.PIPE_GT:
            raise QueryRejected(f"the pipe operator |> (line {token.line}) is not SQL of these engines", query=sql)
        if open_brackets > MAX_NESTING or open_cases > MAX_NESTING or types > MAX_NESTING:
            raise QueryRejected(f"nested more than {MAX_NESTING} levels deep (line {token.line})", query=sql)
        if bare_joins > _MAX_BARE_JOINS:
            raise QueryRejected(f"more than {_MAX_BARE_JOINS} JOINs without ON", query=sql)
        if froms > _MAX_FROMS:
            raise QueryRejected(f"more than {_MAX_FROMS:,} FROM clauses", query=sql)
        previous = kind


def _where(error: ParseError) -> str:
    """One line out of SQLGlot's error: what, line, column and the word it stopped at."""
    if not error.errors:
        return f"not valid SQL: {str(error).splitlines()[0]}"
    first = error.errors[0]
    what = str(first.get("description") or "unexpected text").split(" for <class")[0]
    near = str(first.get("highlight") or "").strip()
    return f"not valid SQL at line {first.get('line')}, column {first.get('col')}: {what}" + (
        f" near {near[:40]!r}" if near else ""
    )
