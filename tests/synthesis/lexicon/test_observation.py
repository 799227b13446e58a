"""Reading a table is cheap, bounded, and never an error."""

from __future__ import annotations

from querywright.databases.results import Limits, Result
from querywright.databases.schema import Column, Schema, Table
from querywright.errors import QueryTimeout
from querywright.synthesis.lexicon import Lexicon


class Recorded:
    """A database of one table that remembers what it is asked; a slow one answers nothing in time."""

    dialect = "sqlite"

    def __init__(self, row_count: int | None, slow: bool = False) -> None:
        columns = (Column("id", "INT", "integer"), Column("amount", "REAL", "real"))
        self.schema = Schema("big", "sqlite", (Table("sales", columns, ("id",), row_count=row_count),))
        self.asked: list[tuple[str, Limits]] = []
        self.slow = slow

    def execute(self, sql: str, limits: Limits) -> Result:
        self.asked.append((sql, limits))
        if self.slow:
            raise QueryTimeout("stopped", "big", sql)
        if "COUNT(*)" in sql:
            return Result(("n",), [(100_000, 100_000, 99_000, 1, 2_000_000, 99_500, 80_000, 0.5, 9.5)])
        return Result(("id", "amount"), [(i, i / 2) for i in range(3001)])


def test_a_table_of_more_than_a_million_rows_is_never_scanned_whole() -> None:
    for row_count in (2_000_000, None):
        database = Recorded(row_count)
        Lexicon.read(database)
        assert len(database.asked) >= 2
        assert all(" LIMIT " in sql for sql, _ in database.asked)
        assert all(limits.seconds <= 5 for _, limits in database.asked)


def test_counts_of_a_sampled_table_are_marked() -> None:
    facts = Lexicon.read(Recorded(2_000_000)).facts("sales", "amount")
    assert (facts.estimated, facts.nulls, facts.minimum, len(facts.values)) == (True, 500, 0.5, 200)


def test_a_table_that_cannot_be_read_in_time_is_known_by_its_names() -> None:
    lexicon = Lexicon.read(Recorded(10, slow=True))
    assert lexicon.facts("sales", "amount").rows is None
    assert lexicon.entity("sales").plural == "sales"
