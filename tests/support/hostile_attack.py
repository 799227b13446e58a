"""Sending hostile statements to a database on a server, and noting what became of each."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from querywright.databases.results import Limits
from querywright.errors import QueryError


@dataclass(frozen=True)
class Outcome:
    """What became of one statement, sent one way."""

    sql: str
    way: str
    what: str
    seconds: float
    alive: bool


def attack(ways, seconds, rows, **names):
    """Send each statement of each way, all ways at the same time: what is waited for is their deadlines.

    Args:
        ways: doors, with the method that is called, `execute` or `explain`, and the statements.
        seconds: their deadline.
        rows: what table t counts after each.
        names: what stands for the names in them.
    """

    def by(way):
        door, method, statements = way
        return [_sent(door, method, sql, _named(sql, names), seconds, rows) for sql in statements]

    with ThreadPoolExecutor(len(ways)) as threads:
        return [outcome for outcomes in threads.map(by, ways) for outcome in outcomes]


def _sent(door, way, sql, text, seconds, rows):
    started = time.monotonic()
    try:
        getattr(door, way)(text, Limits(seconds=seconds, rows=100, bytes=4_000_000))
        what = "answered"
    except QueryError as error:
        what = type(error).__name__
    took = time.monotonic() - started
    alive = door.execute("SELECT count(*) FROM t", Limits(seconds=30)).rows == [(rows,)]
    return Outcome(sql, f"{type(door).__name__}.{way}", what, took, alive)


def _named(sql, names):
    for name, value in names.items():
        sql = sql.replace("{" + name + "}", str(value))
    return sql


def others(outcomes, statements, allowed):
    """The statements whose outcome is another one."""
    listed = set(statements)
    return {(o.way, o.sql[:200]): o.what for o in outcomes if o.sql in listed and o.what not in allowed}


def until_quiet(is_quiet, seconds=30.0):
    """Wait until what was given up is over on the server too; what one value takes is not interrupted there."""
    until = time.monotonic() + seconds
    while not is_quiet() and time.monotonic() < until:
        time.sleep(0.1)
