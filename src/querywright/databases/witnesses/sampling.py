"""Take a few rows of each table a query reads, so that what the query joins and filters is still there."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from querywright.databases.literals import literal, qualified, quote
from querywright.databases.results import Limits, Result
from querywright.databases.schema import ForeignKey, Schema, Table
from querywright.errors import QueryError
from querywright.sql.parsing import Tree, exp, parse

FIRST = 60
"""Rows read of a table before choosing among them."""
KEPT = 12
"""Rows chosen of a table at first; related rows come on top."""
LITERALS = 8
"""Rows looked up because a filter of the queries names their value, at most this many a column."""

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]
"""Rows by the full names of tables."""
Mentioned = Mapping[tuple[str, str], list[Any]]
"""Values that the queries compare a column with, by (full name of the table, column) in lower case."""


class Queryable(Protocol):
    """What is needed of a database here; `Database` is one."""

    @property
    def dialect(self) -> str: ...
    @property
    def schema(self) -> Schema: ...
    def execute(self, sql: str, limits: Limits = ...) -> Result: ...


def read_tables(trees: Iterable[Tree], schema: Schema) -> list[Table]:
    """The tables and views that the queries name, in the schema's order."""
    named = [schema.table(node.name, node.db) for tree in trees for node in tree.find_all(exp.Table)]
    names = {table.full_name for table in named if table is not None}
    return [table for table in schema.tables if table.full_name in names]


def mentioned_values(trees: Iterable[Tree], tables: Iterable[Table], exactly: bool = False) -> Mentioned:
    """What each column is compared with.

    Args:
        trees: the queries.
        tables: those that they read.
        exactly: whether `a.name` is the column of that table only; else a column is taken by its name, whatever table
            the query means by it.
    """
    owners: dict[str, list[str]] = {}
    for table in tables:
        for column in table.columns:
            owners.setdefault(column.name.lower(), []).append(table.full_name.lower())
    found: dict[tuple[str, str], list[Any]] = {}
    for tree in trees:
        aliases = _aliases(tree) if exactly else {}
        for comparison in tree.find_all(exp.Predicate):
            inside = list(comparison.dfs(prune=_is_query) if exactly else comparison.walk())
            values = [_value(node) for node in inside if isinstance(node, exp.Literal)]
            columns = [node for node in inside if isinstance(node, exp.Column)]
            values += [node.name for node in columns if _is_text(node, owners)]
            for named in columns:
                name = named.name.lower()
                meant = aliases.get(named.table.lower(), set()) if named.table else _around(named) if exactly else set()
                known_to = owners.get(name, [])
                for owner in [o for o in known_to if o.rpartition(".")[2] in meant] or known_to:
                    known = found.setdefault((owner, name), [])
                    known += [value for value in values if value not in known]
    return found


def _around(column: exp.Column) -> set[str]:
    """The names of the tables that the SELECT around a column reads."""
    select = column.find_ancestor(exp.Select)
    from_ = select.args.get("from_") if select else None
    joins = (select.args.get("joins") or []) if select else []
    sources = ([from_.this] if from_ else []) + [join.this for join in joins]
    return {source.name.lower() for source in sources if isinstance(source, exp.Table)}


def _is_query(node: Tree) -> bool:
    return isinstance(node, exp.Query)


def _aliases(tree: Tree) -> dict[str, set[str]]:
    """The names of the tables that an alias stands for somewhere in the query."""
    found: dict[str, set[str]] = {}
    for table in tree.find_all(exp.Table):
        found.setdefault(table.alias_or_name.lower(), set()).add(table.name.lower())
    return found


def _is_text(node: exp.Column, owners: Mapping[str, list[str]]) -> bool:
    """Whether a name in double quotes is one of no column, which SQLite then takes for a text."""
    return (
        isinstance(node.this, exp.Identifier)
        and node.this.quoted
        and not node.table
        and node.name.lower() not in owners
    )


def _value(node: Tree) -> Any:
    if node.is_string:
        return str(node.this)
    text = str(node.this)
    value = float(text) if any(c in text for c in ".eE") else int(text)
    return -value if isinstance(node.parent, exp.Neg) else value


def sample_rows(database: Queryable, tables: list[Table], mentioned: Mentioned, rng: random.Random) -> Rows:
    """A few rows a table: some of the first, those the filters name, and those they refer to.

    Raises:
        DatabaseUnavailable: the database is gone.
    """
    rows: Rows = {}
    for table in tables:
        first = _select(database, table, "", FIRST)
        rows[table.full_name] = rng.sample(first, min(KEPT, len(first)))
        for column in table.columns:
            values = mentioned.get((table.full_name.lower(), column.name.lower()), [])[:LITERALS]
            if values and first:
                rows[table.full_name] += _with_values(database, table, column.name, values, 2 * len(values))
    by_name = {table.full_name.lower(): table for table in tables}
    for table in tables:
        for key in table.foreign_keys:
            parent = by_name.get(key.referred_table.lower())
            if parent is not None and len(key.columns) == 1 == len(key.referred_columns):
                _add_children(database, table, key, parent, rows)
                _add_parents(database, table, key, parent, rows)
    return {name: list({_hashable(row): row for row in found}.values()) for name, found in rows.items()}


def _add_children(database: Queryable, table: Table, key: ForeignKey, parent: Table, rows: Rows) -> None:
    values = _values(rows[parent.full_name], parent, key.referred_columns[0])[:KEPT]
    rows[table.full_name] += _with_values(database, table, key.columns[0], values, KEPT)


def _add_parents(database: Queryable, table: Table, key: ForeignKey, parent: Table, rows: Rows) -> None:
    have = set(_values(rows[parent.full_name], parent, key.referred_columns[0]))
    wanted = [value for value in _values(rows[table.full_name], table, key.columns[0]) if value not in have]
    rows[parent.full_name] += _with_values(database, parent, key.referred_columns[0], wanted, len(wanted))


def _values(rows: list[Row], table: Table, column: str) -> list[Any]:
    place = place_of(table, column)
    return list(dict.fromkeys(row[place] for row in rows if isinstance(row[place], (int, float, str))))


def place_of(table: Table, column: str) -> int:
    """The position of a column in the rows of its table."""
    return next(i for i, c in enumerate(table.columns) if c.name.lower() == column.lower())


def places_of(table: Table, columns: Iterable[str]) -> list[int]:
    """The positions of columns in the rows of their table."""
    return [place_of(table, column) for column in columns]


def _with_values(database: Queryable, table: Table, column: str, values: list[Any], n: int) -> list[Row]:
    if not values:
        return []
    found = table.column(column)
    assert found is not None
    name = quote(column, database.dialect)
    if found.kind in ("integer", "real", "decimal", "boolean"):
        values = [value for value in values if not isinstance(value, str)]
    elif database.dialect != "sqlite":
        values = [str(value) for value in values]
    wanted = ", ".join(literal(value, database.dialect) for value in values)
    return _select(database, table, f"WHERE {name} IN ({wanted})", n) if wanted else []


def _select(database: Queryable, table: Table, where: str, n: int) -> list[Row]:
    source = qualified(table, database.dialect)
    columns = ", ".join(quote(c.name, database.dialect) for c in table.columns)
    try:
        return database.execute(f"SELECT {columns} FROM {source} {where} LIMIT {n}", Limits(seconds=2.0, rows=n)).rows
    except QueryError:  # a value that does not fit the column's type, or a view that is broken: no rows from there
        return []


def _hashable(row: Row) -> Row:
    return tuple(repr(v) if isinstance(v, (list, dict)) else v for v in row)


def trees_of(queries: Iterable[str], dialect: str) -> list[Tree]:
    """The queries' trees. Raises QueryRejected."""
    return [parse(query, dialect) for query in queries]
