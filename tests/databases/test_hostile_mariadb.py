"""Whatever a superuser sends to a MariaDB server, it is refused or stopped in time, and nothing is changed."""

import os
import shutil
from contextlib import closing

import hostile_mariadb as hostile
import pymysql
import pytest
from hostile_attack import attack, others, until_quiet
from pymysql.constants import CLIENT
from throwaway_servers import Server

from querywright.databases.addresses import Address
from querywright.databases.connectors.mysql import MySQLConnector
from querywright.databases.database import Database
from querywright.databases.results import Limits
from querywright.errors import QueryRejected

SECONDS = 0.4
SLACK = 3
"""Seconds beyond the deadline that a busy machine may take; on a quiet one it is less than one."""
ROWS = 20_000
STOPPED = {"QueryRejected", "QueryFailed", "QueryTimeout"}
ANSWERED = {"answered", *STOPPED}
"""A value has at most `max_allowed_packet` bytes on this server, so a greedy query may have a small answer."""


@pytest.fixture(scope="module")
def report(mariadb_server):
    """The outcomes, and the server's content before and after."""
    if not isinstance(mariadb_server, Server):
        pytest.skip("a running server of somebody else is not attacked")
    folder = mariadb_server._folder / "scratch"
    folder.mkdir()
    (folder / "bait").write_text("bait")
    if os.geteuid() == 0:
        shutil.chown(folder, mariadb_server.account)
    with (
        closing(_connect(mariadb_server)) as victim,
        closing(_connect(mariadb_server)) as blocker,
        closing(_connect(mariadb_server)) as observer,
    ):
        _run(victim, f"CREATE DATABASE hostile; USE hostile; {hostile.SETUP} DO get_lock('victim', 0)")
        _run(blocker, "USE hostile; LOCK TABLES locked WRITE")
        names = {"folder": folder, "victim": victim.thread_id()}
        before = _content(observer, folder)
        with Database(MySQLConnector(Address.parse(mariadb_server.url("hostile"))), "hostile") as database:
            ways = [(database, "execute", hostile.EVERYTHING), (database, "explain", hostile.EVERYTHING)]
            ways.append((database._connector, "execute", hostile.ALONE))
            outcomes = attack(ways, SECONDS, ROWS, **names)
            until_quiet(lambda: not _ask(observer, _BUSY))
            after = _content(observer, folder)
        victim_answers = _ask(victim, "SELECT is_used_lock('victim') = connection_id()") == ((1,),)
        yield outcomes, before, after, victim_answers
        _run(blocker, "UNLOCK TABLES")
        _run(observer, "DROP DATABASE hostile")
        shutil.rmtree(folder)


_BUSY = "SELECT id FROM information_schema.processlist WHERE command = 'Query' AND id <> connection_id()"


def _connect(server):
    address = Address.parse(server.url())
    return pymysql.connect(
        host=address.host, port=address.port, user=address.user, autocommit=True, client_flag=CLIENT.MULTI_STATEMENTS
    )


def _run(connection, script):
    with connection.cursor() as cursor:
        cursor.execute(script)
        while cursor.nextset():
            pass


def _ask(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _content(connection, folder):
    found = {name: _ask(connection, sql) for name, sql in hostile.CONTENT.items()}
    found["files"] = sorted(path.name for path in folder.iterdir())
    found["files of the server"] = sorted(
        path.name
        for path in (folder.parent / "data").rglob("*")
        if not path.name.startswith(("ib", "aria_log", "undo"))
    )
    return found


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


@pytest.mark.parametrize("group", ["WRITES", "STATEMENTS", "REACHES_OUT", "SMUGGLED"])
def test_the_guard_refuses_what_is_more_than_a_query(outcomes, group):
    guarded = [o for o in outcomes if o.way.startswith("Database")]
    harmless = {"QueryFailed"} if group == "SMUGGLED" else set()
    assert others(guarded, getattr(hostile, group), {"QueryRejected", *harmless}) == {}


@pytest.mark.parametrize("group", ["WRITES", "STATEMENTS"])
def test_the_connector_and_the_server_refuse_it_too(outcomes, group):
    alone = [o for o in outcomes if o.way.startswith("MySQLConnector")]
    assert others(alone, getattr(hostile, group), {"QueryFailed"}) == {}


@pytest.mark.parametrize(("group", "allowed"), [("ENDLESS", {"QueryTimeout", "QueryFailed"}), ("GREEDY", ANSWERED)])
def test_the_rest_is_stopped_with_the_guard_and_without(outcomes, group, allowed):
    run = [o for o in outcomes if o.way.endswith("execute")]
    assert others(run, getattr(hostile, group), allowed) == {}


MODES = ("ANSI", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ORACLE", "PIPES_AS_CONCAT,IGNORE_SPACE", "")


@pytest.mark.parametrize("mode", MODES)
def test_the_server_reads_a_text_as_the_guard_does_whatever_its_sql_mode(mariadb_server, mode):
    with closing(_connect(mariadb_server)) as superuser:
        before = _ask(superuser, "SELECT @@global.sql_mode")[0][0]
        _run(superuser, f"SET GLOBAL sql_mode = '{mode}'")
        try:
            with Database(MySQLConnector(Address.parse(mariadb_server.url())), "modes") as database:
                sql = """SELECT '\\', sleep(60), \\'', "a", 2 || 0"""
                assert database.execute(sql).rows == [("', sleep(60), '", "a", 1)]
                with pytest.raises(QueryRejected):
                    database.execute("SELECT '\\\\', sleep(60), '\\\\'")
        finally:
            _run(superuser, f"SET GLOBAL sql_mode = '{before}'")


def test_other_modes_of_the_server_stay(mariadb_server):
    with closing(_connect(mariadb_server)) as superuser:
        before = _ask(superuser, "SELECT @@global.sql_mode")[0][0]
        _run(superuser, "SET GLOBAL sql_mode = 'ONLY_FULL_GROUP_BY,ANSI_QUOTES'")
        try:
            door = MySQLConnector(Address.parse(mariadb_server.url()))
            assert door.execute("SELECT @@sql_mode", Limits()).rows == [("ONLY_FULL_GROUP_BY",)]
            door.close()
        finally:
            _run(superuser, f"SET GLOBAL sql_mode = '{before}'")
