"""The pool of connections: never more lent than its size, each to one at a time, whatever the threads do."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.databases.connectors.pool import Pool, TooManyConnections


class Server:
    """Counts its connections, and has no room for more than `room`."""

    def __init__(self, room):
        self.room, self.open, self.closed_twice = room, set(), 0
        self.lock = threading.Lock()

    def connect(self, database):
        connection = [database]
        with self.lock:
            if len(self.open) >= self.room:
                raise TooManyConnections("no room")
            self.open.add(id(connection))
        return connection

    def disconnect(self, connection):
        with self.lock:
            self.closed_twice += id(connection) not in self.open
            self.open.discard(id(connection))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000), size=st.integers(1, 4), spare=st.integers(-1, 4), threads=st.integers(1, 8)
)  # fmt: skip
def test_never_more_are_lent_than_its_size_and_none_twice(seed, size, spare, threads):
    server = Server(max(1, size + spare))
    pool = Pool(server.connect, server.disconnect, size)
    lent, most, wrong, lock = set(), 0, [], threading.Lock()

    def work(number):
        nonlocal most
        chance = random.Random(seed * 100 + number)
        for _ in range(20):
            database = chance.choice("ab")
            try:
                connection = pool.borrow(database, time.monotonic() + 30)
            except TooManyConnections as error:
                wrong.append(error)
                return
            with lock:
                wrong.extend([connection] if id(connection) in lent or connection[0] != database else [])
                lent.add(id(connection))
                most = max(most, len(lent))
            time.sleep(chance.choice((0, 0, 0.0005)))
            with lock:
                lent.discard(id(connection))
            chance.choice((pool.give_back, pool.give_back, pool.discard))(connection)
            if chance.random() < 0.05:
                pool.close(chance.choice((None, database)))

    with ThreadPoolExecutor(threads) as workers:
        list(workers.map(work, range(threads)))
    pool.close()
    assert wrong == []
    assert most <= size
    assert server.open == set()
    assert server.closed_twice == 0


def test_who_waits_too_long_is_told():
    pool = Pool(lambda database: [database], lambda connection: None, 1)
    pool.borrow("a", time.monotonic())
    started = time.monotonic()
    with pytest.raises(TooManyConnections, match="all 1 connections"):
        pool.borrow("b", started + 0.2)
    assert 0.15 < time.monotonic() - started < 1
