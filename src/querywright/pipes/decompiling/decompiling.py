"""From the text of a standard query to pipes: read it, say whose its names are, apply the rules."""

from __future__ import annotations

from typing import Literal, get_args

from sqlglot import exp

from querywright.errors import NotDecompilable, SettingsError
from querywright.pipes.decompiling.aliases import rename_clashing
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.queries import chain_of
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.decompiling.rowids import name_rowids
from querywright.pipes.decompiling.values import split_head
from querywright.pipes.scope.standard import Reading, read, refuse_free
from querywright.pipes.scope.tables import SchemaLike, Tables
from querywright.pipes.translation.to_googlesql import to_googlesql
from querywright.pipes.tree import Dialect, Expression, PipeQuery, Standard
from querywright.sql.parsing import SQL, query_of

Mode = Literal["portable", "googlesql"]


def decompile(
    sql: SQL,
    dialect: str = "sqlite",
    schema: SchemaLike | Tables | None = None,
    mode: Mode = "portable",
    unroll: bool = False,
) -> PipeQuery:
    """The pipe form of a standard query, with the same result.

    Args:
        sql: one query, or its tree (which is not changed).
        dialect: its dialect: `sqlite`, `postgres`, `mysql` or `duckdb`.
        schema: the tables it reads. Without it only what needs no schema can be said. Many queries on one schema
            are faster with one `Tables(schema)` for all.
        mode: *portable* leaves expressions in the database's own language; *googlesql* says them in GoogleSQL.
        unroll: `IN (query)` becomes a join where keys prove that nothing changes; otherwise it stays a nested pipe.

    Raises:
        QueryRejected: the text is not one readable query.
        PipeNameError: it names a table or column that is not there, or an ambiguous one.
        SettingsError: a mode that is none.
        NotDecompilable: pipes cannot say it, or nobody knows how; it is never handed back as it was.
    """
    if mode not in get_args(Mode):
        raise SettingsError(f"pipes.decompile: mode is {mode!r}: use {' or '.join(get_args(Mode))}")
    tree = query_of(sql, dialect)
    if not isinstance(sql, str):
        tree = tree.copy()
    tables = schema if isinstance(schema, Tables) else Tables(schema)
    try:
        ordered = tree.find(exp.WithinGroup)
        if ordered is not None:
            raise refused("WITHIN GROUP", ordered, dialect)
        reading = read(tree, tables, dialect)
        tree = _quoted_texts(tree, reading, dialect)
        if mode == "googlesql":
            to_googlesql(tree, reading, dialect)
            reading = read(tree, tables, dialect)
        target: Dialect = "googlesql" if mode == "googlesql" else dialect  # type: ignore[assignment]
        ctx = Context(reading, dialect, target, tables.schema, unroll=unroll)
        name_rowids(ctx)
        rename_clashing(tree, ctx)
        chain = chain_of(tree, ctx)
        if isinstance(chain.head, Standard) and not chain.operators:
            split_head(chain, ctx)
        return chain.query(target)
    except RecursionError:
        raise NotDecompilable("nested too deeply") from None


def _quoted_texts(tree: Expression, reading: Reading, dialect: str) -> Expression:
    """In SQLite a name in double quotes that is no column is a text. Raises PipeNameError for other unknown names."""
    unknown = []
    for column in reading.free:
        if dialect == "sqlite" and not column.table and column.this.args.get("quoted"):
            column.replace(exp.Literal.string(column.name))
        else:
            unknown.append(column)
    if unknown:
        refuse_free(unknown, next(iter(reading.scopes.values())))
    return tree


__all__ = ["Mode", "decompile"]
