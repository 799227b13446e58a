"""A database whose users are customers in one schema and agents in another: both are asked about, never confused."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import duckdb
import pytest

from querywright.databases import Catalog, Database, Limits
from querywright.databases.schema import Column, ForeignKey, Schema, Table
from querywright.datasets import Example
from querywright.runs import Run
from querywright.runs.report import write_report
from querywright.runs.report.recorded import empty_coverage, recorded_databases
from querywright.sql import parse
from querywright.sql.references import references
from querywright.synthesis import synthesize
from querywright.synthesis.english import CannotSay, ask
from querywright.synthesis.lexicon import Lexicon

DDL = """
CREATE SCHEMA "help desk";
CREATE TABLE users (user_id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, country VARCHAR NOT NULL, joined_on DATE);
CREATE TABLE orders (order_id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (user_id),
  total DECIMAL(8,2) NOT NULL, placed_on DATE NOT NULL);
CREATE TABLE "help desk".users (user_id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, team VARCHAR NOT NULL,
  salary INTEGER NOT NULL, manager_id INTEGER REFERENCES "help desk".users (user_id));
CREATE TABLE "help desk".tickets (ticket_id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES "help desk".users (user_id),
  customer_user_id INTEGER NOT NULL, minutes INTEGER NOT NULL, priority VARCHAR NOT NULL, opened_on DATE NOT NULL);
"""
NAMES = ("Ada", "Bo", "Cleo", "Dag", "Eva", "Finn", "Gro")
ROWS = {
    "users": [
        (i, f"{NAMES[i % 7]} Berg {i}", ("Norway", "Chile", "Japan")[i % 3], f"20{18 + i % 6}-0{1 + i % 9}-11")
        for i in range(1, 61)
    ],
    "orders": [
        (i, 1 + i * 7 % 53, (i * 37) % 400 + 5.5, f"20{20 + i % 4}-{1 + i % 12:02d}-{1 + i % 27:02d}")
        for i in range(1, 241)
    ],
    '"help desk".users': [
        (i + 100, f"{NAMES[i % 7]} Lund {i}", ("Phone", "Mail", "Chat")[i % 3], 28000 + 900 * i, 100 + i // 2 or None)
        for i in range(2, 25)
    ],
    '"help desk".tickets': [
        (i, 101 + i * 5 % 19, 1 + i * 11 % 57, 3 + i * 13 % 90, ("low", "high")[i % 2], f"202{i % 4}-0{1 + i % 9}-03")
        for i in range(1, 301)
    ],
}
THEIRS = "help desk.users"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    path = tmp_path_factory.mktemp("firm") / "firm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(DDL)
        connection.execute("INSERT INTO \"help desk\".users VALUES (101, 'Ada Lund 1', 'Chat', 40000, NULL)")
        for table, rows in ROWS.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    with Catalog.open(path) as catalog:
        yield catalog


@pytest.fixture(scope="module")
def firm(catalog: Catalog) -> Database:
    return catalog["firm"]


@pytest.fixture(scope="module")
def lexicon(firm: Database) -> Lexicon:
    return Lexicon.read(firm)


@pytest.fixture(scope="module")
def run(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return synthesize(catalog, 150, tmp_path_factory.mktemp("run") / "run", seed=3)


@pytest.fixture(scope="module")
def examples(run: Run) -> list[Example]:
    return list(run.examples())


def test_each_table_has_its_own_facts_and_its_own_noun(lexicon: Lexicon) -> None:
    assert lexicon.facts("users", "user_id").maximum == 60
    assert lexicon.facts(THEIRS, "user_id").maximum == 124
    nouns = [(e.singular, e.plural, e.person) for e in map(lexicon.entity, ("users", THEIRS))]
    assert nouns == [("user", "users", True), ("help desk user", "help desk users", True)]
    assert lexicon.entity("tickets").singular == "ticket"


def test_a_key_says_which_of_them_it_points_at(lexicon: Lexicon) -> None:
    keys = {r.columns[0]: (r.referred_table, r.phrase, r.inferred) for r in lexicon.references("help desk.tickets")}
    assert keys == {
        "user_id": (THEIRS, "help desk user", False),
        "customer_user_id": ("users", "customer user", True),
    }
    assert [r.table for r in lexicon.children("users")] == ["help desk.tickets", "orders"]
    assert [r.table for r in lexicon.children(THEIRS)] == [THEIRS, "help desk.tickets"]


def test_a_key_nobody_declared_stays_in_its_schema_where_it_may() -> None:
    def table(name: str, namespace: str | None, *columns: str) -> Table:
        made = tuple(Column(c, "INTEGER", "integer") for c in columns)
        return Table(name, made, columns[:1], namespace=namespace)

    homes = (None, "a", "b")
    tables = [table("users", home, "id", "age") for home in homes] + [
        table("visits", home, "id", "user_id") for home in homes
    ]
    lexicon = Lexicon.of(Schema("firm", "postgres", tuple(tables)))
    assert [lexicon.references(f"{home}.visits" if home else "visits")[0].referred_table for home in homes] == [
        "users",
        "a.users",
        "b.users",
    ]
    assert [lexicon.entity(t.full_name).plural for t in tables[3:]] == ["visits", "a visits", "b visits"]


def test_a_declared_key_may_lead_to_another_schema() -> None:
    def users(namespace: str | None) -> Table:
        return Table("users", (Column("id", "INT", "integer"),), ("id",), namespace=namespace)

    key = ForeignKey(("user_id",), "b.users", ("id",))
    visits = Table("visits", (Column("user_id", "INT", "integer"),), foreign_keys=(key,), namespace="a")
    [found] = Lexicon.of(Schema("firm", "postgres", (users(None), users("b"), visits))).references("visits")
    assert (found.table, found.referred_table, found.phrase) == ("a.visits", "b.users", "b user")


def test_every_record_executes_and_reads_the_tables_its_question_names(firm: Database, examples: list[Example]) -> None:
    tables = {t.full_name: [c.name for c in t.columns] for t in firm.schema}
    read: set[str] = set()
    for example in examples:
        assert firm.execute(example.SQL, Limits(10.0, 5000)).rows
        found = set(references(example.SQL, "duckdb", tables).tables)
        read |= found
        assert found <= set(tables)
        theirs = found & {THEIRS, "help desk.tickets"}  # a ticket's key speaks of its user, too
        assert theirs or "help desk user" not in example.question, example.question
        if found == {THEIRS}:
            assert "help desk user" in example.question, example.question
    assert read == set(tables)


def test_reasoning_names_the_table_that_is_read(examples: list[Example]) -> None:
    for example in examples:
        trace = example.cot_reasoning or ""
        told = trace[: trace.index("```sql")]
        assert (f"`{THEIRS}`" in told) == bool(re.search(r'"help desk"\.users\b', example.SQL)), trace


def test_the_report_knows_each_table(run: Run, examples: list[Example]) -> None:
    covered = empty_coverage(recorded_databases(run))["firm"]
    for example in examples:
        covered.add(parse(example.SQL, "duckdb"))
    assert set(covered.used) == set(covered.tables) == {"users", "orders", THEIRS, "help desk.tickets"}
    assert "salary" in covered.used[THEIRS]
    assert "country" in covered.used["users"]
    assert f"<h3>{THEIRS}</h3>" in write_report(run).read_text()


def test_two_namesakes_without_aliases_are_not_asked_about(lexicon: Lexicon) -> None:
    tree = parse('SELECT "help desk".users.team FROM main.users JOIN "help desk".users USING (user_id)', "duckdb")
    with pytest.raises(CannotSay, match="two tables of one name"):
        ask(tree, lexicon, None, random.Random(0))
