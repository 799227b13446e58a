"""Schema linking: which of the tables and columns that the gold query needs were chosen, and how many others.

Measured against what the gold query names, as published (Talaei and others, CHESS, table 5): for a prediction by what
it names itself, for a stage of an answering trace by what it passes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from querywright.sql.references import References

__all__ = ["Linking", "linked", "linking"]


@dataclass(frozen=True, slots=True)
class Linking:
    """Counts of one row. Add up counts for a micro average; average the shares of rows for a macro average.

    A share whose denominator is 0 is None, and is left out of an average: recall where the gold query names none
    (`SELECT 1`, and columns under `SELECT count(*)`), precision where nothing was named.
    """

    tables_wanted: int
    """Tables the gold query names."""
    tables_named: int
    """Tables that were chosen."""
    tables_found: int
    """Tables that are both."""
    columns_wanted: int
    columns_named: int
    columns_found: int

    @property
    def tables_recall(self) -> float | None:
        return _share(self.tables_found, self.tables_wanted)

    @property
    def tables_precision(self) -> float | None:
        return _share(self.tables_found, self.tables_named)

    @property
    def columns_recall(self) -> float | None:
        return _share(self.columns_found, self.columns_wanted)

    @property
    def columns_precision(self) -> float | None:
        return _share(self.columns_found, self.columns_named)

    @property
    def is_complete(self) -> bool:
        """Whether all that the gold query needs is there: without it the right query cannot be written."""
        return self.tables_found == self.tables_wanted and self.columns_found == self.columns_wanted


def linking(gold: References, predicted: References) -> Linking:
    """How well a prediction links, by what both queries name. Arguments and rules as `linked`."""
    return linked(gold, predicted.tables, predicted.columns)


def linked(gold: References, tables: Iterable[str], columns: Iterable[tuple[str, str]]) -> Linking:
    """How well a choice of tables and columns fits the gold query. Names are blind to case, and count once.

    `*` names no column, in `SELECT *` and in `count(*)`: the table is wanted, and no choice of columns is wrong because
    of it. A column whose table cannot be told (an empty table, from references without a schema) is the same as one of
    that name in any table.

    Args:
        gold: what the gold query names.
        tables: the tables chosen; a column's table is not added to them.
        columns: the columns chosen, as (table, column).
    """
    wanted_tables, named_tables = set(map(str.lower, gold.tables)), set(map(str.lower, tables))
    wanted, named = _pairs(gold.columns), _pairs(columns)
    return Linking(
        tables_wanted=len(wanted_tables),
        tables_named=len(named_tables),
        tables_found=len(wanted_tables & named_tables),
        columns_wanted=len(wanted),
        columns_named=len(named),
        columns_found=_found(wanted, named),
    )


def _pairs(columns: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(table.lower(), column.lower()) for table, column in columns}


def _found(wanted: set[tuple[str, str]], named: set[tuple[str, str]]) -> int:
    """How many of both are one column; where the table of one side is not told, its name alone decides."""
    found = wanted & named
    left, others = wanted - found, named - found
    count = len(found)
    for table, column in left:
        partner = next((o for o in others if o[1] == column and not (o[0] and table)), None)
        if partner is not None:
            others.remove(partner)
            count += 1
    return count


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
