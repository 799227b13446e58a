"""Which tables, columns and values a query names, each column under the table it really belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sqlglot import exp
from sqlglot.errors import OptimizeError

from querywright.errors import QueryRejected
from querywright.sql.names import written_name
from querywright.sql.parsing import SQL, Tree, query_of

if TYPE_CHECKING:
    from sqlglot.optimizer.scope import Scope

__all__ = ["References", "SchemaNames", "references"]

SchemaNames: TypeAlias = Mapping[str, Collection[str]]
"""Column names by the full name of their table, in any case."""


@dataclass(frozen=True, slots=True)
class References:
    """What a query names. Names are spelled as in the schema where one was given, otherwise as in the query."""

    tables: tuple[str, ...]
    """Tables and views read, in order of first appearance; CTEs are none."""
    columns: tuple[tuple[str, str], ...]
    """(table, column) pairs, in order of first appearance; the table is empty where it cannot be told."""
    literals: tuple[str | int | float, ...]
    """Values written in the query, each once, in order of first appearance; LIMIT's number is one."""


def references(sql: SQL, dialect: str = "sqlite", schema: SchemaNames | None = None) -> References:
    """The tables, columns and literals of a query.

    Columns of CTEs and derived tables are followed no further: what they are made of is found where they are made.
    `*` names no column. With a schema, a quoted name of SQLite that is no column is the string it stands for there.

    Args:
        sql: a query, or its tree (not changed).
        dialect: the dialect of the text.
        schema: column names by table; without it an unqualified column is told only where one table is read.

    Raises:
        QueryRejected: the text is not one readable query.
    """
    tree = query_of(sql, dialect)
    names = _Names(schema, dialect)
    columns: dict[tuple[str, str], None] = {}
    texts: dict[str, None] = {}
    for scope in _scopes(tree):
        columns |= dict.fromkeys(_columns(scope, names, texts))
    resolved = {column.lower() for _, column in columns}
    literals = dict.fromkeys(_literals(tree))
    literals |= {(True, text): None for text in texts if text.lower() not in resolved}
    return References(_tables(tree, names), tuple(columns), tuple(value for _, value in literals))


class _Names:
    """A schema's names, looked up blind to case; knows nothing where there is no schema."""

    def __init__(self, schema: SchemaNames | None, dialect: str) -> None:
        self.known = schema is not None
        self._dialect = dialect
        self.quoted_may_be_text = self.known and dialect == "sqlite"
        self._schema = schema or {}
        self._tables = {name.lower(): name for name in self._schema}
        self._columns: dict[str, dict[str, str]] = {}

    def table(self, node: exp.Table) -> str:
        """The full name of a table in the query: as the schema spells it, else as the query does."""
        return self._real(node) or written_name(node, self._dialect)

    def are_one(self, source: exp.Table, column: exp.Column) -> bool:
        """Whether a column is said to be of this table by the table's own name."""
        written = (written_name(node, self._dialect).lower() for node in (source, column))
        return not source.alias and len(set(written)) == 1

    def _real(self, node: exp.Table) -> str | None:
        """The schema's name for it. What stands in front may be the whole database's name: then the table decides."""
        name = written_name(node, self._dialect)
        if name in self._schema:
            return name
        return self._tables.get(name.lower()) or self._tables.get(node.name.lower())

    def column(self, table: exp.Table, name: str) -> str | None:
        """The column's spelling, or None if the table is known and has no such column."""
        real = self._real(table)
        if real is None:
            return None if self.known else name
        if real not in self._columns:
            self._columns[real] = {column.lower(): column for column in self._schema[real]}
        return self._columns[real].get(name.lower())


def _scopes(tree: Tree) -> list[Scope]:
    """The query's scopes, inner ones first."""
    from sqlglot.optimizer.scope import traverse_scope  # brings the whole optimizer: only where it is needed

    try:
        return list(traverse_scope(tree))
    except (OptimizeError, RecursionError) as error:
        raise QueryRejected(f"cannot tell whose its columns are ({error})") from None


def _tables(tree: Tree, names: _Names) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in _in_order(tree):
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier) and not _is_cte(node):
            found[names.table(node)] = None
    return tuple(found)


def _is_cte(table: exp.Table) -> bool:
    """Whether a table's name is that of a CTE in force where it stands."""
    if table.db:
        return False
    name, node = table.name.lower(), table.parent
    while node is not None:
        with_ = node.args.get("with_")
        if with_ and any(cte.alias.lower() == name for cte in with_.expressions):
            return True
        if isinstance(node, exp.With) and any(cte.alias.lower() == name for cte in node.expressions):
            return True
        node = node.parent
    return False


def _columns(scope: Scope, names: _Names, texts: dict[str, None]) -> Iterator[tuple[str, str]]:
    """The columns a scope names that belong to real tables; quoted names that may be strings go into `texts`."""
    outputs = {e.alias.lower() for e in getattr(scope.expression, "selects", ()) if isinstance(e, exp.Alias)}
    for column in scope.find_all(exp.Column):
        if not isinstance(column.this, exp.Identifier):
            continue
        is_output = not column.table and column.name.lower() in outputs
        owner = None if is_output and not names.known else _owner(column, scope, names)
        if owner is not None:
            yield owner
        elif column.table or is_output:
            continue
        elif column.this.quoted and names.quoted_may_be_text:
            texts[column.name] = None
        elif _undecided(scope.sources, names):
            yield "", column.name
    yield from _using(scope, names)


def _owner(column: exp.Column, scope: Scope, names: _Names) -> tuple[str, str] | None:
    """The real table and column a reference means, looked for in its query and then in those around it."""
    around: Scope | None = scope
    while around is not None:
        owner = _owner_among(column, around.sources, names)
        if owner is not None:
            return owner
        around = around.parent if _may_look_outside(column, around, names) else None
    return None


def _may_look_outside(column: exp.Column, scope: Scope, names: _Names) -> bool:
    """Whether no source of this query can be the one meant. Without a schema any source may have the column."""
    if column.table:
        return column.table.lower() not in map(str.lower, scope.sources)
    return names.known or not scope.sources


def _undecided(sources: Mapping[str, object], names: _Names) -> bool:
    """Whether a column that no source claims may still be a real table's."""
    return not names.known and any(isinstance(source, exp.Table) for source in sources.values())


def _owner_among(column: exp.Column, sources: Mapping[str, object], names: _Names) -> tuple[str, str] | None:
    """The real table and column a reference means; None where none of `sources` is it, or it cannot be told."""
    if column.table:
        source = _meant(column, sources, names)
        if not isinstance(source, exp.Table):
            return None
        return names.table(source), names.column(source, column.name) or column.name
    real = [source for source in sources.values() if isinstance(source, exp.Table)]
    if not names.known:
        return (names.table(real[0]), column.name) if len(real) == len(sources) == 1 else None
    for source in real:
        found = names.column(source, column.name)
        if found is not None:
            return names.table(source), found
    return None


def _meant(column: exp.Column, sources: Mapping[str, object], names: _Names) -> object:
    """The source that a column's table names; two tables of one name go by their schemas (`sales.users.id`)."""
    if column.db:
        for source in sources.values():
            if isinstance(source, exp.Table) and names.are_one(source, column):
                return source
    by_name = {alias.lower(): source for alias, source in sources.items()}
    return by_name.get(column.table.lower())


def _using(scope: Scope, names: _Names) -> Iterator[tuple[str, str]]:
    """Columns of `USING (…)`: one of each table that has it."""
    if not isinstance(scope.expression, exp.Select):
        return
    for join in scope.expression.args.get("joins") or ():
        for identifier in join.args.get("using") or ():
            for source in scope.sources.values():
                if isinstance(source, exp.Table):
                    found = names.column(source, identifier.name)
                    if found is not None:
                        yield names.table(source), found


def _literals(tree: Tree) -> Iterator[tuple[bool, str | int | float]]:
    """(is text, value) of each literal: 1 and '1' are different, and so stay 1 and True."""
    for node in _in_order(tree):
        if isinstance(node, exp.Literal):
            if node.is_string:
                yield True, node.name
            else:
                value = _number(node.name)
                yield False, -value if isinstance(node.parent, exp.Neg) else value


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _in_order(tree: Tree) -> Iterator[exp.Expr]:
    """All nodes, parents before children, left to right as far as the tree keeps the text's order."""
    return tree.dfs()
