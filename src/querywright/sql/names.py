"""What a table is called in full: with the schema (namespace) it stands in, where that is not the engine's default."""

from __future__ import annotations

from sqlglot import exp

DEFAULT_NAMESPACES = {"sqlite": "main", "duckdb": "main", "postgres": "public"}
"""Where each engine looks for a table whose namespace is not said."""


def full_name(name: str, namespace: str | None = None) -> str:
    """One text for both parts; a part that holds a dot (or a quote) is quoted in it. Not SQL: `qualified` writes that.

    >>> full_name("users"), full_name("users", "sales"), full_name("v1.users", "sales")
    ('users', 'sales.users', 'sales."v1.users"')
    """
    return ".".join(_part(part) for part in (namespace, name)) if namespace else name


def _part(part: str | None) -> str:
    text = part or ""
    return '"' + text.replace('"', '""') + '"' if "." in text or '"' in text else text


def written_name(node: exp.Table | exp.Column, dialect: str) -> str:
    """The full name of a table as a query writes it, in FROM or before a column.

    The default namespace goes without saying, and so do catalogs.
    """
    name = node.name if isinstance(node, exp.Table) else node.table
    return full_name(name, None if node.db.lower() == DEFAULT_NAMESPACES.get(dialect, "") else node.db)
