"""Many pairs compared: in order, each query once, failures as reasons."""

import sqlite3

import pytest

from querywright.databases.connectors import ENGINES
from querywright.databases.database import Database
from querywright.databases.pairs import compare_many
from querywright.databases.results import Limits
from querywright.databases.watchdog import Watchdog
from querywright.errors import DatabaseUnavailable


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "shop.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (3)")
    connection.close()
    with Database(ENGINES["sqlite"](path, Watchdog()), "shop") as database:
        yield database


class Counting:
    def __init__(self, database):
        self.database, self.dialect, self.asked = database, database.dialect, []

    def execute(self, sql, limits):
        self.asked.append(sql)
        return self.database.execute(sql, limits)


PAIRS = [
    ("SELECT a FROM t", "SELECT a FROM t ;", True, True),
    ("SELECT a FROM t", "SELECT a FROM t ORDER BY a DESC", True, True),
    ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC", False, True),
    ("SELECT a FROM t", "SELECT nothing FROM t", False, True),
    ("SELECT nothing FROM t", "SELECT a FROM t", False, False),
    ("SELECT a FROM t", "DROP TABLE t", False, True),
    ("SELECT a FROM t WHERE a > 9", "SELECT a FROM t WHERE a > 8", True, False),
]


@pytest.mark.parametrize("workers", [1, 3])
def test_each_pair_has_its_outcome_in_order(database, workers):
    outcomes = list(compare_many(database, [(gold, predicted) for gold, predicted, *_ in PAIRS], workers=workers))
    assert [(o.equal, o.proof) for o in outcomes] == [(equal, proof) for *_, equal, proof in PAIRS]
    assert outcomes[3].reason.startswith("the predicted query fails: ")
    assert outcomes[4].reason.startswith("the gold query fails: ")


def test_a_query_that_comes_again_is_executed_once(database):
    counting = Counting(database)
    assert all(compare_many(counting, [("SELECT a FROM t", "SELECT a FROM t ")] * 50, workers=2))
    assert counting.asked == ["SELECT a FROM t"]


def test_large_results_are_not_all_kept(database):
    wide = "SELECT x.a, y.a, z.a FROM t x, t y, t z, t u, t v, t w, t r, t s, t q WHERE {} = {}"
    pairs = [(wide.format(n, n), wide.format(n + 1, n + 1)) for n in range(0, 40, 2)]
    counting = Counting(database)
    assert all(compare_many(counting, [*pairs, *pairs], limits=Limits(rows=20_000, seconds=20)))
    assert len(counting.asked) > 40


def test_a_database_that_is_gone_ends_it(database, tmp_path):
    (tmp_path / "shop.sqlite").unlink()
    with pytest.raises(DatabaseUnavailable):
        list(compare_many(database, [("SELECT 1", "SELECT 1")]))
