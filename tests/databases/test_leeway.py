"""What a query leaves open is no difference, and everything else stays one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from querywright import Catalog
from querywright.databases.database import Database
from querywright.databases.witnesses import distinguish

SCHEMA = """
CREATE TABLE pet (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, age INTEGER);
CREATE TABLE visit (id INTEGER PRIMARY KEY, pet_id INTEGER REFERENCES pet (id), cost REAL);
INSERT INTO pet VALUES (1,'a','cat',2),(2,'b','cat',2),(3,'c','dog',2),(4,'d','dog',5),(5,'e','dog',5),(6,'f','fox',7);
INSERT INTO visit VALUES (1,1,10),(2,1,20),(3,2,10),(4,3,10),(5,4,99);
CREATE TABLE nobody (id INTEGER PRIMARY KEY, name TEXT, town TEXT);
CREATE TABLE errand (id INTEGER PRIMARY KEY, nobody_id INTEGER REFERENCES nobody (id), worth INTEGER);
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path: Path = tmp_path_factory.mktemp("pets") / "pets.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
    connection.close()
    with Catalog.open(path) as catalog:
        yield catalog["pets"]


EQUALLY_RIGHT = [
    ("SELECT name FROM pet ORDER BY age", "SELECT name FROM pet ORDER BY age, id DESC"),
    ("SELECT name FROM pet ORDER BY age LIMIT 2", "SELECT name FROM pet ORDER BY age, id DESC LIMIT 2"),
    (
        "SELECT name FROM pet ORDER BY age LIMIT 2 OFFSET 2",
        "SELECT name FROM pet ORDER BY age, name DESC LIMIT 2 OFFSET 2",
    ),
    ("SELECT name FROM pet LIMIT 3", "SELECT name FROM pet ORDER BY id DESC LIMIT 3"),
    (
        "SELECT kind, COUNT(*) AS n FROM pet GROUP BY kind ORDER BY n DESC LIMIT 2",
        "SELECT kind, COUNT(*) AS n FROM pet GROUP BY kind ORDER BY n DESC, kind LIMIT 2",
    ),
    (
        "SELECT kind FROM pet GROUP BY kind ORDER BY MIN(age) LIMIT 1",
        "SELECT kind FROM pet GROUP BY kind ORDER BY MIN(age), kind DESC LIMIT 1",
    ),
    (
        "SELECT DISTINCT age, kind FROM pet ORDER BY age",
        "SELECT DISTINCT age, kind FROM pet ORDER BY age, kind DESC",
    ),
    (
        "SELECT name FROM pet UNION ALL SELECT kind FROM pet LIMIT 3",
        "SELECT kind FROM pet UNION ALL SELECT name FROM pet LIMIT 3",
    ),
]
"""A reference, and a query with another answer that it leaves open."""

WRONG = [
    ("SELECT name FROM pet ORDER BY age", "SELECT name FROM pet ORDER BY age DESC"),
    ("SELECT name FROM pet ORDER BY age, id", "SELECT name FROM pet ORDER BY age, id DESC"),
    ("SELECT name FROM pet ORDER BY age", "SELECT name FROM pet ORDER BY name"),
    ("SELECT name FROM pet ORDER BY age LIMIT 2", "SELECT name FROM pet ORDER BY age DESC LIMIT 2"),
    ("SELECT name FROM pet ORDER BY age LIMIT 2", "SELECT name FROM pet ORDER BY age LIMIT 3"),
    ("SELECT name FROM pet ORDER BY age LIMIT 2", "SELECT name FROM pet ORDER BY age LIMIT 2 OFFSET 2"),
    ("SELECT name FROM pet ORDER BY age LIMIT 4", "SELECT kind FROM pet ORDER BY age LIMIT 4"),
    ("SELECT name FROM pet ORDER BY age LIMIT 4", "SELECT name, age FROM pet ORDER BY age LIMIT 4"),
    ("SELECT age FROM pet ORDER BY age LIMIT 3", "SELECT DISTINCT age FROM pet ORDER BY age LIMIT 3"),
    (
        "SELECT kind, COUNT(*) FROM pet GROUP BY kind ORDER BY COUNT(*) DESC LIMIT 1",
        "SELECT kind, COUNT(*) FROM pet GROUP BY kind ORDER BY COUNT(*) LIMIT 1",
    ),
    (
        "SELECT name FROM pet WHERE id IN (SELECT pet_id FROM visit ORDER BY cost DESC, id LIMIT 1)",
        "SELECT name FROM pet WHERE id IN (SELECT pet_id FROM visit ORDER BY cost, id LIMIT 1)",
    ),
    ("SELECT name FROM pet WHERE age = 2", "SELECT name FROM pet WHERE age >= 2"),
    # SQLite keeps the rows that the outer ORDER BY chooses; another engine need not.
    (
        "SELECT name FROM pet ORDER BY age LIMIT 2",
        "SELECT name FROM (SELECT name, age FROM pet LIMIT 2) AS p ORDER BY age",
    ),
    ("SELECT name, age FROM pet ORDER BY age, name", "SELECT name, age FROM pet ORDER BY age"),
]
"""A reference, and a query that is wrong whatever the reference leaves open."""

OPEN_INSIDE = [
    (
        "SELECT name FROM pet WHERE id = (SELECT id FROM pet ORDER BY kind = 'none' LIMIT 1)",
        "SELECT name FROM pet WHERE id = (SELECT MAX(id) FROM pet)",
    ),
    (
        "SELECT name FROM pet WHERE id = (SELECT id FROM pet)",
        "SELECT name FROM pet WHERE id = (SELECT id FROM pet ORDER BY id DESC LIMIT 1)",
    ),
    ("SELECT kind, name FROM pet GROUP BY kind", "SELECT kind, MAX(name) FROM pet GROUP BY kind"),
    (
        "SELECT name, ROW_NUMBER() OVER (ORDER BY kind = 'none') FROM pet",
        "SELECT name, ROW_NUMBER() OVER (ORDER BY id DESC) FROM pet",
    ),
]
"""A reference without an answer of its own on the database, and a query that chooses otherwise."""


@pytest.mark.parametrize(("reference", "other"), EQUALLY_RIGHT)
def test_another_answer_that_the_query_leaves_open_is_right(database: Database, reference: str, other: str) -> None:
    verdict = distinguish(database, reference, other, lenient=True)
    assert verdict, verdict.reason
    assert verdict.proof
    assert not distinguish(database, reference, other)


@pytest.mark.parametrize(("reference", "other"), WRONG)
def test_what_the_query_settles_is_not_given_away(database: Database, reference: str, other: str) -> None:
    assert not distinguish(database, reference, other, lenient=True)


@pytest.mark.parametrize(("reference", "other"), OPEN_INSIDE)
def test_a_copy_on_which_the_reference_has_no_answer_proves_nothing(
    database: Database, reference: str, other: str
) -> None:
    verdict = distinguish(database, reference, other, lenient=True)
    assert verdict.open > 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM nobody WHERE town = 'Rome'",
        "SELECT n.name FROM nobody AS n JOIN errand AS w ON w.nobody_id = n.id WHERE town LIKE '%Rom%' AND worth > 5",
        'SELECT n.name FROM nobody AS n JOIN errand AS w ON w.nobody_id = n.id WHERE town = "Rome" AND worth > 30',
        "SELECT COUNT(*) FROM errand WHERE worth BETWEEN 3 AND 9 GROUP BY nobody_id",
    ],
)
def test_rows_are_made_up_where_there_are_none(database: Database, sql: str) -> None:
    assert not distinguish(database, sql, f"{sql} ").proof
    assert distinguish(database, sql, f"{sql} ", invent=True).proof
    wrong = sql.replace("WHERE", "WHERE NOT")
    assert not distinguish(database, sql, wrong, invent=True)
