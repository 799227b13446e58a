"""`Texts`: what queries say, found out once for each text, and where values do not matter once for all texts alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from querywright.databases.compare import is_ordered
from querywright.databases.schema import Schema
from querywright.databases.verdicts import taken_apart
from querywright.errors import QueryRejected
from querywright.evaluation.queries.blocks import Reading
from querywright.evaluation.queries.exact_match import exact_match
from querywright.evaluation.queries.naming import Known
from querywright.evaluation.queries.reading import read
from querywright.evaluation.scoring.facts import Nature
from querywright.sql.parsing import Tree, parse
from querywright.sql.references import References, references

BLANK = " \t\n\f\r"
"""What every engine reads over; other blanks, such as that of U+00A0, are part of a name to some."""
LATEST = 2048
"""Queries of which something is remembered."""


class Texts:
    """The queries asked of one database. Used by one thread; nothing that it gives is to be changed.

    A text's shape is the text with other values behind its comparisons; what does not look at values reads the shape.
    """

    def __init__(self, dialect: str, schema: Schema) -> None:
        self.dialect, self.known = dialect, Known.of(schema)
        self._columns = {table.full_name: [column.name for column in table.columns] for table in schema}
        remembered = lru_cache(LATEST)
        self._apart = remembered(taken_apart)
        self._trees = remembered(self._parse)
        self._ordered = remembered(self._is_ordered)
        self._readings = remembered(self._read)
        self._matched = remembered(self._match)
        self._natures = remembered(lambda sql: Nature.of(self._trees(sql), dialect))
        self._names = remembered(self._refer)

    def tree(self, sql: str) -> Tree | QueryRejected:
        """The query's tree, or why it has none."""
        return self._trees(bare(sql))

    def ordered(self, sql: str) -> bool:
        """Whether the outermost query sorts its rows."""
        return self._ordered(bare(sql))

    def reading(self, sql: str) -> Reading | None:
        """What a query says, clause by clause; None where it has no tree, or is nested too deeply."""
        shape, values = self._apart(bare(sql))
        found = self._readings(shape)
        if found is None or found.limits:  # how many rows are wanted is no literal among others
            return self._readings(bare(sql))
        return replace(found, literals=[*found.literals, *map(_literal, values)])

    def clauses(self, sql: str) -> Reading | None:
        """As `reading`, but for the values that the query compares with."""
        return self._readings(self._shape(sql))

    def matched(self, gold: str, said: str) -> Mapping[str, bool]:
        """Exact set match: each clause that one of the queries has, and `all`; empty where it cannot be told."""
        return self._matched(self._shape(gold), self._shape(said))

    def names(self, sql: str) -> References | None:
        """The tables and columns a query names (its literals are others); None where that cannot be told."""
        return self._names(self._shape(sql))

    def nature(self, sql: str) -> Nature:
        """How hard a query is, and what it uses."""
        return self._natures(self._shape(sql))

    def _shape(self, sql: str) -> str:
        return self._apart(bare(sql))[0]

    def _parse(self, sql: str) -> Tree | QueryRejected:
        try:
            return parse(sql, self.dialect)
        except QueryRejected as error:
            return error

    def _is_ordered(self, sql: str) -> bool:
        try:
            return is_ordered(sql, self.dialect)
        except QueryRejected:
            return False

    def _read(self, sql: str) -> Reading | None:
        tree = self._trees(sql)
        return None if isinstance(tree, QueryRejected) else read(tree, self.dialect, self.known)

    def _match(self, *shapes: str) -> Mapping[str, bool]:
        gold, said = (self._readings(shape) for shape in shapes)
        if gold is None or said is None:
            return {}
        found = exact_match(gold, said, self.dialect, self.known)
        same = {name: value for name, value in found.components().items() if value is not None}
        return {} if found.all is None else {**same, "all": found.all}

    def _refer(self, sql: str) -> References | None:
        tree = self._trees(sql)
        try:
            return None if isinstance(tree, QueryRejected) else references(tree, self.dialect, self._columns)
        except QueryRejected:
            return None


def _literal(written: str) -> tuple[bool, Any]:
    """A compared value as a reading lists it. What stands for it in the shape is listed, too: one for each value of its
    kind, so that they tell no two queries apart which the values do not."""
    return (True, written[1:-1].replace("''", "'")) if written.endswith("'") else (False, float(written))


def bare(sql: str) -> str:
    """The text without blanks around it and semicolons behind it, which an engine takes for further statements."""
    return sql.lstrip(BLANK).rstrip(f"{BLANK};")
