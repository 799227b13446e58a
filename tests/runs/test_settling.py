"""Settling: the order of the inputs decides, and the counts add up."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.runs.records import digest
from querywright.runs.settling import Settler, Verdict

KEPT, DUPLICATE, SURPLUS = Verdict.KEPT, Verdict.DUPLICATE, Verdict.SURPLUS


def settle(settler: Settler, keys: list[str | None], drops: int = 0) -> list[Verdict]:
    made = len(keys) + drops
    return settler.settle(made - 1, b"".join(map(digest, keys)), orjson.dumps([("step", "reason")] * drops))


def test_a_key_seen_before_makes_a_duplicate() -> None:
    settler = Settler(None, None)
    assert settle(settler, ["x", "y", "x"]) == [KEPT, KEPT, DUPLICATE]
    assert settle(settler, ["y", "z"]) == [DUPLICATE, KEPT]
    assert settler.tally.drops == {("unique", "seen before"): 2}


def test_examples_without_a_key_are_always_new() -> None:
    settler = Settler(None, None)
    assert settle(settler, [None, None]) == [KEPT, KEPT]
    assert settle(settler, [None]) == [KEPT]


def test_the_count_is_cut_inside_an_input() -> None:
    settler = Settler(3, None)
    settle(settler, ["a", "b"])
    assert settle(settler, ["c", "d", "a"]) == [KEPT, SURPLUS, SURPLUS]
    assert settler.done
    assert settler.complete
    with pytest.raises(ValueError, match="after the end"):
        settle(settler, ["e"])


def test_patience_counts_inputs_in_a_row_that_gave_nothing_new() -> None:
    settler = Settler(None, 2)
    for keys in (["a"], ["a"], ["b"], ["a"]):
        settle(settler, keys)
        assert not settler.done
    settle(settler, [], drops=1)
    assert settler.done
    assert settler.out_of_patience
    assert settler.tally.kept == 2


outcomes = st.lists(st.tuples(st.lists(st.sampled_from(["a", "b", "c", "d", None]), max_size=4), st.integers(0, 3)))
optional = st.one_of(st.none(), st.integers(1, 8))


@given(outcomes, optional, optional)
def test_counts_always_add_up(
    made: list[tuple[list[str | None], int]], count: int | None, patience: int | None
) -> None:
    settler, kept, keys_seen = Settler(count, patience), 0, set[str]()
    for keys, drops in made:
        if settler.done or not (keys or drops):
            continue
        for key, verdict in zip(keys, settle(settler, keys, drops), strict=True):
            if verdict is KEPT:
                kept += 1
                assert key is None or key not in keys_seen
                keys_seen.add(key or "")
    tally = settler.tally
    assert tally.kept == kept
    assert count is None or tally.kept <= count
    assert tally.inputs == tally.fruitful + tally.fruitless
    assert tally.inputs + tally.added == tally.kept + tally.rejected
