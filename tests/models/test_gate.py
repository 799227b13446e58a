"""The gate: a complaint halves what is in flight, quiet brings it back, and a pause is everybody's."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from querywright.models.gate import ROUNDS_TO_RECOVER, Allowance, Gate


def test_fifty_requests_turned_away_at_once_are_one_complaint() -> None:
    allowance = Allowance(100)
    numbers = [allowance.send() for _ in range(100)]
    for number in numbers[:50]:
        allowance.complain(number, 0.0, None)
    assert allowance.limit == 50
    allowance.complain(allowance.send(), 0.0, None)
    assert allowance.limit == 25


def test_what_was_given_up_comes_back_in_as_many_round_trips() -> None:
    allowance = Allowance(100)
    while allowance.limit > 1:
        allowance.complain(allowance.send(), 0.0, None)
    rounds = 0
    while allowance.limit < 100:
        for _ in range(int(allowance.limit)):
            allowance.good()
        rounds += 1
    assert ROUNDS_TO_RECOVER - 3 <= rounds <= ROUNDS_TO_RECOVER + 6


@given(st.integers(1, 500), st.lists(st.sampled_from(["send", "good", "complain"])))
def test_at_least_one_and_never_more_than_was_set(most: int, events: list[str]) -> None:
    allowance = Allowance(most)
    for event in events:
        before, number = allowance.limit, allowance.send()
        if event == "good":
            allowance.good()
            assert allowance.limit >= before
        elif event == "complain":
            allowance.complain(number, 0.0, None)
            assert allowance.limit == max(1.0, before / 2)
        assert 1 <= allowance.limit <= most


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100))))
def test_the_longest_pause_that_was_asked_for_holds(complaints: list[tuple[float, float]]) -> None:
    allowance = Allowance(10)
    for now, wait in complaints:
        allowance.complain(allowance.send(), now, wait)
    assert allowance.paused_until == max((now + wait for now, wait in complaints), default=0.0)


def test_no_more_pass_than_are_allowed_and_in_their_order() -> None:
    async def scene() -> tuple[list[int], int]:
        gate, passed, most = Gate(3), [], 0

        async def one(number: int) -> None:
            nonlocal most
            await gate.enter()
            passed.append(number)
            most = max(most, gate.in_flight)
            await asyncio.sleep(0)
            gate.leave()

        await asyncio.gather(*(one(number) for number in range(20)))
        assert gate.in_flight == 0
        return passed, most

    assert asyncio.run(scene()) == (list(range(20)), 3)


def test_a_pause_holds_everybody_back_until_it_is_over() -> None:
    now = 100.0

    async def scene() -> None:
        nonlocal now
        gate = Gate(10, clock=lambda: now)
        gate.complain(await gate.enter(), 5.0)
        gate.leave()
        waiting = [asyncio.ensure_future(gate.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        assert gate.in_flight == 0
        now += 4.9
        gate._wake()
        assert gate.in_flight == 0
        now += 0.2
        gate._wake()
        assert gate.in_flight == 3
        await asyncio.gather(*waiting)

    asyncio.run(scene())


def test_who_stops_waiting_takes_no_place() -> None:
    async def scene() -> None:
        gate = Gate(1)
        await gate.enter()
        gone, stays = asyncio.ensure_future(gate.enter()), asyncio.ensure_future(gate.enter())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        gate.leave()
        await stays
        let_in = asyncio.ensure_future(gate.enter())
        await asyncio.sleep(0)
        gate.leave()  # lets it in,
        let_in.cancel()  # and then it is gone
        await asyncio.sleep(0)
        assert gate.in_flight == 0

    asyncio.run(scene())
