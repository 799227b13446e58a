"""A server that stands still, as under a debugger or on a frozen disk, costs a query its deadline and no more."""

import os
import signal
import time
from contextlib import suppress

import psutil
import pytest
from throwaway_servers import Server

from querywright.databases.addresses import Address
from querywright.databases.results import Limits
from querywright.errors import QueryTimeout

SLACK = 3
"""Seconds beyond the deadline that a busy machine may take; on a quiet one it is less than one."""


def _connector(kind, server):
    if kind == "postgresql":
        from querywright.databases.connectors.postgres import PostgresConnector

        return PostgresConnector(Address.parse(server.url("postgres")))
    from querywright.databases.connectors.mysql import MySQLConnector

    return MySQLConnector(Address.parse(server.url("mysql")))


def until(happened):
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("first", "then"), [(0.5, 0.5), (0.5, 0.4)], ids=["same deadline", "another deadline"])
@pytest.mark.parametrize(("kind", "fixture"), [("postgresql", "postgres_server"), ("mariadb", "mariadb_server")])
def test_a_query_ends_within_its_deadline_and_a_second(request, kind, fixture, first, then):
    server = request.getfixturevalue(fixture)
    if not isinstance(server, Server):
        pytest.skip("a running server of somebody else is not stopped")
    door = _connector(kind, server)
    assert door.execute("SELECT 1", Limits(seconds=first)).rows == [(1,)]
    pids = [server._process.pid, *(child.pid for child in psutil.Process(server._process.pid).children())]
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
            # A session that was ending stays a zombie: nobody takes note of its end any more.
            until(lambda pid=pid: psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE))
        started = time.monotonic()
        with pytest.raises(QueryTimeout):
            door.execute("SELECT 1", Limits(seconds=then))
        took = time.monotonic() - started
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    assert took < then + SLACK
    assert door.execute("SELECT 1", Limits(seconds=30)).rows == [(1,)]
    door.close()
