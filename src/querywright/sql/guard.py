"""The read-only guard: one SELECT-like statement, and nothing in it that writes, waits, or reaches outside.

The guard is the first of two walls. It reads the text as SQLGlot does, and an engine may read it otherwise; it knows
the engine's built-in functions, not a user's own. What holds when it is wrong is the second wall: the connection
itself is read-only, runs one statement, and is stopped at its limits. Never rely on the guard alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from sqlglot import exp

from querywright.errors import QueryRejected
from querywright.sql.denied import (
    CALLS,
    FILE_ENDINGS,
    KNOWN,
    PREFIXES,
    SCHEMAS,
    SUFFIXES,
    TABLE_FUNCTIONS,
    TABLES,
)
from querywright.sql.parsing import SQL, Tree, query_of, tokens

__all__ = ["check", "guard"]

_FORBIDDEN: Final[dict[str, str]] = {
    "Insert": "INSERT", "Update": "UPDATE", "Delete": "DELETE", "Merge": "MERGE", "Create": "CREATE", "Drop": "DROP",
    "Alter": "ALTER", "TruncateTable": "TRUNCATE", "Into": "INTO", "Lock": "FOR UPDATE or FOR SHARE",
    "Attach": "ATTACH", "Detach": "DETACH", "Pragma": "PRAGMA", "Copy": "COPY", "Export": "EXPORT", "Set": "SET",
    "SetItem": "SET", "Show": "SHOW", "Describe": "DESCRIBE", "Summarize": "SUMMARIZE", "Install": "INSTALL",
    "Use": "USE", "Kill": "KILL", "Analyze": "ANALYZE", "Cache": "CACHE", "Uncache": "UNCACHE", "Refresh": "REFRESH",
    "Transaction": "BEGIN", "Commit": "COMMIT", "Rollback": "ROLLBACK", "Comment": "COMMENT", "LoadData": "LOAD DATA",
    "Grant": "GRANT", "Revoke": "REVOKE", "Declare": "DECLARE", "Execute": "EXECUTE", "Returning": "RETURNING",
    "SessionParameter": "a system variable", "NextValueFor": "NEXT VALUE FOR",
    "AlterSession": "ALTER SESSION", "Put": "PUT", "Get": "GET", "IfBlock": "IF",
    "WhileBlock": "WHILE", "Block": "BEGIN",
}  # fmt: skip
"""Node types refused anywhere, by class name (a class that SQLGlot drops then fails no import, but a test)."""

_UNICODE_NAMES: Final = ("duckdb", "postgres")
"""Dialects in which `U&"\\0070g_sleep"` spells a name; SQLGlot reads it as the operator &."""

_MAX_BLOB: Final = 1_000_000


def guard(sql: SQL, dialect: str) -> None:
    """Return if `sql` is one read-only query of `dialect`.

    Args:
        sql: the text as it would be sent to the engine. A tree is accepted too, for queries built by us; what
            only the text shows (executable comments, a second statement) cannot be checked then.
        dialect: one of `querywright.sql.parsing.DIALECTS`.

    Raises:
        QueryRejected: it is not, and the message names what was found.
        SettingsError: an unknown dialect.
    """
    check(sql, dialect)


def check(sql: SQL, dialect: str) -> Tree:
    """As `guard`, and the tree, for callers that go on with it."""
    tree = query_of(sql, dialect)
    text = sql if isinstance(sql, str) else ""
    if "/*" in text:
        _check_comments(text, dialect)
    if dialect in _UNICODE_NAMES and 'u&"' in text.lower():
        raise QueryRejected('a name in Unicode escapes (U&"…") is not allowed in a query', query=text)
    for node in tree.walk():
        kind: Any = type(node)
        verdict = _check_of(kind)
        reason = verdict(node, dialect) if verdict else None
        if reason:
            raise QueryRejected(reason, query=text)
    return tree


@cache
def _check_of(kind: type) -> Callable[[exp.Expr, str], str | None] | None:
    """What to ask of a node of this class; None where there is nothing to ask."""
    if issubclass(kind, (exp.Command, exp.DDL, exp.DML)) and not issubclass(kind, exp.Query):
        return _forbidden
    if kind.__name__ in _FORBIDDEN:
        return _forbidden
    if issubclass(kind, (exp.Placeholder, exp.Parameter)):
        return _parameter
    if issubclass(kind, exp.Table):
        return _table
    if issubclass(kind, exp.In):
        return _membership
    if issubclass(kind, exp.Lateral):
        return _lateral
    if issubclass(kind, exp.Hint):
        return _hint
    if issubclass(kind, exp.Dot):
        return _dot
    if issubclass(kind, exp.Column):
        return _column
    return _function if issubclass(kind, exp.Func) else None


def _forbidden(node: exp.Expr, dialect: str) -> str:
    return f"{_name(node)} is not allowed in a query"


def _name(node: exp.Expr) -> str:
    """How a person calls this kind of statement or clause."""
    if isinstance(node, exp.Command):
        return str(node.this).upper()
    return _FORBIDDEN.get(type(node).__name__) or node.key.upper()


def _parameter(node: exp.Expr, dialect: str) -> str:
    if dialect == "mysql" and isinstance(node, exp.Parameter):
        return "a user variable (@…) is not allowed in a query"
    return "a parameter (?, :name, $1) has no value here: write the value itself"


def _hint(node: exp.Expr, dialect: str) -> str:
    return "an optimizer hint (/*+ … */) is not allowed in a query"


def _function(node: exp.Expr, dialect: str) -> str | None:
    name = _called(node)
    if _is_denied(name, dialect) or name.endswith(SUFFIXES.get(dialect, ())):
        return f"the function {name} is not allowed in a query"
    for beginning, known in KNOWN.get(dialect, {}).items():
        if name.startswith(beginning) and name not in known:
            return f"the function {name} is not allowed in a query"
    if name in ("zeroblob", "randomblob") and dialect == "sqlite":
        size = next(iter(node.expressions), None)
        if isinstance(size, exp.Literal) and not size.is_string and (not size.is_int or int(size.name) > _MAX_BLOB):
            return f"{name}({size.name[:20]}) is larger than {_MAX_BLOB:,} bytes"
    return None


def _is_denied(name: str, dialect: str) -> bool:
    return name in CALLS[dialect] or name.startswith(PREFIXES[dialect])


def _column(node: exp.Expr, dialect: str) -> str | None:
    """PostgreSQL takes `x.f` for `f(x)` where x has no column f: `SELECT x.pg_read_file FROM lower('y') x`."""
    return _attribute(node.name, dialect) if dialect == "postgres" and node.args.get("table") else None


def _dot(node: exp.Expr, dialect: str) -> str | None:
    member = node.args["expression"]
    if isinstance(member, exp.Func):
        schema = node.this.name.lower()
        refused = SCHEMAS.get(dialect, {}).get(schema)
        if refused and _called(member).startswith(refused):
            return f"the function {schema}.{_called(member)[:60]} is not allowed in a query"
        return None
    return _attribute(member.name, dialect) if dialect == "postgres" else None


def _attribute(name: str, dialect: str) -> str | None:
    return f"the function {name[:60]} is not allowed in a query" if _is_denied(name.lower(), dialect) else None


def _called(node: exp.Expr) -> str:
    """The name of the function a node calls, lower case."""
    if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
        return node.name.lower()
    return str(getattr(type(node), "sql_name", type(node).__name__.lower)()).lower()


def _table(node: exp.Expr, dialect: str) -> str | None:
    if isinstance(node.this, exp.Func):
        return _table_function(node.this, dialect)
    name = ".".join(part.name for part in node.parts).lower() if isinstance(node, exp.Table) else ""
    if name == "table" and not node.this.quoted:
        return "TABLE inside a query is not read: write SELECT * FROM"
    if dialect == "duckdb" and name not in _plain_names(name) and _looks_like_a_file(name):
        return f"the table {name[:60]!r} names a file"
    refused = TABLES[dialect] + SCHEMAS.get(dialect, {}).get(node.text("db").lower(), ())
    if node.name.lower().startswith(refused):
        return f"the table {node.name[:60]} is not allowed in a query"
    return None


def _plain_names(name: str) -> tuple[str, ...]:
    """`main.json` is the table json in the default schema, whatever it ends with."""
    return (name,) if name.startswith("main.") and name.count(".") == 1 else ()


def _looks_like_a_file(name: str) -> bool:
    return name.partition("?")[0].endswith(FILE_ENDINGS) or "://" in name or "/" in name or "\\" in name or "*" in name


def _membership(node: exp.Expr, dialect: str) -> str | None:
    """`a IN name` reads the table `name`, which SQLGlot takes for a column."""
    name = getattr(node.args.get("field"), "name", "").lower()
    return f"the table {name[:60]} is not allowed in a query" if name and name.startswith(TABLES[dialect]) else None


def _lateral(node: exp.Expr, dialect: str) -> str | None:
    return _table_function(node.this, dialect) if isinstance(node.this, exp.Func) else None


_TYPED_TABLE_FUNCTIONS: Final = (exp.GenerateSeries, exp.Unnest, exp.Explode)


def _table_function(node: exp.Expr, dialect: str) -> str | None:
    allowed = TABLE_FUNCTIONS.get(dialect)
    if allowed is None or isinstance(node, _TYPED_TABLE_FUNCTIONS) or _called(node) in allowed:
        return None
    return f"the table function {_called(node)[:60]} is not allowed in a query"


def _check_comments(sql: str, dialect: str) -> None:
    """Refuse comments that an engine may execute or end elsewhere than SQLGlot does."""
    for token in tokens(sql, dialect):
        for comment in token.comments:
            if dialect == "mysql" and comment.lstrip().startswith(("!", "M!", "m!")):
                raise QueryRejected("an executable comment (/*! … */) is not allowed in a query", query=sql)
            if "/*" in comment or "*/" in comment:
                raise QueryRejected("a comment inside a comment is not allowed in a query", query=sql)
