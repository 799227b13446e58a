"""Queries masked with the words that questions are masked with."""

from __future__ import annotations

from querywright.databases.schema import Schema
from querywright.retrieval.masking.tags import NAME, VALUE
from querywright.sql.parsing import SQL, Tree, exp, query_of
from querywright.sql.skeleton import mask

_TEXT_IN_DOUBLE_QUOTES = ("mysql", "sqlite")


def mask_sql(sql: SQL, dialect: str, schema: Schema | None = None) -> str:
    """The query with `<mask>` for tables and columns and `<unk>` for values, aliases left out, in one spelling.

    Args:
        sql: a query, or its tree (not changed).
        dialect: the dialect of the text.
        schema: of its database: tells texts in double quotes from names, where the dialect has both.

    Raises:
        QueryRejected: the text is not one readable query.
    """
    return mask_tree(read(sql, dialect, schema), dialect)


def mask_tree(tree: Tree, dialect: str) -> str:
    """As `mask_sql`, of what `read` gave."""
    return mask(tree, dialect, tables=NAME, columns=NAME, values=VALUE)


def read(sql: SQL, dialect: str, schema: Schema | None = None) -> Tree:
    """The tree of a query in which what stands in double quotes and is no name of the schema is a text."""
    tree = query_of(sql, dialect)
    if schema is None or dialect not in _TEXT_IN_DOUBLE_QUOTES:
        return tree
    columns = {column.name.lower() for table in schema for column in table.columns}
    if not any(map(_may_be_text, tree.find_all(exp.Column))):
        return tree
    tree = tree.copy()
    named = columns | {alias.alias.lower() for alias in tree.find_all(exp.Alias)}
    for column in list(tree.find_all(exp.Column)):
        if _may_be_text(column) and column.name.lower() not in named:
            column.replace(exp.Literal.string(column.name))
    return tree


def _may_be_text(column: exp.Column) -> bool:
    return not column.table and isinstance(column.this, exp.Identifier) and bool(column.this.quoted)
