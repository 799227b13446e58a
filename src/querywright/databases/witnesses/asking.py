"""Copies of a server's tables that live in the queries themselves, so that nothing is written and nothing translated.

A query that names a table is sent with the altered rows in front, under a name of their own that stands in the
table's place. The server evaluates the author's own text, in its own dialect, in the read-only session that any other
query gets. What such a copy would not stand for is found first, and then there are no witnesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from querywright.databases.literals import literal, qualified
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Table
from querywright.databases.witnesses.carrying import Collations, mysql_relation, postgres_relation
from querywright.databases.witnesses.obstacles import meant, refuse_functions, refuse_ranks, refuse_unlike
from querywright.databases.witnesses.sampling import Queryable, Row, Rows, trees_of
from querywright.databases.witnesses.substitution import Template, is_real, template
from querywright.errors import QueryError, QueryTimeout, WitnessesUnavailable
from querywright.sql.parsing import Tree, exp

_ASKING = Limits(seconds=5.0)
_COLLATIONS = """
    SELECT a.attname, quote_ident(n.nspname) || '.' || quote_ident(c.collname)
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation
    JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    WHERE a.attrelid = to_regclass({table}) AND a.attnum > 0 AND a.attcollation <> t.typcollation"""


class Asking:
    """A server asked about rows that the questions bring along.

    Args:
        database: the server's database.
        queries: those that will be asked.

    Raises:
        WitnessesUnavailable: they hold something that a copy would not stand for.
        DatabaseUnavailable: the database is gone.
    """

    def __init__(self, database: Queryable, queries: Sequence[str]) -> None:
        self._database = database
        self._queries = list(dict.fromkeys(queries))
        try:
            self.tables = self._prepare()
        except QueryError as error:
            raise WitnessesUnavailable(f"the server does not say what is needed for a copy: {error.message}") from error

    def _prepare(self) -> list[Table]:
        """The tables that the queries read, in the schema's order."""
        dialect = self._database.dialect
        trees = trees_of(self._queries, dialect)
        found = {id(node): meant(node, self._database) for tree in trees for node in _tables(tree, dialect)}
        read = {t.full_name for t in found.values()}
        tables = [t for t in self._database.schema.tables if t.full_name in read]
        refuse_functions(self._queries, self._database)
        if dialect == "mysql":
            refuse_ranks(trees, tables)
        self._prefix = _unused(self._queries)
        self._names = {t.full_name: f"{self._prefix}{n}" for n, t in enumerate(tables, 1)}
        self._templates = {
            sql: template(sql, tree, dialect, lambda node: found[id(node)], self._names)
            for sql, tree in zip(self._queries, trees, strict=True)
        }
        self._collations = self._read_collations(tables) if dialect == "postgres" else {}
        self._is_mariadb = dialect == "mysql" and "mariadb" in str(self._value("SELECT VERSION()")).lower()
        return tables

    def _value(self, sql: str) -> object:
        return self._database.execute(sql, _ASKING).rows[0][0]

    def _read_collations(self, tables: list[Table]) -> Collations:
        found = {}
        for table in tables:
            name = literal(qualified(table, "postgres"), "postgres")
            for column, collation in self._database.execute(_COLLATIONS.format(table=name), _ASKING).rows:
                found[table.full_name, column] = collation
        return found

    def prove(self, rows: Rows) -> None:
        """Look whether unaltered rows come back as they are, and whether each query can be asked of them.

        Raises:
            WitnessesUnavailable: they do not, or one cannot.
            DatabaseUnavailable: the database is gone.
        """
        for table in self.tables:
            try:
                real = f"SELECT * FROM {qualified(table, self._database.dialect)} LIMIT 0"
                shown = self._database.execute(real, _ASKING).columns
                copied = self._database.execute(self._relation(table, rows), _ASKING).rows
            except QueryError as error:
                raise WitnessesUnavailable(f"{table.full_name} cannot be copied: {error.message}") from error
            refuse_unlike(table, shown, rows[table.full_name], copied)
        for sql in self._queries:
            try:
                self.execute(sql, rows, _ASKING)
            except QueryTimeout:
                continue
            except QueryError as error:
                raise WitnessesUnavailable(f"a query cannot be asked of a copy: {error.message}") from error

    def execute(self, sql: str, rows: Rows, limits: Limits) -> Result:
        """Ask a query about these rows: one of those given, or another one about the same tables.

        Raises:
            WitnessesUnavailable: it is another one, and holds what a copy does not stand for.
            QueryError, DatabaseUnavailable: as a database does.
        """
        found = self._templates.get(sql) or self._another(sql)
        relations = {t.full_name: self._relation(t, rows) for t in found.tables}
        return self._database.execute(found.over(relations, self._names), limits)

    def _another(self, sql: str) -> Template:
        dialect = self._database.dialect
        (tree,) = trees_of([sql], dialect)
        refuse_functions([sql], self._database)
        found = {id(node): meant(node, self._database) for node in _tables(tree, dialect)}
        for table in found.values():
            if table.full_name not in self._names:
                raise WitnessesUnavailable(f"it reads {table.full_name}, of which there is no copy")
        if self._prefix in sql.lower():
            raise WitnessesUnavailable(f"it holds the name of a copy, {self._prefix}")
        return template(sql, tree, dialect, lambda node: found[id(node)], self._names)

    def _relation(self, table: Table, rows: Rows) -> str:
        found: list[Row] = rows[table.full_name]
        if self._database.dialect == "postgres":
            return postgres_relation(table, found, self._collations)
        return mysql_relation(table, found, self._is_mariadb)


def _tables(tree: Tree, dialect: str) -> Iterator[exp.Table]:
    return (node for node in tree.find_all(exp.Table) if is_real(node, dialect))


def _unused(queries: Sequence[str]) -> str:
    """The beginning of names that no query uses."""
    prefix = "copied"
    while any(prefix in query.lower() for query in queries):
        prefix += "_"
    return prefix
