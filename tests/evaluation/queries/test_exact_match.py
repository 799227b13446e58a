"""Which clauses of two queries match."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from querywright.databases import Catalog
from querywright.databases.schema import Column, ForeignKey, Schema, Table
from querywright.evaluation.queries.exact_match import COMPONENTS, Clauses, exact_match
from querywright.evaluation.queries.naming import Known
from querywright.evaluation.queries.reading import read
from querywright.sql.parsing import parse

KNOWN = Known(
    {
        "Singer": ["Singer_ID", "Name", "Country", "Age"],
        "concert": ["concert_ID", "concert_Name", "Stadium_ID", "Year"],
        "stadium": ["Stadium_ID", "Name", "Capacity"],
        "singer_in_concert": ["concert_ID", "Singer_ID"],
    },
    [
        (("concert", "Stadium_ID"), ("stadium", "Stadium_ID")),
        (("singer_in_concert", "Singer_ID"), ("Singer", "Singer_ID")),
        (("singer_in_concert", "concert_ID"), ("concert", "concert_ID")),
    ],
)


def _match(gold: str, predicted: str, known: Known | None = KNOWN, dialect: str = "sqlite") -> Clauses:
    return exact_match(parse(gold, dialect), parse(predicted, dialect), dialect, known)


SAME = [
    ("select name, age from singer", "SELECT T1.Age, T1.Name FROM Singer AS T1"),
    ("select count(*) from singer where age > 20", "select count ( * ) from singer where 30 < age;"),
    ("select name from singer where country = 'France'", 'select name from singer where country = "Spain"'),
    ("select name from singer where age between 20 and 30", "select name from singer where age between 1 and 2"),
    ("select name from singer where age = 1 and name = 'x'", "select name from singer where name = 'x' and age = 1"),
    ("select distinct name from singer", "select name from singer"),
    ("select count(distinct name) from singer", "select count(name) from singer"),
    ("select name from singer order by age limit 1", "select name from singer order by age limit 3"),
    (
        "select t1.name from stadium t1 join concert t2 on t1.stadium_id = t2.stadium_id",
        "select s.name from concert c join stadium s on c.stadium_id = s.stadium_id",
    ),
    (
        "select t2.stadium_id from stadium t1 join concert t2 on t1.stadium_id = t2.stadium_id group by t2.stadium_id",
        "select t1.stadium_id from stadium t1 join concert t2 on t1.stadium_id = t2.stadium_id group by t1.stadium_id",
    ),
    ("select country, age from singer group by country, age", "select age, country from singer group by age, country"),
    (
        "select name from stadium where stadium_id not in "
        "(select stadium_id from concert where year = 2014 and concert_id = 1)",
        "select name from stadium where stadium_id not in "
        "(select distinct x.stadium_id from concert x where x.concert_id = 3 and x.year = 7)",
    ),
    (
        "select name from singer union select name from stadium where capacity > 1",
        "select name from singer union select t.name from stadium t where t.capacity > 9",
    ),
    # what Spider's grammar cannot say
    (
        "with old as (select name, age from singer where age > 50) select name from old",
        "select q.name from (select age, name from singer where age > 60) q",
    ),
    ("select count(*) n from singer order by n", "select count(*) from singer order by 1"),
    (
        "select country, count(*) from singer group by 1 order by 2",
        "select country, count(*) from singer group by country order by count(*)",
    ),
    ("select case when age > 3 then 'old' end from singer", "select case when age > 5 then 'aged' end x from singer"),
    ("select (select max(age) from singer) - 1", "select (select max(q.age) from singer q) - 2"),
    ("select name from singer where age is not null", "select name from singer where not age is null"),
    ("select strftime('%Y', year) from concert", "select strftime('%Y', c.year) from concert c"),
    ("select rank() over (order by age) from singer", "select rank() over (order by s.age) p from singer s"),
    ("select * from singer", "select * from singer as s"),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "predicted"), SAME)
def test_queries_that_hold_the_same_match(gold: str, predicted: str) -> None:
    found = _match(gold, predicted)
    assert found.all is True
    assert False not in [getattr(found, name) for name in COMPONENTS]


OTHER: list[tuple[str, str, set[str]]] = [
    ("select name from singer", "select age from singer", {"select", "select_without_aggregates"}),
    ("select max(age) from singer", "select min(age) from singer", {"select"}),
    ("select age from singer", "select max(age) from singer", {"select"}),
    ("select name from singer", "select name, age from singer", {"select", "select_without_aggregates"}),
    ("select name from singer", "select name from stadium", {"select", "select_without_aggregates", "tables"}),
    ("select count(*) from singer", "select count(*) from singer, stadium", {"tables"}),
    ("select count(*) from singer", "select count(*) from singer a join singer b on a.age = b.age", {"tables"}),
    ("select name from singer where age > 3", "select name from singer where age < 3", {"where"}),
    (
        "select name from singer where age > 3",
        "select name from singer where singer_id > 3",
        {"where", "where_without_operators"},
    ),
    (
        "select name from singer where age > 3",
        "select name from singer",
        {"where", "where_without_operators", "keywords"},
    ),
    (
        "select name from singer where age > 3 and country = 'x'",
        "select name from singer where age > 3 or country = 'x'",
        {"and_or", "keywords"},
    ),
    (
        "select name from singer where name like 'a'",
        "select name from singer where name not like 'a'",
        {"where", "keywords"},
    ),
    (
        "select name from singer where name in ('a')",
        "select name from singer where name = 'a'",
        {"where", "keywords"},
    ),
    (
        "select country from singer group by country",
        "select country from singer group by age",
        {"group", "group_without_having"},
    ),
    (
        "select t1.name from stadium t1 join concert t2 on t1.stadium_id = t2.stadium_id group by t1.name",
        "select t1.name from stadium t1 join concert t2 on t1.stadium_id = t2.stadium_id group by t2.concert_name",
        {"group", "group_without_having"},
    ),
    (
        "select country from singer group by country having count(*) > 1",
        "select country from singer group by country having count(*) < 1",
        {"group"},
    ),
    (
        "select country from singer group by country having count(*) > 1",
        "select country from singer group by country",
        {"group", "keywords"},
    ),
    ("select name from singer order by age", "select name from singer order by age desc", {"order", "keywords"}),
    ("select name from singer order by age, name", "select name from singer order by name, age", {"order"}),
    (
        "select name from singer order by age desc, name desc",
        "select name from singer order by age, name desc",
        {"order", "keywords"},
    ),
    ("select name from singer order by age", "select name from singer order by age limit 1", {"order", "keywords"}),
    ("select name from singer", "select name from singer limit 1", {"keywords"}),
    (
        "select name from singer union select name from stadium",
        "select name from singer except select name from stadium",
        {"set_operations", "keywords"},
    ),
    (
        "select name from singer union select name from stadium",
        "select name from singer union select name from stadium where capacity > 1",
        {"set_operations"},
    ),
    (
        "select name from singer where age = (select max(age) from singer)",
        "select name from singer where age = (select min(age) from singer)",
        {"where"},
    ),
    (
        "select count(*) from (select name from singer where age > 1)",
        "select count(*) from (select name from singer where age < 1)",
        {"tables"},
    ),
    (
        "select s.name from stadium s left join concert c on c.stadium_id = s.stadium_id",
        "select s.name from stadium s join concert c on c.stadium_id = s.stadium_id",
        {"tables"},
    ),
    (
        "select name from singer union select name from stadium",
        "select name from singer union all select name from stadium",
        {"set_operations", "keywords"},
    ),
    (
        "select name from singer where age is null",
        "select name from singer where age is not null",
        {"where", "keywords"},
    ),
    (
        "select name, rank() over (order by age) from singer",
        "select name, rank() over (order by age desc) from singer",
        {"select", "select_without_aggregates"},
    ),
    (
        "select strftime('%Y', year) from concert",
        "select strftime('%m', year) from concert",
        {"select", "select_without_aggregates"},
    ),
    (
        "select t1.name from stadium t1 join concert t2 on t1.stadium_id = t2.stadium_id where t2.year = t1.capacity",
        "select t1.name from stadium t1 join concert t2 on t1.stadium_id = t2.stadium_id where t2.year = 3",
        {"where", "where_without_operators"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "predicted", "expected"), OTHER)
def test_what_differs_is_told_by_component(gold: str, predicted: str, expected: set[str]) -> None:
    found = _match(gold, predicted)
    assert {name for name in COMPONENTS if getattr(found, name) is False} == expected
    assert found.all is False


def test_a_component_that_neither_query_has_is_none() -> None:
    assert _match("select name from singer", "select name from singer") == Clauses(
        select=True, select_without_aggregates=True, tables=True
    )


def test_grouping_by_a_column_of_the_same_name_elsewhere_differs_in_the_whole_component_only() -> None:
    known = Known({"a": ["id", "x"], "b": ["id", "y"]})
    found = _match("select x from a, b group by a.id", "select x from a, b group by b.id", known)
    assert (found.group_without_having, found.group) == (True, False)


def test_foreign_keys_make_one_column_of_several_over_a_chain() -> None:
    names = {"a": ["id"], "b": ["id", "a_id"], "c": ["a_id"]}
    keys = [(("b", "a_id"), ("a", "id")), (("c", "a_id"), ("b", "a_id"))]
    pair = ("select c.a_id from a, b, c", "select A.ID from a, b, c")
    assert _match(*pair, Known(names, keys)).all is True
    assert _match(*pair, Known(names)).all is False


def test_what_is_known_of_a_database_is_read_from_its_schema() -> None:
    team = Table("Team", (Column("Id", "int", "integer"),), ("Id",))
    key = ForeignKey(("Team_Id",), "Team", ("Id",))
    player = Table("Player", (Column("Team_Id", "int", "integer"),), foreign_keys=(key,))
    known = Known.of(Schema("league", "sqlite", (team, player)))
    assert known.tables == {"team": {"id"}, "player": {"team_id"}}
    assert _match("select team_id from player, team", "select id from player, team", known).all is True


def test_without_a_schema_names_are_matched_as_they_are_written() -> None:
    assert _match("select a from t join u on t.b = u.b", "select A from U x join T on x.b = t.b", None).all is True
    assert _match("select t.a from t join u on t.b = u.b", "select u.a from t join u on t.b = u.b", None).all is False


def test_a_reading_stands_for_its_tree() -> None:
    gold, predicted = parse("select name from singer", "sqlite"), parse("select age from singer", "sqlite")
    readings = read(gold, "sqlite", KNOWN), read(predicted, "sqlite", KNOWN)
    assert readings[0] is not None
    assert readings[1] is not None
    assert exact_match(*readings, "sqlite", KNOWN) == exact_match(gold, predicted, "sqlite", KNOWN)


def test_a_statement_that_is_no_query_matches_none() -> None:
    found = _match("select name from singer where age > 1", "delete from singer where age > 1")
    assert found.all is False
    assert found.select is found.where is found.tables is False


@pytest.mark.shared
def test_every_query_of_spider_s_development_set_matches_itself(shared: Path) -> None:
    lines = (shared / "spider" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    with Catalog.open(shared / "spider" / "database") as catalog:
        known = {db_id: Known.of(catalog[db_id].schema) for db_id in {row["db_id"] for row in rows}}
    for row in rows:
        assert _match(row["SQL"], row["SQL"].lower() + " ;", known[row["db_id"]]).all is True, row["SQL"]
        reading = read(parse(row["SQL"], "sqlite"), "sqlite", known[row["db_id"]])
        assert reading is not None
        assert reading.unknown == [], row["SQL"]
