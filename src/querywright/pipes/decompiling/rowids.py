"""SQLite's `rowid`: the INTEGER PRIMARY KEY under another name, where the table has one; else no column at all."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.naming import identifier
from querywright.pipes.decompiling.refusing import refused


def name_rowids(ctx: Context) -> None:
    """Write the key's name in the place of each `rowid`.

    Raises:
        NotDecompilable: the table has no such key, or no keys are known.
    """
    for column in ctx.reading.rowids:
        meaning = ctx.reading.bindings[id(column)]
        source = meaning.source
        node = source.node if source is not None else None
        table = ctx.schema.table(node.name) if ctx.schema is not None and isinstance(node, exp.Table) else None
        key = table.column(table.primary_key[0]) if table is not None and len(table.primary_key) == 1 else None
        if key is None or key.type.upper() != "INTEGER":
            raise refused("rowid of a table without an INTEGER PRIMARY KEY", column, ctx.source)
        column.set("this", identifier(key.name))
        meaning.name, meaning.rowid = key.name, False
