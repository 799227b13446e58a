"""Turns: few threads work at a time, and one that waits lets another work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from querywright.models.turns import Turns


def test_a_thread_that_has_a_turn_needs_no_other() -> None:
    turns = Turns(at_once=1)
    with turns.taken(), turns.taken():
        pass
    with turns.taken(), ThreadPoolExecutor(1) as other:
        waiting = other.submit(lambda: turns.taken().__enter__())
        assert not waiting.done()
        with turns.taken():
            assert not waiting.done()
        with turns.away():
            waiting.result(10)
            turns._free.release()  # as the end of its block would


def test_who_waits_for_others_lets_them_work() -> None:
    """Two wait for two each that all want a turn: without giving theirs away, nobody would ever be done."""
    turns, together = Turns(at_once=2), Barrier(2)

    def work() -> int:
        with turns.taken():
            return 1

    def wait() -> int:
        with turns.taken():
            together.wait(10)
            with turns.away(), ThreadPoolExecutor(2) as pool:
                return sum(pool.map(lambda _: work(), range(2)))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: wait(), range(2))) == 4
