"""On a server, no reading of values goes through a table of millions of rows: the server's own counters tell."""

import time

import psycopg
import pytest
from contract_engines import MariaDB, PostgreSQL

from querywright.databases import Catalog
from querywright.databases.addresses import Address
from querywright.synthesis.lexicon.observation import observe

ROWS = 2_000_000
COLUMNS = "id INTEGER PRIMARY KEY, kind VARCHAR(20), amount DECIMAL(10, 2), note TEXT, late INTEGER"
VALUES = "{n}, CONCAT('kind ', {n} / 1000000), {n} % 1000, CONCAT('note ', {n} % 7), CASE WHEN {n} > 1800000 THEN 1 END"


@pytest.fixture(scope="module")
def postgres(postgres_server, tmp_path_factory):
    engine = PostgreSQL(postgres_server)
    url = engine.load(
        tmp_path_factory.mktemp("large") / "postgres",
        f"""CREATE TABLE large ({COLUMNS});
        INSERT INTO large SELECT {VALUES.format(n="n")} FROM generate_series(1, {ROWS}) n;
        CREATE TABLE parts ({COLUMNS.replace("PRIMARY KEY", "")}) PARTITION BY HASH (id);
        CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO parts SELECT * FROM large; CREATE MATERIALIZED VIEW kept AS SELECT * FROM large;
        CREATE VIEW seen AS SELECT * FROM large""",
    )
    yield url
    engine.drop()


@pytest.fixture(scope="module")
def mariadb(mariadb_server, tmp_path_factory):
    engine = MariaDB(mariadb_server)
    script = f"CREATE TABLE large ({COLUMNS}); INSERT INTO large SELECT {VALUES.format(n='seq')} FROM seq_1_to_{ROWS};"
    yield engine.load(tmp_path_factory.mktemp("large") / "mariadb", script)
    engine.drop()


def look(url, name):
    """Read what is ever read of a table's values; its size, and what was observed."""
    with Catalog.open(url) as catalog:
        database = catalog[Address.parse(url).database]
        table = database.schema.table(name)
        for column in table.columns:
            assert database.values(name, column.name) or column.name == "late"
        assert database.sample_inserts(name)
        assert database.fingerprint()
        return table, observe(database, table)


def settled(read):
    """A counter of the server, once it stands still: PostgreSQL adds up what a connection did some time later."""
    before = None
    while (now := read()) != before:
        before = now
        time.sleep(1.2)
    return now


def test_postgresql_reads_pages_picked_from_all_over_the_table(postgres):
    def rows_read():
        with psycopg.connect(postgres) as connection:
            return connection.execute(
                "SELECT sum(seq_tup_read) + sum(idx_tup_fetch) FROM pg_stat_user_tables"
            ).fetchone()[0]

    before = settled(rows_read)
    for name in ("large", "parts", "kept"):
        table, seen = look(postgres, name)
        after = settled(rows_read)
        assert after - before < ROWS / 2
        assert table.estimated
        assert abs(table.row_count - ROWS) < ROWS / 10
        assert all(column.estimated for column in seen.values())
        assert len(seen["kind"].values) > 1
        assert seen["late"].distinct == 1, "which only the last rows have"
        before = after


def test_the_same_rows_are_picked_each_time(postgres):
    with Catalog.open(postgres) as first, Catalog.open(postgres) as second:
        name = Address.parse(postgres).database
        assert first[name].values("large", "kind", 9) == second[name].values("large", "kind", 9)


def test_statistics_that_are_old_do_not_hide_what_is_there(postgres_server, tmp_path):
    engine = PostgreSQL(postgres_server)
    url = engine.load(tmp_path / "shrunk", "CREATE TABLE t (x int); INSERT INTO t SELECT generate_series(1, 3)")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE pg_class SET reltuples = 4e9 WHERE relname = 't'")
    with Catalog.open(url) as catalog:
        database = catalog[Address.parse(url).database]
        assert database.schema.table("t").row_count > ROWS
        assert database.values("t", "x") == [1, 2, 3]
        assert observe(database, database.schema.table("t"))["x"].values == (1, 2, 3)
    engine.drop()


def test_mariadb_reads_the_first_rows(mariadb, mariadb_server):
    def rows_read():
        with MariaDB(mariadb_server).open() as connection, connection.cursor() as cursor:
            cursor.execute("SHOW GLOBAL STATUS LIKE 'Handler_read%'")
            return sum(int(row[1]) for row in cursor.fetchall())

    before = rows_read()
    table, seen = look(mariadb, "large")
    read = rows_read() - before  # its temporary tables included
    assert read < ROWS
    assert table.estimated
    assert abs(table.row_count - ROWS) < ROWS / 10
    assert all(column.estimated for column in seen.values())
