"""A read replica in recovery: everything that reads works on it."""

import threading
import time

import psycopg
import pytest
from throwaway_servers import PostgresStandby

from querywright.databases import Catalog, Limits
from querywright.errors import QueryError, QueryFailed, QueryTimeout

SCRIPT = """
    CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, boss int REFERENCES people);
    COMMENT ON TABLE people IS 'who works here';
    INSERT INTO people SELECT n, 'name ' || n, NULLIF(n / 2, 0) FROM generate_series(1, 3000) n; ANALYZE people;"""


@pytest.fixture(scope="module")
def standby(postgres_server):
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE copied")
    with psycopg.connect(postgres_server.url("copied"), autocommit=True) as connection:
        connection.execute(SCRIPT)
    with PostgresStandby(postgres_server, "max_standby_streaming_delay=0") as server:
        yield server
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE copied WITH (FORCE)")


@pytest.fixture
def database(standby):
    with Catalog.open(standby.url("copied")) as catalog:
        yield catalog["copied"]


def replayed(standby, primary):
    """Wait until the replica has everything the primary has."""
    with psycopg.connect(primary.url("copied")) as connection:
        until = connection.execute("SELECT pg_current_wal_lsn()").fetchone()[0]
    with psycopg.connect(standby.url("copied"), autocommit=True) as connection:
        while not connection.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (until,)).fetchone()[0]:
            time.sleep(0.05)


def test_it_is_in_recovery_and_its_databases_are_found(standby):
    with Catalog.open(standby.url()) as catalog:
        assert {"copied", "postgres"} <= set(catalog)
        assert catalog["copied"].execute("SELECT pg_catalog.pg_is_in_recovery()").rows == [(True,)]


def test_schema_and_values_are_those_of_the_primary(database, postgres_server):
    table = database.schema.table("people")
    assert (table.row_count, table.estimated, table.description) == (3000, True, "who works here")
    assert table.foreign_keys[0].referred_table == "people"
    assert database.values("people", "boss", 1) == [1]
    with Catalog.open(postgres_server.url("copied")) as catalog:
        primary = catalog["copied"]
        assert (database.schema, database.fingerprint()) == (primary.schema, primary.fingerprint())


def test_queries_run_within_their_limits(database):
    assert database.execute("SELECT name FROM people ORDER BY id", Limits(rows=2)).rows == [("name 1",), ("name 2",)]
    assert "people" in database.explain("SELECT * FROM people")
    with pytest.raises(QueryTimeout):
        database.execute("SELECT count(*) FROM people a, people b, people c", Limits(seconds=0.3))
    with pytest.raises(QueryError):
        database._connector.execute("DELETE FROM people", Limits())
    assert database.execute("SELECT count(*) FROM people").rows == [(3000,)]


def test_what_changes_on_the_primary_arrives(database, standby, postgres_server):
    with psycopg.connect(postgres_server.url("copied"), autocommit=True) as connection:
        connection.execute("CREATE TABLE fresh (id int)")
    replayed(standby, postgres_server)
    with Catalog.open(standby.url("copied")) as catalog:
        assert catalog["copied"].schema.table("fresh")
    with psycopg.connect(postgres_server.url("copied"), autocommit=True) as connection:
        connection.execute("DROP TABLE fresh")


def test_a_query_that_stands_in_the_way_of_the_primarys_changes_fails_and_the_next_one_works(database, postgres_server):
    with psycopg.connect(postgres_server.url("copied"), autocommit=True) as connection:
        connection.execute("CREATE TABLE doomed AS SELECT n FROM generate_series(1, 3000) n")
        time.sleep(0.5)
        drop = threading.Timer(1.0, connection.execute, ["DROP TABLE doomed"])
        drop.start()
        with pytest.raises(QueryFailed, match="the replica had to end it to catch up"):
            database.execute("SELECT count(*) FROM doomed a, doomed b, doomed c", Limits(seconds=20))
        drop.join()
    assert database.execute("SELECT count(*) FROM people").rows == [(3000,)]
