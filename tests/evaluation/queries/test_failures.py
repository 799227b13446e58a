"""Why a wrong prediction is wrong, on a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from querywright.databases import Catalog, Database, Limits, Result
from querywright.errors import QueryError, QueryFailed, QueryRejected, QueryTimeout
from querywright.evaluation.queries.failures import KINDS, failures
from querywright.evaluation.queries.naming import Known
from querywright.sql.parsing import parse

SCRIPT = """
create table team (id integer primary key, name text, city text, founded integer);
create table player (
    id integer primary key, name text, age integer, score real, coach_id integer references player (id),
    team_id integer references team (id)
);
create table game (
    id integer primary key, home_id integer references team (id), away_id integer references team (id), day text,
    points integer
);
insert into team values (1, 'Reds', 'Rome', 1900), (2, 'Blues', 'Bern', 1950), (3, 'Greens', null, 1999);
insert into player values
    (1, 'Ann', 30, 5.5, null, 1), (2, 'Bob', 22, 7.0, 1, 1), (3, 'Cid', 41, 2.5, 1, 2), (4, 'Dee', 19, null, 3, 2),
    (5, 'Bob', 35, 9.0, 3, null);
insert into game values
    (1, 1, 2, '2020-03-01', 3), (2, 2, 1, '2020-04-01', 5), (3, 1, 3, '2021-05-01', 2), (4, 3, 1, '2021-06-01', 2);
"""

GROUP = "distinct/null/group"

PAIRS: list[tuple[str, str, tuple[str, ...]]] = [
    # tables and what ties them
    ("select name from player", "select name from team", ("wrong table", "wrong column")),
    ("select count(*) from player", "select count(*) from game", ("wrong table",)),
    ("select p.name from player p join team t on p.team_id = t.id", "select name from player", ("wrong table",)),
    (
        "select t.name from team t join game g on t.id = g.home_id",
        "select t.name from team t join game g on t.id = g.away_id",
        ("join",),
    ),
    (
        "select p.name, t.name from player p left join team t on p.team_id = t.id",
        "select p.name, t.name from player p join team t on p.team_id = t.id",
        ("join",),
    ),
    (
        "select a.name from player a join player b on a.coach_id = b.id where b.age > 30",
        "select name from player where age > 30",
        ("join",),
    ),
    (
        "select count(*) from player p join team t on p.team_id = t.id",
        "select count(*) from player p, team t",
        ("join",),
    ),
    ("select name from team", "select t.name from team t join game g on t.id = g.home_id", ("wrong table",)),
    # columns
    ("select name from player", "select age from player", ("wrong column",)),
    ("select name from player", "select name, age from player", ("wrong column",)),
    ("select name, age from player", "select name from player", ("wrong column",)),
    ("select name, age from player", "select age, name from player", ("wrong column",)),
    ("select name from player where age > 30", "select age from player where name > 30", ("wrong column",)),
    ("select name from player where age > 20", "select name from player where score > 20", ("wrong column",)),
    ("select id from player where coach_id = 1", "select coach_id from player where coach_id = 1", ("wrong column",)),
    ("select * from team", "select name from team", ("wrong column",)),
    # values
    ("select age from player where name = 'Bob'", "select age from player where name = 'bob'", ("wrong value",)),
    ("select name from player where age = 22", "select name from player where age = 30", ("wrong value",)),
    ('select name from team where city = "Rome"', 'select name from team where city = "Bern"', ("wrong value",)),
    (
        "select name from player where age in (22, 30)",
        "select name from player where age in (22, 30, 41)",
        ("wrong value",),
    ),
    (
        "select count(*) from player where age between 20 and 30",
        "select count(*) from player where age between 20 and 25",
        ("wrong value",),
    ),
    # conditions
    ("select name from player where age > 30", "select name from player where age >= 30", ("condition",)),
    ("select name from player where age > 30", "select name from player", ("wrong column", "condition")),
    (
        "select name from player where age > 20 and age < 30",
        "select name from player where age > 20",
        ("condition",),
    ),
    (
        "select name from player where age > 40 and score > 5",
        "select name from player where age > 40 or score > 5",
        ("condition",),
    ),
    ("select name from team where city = 'Rome'", "select name from team where city != 'Rome'", ("condition",)),
    ("select name from team where name like 'B%'", "select name from team where name not like 'B%'", ("condition",)),
    # aggregates and functions
    ("select max(age) from player", "select min(age) from player", ("aggregate",)),
    ("select sum(score) from player", "select score from player", ("aggregate",)),
    ("select count(*) from player", "select count(score) from player", ("wrong column",)),
    (
        "select name from player where age = (select max(age) from player)",
        "select name from player where age = (select min(age) from player)",
        ("aggregate",),
    ),
    ("select score / 2 from player", "select score * 2 from player", ("function",)),
    ("select cast(points as real) / 2 from game", "select points / 2 from game", ("function",)),
    ("select upper(name) from player", "select lower(name) from player", ("function",)),
    (
        "select strftime('%Y', day) from game",
        "select substr(day, 1, 3) from game",
        ("function",),
    ),
    (
        "select case when age > 30 then 'old' else 'young' end from player",
        "select case when age > 30 then 'young' else 'old' end from player",
        ("other",),
    ),
    (
        "select name, rank() over (order by age) from player",
        "select name, rank() over (order by age desc) from player",
        ("function",),
    ),
    # DISTINCT, NULL, GROUP BY
    ("select distinct name from player", "select name from player", (GROUP,)),
    ("select name from player", "select distinct name from player", (GROUP,)),
    ("select count(distinct name) from player", "select count(name) from player", (GROUP,)),
    ("select city from team where city is not null", "select city from team", (GROUP,)),
    ("select name from team where city is null", "select name from team where city is not null", (GROUP,)),
    (
        "select team_id, count(*) from player group by team_id",
        "select team_id, count(*) from player group by name",
        (GROUP,),
    ),
    (
        "select team_id from player group by team_id having count(*) > 1",
        "select team_id from player group by team_id",
        (GROUP,),
    ),
    (
        "select team_id from player group by team_id having count(*) > 1",
        "select team_id from player group by team_id having count(*) > 2",
        ("wrong value",),
    ),
    # order
    ("select name from player order by age", "select name from player order by age desc", ("order",)),
    ("select name from player order by age", "select name from player", ("order",)),
    ("select name from player order by age limit 1", "select name from player order by age limit 2", ("order",)),
    ("select name from player order by age limit 1", "select name from player order by score limit 1", ("order",)),
    ("select name, age from player order by 2", "select name, age from player order by 1", ("order",)),
    # set operations and queries inside
    (
        "select home_id from game intersect select away_id from game",
        "select home_id from game union select away_id from game",
        ("nesting",),
    ),
    (
        "select name from team where id not in (select home_id from game where points > 2)",
        "select name from team where id in (select home_id from game where points > 2)",
        ("condition",),
    ),
    (
        "select id from game except select id from game where points > 3",
        "select id from game where points > 3 except select id from game",
        ("nesting",),
    ),
    # engines' complaints
    ("select name from player", "select nam from player", ("wrong column",)),
    ("select name from player", "select name from players", ("wrong table", "wrong column")),
    ("select name from player", "select concatenate(name) from player", ("function",)),
    (
        "select name from player",
        "select p.id from player p join team t on coach_id = id",
        ("wrong column", "wrong table", "condition"),
    ),
    (
        "select sum(age) from player",
        "select name from player where sum(age) > 1",
        ("aggregate", "wrong column", "condition"),
    ),
    (
        "select name from player union select name from team",
        "select name from player union select name, city from team",
        ("nesting", "wrong column"),
    ),
    # no query at all
    ("select name from player", "select name form player where", ("syntax",)),
    ("select name from player", "The answer is 42.", ("syntax",)),
    ("select name from player", "", ("missing",)),
    ("select name from player", "delete from player", ("refused",)),
    ("select name from player", "select 1; select 2", ("refused",)),
]


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path: Path = tmp_path_factory.mktemp("failures") / "league.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCRIPT)
    with Catalog.open(path) as catalog:
        yield catalog["league"]


def _why(league: Database, gold: str, predicted: str, limits: Limits | None = None) -> tuple[str, ...]:
    """What an evaluation does with a pair."""
    result: Result | None = None
    error: QueryError | None = None
    try:
        result = league.execute(predicted, limits or Limits())
    except QueryError as failed:
        error = failed
    try:
        tree = parse(predicted, "sqlite")
    except QueryRejected:
        tree = None
    known = Known.of(league.schema)
    return failures(parse(gold, "sqlite"), tree, "sqlite", known, league.execute(gold), result, error)


@pytest.mark.parametrize(("gold", "predicted", "expected"), PAIRS)
def test_a_wrong_prediction_has_its_kinds(
    league: Database, gold: str, predicted: str, expected: tuple[str, ...]
) -> None:
    assert _why(league, gold, predicted) == expected


SAME = [
    ("select p.name from player as p", "select player.name from player"),
    (
        "select p.name from player p join team t on p.team_id = t.id where t.city = 'Rome'",
        "select x.name from team y, player x where y.id = x.team_id and 'Rome' = y.city",
    ),
    (
        "with old as (select name, age from player where age > 30) select name from old",
        "select q.name from (select name, age from player where age > 30) as q",
    ),
    ("select p.name from player p join team t using (id)", "select p.name from team t join player p on p.id = t.id"),
]


@pytest.mark.parametrize(("gold", "predicted"), SAME)
def test_another_spelling_is_no_kind_of_failure(gold: str, predicted: str, league: Database) -> None:
    assert _why(league, gold, predicted) == ("other",)


def test_a_query_stopped_at_its_deadline_is_a_timeout_before_all_else(league: Database) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    assert _why(league, "select count(*) from player", endless, Limits(seconds=0.2))[0] == "timeout"


def test_what_the_results_show_comes_before_what_the_trees_say(league: Database) -> None:
    gold = "select name from player where age > 20 order by age"
    predicted = "select name from player where age >= 21"
    assert _why(league, gold, predicted) == ("order", "wrong value", "condition")


def test_without_results_the_trees_alone_tell() -> None:
    gold, predicted = (parse(sql, "sqlite") for sql in ("select name from player", "select age from player"))
    assert failures(gold, predicted) == ("wrong column",)


def test_columns_in_another_order_are_wrong_columns_where_nothing_else_differs() -> None:
    gold, predicted = (parse(sql, "sqlite") for sql in ("select name, age from player", "select age, name from player"))
    assert failures(gold, predicted) == ("wrong column",)


def test_no_prediction_and_no_error_is_a_missing_one() -> None:
    assert failures(parse("select 1", "sqlite"), None) == ("missing",)


def test_an_error_without_a_tree_tells_what_it_can() -> None:
    gold = parse("select 1", "sqlite")
    assert failures(gold, None, error=QueryTimeout("stopped after 5 s")) == ("timeout",)
    assert failures(gold, None, error=QueryRejected("2 statements where one is allowed")) == ("refused",)
    assert failures(gold, None, error=QueryFailed("disk I/O error")) == ("execution",)


def test_a_name_nobody_knows_is_told_where_the_engine_does_not_say_it(league: Database) -> None:
    gold, predicted = (parse(sql, "sqlite") for sql in ("select name from player", "select p.nam from player p"))
    found = failures(gold, predicted, "sqlite", Known.of(league.schema), error=QueryFailed("it broke"))
    assert found == ("execution", "wrong column")


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ([(1, 2), (3, 4)], [(2, 1), (4, 3)], ("wrong column",)),
        ([(1, 2), (3, 4)], [(2, 1), (3, 4)], ("other",)),
        ([(1,), (2,)], [(2, 5), (1, 6)], ("wrong column",)),
        ([(1,), (1,), (2,)], [(2,), (1,)], ("distinct/null/group",)),
        ([(1,), (1,), (2,)], [(2,), (1,), (2,)], ("other",)),
        ([(1,), (None,)], [(1,)], ("distinct/null/group",)),
        ([(None,)], [(1,)], ("other",)),
        ([], [(None,)], ("other",)),
        ([([1, 2],), ([3],)], [([3],), ([1, 2],), ([3],)], ("distinct/null/group",)),
    ],
)
def test_results_speak_where_trees_are_silent(
    gold: list[tuple[object, ...]], predicted: list[tuple[object, ...]], expected: tuple[str, ...]
) -> None:
    tree = parse("select a from t", "sqlite")
    wide, other = (tuple(f"c{i}" for i in range(len(rows[0]) if rows else 1)) for rows in (gold, predicted))
    assert failures(tree, tree, "sqlite", None, Result(wide, gold), Result(other, predicted)) == expected


def test_every_kind_expected_here_is_one_of_the_kinds() -> None:
    assert {kind for *_, expected in PAIRS for kind in expected} <= set(KINDS)
