"""The schema as plans see it: tables with their usable columns, and the edges between them that joins may follow."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cached_property

from querywright.databases import Database, Limits
from querywright.databases import Table as SchemaTable
from querywright.databases.literals import qualified
from querywright.errors import QueryError
from querywright.synthesis.grammar.dialects import Dialect
from querywright.synthesis.lexicon import ColumnFacts, Entity, Lexicon, Reference, Role

_BOOKKEEPING = re.compile(
    r"(row_?)?(last_?)?(update[ds]?|modified|changed)(_?(at|on|by|date|time|timestamp))?|rowguid|row_?version", re.I
)
"""Columns that say when a row was touched: nobody asks about them."""
_NUMBERS = ("integer", "real", "decimal")


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column, ready to be written: its quoted name and what the lexicon knows of it."""

    table: str
    name: str
    sql: str
    facts: ColumnFacts
    dated: bool
    """A date or datetime whose values the engine's date functions understand."""

    @property
    def role(self) -> Role:
        return self.facts.role

    @property
    def decides(self) -> bool:
        """Whether no two rows can share a value: a name or code that is unique. A figure or date only happens to be."""
        return self.facts.unique and self.role in (Role.KEY, Role.NAME, Role.CODE)

    @property
    def numeric(self) -> bool:
        """Numbers one may compare, kept as numbers."""
        return self.facts.kind in _NUMBERS and not self.facts.messy

    @property
    def nulls(self) -> int:
        return self.facts.nulls or 0

    @property
    def distinct(self) -> int:
        return self.facts.distinct or 0

    @property
    def measure(self) -> bool:
        return self.numeric and self.facts.measurable and self.distinct > 2


def orders(column: Column) -> bool:
    """Whether rows are sensibly put in order by this column: known for every row, and different for most."""
    return (
        column.role in (Role.AMOUNT, Role.LEVEL, Role.YEAR, Role.DATE, Role.DATETIME, Role.RANK)
        and (column.numeric or column.dated)
        and not column.nulls
        and column.distinct > 3
        and (column.distinct > 9 or column.distinct * 2 >= (column.facts.rows or 0))
    )


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A foreign key that joins safely: the referred columns are unique, so rows of the child never multiply."""

    child: str
    parent: str
    columns: tuple[str, ...]
    referred: tuple[str, ...]
    hierarchy: bool
    nulls: bool
    """Some children have no parent."""
    nullable: bool
    """A child need have no parent, whatever today's rows are: one NULL empties a NOT IN."""
    shared: bool
    """Several children may have one parent."""
    orphans: bool
    """Some children name a parent that is not there."""
    childless: bool = True
    """Some parents have no children."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table as a place where queries start."""

    name: str
    """Its full name."""
    sql: str
    entity: Entity
    columns: tuple[Column, ...]
    key: tuple[Column, ...]
    label: tuple[Column, ...]
    rows: int
    indexed: frozenset[str] = frozenset()
    """Columns by which the engine finds rows without reading all of them."""
    up: tuple[Edge, ...] = ()
    down: tuple[Edge, ...] = ()
    label_unique: bool = False
    """No two rows share a name."""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {c.name.lower(): c for c in self.columns}

    @cached_property
    def links(self) -> frozenset[str]:
        """Names of the columns that are part of a foreign key."""
        return frozenset(c for e in self.up for c in e.columns)

    @cached_property
    def measured(self) -> bool:
        """Something here can be summed or averaged."""
        return any(c.measure and c.name not in self.links for c in self.columns)

    @cached_property
    def ordered(self) -> bool:
        """Something here puts rows in an order people ask for."""
        return any(orders(c) for c in self.columns if c.name not in self.links)

    @cached_property
    def dates(self) -> int:
        """How many columns are dates, or years, that are always known."""
        return sum(
            not c.nulls and (c.dated or (c.role is Role.YEAR and c.numeric and c.distinct > 3)) for c in self.columns
        )

    @property
    def subject(self) -> bool:
        """Whether a question may be about these rows: a table that only ties others together is a path."""
        return not (self.entity.link or self.entity.awkward)

    def of(self, *roles: Role) -> list[Column]:
        """Columns of these roles that are no foreign keys."""
        return [c for c in self.columns if c.role in roles and c.name not in self.links]


@dataclass(frozen=True)
class Graph:
    """Every table with rows, by full name."""

    tables: dict[str, Table] = field(default_factory=dict)

    _reaches: dict[tuple[str, str], int] = field(default_factory=dict)

    def reach(self, name: str, without: str = "") -> int:
        """How many other tables this one can be joined to upward, not counting or crossing `without`."""
        if (name, without) not in self._reaches:
            found, todo = {name, without}, [name]
            while todo:
                for edge in self.tables[todo.pop()].up:
                    if edge.parent not in found:
                        found.add(edge.parent)
                        todo.append(edge.parent)
            self._reaches[name, without] = len(found - {name, without})
        return self._reaches[name, without]

    @cached_property
    def families(self) -> tuple[tuple[Table, Edge], ...]:
        """Named entities with each single-column key that points at them from another table."""
        return tuple(
            (t, e)
            for t in self.tables.values()
            if t.label and t.key
            for e in t.down
            if len(e.columns) == 1 and e.child != t.name
        )

    @classmethod
    def read(cls, database: Database, lexicon: Lexicon, dialect: Dialect) -> Graph:
        """Build the graph; counts rows and looks for orphans. Raises DatabaseUnavailable."""
        raw: dict[str, Table] = {}
        for table in database.schema:
            if table.name.lower().startswith("sqlite_"):
                continue
            entity = lexicon.entity(table.full_name)
            sql = qualified(table, dialect.name)
            rows = entity.rows if entity.rows is not None else table.row_count
            if rows is None:
                rows = _count(database, sql)
            if not rows:
                continue
            columns = tuple(
                _column(lexicon, table.full_name, c.name, dialect)
                for c in table.columns
                if not _BOOKKEEPING.fullmatch(c.name) or c.name in table.primary_key
            )
            by_name = {c.name: c for c in columns}
            key = tuple(by_name[k] for k in (entity.key or table.primary_key) if k in by_name)
            label = tuple(by_name[k] for k in entity.label if k in by_name) or _code(key)
            raw[table.full_name] = Table(table.full_name, sql, entity, columns, key, label, rows, _indexed(table))
        views = {t.full_name for t in database.schema if t.is_view}
        up: dict[str, list[Edge]] = {name: [] for name in raw}
        down: dict[str, list[Edge]] = {name: [] for name in raw}
        for name in raw:
            for reference in lexicon.references(name):
                if reference.referred_table in views or (name in views and raw[name].entity.derived):
                    continue
                edge = _edge(database, raw, reference, dialect)
                if edge is not None and (name not in views or edge.shared):  # a view says nothing new of its own rows
                    up[name].append(edge)
                    down[edge.parent].append(edge)
        return cls(
            {
                name: Table(
                    t.name,
                    t.sql,
                    t.entity,
                    t.columns,
                    t.key,
                    t.label,
                    t.rows,
                    t.indexed,
                    tuple(up[name]),
                    tuple(down[name]),
                    _named_apart(database, t, dialect),
                )
                for name, t in raw.items()
            }
        )


def _code(key: tuple[Column, ...]) -> tuple[Column, ...]:
    """The key as a name, where it is a code that people use: a tail number, a promotion code."""
    return key if len(key) == 1 and key[0].role is Role.CODE and key[0].facts.sayable else ()


def _named_apart(database: Database, table: Table, dialect: Dialect) -> bool:
    """Whether a name stands for one row. Two people may share theirs, even where today none do."""
    if not table.label or any(c.nulls for c in table.label):
        return False
    if table.entity.person and table.label != table.key:
        return False
    return _unique(database, table, list(table.label), dialect)


def _indexed(table: SchemaTable) -> frozenset[str]:
    keys = [i.columns for i in table.indexes] + [table.primary_key]
    return frozenset(columns[0] for columns in keys if columns)


def _column(lexicon: Lexicon, table: str, name: str, dialect: Dialect) -> Column:
    facts = lexicon.facts(table, name)
    return Column(table, name, dialect.quote(name), facts, _dated(facts, dialect))


def _dated(facts: ColumnFacts, dialect: Dialect) -> bool:
    if facts.role not in (Role.DATE, Role.DATETIME):
        return False
    ends = [v for v in (facts.minimum, facts.maximum) if v is not None]
    if dialect.dates_are_text:
        return bool(ends) and all(isinstance(v, str) and _is_day(v) for v in ends)
    return bool(ends) and all(isinstance(v, dt.date) for v in ends)


def _is_day(value: str) -> bool:
    try:
        dt.date.fromisoformat(value[:10])
    except ValueError:
        return False
    return value[4:5] == "-"


def _edge(database: Database, tables: dict[str, Table], reference: Reference, dialect: Dialect) -> Edge | None:
    child, parent = tables.get(reference.table), tables.get(reference.referred_table)
    if child is None or parent is None or not reference.referred_columns:
        return None
    names = tuple(_find(child, c) for c in reference.columns)
    referred = tuple(_find(parent, c) for c in reference.referred_columns)
    if None in names or None in referred or len(names) != len(referred):
        return None
    columns, keys = [c for c in names if c], [c for c in referred if c]
    if not _unique(database, parent, keys, dialect):
        return None
    absent = " OR ".join(f"c.{c.sql} IS NULL" for c in columns)
    match = " AND ".join(f"p.{k.sql} = c.{c.sql}" for c, k in zip(columns, keys, strict=True))
    counts = _one(
        database,
        f"SELECT SUM(CASE WHEN {absent} THEN 1 ELSE 0 END), "
        f"SUM(CASE WHEN NOT ({absent}) AND p.{keys[0].sql} IS NULL THEN 1 ELSE 0 END) "
        f"FROM {child.sql} AS c LEFT JOIN {parent.sql} AS p ON {match}",
    )
    if counts is None or counts[0] + counts[1] > 0.7 * child.rows:
        return None
    return Edge(
        child.name,
        parent.name,
        tuple(c.name for c in columns),
        tuple(k.name for k in keys),
        reference.hierarchy,
        counts[0] > 0,
        _nullable(database, child.name, columns),
        len(columns) > 1 or columns[0].distinct * 1.1 <= child.rows,
        counts[1] > 0,
        len(columns) > 1 or columns[0].distinct < parent.rows,
    )


def _nullable(database: Database, table: str, columns: list[Column]) -> bool:
    known = database.schema.table(table)
    found = [known.column(c.name) if known else None for c in columns]
    return any(c is None or c.nullable for c in found)


def _find(table: Table, name: str) -> Column | None:
    return table.by_name.get(name.lower())


def _unique(database: Database, table: Table, columns: list[Column], dialect: Dialect) -> bool:
    if [c.name for c in columns] == [c.name for c in table.key]:
        return True
    alike = dialect.equality_folds_case and columns[0].facts.kind == "text"  # two values to us, one to the engine
    if len(columns) == 1 and columns[0].facts.unique and not alike:
        return True
    names = ", ".join(c.sql for c in columns)
    twice = _one(
        database, f"SELECT COUNT(*) FROM (SELECT {names} FROM {table.sql} GROUP BY {names} HAVING COUNT(*) > 1) AS t"
    )
    return twice is not None and twice[0] == 0


def _count(database: Database, table: str) -> int:
    row = _one(database, f"SELECT COUNT(*) FROM {table}")
    return int(row[0]) if row else 0


def _one(database: Database, sql: str) -> tuple[int, ...] | None:
    """The first row as integers; None where the engine could not answer in time."""
    try:
        rows = database.execute(sql, Limits(seconds=10, rows=1)).rows
    except QueryError:
        return None
    return tuple(int(v or 0) for v in rows[0]) if rows else None
