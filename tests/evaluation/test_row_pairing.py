"""Rows are paired so that they have as many values in common as can be."""

from collections import Counter
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.evaluation import row_pairing
from querywright.evaluation.row_pairing import cells_in_common

small = st.lists(st.tuples(*[st.integers(0, 3)] * 3), max_size=6)


def every_way(gold, predicted):
    """The best of all ways to pair the rows."""
    few, many = sorted((gold, predicted), key=len)
    common = [[sum((Counter(a) & Counter(b)).values()) for b in many] for a in few]
    return max(sum(common[i][j] for i, j in enumerate(way)) for way in permutations(range(len(many)), len(few)))


def table(seed, rows, width, different):
    rng = Random(seed)
    return [tuple(f"{column}.{rng.randrange(different)}" for column in range(width)) for _ in range(rows)]


@given(small, small)
def test_no_way_to_pair_rows_has_more_in_common(gold, predicted):
    assert cells_in_common(gold, predicted) == every_way(gold, predicted)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=5), st.randoms())
def test_a_better_first_choice_can_cost_the_second_and_is_not_taken(rows, random):
    gold = [("a", "b", "c"), ("a", "b", "x"), *rows]
    predicted = [("a", "b", "c"), ("c", "y", "z"), *random.sample(rows, len(rows))]
    assert cells_in_common(gold, predicted) == every_way(gold, predicted)


@pytest.mark.parametrize("different", [3, 20, 200])
def test_larger_groups_are_paired_nearly_as_well_and_never_better(different, monkeypatch):
    gold, predicted = table(1, 90, 4, different), table(2, 90, 4, different)
    best = cells_in_common(gold, predicted)
    monkeypatch.setattr(row_pairing, "EXACT", 0)
    assert 0.8 * best <= cells_in_common(gold, predicted) <= best


@pytest.mark.parametrize(("rows", "width", "different"), [(150, 4, 10), (400, 3, 30), (1000, 5, 4)])
def test_what_larger_groups_have_in_common_does_not_depend_on_the_order_of_rows(rows, width, different):
    rng = Random(5)
    gold, predicted = table(1, rows, width, different), table(2, rows, width, different)
    found = cells_in_common(gold, predicted)
    assert found > 0
    assert cells_in_common(rng.sample(gold, rows), [row[::-1] for row in rng.sample(predicted, rows)]) == found


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=6), st.randoms())
def test_floats_are_the_same_within_the_tolerance(rows, random):
    noisy = [tuple(value * (1 + random.choice((-1, 0, 1)) * 1e-14) for value in row) for row in rows]
    assert cells_in_common(rows, random.sample(noisy, len(noisy))) == 2 * len(rows)


@given(st.integers(2, 40))
def test_rows_that_become_equal_one_after_the_other_are_all_found(n):
    gold = [(f"v{i}", f"v{i + 1}") for i in range(n)]
    predicted = [(f"v{i + 1}", f"v{i + 2}") for i in range(n)]
    assert cells_in_common(gold, predicted) == 2 * (n - 1)
