"""How fast a prediction is said to be beside the gold query.

Times are told by a connector that makes them up, so that nothing here depends on the machine; real engines only run.
"""

import sqlite3
from itertools import count
from random import Random

import pytest

from querywright.databases.catalog import Catalog
from querywright.databases.database import Database
from querywright.databases.results import Limits, Result
from querywright.errors import QueryFailed, QueryTimeout
from querywright.evaluation.efficiency import Timing, reward, time_ratio, ves

GOLD, PREDICTED = "SELECT 1", "SELECT 2"
RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
LIMITS = Limits(seconds=0.2)


class Told:
    """A server whose queries take as long as `seconds(sql, number)` says, after so many other queries."""

    dialect = "postgres"

    def __init__(self, seconds):
        self.seconds, self.ran, self._number = seconds, [], count()

    def execute(self, sql, limits):
        self.ran.append(sql)
        return Result(("a",), [(1,)], False, self.seconds(sql, next(self._number)))


def timed(takes, gold=GOLD, predicted=PREDICTED, **budget):
    told = Told(takes)
    return time_ratio(Database(told, "told"), gold, predicted, LIMITS, **budget), told.ran


def test_a_prediction_twice_as_fast_has_the_ratio_two():
    timing, ran = timed(lambda sql, number: 0.004 if sql == GOLD else 0.002)
    assert timing.ratio == pytest.approx(2)
    assert timing.low < 2 < timing.high < 2.05
    assert (timing.gold_seconds, timing.predicted_seconds) == (0.004, 0.002)
    assert timing.runs == 18
    assert reward(timing) == 1.25
    assert len(ran) == 2 + 1 + 36


def test_the_queries_run_by_turns_and_each_as_often_first():
    _, ran = timed(lambda sql, number: 0.001)
    blocks = ["".join("g" if sql == GOLD else "p" for sql in ran[i : i + 4]) for i in range(3, len(ran), 4)]
    assert blocks == ["gppg", "pggp"] * 4 + ["gppg"]


@pytest.mark.parametrize(
    "machine",
    [
        lambda number: 1 + number / 1000,  # slower and slower
        lambda number: 1 + 9 * (number % 7 == 3),  # every seventh run is disturbed
        lambda number: 0.5 if number > 20 else 1.0,  # another clock rate from here on
        lambda number: 1 + 3 * Random(number).random() * (number % 3 > 0),  # interrupted more often than not
    ],
)
def test_what_the_machine_does_is_not_the_query(machine):
    timing, _ = timed(lambda sql, number: 0.001 * machine(number))
    assert timing.ratio == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("seed", range(25))
def test_a_query_against_itself_in_noise_is_one_and_has_its_reward(seed):
    rng = Random(seed)
    timing, _ = timed(lambda sql, number: 0.001 * rng.lognormvariate(0, 0.1), predicted=GOLD)
    assert timing.ratio == pytest.approx(1, abs=0.02)
    assert timing.low < 1 < timing.high
    assert reward(timing) == 1
    assert 98 < ves(timing.ratio) < 102


def test_noise_is_measured_for_longer_but_not_for_ever():
    def noisy(sql, number):
        return 0.001 * Random(number).lognormvariate(0, 1)

    assert timed(noisy)[0].runs == 400
    assert timed(noisy, runs=51)[0].runs == 50
    assert timed(noisy, runs=1)[0].runs == 2


def test_without_time_the_warming_up_counts():
    timing, ran = timed(lambda sql, number: 1.0 + (sql == GOLD), seconds=0.0)
    assert ran == [GOLD, PREDICTED, PREDICTED, GOLD]
    assert (timing.ratio, timing.runs) == (2.0, 2)


@pytest.mark.parametrize("failing", [1, 4, 20])
def test_a_prediction_that_stops_working_while_it_is_timed_has_the_ratio_zero(failing):
    def breaks(sql, number):
        if sql == PREDICTED and number >= failing:
            raise QueryTimeout("stopped after 1 s", query=sql)
        return 0.001

    timing, _ = timed(breaks)
    assert timing == Timing(0.0, 0.0, 0.0, 0, 0.0, 0.0)
    assert reward(timing) == ves(timing.ratio) == 0


def test_a_gold_query_that_stops_working_is_an_error():
    def breaks(sql, number):
        if sql == GOLD and number > 9:
            raise QueryFailed("no more", query=sql)
        return 0.001

    with pytest.raises(QueryFailed, match="no more"):
        timed(breaks)


@pytest.mark.parametrize(
    ("ratio", "high", "rewarded"),
    [
        (3.0, 3.1, 1.25),
        (2.0, 2.04, 1.25),
        (1.97, 2.01, 1.25),  # cannot be told from 2
        (1.9, 1.95, 1.0),
        (1.0, 1.02, 1.0),
        (0.985, 1.005, 1.0),
        (0.9, 0.93, 0.75),
        (0.5, 0.51, 0.75),
        (0.4, 0.41, 0.5),
        (0.25, 0.26, 0.5),
        (0.1, 0.11, 0.25),
        (0.001, 0.0011, 0.25),
        (0.0, 0.0, 0.0),
    ],
)
def test_the_reward_is_that_of_the_highest_bin_that_the_ratio_may_have_reached(ratio, high, rewarded):
    assert reward(Timing(ratio, ratio / 1.02, high, 100, 0.001, 0.001)) == rewarded


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price REAL)")
    connection.executemany("INSERT INTO item VALUES (?, ?)", [(i, i / 7) for i in range(500)])
    connection.commit()
    connection.close()
    with Catalog.open(path) as catalog:
        yield catalog["shop"]


def test_real_queries_are_timed(shop):
    sql = "SELECT sum(price) FROM item"
    timing = time_ratio(shop, sql, sql + " WHERE id > 0", runs=20)
    assert 0 < timing.low < timing.ratio < timing.high
    assert 2 <= timing.runs <= 20
    assert min(timing.gold_seconds, timing.predicted_seconds) > 0


def test_a_runaway_prediction_is_stopped_by_the_limits(shop):
    assert time_ratio(shop, "SELECT count(*) FROM item", RUNAWAY, LIMITS).ratio == 0
    with pytest.raises(QueryTimeout):
        time_ratio(shop, RUNAWAY, "SELECT count(*) FROM item", LIMITS)


def test_a_query_in_this_thread_took_no_longer_than_the_thread_had_the_processor():
    told = Told(lambda sql, number: 1000.0)
    told.dialect = "sqlite"
    timing = time_ratio(Database(told, "told"), GOLD, PREDICTED, LIMITS, runs=2)
    assert timing.gold_seconds < 1000
    assert timing.predicted_seconds < 1000


def test_duckdb_is_timed_too(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE item AS SELECT range AS id FROM range(500)")
    with Catalog.open(path) as catalog:
        timing = time_ratio(catalog["shop"], "SELECT sum(id) FROM item", "SELECT sum(id) FROM item", runs=10)
    assert timing.ratio > 0
    assert timing.runs <= 10
