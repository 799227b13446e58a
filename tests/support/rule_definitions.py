"""The three rules once more, as plainly as they can be written, to hold the evaluator against; slow and SQLite only.

A text has a result if it is one query that reads, of at most 200,000 characters, and ends in time. Then

- `strict`: as many columns; the same rows as often, each value within the tolerance; in order iff gold ends in one;
- `bird`: the same set of rows;
- `spider`: without DISTINCT in either text, for some order of the columns the same rows as often; in order iff
  gold's text says ORDER BY. Two empty results are equal.
"""

import re
import sqlite3
import time
from collections import Counter
from itertools import permutations
from pathlib import Path

Rows = list[tuple]

LONGEST = 200_000
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


class Definitions:
    """Verdicts about queries on a copy of a database file."""

    def __init__(self, copy: Path, seconds: float = 30.0) -> None:
        self._connection = sqlite3.connect(copy)
        self._connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else 1)
        self._seconds = seconds
        self._known: dict[str, tuple[int, Rows] | None] = {}

    def verdicts(self, gold: str, predicted: str) -> dict[str, bool]:
        """Whether the prediction is right, by rule."""
        wanted, got = self.result(gold), self.result(predicted)
        bare = self.result(without_distinct(gold)), self.result(without_distinct(predicted))
        return {
            "strict": got is not None and strict(wanted, got, ends_ordered(gold)),
            "bird": got is not None and set(wanted[1]) == set(got[1]),
            "spider": bare[1] is not None and spider(bare[0][1], bare[1][1], "order by" in gold.lower()),
        }

    def result(self, sql: str) -> tuple[int, Rows] | None:
        """The number of columns and the rows; None where there is no result."""
        sql = re.sub(r"[;\s]+$", "", sql)
        if sql not in self._known:
            self._known[sql] = self._asked(sql)
        return self._known[sql]

    def close(self) -> None:
        self._connection.close()

    def _asked(self, sql: str) -> tuple[int, Rows] | None:
        said = re.sub(r"^(\s|--[^\n]*\n|/\*.*?\*/)*", "", sql, flags=re.DOTALL)
        if len(sql) > LONGEST or not re.match(r"(SELECT|WITH|VALUES)\b", said, re.IGNORECASE):
            return None
        until = time.monotonic() + self._seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        try:
            cursor = self._connection.execute(sql)
            return len(cursor.description), cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning, ValueError):
            return None


def without_distinct(sql: str) -> str:
    """As Spider's script executes it; true of texts without that word in a string or a name."""
    return re.sub(r"\bdistinct\b", "", sql.replace("> =", ">=").replace("< =", "<=").replace("! =", "!="), flags=re.I)


def ends_ordered(sql: str) -> bool:
    """Whether ORDER BY stands outside every bracket and string."""
    outside = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", "", sql, flags=re.DOTALL)
    while (inner := re.sub(r"\([^()]*\)", "", outside)) != outside:
        outside = inner
    return re.search(r"\border\s+by\b", outside, re.IGNORECASE) is not None


def strict(wanted: tuple[int, Rows], got: tuple[int, Rows], ordered: bool) -> bool:
    if wanted[0] != got[0] or len(wanted[1]) != len(got[1]):
        return False
    if ordered:
        return all(map(_near_rows, wanted[1], got[1]))
    left, others = Counter(wanted[1]) - Counter(got[1]), Counter(got[1]) - Counter(wanted[1])
    loose = list(others.elements())
    for row in left.elements():
        partner = next((i for i, other in enumerate(loose) if _near_rows(row, other)), None)
        if partner is None:
            return False
        del loose[partner]
    return True


def spider(wanted: Rows, got: Rows, ordered: bool) -> bool:
    if not wanted or not got:
        return wanted == got
    if len(wanted) != len(got) or len(wanted[0]) != len(got[0]):
        return False
    for order in permutations(range(len(wanted[0]))):
        moved = [tuple(row[i] for i in order) for row in got]
        if moved == wanted or (not ordered and Counter(moved) == Counter(wanted)):
            return True
    return False


def _near_rows(a: tuple, b: tuple) -> bool:
    return all(map(_near, a, b))


def _near(a: object, b: object) -> bool:
    if (isinstance(a, float) and isinstance(b, int | float)) or (isinstance(b, float) and isinstance(a, int | float)):
        return a == b or abs(a - b) <= max(1e-9 * max(abs(a), abs(b)), 1e-12)
    return a == b
