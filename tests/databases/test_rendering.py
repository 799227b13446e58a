"""A rendered schema is read by SQLGlot and created by the engine; written values come back as they were."""

import math
import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlglot

from querywright.databases.connectors.duckdb import DuckDBConnector
from querywright.databases.connectors.sqlite import SQLiteConnector
from querywright.databases.literals import literal, quote
from querywright.databases.rendering import render, sample_inserts
from querywright.databases.results import Limits
from querywright.databases.schema import Column, ForeignKey, Index, Schema, Table
from querywright.databases.watchdog import Watchdog

SHARED = Path(__file__).parents[2] / "../shared/data/spider/database"
ODD = ["order", "a b", 'say "hi"', "größe", "it's", "1st", "semi;colon", "a`b", "SELECT", "x--y", "tab\tin"]


def a_schema(dialect):
    pet = Table(
        "pet",
        (
            Column("id", "INTEGER", "integer", nullable=False, description="number"),
            Column("owner id", "INTEGER", "integer"),
            Column("kind", "VARCHAR", "text", description="sort of\n animal", value_description="D = dog"),
        ),
        ("id",),
        (ForeignKey(("owner id",), "owner", ("id",)),),
        (Index("u", ("kind", "owner id"), unique=True), Index("i", ("kind",))),
        description="animals; DROP TABLE pet",
    )
    owner = Table("owner", (Column("id", "INTEGER", "integer"), Column("name", "VARCHAR", "text")), ("id",))
    return Schema("pets", dialect, (pet, owner))


def test_ddl_reads_like_this():
    assert render(a_schema("sqlite"), examples={("pet", "kind"): ["D", "it's\n--"]}) == (
        "CREATE TABLE owner (\n  id INTEGER,\n  name VARCHAR,\n  PRIMARY KEY (id)\n);\n\n"
        "CREATE TABLE pet ( -- animals; DROP TABLE pet\n"
        "  id INTEGER NOT NULL, -- number\n"
        '  "owner id" INTEGER,\n'
        "  kind VARCHAR, -- sort of animal; D = dog; examples: 'D', 'it''s --'\n"
        "  PRIMARY KEY (id),\n"
        '  UNIQUE (kind, "owner id"),\n'
        '  FOREIGN KEY ("owner id") REFERENCES owner (id)\n);'
    )


def test_compact_reads_like_this():
    assert render(a_schema("mysql"), "compact", examples={("pet", "kind"): ["D"]}) == (
        "owner(id integer, name varchar)\n  key: id\n"
        'pet(id integer "number", `owner id` integer, kind varchar "sort of animal; D = dog" [ex: \'D\'])'
        ' "animals; DROP TABLE pet"\n  key: id\n  `owner id` -> owner(id)'
    )


def test_only_the_chosen_tables_and_columns_are_shown_and_no_key_to_a_hidden_one():
    schema = a_schema("sqlite")
    assert "owner" not in render(schema, only={"PET": ["ID", "Kind"]})
    assert "FOREIGN KEY" not in render(schema, only={"pet": None})
    assert "FOREIGN KEY" in render(schema, only={"pet": ["owner id"], "owner": ["id"]})
    assert "FOREIGN KEY" not in render(schema, only={"pet": ["owner id"], "owner": ["name"]})
    assert render(schema, only={}) == ""


@pytest.mark.parametrize("only", [{"nobody": None}, {"pet": ["nothing"]}])
def test_an_unknown_name_is_an_error(only):
    with pytest.raises(ValueError, match="has no"):
        render(a_schema("sqlite"), only=only)


def test_an_unknown_style_is_an_error():
    with pytest.raises(ValueError, match="ddl and compact"):
        render(a_schema("sqlite"), "xml")


def create(dialect, path, statements):
    if dialect == "sqlite":
        connection = sqlite3.connect(path)
        connection.executescript(statements)
        connection.commit()
        connection.close()
        return SQLiteConnector(path, Watchdog())
    with duckdb.connect(path) as connection:
        connection.execute(statements)
    return DuckDBConnector(path)


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_the_engine_creates_the_same_schema_from_its_ddl(dialect, tmp_path):
    odd = tuple(Column(name, "INTEGER", "integer") for name in ODD)
    link = ForeignKey((ODD[0],), 'the "odd" table', (ODD[1],))
    tables = (
        Table("child", odd, (ODD[2], ODD[3]), (link,), description="a\nb"),
        Table('the "odd" table', odd, (ODD[1],)),
        *a_schema(dialect).tables,
    )
    written = render(Schema("odd", dialect, tables), examples={("child", ODD[0]): [1, None]})
    connector = create(dialect, tmp_path / "again.db", written)
    again = connector.introspect()
    connector.close()
    assert {t.name for t in again} == {t.name for t in tables}
    for table in tables:
        found = again.table(table.name)
        assert [c.name for c in found.columns] == [c.name for c in table.columns]
        assert found.primary_key == table.primary_key
        assert found.foreign_keys == table.foreign_keys
        assert set(found.unique_keys) == set(table.unique_keys)


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres", "mysql"])
def test_sqlglot_reads_the_ddl_of_every_dialect(dialect):
    statements = sqlglot.parse(render(a_schema(dialect)), dialect=dialect)
    assert [s.key for s in statements if s is not None and s.key != "semicolon"] == ["create", "create"]


@pytest.mark.shared
@pytest.mark.parametrize("db_id", ["concert_singer", "sakila_1", "chinook_1", "formula_1", "college_2"])
def test_the_ddl_of_real_databases_creates_them_again(db_id, tmp_path):
    path = SHARED / db_id / f"{db_id}.sqlite"
    if not path.exists():
        pytest.skip("the shared databases are not here")
    original = SQLiteConnector(path, Watchdog())
    schema = original.introspect()
    original.close()
    copy = create("sqlite", tmp_path / "copy.db", render(schema))
    again = copy.introspect()
    copy.close()
    assert {t.name: [c.name for c in t.columns] for t in again} == {t.name: [c.name for c in t.columns] for t in schema}
    assert len(sqlglot.parse(render(schema), dialect="sqlite")) >= len(schema.tables)


VALUES = {
    "sqlite": [
        ("INTEGER", [0, -1, 2**63 - 1, -(2**63), None]),
        ("REAL", [0.1, -1e300, 5e-324, math.inf, -math.inf]),
        ("TEXT", ["", "it's", "a\nb", "nul\0in", "größe 🐘", "\\n", "bad \udcff byte", "--", "'; DROP TABLE x; --"]),
        ("BLOB", [b"", b"\x00\xff'"]),
    ],
    "duckdb": [
        ("HUGEINT", [0, -1, 2**127 - 1, -(2**127), None]),
        ("DOUBLE", [0.1, -1e300, 5e-324, math.inf, -math.inf]),
        ("DECIMAL(30,10)", [Decimal("0.0000000001"), Decimal("-12345678901234567890.1234567891")]),
        ("VARCHAR", ["", "it's", "a\nb", "nul\0in", "größe 🐘", "\\n", "--", "'; DROP TABLE x; --"]),
        ("BLOB", [b"", b"\x00\xff'"]),
        ("BOOLEAN", [True, False, None]),
        ("DATE", [date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31)]),
        ("TIME", [time(0, 0), time(23, 59, 59, 999999)]),
        ("TIMESTAMP", [datetime(2024, 2, 29, 12, 34, 56, 789)]),
        ("TIMESTAMPTZ", [datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC)]),
        ("INTERVAL", [timedelta(days=3, seconds=5, microseconds=7), timedelta(seconds=-1)]),
        ("INTEGER[]", [[], [1, None, 3]]),
        ("VARCHAR[][]", [[["it's"], []]]),
        ("STRUCT(a INTEGER, b VARCHAR[])", [{"a": 1, "b": ["x"]}, {"a": None, "b": None}]),
        ("MAP(VARCHAR, INTEGER)", [{}, {"k": 1}]),
    ],
}


@pytest.mark.parametrize(
    ("dialect", "type_", "values"),
    [(dialect, type_, values) for dialect, columns in VALUES.items() for type_, values in columns],
)
def test_written_values_come_back_from_the_engine(dialect, type_, values, tmp_path):
    table = Table("odd name", (Column("n", "INTEGER", "integer"), Column("order", type_, "other")))
    rows = list(enumerate(values))
    inserts = sample_inserts(table, rows, dialect)
    script = render(Schema("x", dialect, (table,))) + "\n" + inserts
    connector = create(dialect, tmp_path / "values.db", script)
    found = connector.execute('SELECT n, "order" FROM "odd name" ORDER BY n', Limits()).rows
    connector.close()
    assert [(n, repr(v)) for n, v in found] == [(n, repr(v)) for n, v in rows]


def test_nan_comes_back_as_nan_or_where_there_is_none_as_null(tmp_path):
    assert literal(math.nan, "sqlite") == "NULL"
    with duckdb.connect() as connection:
        assert math.isnan(connection.execute(f"SELECT {literal(math.nan, 'duckdb')}").fetchone()[0])


def test_a_generated_column_is_not_inserted():
    table = Table("t", (Column("a", "INT", "integer"), Column("b", "INT", "integer", generated=True)))
    assert sample_inserts(table, [(1, 2)], "duckdb") == "INSERT INTO t (a) VALUES (1);"


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres", "mysql"])
def test_odd_names_are_quoted_so_that_they_are_read_as_themselves(name, dialect):
    column = sqlglot.parse_one(f"SELECT {quote(name, dialect)}", dialect=dialect).expressions[0]
    assert column.name == name
