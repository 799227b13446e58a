"""What the engines we compile for can say, where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, Dialects

from querywright.errors import SettingsError

_WITHOUT_GROUPING_SETS = frozenset({"sqlite", "mysql"})
_WITHOUT_SAMPLE = frozenset({"sqlite", "mysql"})
_WITHOUT_UNNEST = frozenset({"sqlite", "mysql"})
_WITHOUT_FULL_JOIN = frozenset({"mysql"})
_WITHOUT_BAG_OPERATIONS = frozenset({"sqlite", "bigquery", "snowflake"})
_INTERSECT_FIRST = frozenset({"sqlite"})
_NAMES = {"googlesql": "bigquery", "postgresql": "postgres", "mariadb": "mysql"}
"""What dialects are called beside SQLGlot's names."""
_TITLES = {"sqlite": "SQLite", "mysql": "MySQL", "duckdb": "DuckDB", "postgres": "PostgreSQL", "bigquery": "BigQuery"}


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine's SQL, by SQLGlot's name for it."""

    dialect: str

    @property
    def title(self) -> str:
        return _TITLES.get(self.dialect, self.dialect)

    @property
    def has_grouping_sets(self) -> bool:
        return self.dialect not in _WITHOUT_GROUPING_SETS

    @property
    def has_sample(self) -> bool:
        return self.dialect not in _WITHOUT_SAMPLE

    @property
    def has_unnest(self) -> bool:
        return self.dialect not in _WITHOUT_UNNEST

    @property
    def has_full_join(self) -> bool:
        return self.dialect not in _WITHOUT_FULL_JOIN

    @property
    def has_bag_operations(self) -> bool:
        """INTERSECT ALL and EXCEPT ALL."""
        return self.dialect not in _WITHOUT_BAG_OPERATIONS

    @property
    def has_bare_columns(self) -> bool:
        """Whether a column beside one MAX or MIN is that row's."""
        return self.dialect == "sqlite"

    @property
    def has_bracketed_operands(self) -> bool:
        """Whether a side of a set operation may stand in brackets, with an ORDER BY and a LIMIT of its own."""
        return self.dialect != "sqlite"

    def lacks(self, node: exp.Expr) -> bool:
        """Whether an aggregate chooses or orders rows in a way that the engine has no words for."""
        if isinstance(node, exp.AnyValue):
            return self.dialect == "sqlite" or (self.dialect == "mysql" and isinstance(node.this, exp.HavingMax))
        ordered = isinstance(node, exp.GroupConcat) and node.find(exp.Order) is not None
        return ordered and self.dialect == "sqlite"

    @property
    def set_operations_from_left(self) -> bool:
        """Whether INTERSECT binds no tighter than UNION and EXCEPT."""
        return self.dialect in _INTERSECT_FIRST


@cache
def engine(dialect: str) -> Engine:
    """The engine of that name: any dialect of SQLGlot's; `googlesql` is BigQuery.

    Raises:
        SettingsError: SQLGlot knows no such dialect.
    """
    name = _NAMES.get(dialect.lower(), dialect.lower())
    try:
        speaker(name)
    except ValueError:
        known = [*_NAMES, *(each.value for each in Dialects if each.value)]
        near = ", ".join(get_close_matches(dialect.lower(), known, n=3, cutoff=0.0))
        raise SettingsError(f"unknown dialect {dialect!r}; the nearest by name are {near}") from None
    return Engine(name)


@cache
def speaker(name: str) -> Dialect:
    """SQLGlot's dialect of that name. Raises ValueError."""
    return Dialect.get_or_raise(name)
