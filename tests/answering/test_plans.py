from __future__ import annotations

from pathlib import Path

import pytest
from contract_engines import FILES, SERVERS

import querywright as qw
from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.answering.plans import plan_words
from querywright.answering.showing import whole
from querywright.answering.stages.generation import Settings
from querywright.answering.strategies.query_plan import query_plan
from querywright.errors import QueryRejected

TOP = """SELECT s.name, COUNT(*) FROM concert c JOIN stadium s ON c.stadium_id = s.stadium_id
WHERE c.year = 2014 GROUP BY s.name ORDER BY COUNT(*) DESC LIMIT 3"""
OLDER = "SELECT name FROM singer WHERE age > (SELECT AVG(age) FROM singer)"
KEPT = "keep the rows where c.year = 2014; put them into groups by s.name in a step of its own"
COUNTED = "work out COUNT(*) of each group; sort by COUNT(*) DESC in a step of its own."
ABOVE = "in the inner query, work out AVG(age) of all of them; keep the rows where age > (the inner result)."

PLANS = [
    (
        "sqlite",
        TOP,
        """\
SEARCH c USING INDEX by_year (year=?)
SEARCH s USING INTEGER PRIMARY KEY (rowid=?)
USE TEMP B-TREE FOR GROUP BY
USE TEMP B-TREE FOR ORDER BY""",
        f"""\
Find: look up concert (as c) by year; look up stadium (as s) by its key.
Operate: match with s where c.stadium_id = s.stadium_id; {KEPT}; {COUNTED}
Deliver: s.name, COUNT(*); 3 rows at most.""",
    ),
    (
        "sqlite",
        OLDER,
        "SCAN singer\nSCALAR SUBQUERY 1\n  SCAN singer",
        f"Find: read singer row by row; read singer row by row.\nOperate: {ABOVE}\nDeliver: name.",
    ),
    (
        "sqlite",
        "SELECT a FROM t WHERE a = 1 AND b > 2 ORDER BY a",
        "SEARCH TABLE t USING INDEX ab (a=? AND b>?)",  # as SQLite before 3.36 says it
        "Find: look up t by a and b.\nOperate: keep the rows where a = 1 AND b > 2; sort by a.\nDeliver: a.",
    ),
    (
        "duckdb",
        TOP,
        """\
╭─ Top N ──────────────────────────────────╮
│ Top: 3                                   │
│ Order By: count_star() DESC              │
╰─────────────────────┬────────────────────╯
╭─ Hash Group By ─────┴────────────────────╮
│ Groups: #0                               │
╰─────────────────────┬────────────────────╯
╭─ Hash Join ─────────┴────────────────────╮
│ Join Type: INNER                         │
│ Conditions: stadium_id = stadium_id      │
╰─────────────────────┬────────────────────╯
                      ├────────────────────────────────────╮
╭─ Seq Scan ──────────┴────────────────────╮  ╭─ Seq Scan ─┴────────────╮
│ Table: x.main.stadium                    │  │ Table: x.main.concert   │
│ Type: Sequential Scan                    │  │ Type: Sequential Scan   │
│ ~39 rows                                 │  │ Filters: year = 2014    │
╰──────────────────────────────────────────╯  │ ~25 rows                │
                                              ╰─────────────────────────╯""",
        f"""\
Find: read stadium (as s) row by row; read concert (as c) row by row.
Operate: match with s where c.stadium_id = s.stadium_id with a hash table; {KEPT}; {COUNTED}
Deliver: s.name, COUNT(*); 3 rows at most.""",
    ),
    (
        "duckdb",
        "SELECT name FROM singer WHERE singer_id = 3000",
        "╭─ Empty Result ─╮\n╰────────────────╯",
        "Find: read singer.\nOperate: keep the rows where singer_id = 3000.\nDeliver: name.",
    ),
    (
        "postgres",
        TOP,
        """\
Limit  (cost=11.31..11.31 rows=3 width=11)
  ->  Sort  (cost=11.31..11.37 rows=25 width=11)
        Sort Key: (count(*)) DESC
        ->  HashAggregate  (cost=10.73..10.98 rows=25 width=11)
              Group Key: s.name
              ->  Hash Join  (cost=6.22..10.61 rows=25 width=3)
                    Hash Cond: (c.stadium_id = s.stadium_id)
                    ->  Bitmap Heap Scan on concert c  (cost=4.34..8.65 rows=25 width=4)
                          Recheck Cond: (year = 2014)
                          ->  Bitmap Index Scan on by_year  (cost=0.00..4.33 rows=25 width=0)
                                Index Cond: (year = 2014)
                    ->  Hash  (cost=1.39..1.39 rows=39 width=7)
                          ->  Seq Scan on stadium s  (cost=0.00..1.39 rows=39 width=7)""",
        f"""\
Find: look up concert (as c) by year; read stadium (as s) row by row.
Operate: match with s where c.stadium_id = s.stadium_id with a hash table; {KEPT}; {COUNTED}
Deliver: s.name, COUNT(*); 3 rows at most.""",
    ),
    (
        "postgres",
        OLDER,
        """\
Seq Scan on singer  (cost=5.75..12.23 rows=100 width=4)
  Filter: ((age)::numeric > $0)
  InitPlan 1 (returns $0)
    ->  Aggregate  (cost=5.74..5.75 rows=1 width=32)
          ->  Seq Scan on singer singer_1  (cost=0.00..4.99 rows=299 width=4)""",
        f"Find: read singer row by row; read singer row by row.\nOperate: {ABOVE}\nDeliver: name.",
    ),
    (
        "postgres",
        'SELECT "Name" FROM "My Table" AS "T" WHERE "Code" = \'x\'',
        """\
Index Scan using "My Table_pkey" on "My Table" "T"  (cost=0.15..8.17 rows=1 width=32)
  Index Cond: (("Code")::text = 'x'::text)""",
        'Find: look up My Table (as T) by Code.\nOperate: keep the rows where "Code" = \'x\'.\nDeliver: "Name".',
    ),
    (
        "mysql",
        TOP,
        "1  SIMPLE  c  ref  stadium_id,by_year  by_year  5  const  25  Using where; Using temporary; Using filesort\n"
        "1  SIMPLE  s  eq_ref  PRIMARY  PRIMARY  4  shop.c.stadium_id  1  ",
        f"""\
Find: look up concert (as c) by the index by_year; look up stadium (as s) by its key.
Operate: match with s where c.stadium_id = s.stadium_id; {KEPT}; {COUNTED}
Deliver: s.name, COUNT(*); 3 rows at most.""",
    ),
    (
        "mysql",
        "SELECT title FROM concert WHERE year = 2014 OR concert_id = 4",
        "1  SIMPLE  concert  index_merge  PRIMARY,by_year  by_year,PRIMARY  5,4  26  Using union(by_year,PRIMARY)",
        "Find: look up concert by the index by_year and its key.\n"
        "Operate: keep the rows where year = 2014 OR concert_id = 4.\nDeliver: title.",
    ),
    (
        "mysql",
        "SELECT name FROM singer UNION SELECT name FROM stadium",
        "1  PRIMARY  singer  ALL  299  \n2  UNION  stadium  ALL  39  \nUNION RESULT  <union1,2>  ALL  ",
        "Find: read singer row by row; read stadium row by row.\n"
        "Operate: put the rows of both queries together, equal ones once.\nDeliver: name.",
    ),
]


@pytest.mark.parametrize(("dialect", "sql", "plan", "words"), PLANS, ids=[f"{p[0]}: {p[1][:40]}" for p in PLANS])
def test_a_plan_becomes_three_lines_of_plain_words(dialect: str, sql: str, plan: str, words: str) -> None:
    assert plan_words(plan, sql, dialect) == words


QUERIES = [
    ("SELECT 1", "Find: no table is needed.\nOperate: nothing more.\nDeliver: 1."),
    ("SELECT name FROM singer LIMIT 2", "Operate: nothing more.\nDeliver: name; 2 rows at most."),
    ("SELECT name FROM singer ORDER BY name LIMIT 2 OFFSET 3", "2 rows at most after the first 3."),
    ("SELECT DISTINCT country FROM singer", "keep equal rows once"),
    ("SELECT a FROM t LEFT JOIN u ON t.b = u.b", "match with u where t.b = u.b, keeping rows without a match"),
    ("SELECT a FROM t JOIN u USING (b)", "match with u by equal b"),
    ("SELECT a FROM t, u", "match with u each with each"),
    ("SELECT a FROM t EXCEPT SELECT a FROM u", "that the second one does not give"),
    ("WITH x AS (SELECT a FROM t WHERE a > 1) SELECT a FROM x", "for x, keep the rows where a > 1"),
    ("SELECT a, RANK() OVER (ORDER BY b) FROM t", "work out RANK() OVER (ORDER BY b) beside each row"),
    ("SELECT a FROM t GROUP BY a HAVING COUNT(*) > 1", "keep the groups where COUNT(*) > 1"),
]


@pytest.mark.parametrize(("sql", "words"), QUERIES, ids=[sql for sql, _ in QUERIES])
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres", "mysql"])
def test_what_a_plan_does_not_say_is_taken_from_the_query(dialect: str, sql: str, words: str) -> None:
    assert words in plan_words("nothing that is known", sql, dialect)


def test_what_is_no_query_has_no_words() -> None:
    with pytest.raises(QueryRejected):
        plan_words("", "DROP TABLE t", "sqlite")


SCRIPT = """
CREATE TABLE stadium (stadium_id INTEGER PRIMARY KEY, name VARCHAR(40), capacity INTEGER);
CREATE TABLE concert (concert_id INTEGER PRIMARY KEY, stadium_id INTEGER, year INTEGER,
  FOREIGN KEY (stadium_id) REFERENCES stadium(stadium_id));
"""
ROWS = {
    "stadium": [(n, f"S{n}", 100 * n) for n in range(1, 40)],
    "concert": [(n, 1 + n % 39, 2000 + n % 20) for n in range(400)],
}


@pytest.fixture(params=[*FILES, *SERVERS])
def arena(request, tmp_path: Path):
    if request.param in FILES:
        engine = FILES[request.param]()
    else:
        kind, server = SERVERS[request.param]
        engine = kind(request.getfixturevalue(server))
    with qw.Catalog.open(engine.load(tmp_path / "arena", SCRIPT, ROWS)) as catalog:
        yield next(iter(catalog.values()))
    engine.drop()


def test_real_plans_of_every_engine_are_understood(arena) -> None:
    words = plan_words(arena.explain(TOP), TOP, arena.dialect)
    found, operated, delivered = words.splitlines()
    steps = found.removeprefix("Find: ").rstrip(".").split("; ")
    assert sorted("concert (as c)" in step for step in steps) == [False, True]
    assert sorted("stadium (as s)" in step for step in steps) == [False, True]
    assert all(step.startswith("look up") or step.endswith("row by row") for step in steps)
    assert operated.endswith(COUNTED)
    assert delivered == "Deliver: s.name, COUNT(*); 3 rows at most."


def test_queries_made_by_rule_run_and_have_a_plan_on_every_engine(arena) -> None:
    known = Known("k", "Who?", "", whole(arena.schema))
    shots = query_plan(known, Desk(arena, None), Settings()).shots
    assert [len(arena.execute(shot.SQL).rows) for shot in shots] == [1, 39, 1]
    assert all(shot.reasoning.startswith(("Find: read ", "Find: look up ")) for shot in shots)
