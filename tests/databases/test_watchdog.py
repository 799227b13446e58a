"""What runs past its deadline is interrupted; what ended is left alone."""

import threading
import time

import pytest

from querywright.databases.watchdog import Watchdog


@pytest.fixture
def dog():
    dog = Watchdog()
    yield dog
    dog.close()


def test_it_stops_what_runs_past_its_deadline(dog):
    stopped = threading.Event()
    with dog.watch(time.monotonic() + 0.05, stopped.set) as watch:
        assert stopped.wait(30)
    assert watch.stopped == "deadline"


def test_it_leaves_alone_what_ended_in_time(dog):
    stops = []
    with dog.watch(time.monotonic() + 0.05, lambda: stops.append(1)) as watch:
        pass
    time.sleep(0.15)
    assert (stops, watch.stopped) == ([], None)


def test_it_stops_again_what_did_not_notice(dog):
    stops = []
    third = threading.Event()
    with dog.watch(time.monotonic(), lambda: (stops.append(1), len(stops) >= 3 and third.set())):
        assert third.wait(30)


def test_a_check_may_stop_a_query_for_its_own_reason(dog):
    stopped = threading.Event()
    with dog.watch(time.monotonic() + 30, stopped.set, check=lambda: "no room") as watch:
        assert stopped.wait(30)
    assert watch.stopped == "no room"


def test_many_are_watched_at_once_and_each_by_its_own_deadline(dog):
    late, early = threading.Event(), threading.Event()
    with dog.watch(time.monotonic() + 60, late.set), dog.watch(time.monotonic() + 0.02, early.set):
        assert early.wait(30)
        assert not late.is_set()


def test_closed_it_ends_its_thread_and_starts_another_when_asked(dog):
    for _ in range(2):
        stopped = threading.Event()
        with dog.watch(time.monotonic(), stopped.set):
            assert stopped.wait(30)
        dog.close()
