"""Whatever a superuser sends to a PostgreSQL server, it is refused or stopped in time, and nothing is changed."""

import os
import shutil

import hostile_postgres as hostile
import psycopg
import pytest
from hostile_attack import attack, others, until_quiet
from throwaway_servers import Server

from querywright.databases.addresses import Address
from querywright.databases.connectors.postgres import PostgresConnector
from querywright.databases.database import Database
from querywright.databases.results import Limits

SECONDS = 0.4
SLACK = 3
"""Seconds beyond the deadline that a busy machine may take; on a quiet one it is less than one."""
ROWS = 20_000
REFUSED = {"QueryRejected", "QueryFailed"}
STOPPED = {*REFUSED, "QueryTimeout"}
SMALL = {"SELECT array_agg(a.id) OVER (ORDER BY a.id) FROM t a", hostile.GREEDY[-1]}
"""Hostile in intent, but small, or cut at the caps."""


@pytest.fixture(scope="module")
def report(postgres_server):
    """The outcomes, and the server's content before and after."""
    if not isinstance(postgres_server, Server):
        pytest.skip("a running server of somebody else is not attacked")
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE hostile")
    place = postgres_server.url("hostile")
    folder = postgres_server._folder / "scratch"
    folder.mkdir()
    (folder / "bait").write_text("bait")
    if os.geteuid() == 0:
        shutil.chown(folder, postgres_server.account)
    with psycopg.connect(place, autocommit=True) as victim, psycopg.connect(place) as blocker:
        victim.execute(hostile.SETUP)
        victim.execute("SELECT pg_advisory_lock(42)")
        blocker.execute("LOCK TABLE locked")
        names = {"folder": folder, "victim": victim.info.backend_pid, "address": place}
        before = _content(place, folder)
        with Database(PostgresConnector(Address.parse(place)), "hostile") as database:
            ways = [(database, "execute", hostile.EVERYTHING), (database, "explain", hostile.EVERYTHING)]
            ways.append((database._connector, "execute", hostile.ALONE))
            outcomes = attack(ways, SECONDS, ROWS, **names)
            until_quiet(lambda: _busy(place) == 0)
            after = _content(place, folder)
        victim_answers = victim.execute("SELECT 1").fetchone() == (1,)
    yield outcomes, before, after, victim_answers
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE hostile WITH (FORCE)")
    shutil.rmtree(folder)


def _content(place, folder):
    with psycopg.connect(place, autocommit=True) as connection:
        found = {name: connection.execute(sql).fetchall() for name, sql in hostile.CONTENT.items()}
    found["files"] = sorted(path.name for path in folder.iterdir())
    found["files of the server"] = sorted(path.name for path in (folder.parent / "data").iterdir())
    found["settings file"] = (folder.parent / "data" / "postgresql.auto.conf").read_text()
    return found


def _busy(place):
    with psycopg.connect(place) as connection:
        return connection.execute(_BUSY).fetchone()[0]


_BUSY = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'querywright' AND state <> 'idle'"


@pytest.fixture(scope="module")
def outcomes(report):
    return report[0]


def test_there_are_enough_statements():
    assert len(set(hostile.EVERYTHING)) == len(hostile.EVERYTHING) >= 200


def test_nothing_is_changed(report):
    _, before, after, _ = report
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def test_the_other_session_is_left_alone(report):
    assert report[3]


def test_each_is_over_soon_after_its_deadline(outcomes):
    assert [o for o in outcomes if o.seconds > SECONDS + SLACK] == []


def test_the_next_query_works_after_each(outcomes):
    assert [o for o in outcomes if not o.alive] == []


@pytest.mark.parametrize("group", ["WRITES", "TAKEN_BACK", "STATEMENTS", "REACHES_OUT", "SMUGGLED"])
def test_the_guard_refuses_what_is_more_than_a_query(outcomes, group):
    guarded = [o for o in outcomes if o.way.startswith("Database")]
    harmless = {"QueryFailed"} if group == "SMUGGLED" else set()
    assert others(guarded, getattr(hostile, group), {"QueryRejected", *harmless}) == {}


@pytest.mark.parametrize("group", ["WRITES", "STATEMENTS"])
def test_the_server_refuses_it_too(outcomes, group):
    alone = [o for o in outcomes if o.way.startswith("PostgresConnector")]
    assert others(alone, getattr(hostile, group), {"QueryFailed"}) == {}


@pytest.mark.parametrize("group", ["ENDLESS", "GREEDY", "SMUGGLED"])
def test_the_rest_is_stopped_with_the_guard_and_without(outcomes, group):
    run = [o for o in outcomes if o.way.endswith("execute") and o.sql not in SMALL]
    assert others(run, getattr(hostile, group), {"QueryTimeout"} if group == "ENDLESS" else STOPPED) == {}


def test_a_session_takes_a_bounded_part_of_the_disk(postgres_server):
    door = PostgresConnector(Address.parse(postgres_server.url("postgres")))
    assert door.execute("SELECT current_setting('temp_file_limit')", Limits()).rows == [("1GB",)]
    door.close()
