"""Two tables of one name in two schemas of a database are two tables, in everything that is said and done with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases import Catalog, Database
from querywright.databases.descriptions import read_descriptions
from querywright.databases.rendering import render
from querywright.databases.schema import Column, ForeignKey, Schema, Table
from querywright.databases.witnesses import distinguish, witnesses
from querywright.sql.names import full_name

DDL = """
CREATE SCHEMA "help desk";
CREATE TABLE "help desk".users (id INTEGER PRIMARY KEY, nick VARCHAR, boss INTEGER REFERENCES "help desk".users (id));
CREATE TABLE "help desk".tickets (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES "help desk".users (id));
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
"""
THEIRS = "help desk.users"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("firm") / "firm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(DDL)
        connection.executemany("INSERT INTO users VALUES (?, ?)", [(n, f"Ada {n}") for n in range(1, 21)])
        connection.executemany(
            'INSERT INTO "help desk".users VALUES (?, ?, ?)',
            [(n, f"bo{n}", None if n == 101 else 101) for n in range(101, 121)],
        )
        connection.executemany("INSERT INTO orders VALUES (?, ?)", [(n, 1 + n % 20) for n in range(1, 41)])
        connection.executemany(
            'INSERT INTO "help desk".tickets VALUES (?, ?)', [(n, 101 + n % 20) for n in range(1, 41)]
        )
    with Catalog.open(path) as catalog:
        yield catalog["firm"]


def test_each_is_found_by_its_full_name_and_the_default_one_by_its_name_alone(database: Database) -> None:
    schema = database.schema
    assert {t.full_name for t in schema} == {THEIRS, "help desk.tickets", "users", "orders"}
    assert [c.name for c in schema.table("Users").columns] == ["id", "name"]
    assert [c.name for c in schema.table("HELP DESK.users").columns] == ["id", "nick", "boss"]
    assert schema.table("users", "Help Desk").full_name == THEIRS
    assert schema.table("users", "main").full_name == "users"
    assert schema.table("tickets").full_name == "help desk.tickets"
    assert schema.table("other.things") is None


def test_a_key_points_into_its_own_schema(database: Database) -> None:
    keys = {t.full_name: [k.referred_table for k in t.foreign_keys] for t in database.schema}
    assert keys == {THEIRS: [THEIRS], "help desk.tickets": [THEIRS], "users": [], "orders": ["users"]}


def test_the_ddl_makes_the_same_schema_again(database: Database, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "again.duckdb")) as connection:
        connection.execute('CREATE SCHEMA "help desk"')
        connection.execute(database.ddl())
    with Catalog.open(tmp_path) as catalog:
        assert render(catalog["again"].schema) == database.ddl()


def test_a_key_to_another_schema_is_written_part_by_part() -> None:
    own = Column("id", "INT", "integer")
    users = [Table("users", (own,), ("id",)), Table("users", (own,), ("id",), namespace="b.1")]
    keys = tuple(ForeignKey(("id",), name, ("id",)) for name in ("users", '"b.1".users'))
    schema = Schema("firm", "postgres", (Table("Visits", (own,), foreign_keys=keys, namespace="c"), *users))
    assert render(schema).endswith(
        'CREATE TABLE c."Visits" (\n  id INT,\n  FOREIGN KEY (id) REFERENCES users (id),\n'
        '  FOREIGN KEY (id) REFERENCES "b.1".users (id)\n);'
    )
    assert render(schema, "compact").endswith('c."Visits"(id int)\n  id -> users(id)\n  id -> "b.1".users(id)')
    assert '"b.1"' not in render(schema, only={"c.visits": None, "users": None})


def test_only_the_table_that_is_named_is_shown(database: Database) -> None:
    assert (
        database.compact(1, only={"users": None}) == "users(id integer [ex: 1], name varchar [ex: 'Ada 1'])\n  key: id"
    )
    assert database.compact(1, only={THEIRS: ["nick"]}) == "\"help desk\".users(nick varchar [ex: 'bo101'])"
    with pytest.raises(ValueError, match="has no column 'nick'"):
        database.compact(only={"users": ["nick"]})


def test_values_are_those_of_the_table_that_is_named(database: Database) -> None:
    assert (database.values("users", "id", 1), database.values(THEIRS, "id", 1)) == ([1], [101])
    assert set(database.examples(1)) == {(t.full_name, c.name) for t in database.schema for c in t.columns}
    assert database.sample_inserts(THEIRS, 1) == (
        "INSERT INTO \"help desk\".users (id, nick, boss) VALUES (101, 'bo101', NULL);"
    )
    assert database.sample_inserts("users", 1) == "INSERT INTO users (id, name) VALUES (1, 'Ada 1');"


def test_a_description_file_names_its_table_in_full(database: Database, tmp_path: Path) -> None:
    header = "original_column_name,column_name,column_description,data_format,value_description\n"
    (tmp_path / "users.csv").write_text(header + "id,,a customer,,\n")
    (tmp_path / f"{THEIRS}.csv").write_text(header + "id,,an agent,,\n")
    described = read_descriptions(database.schema, tmp_path)
    found = {t.full_name: t.column("id").description for t in described.schema}
    assert (found["users"], found[THEIRS], described.problems) == ("a customer", "an agent", ())


def test_a_witness_holds_the_table_that_a_query_reads(database: Database) -> None:
    [theirs] = witnesses(database, ['SELECT nick FROM "help desk".users'], count=1)
    with theirs:
        assert list(theirs.rows) == [THEIRS]
        assert min(row[0] for row in theirs.rows[THEIRS]) > 100
    [both] = witnesses(database, ['SELECT name FROM main.users UNION SELECT nick FROM "help desk".users'], count=1)
    with both:
        assert {name: len(rows[0]) for name, rows in both.rows.items()} == {THEIRS: 3, "users": 2}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("SELECT COUNT(*) FROM users", 'SELECT COUNT(*) FROM "help desk".users', False),
        ('SELECT nick FROM "help desk".users', 'SELECT DISTINCT nick FROM "help desk".users', False),
        ("SELECT COUNT(*) FROM users", "SELECT COUNT(id) FROM main.users", True),
        (
            'SELECT t.id FROM "help desk".tickets t JOIN "help desk".users u ON t.user_id = u.id',
            'SELECT t.id FROM "help desk".tickets t WHERE user_id IN (SELECT id FROM "help desk".users)',
            True,
        ),
    ],
)
def test_queries_over_namesakes_are_told_apart(database: Database, first: str, second: str, same: bool) -> None:
    verdict = distinguish(database, first, second)
    assert bool(verdict) is same, verdict.reason
    assert same or (verdict.witness and verdict.rows)


PART = st.text('a."', min_size=1, max_size=4)


@given(st.tuples(PART, PART), st.tuples(PART, PART))
def test_two_tables_never_share_a_full_name(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (full_name(*one) == full_name(*other)) == (one == other)
