"""Which tables and columns of a database a dataset uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from querywright.sql.parsing import Tree
from querywright.sql.references import references


@dataclass(slots=True)
class Coverage:
    """One database: its tables, by full name, with their columns, and how far the examples added so far use them."""

    db_id: str
    dialect: str
    tables: Mapping[str, Collection[str]]
    examples: int = 0
    used: dict[str, set[str]] = field(default_factory=dict)
    """Columns used by table, both as the schema spells them. A table whose rows are only counted has no columns."""

    def add(self, tree: Tree | None) -> None:
        """Count one example and what its query names (None: it could not be parsed). `*` names no column."""
        self.examples += 1
        if tree is None:
            return
        found = references(tree, self.dialect, self.tables)
        for table in found.tables:
            if table in self.tables:
                self.used.setdefault(table, set())
        for table, column in found.columns:
            if column in self.tables.get(table, ()):
                self.used.setdefault(table, set()).add(column)
