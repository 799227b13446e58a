"""F1 over rows: the table of cases, and what holds for any two results."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright import Result, compare
from querywright.databases.values import close
from querywright.training.rewards import row_f1

NAN = float("nan")


def result(*rows, truncated=False):
    return Result(tuple(f"c{i}" for i in range(len(rows[0]) if rows else 1)), list(rows), truncated)


@pytest.mark.parametrize(
    ("gold", "predicted", "bag", "ordered"),
    [
        ([], [], 0, 0),  # nothing found is nothing shown
        ([(1,)], [], 0, 0),
        ([], [(1,)], 0, 0),
        ([(1,), (2,)], [(1,), (2,)], 1, 1),
        ([(1,), (2,)], [(2,), (1,)], 1, 3 / 4),
        ([(1,), (2,), (3,)], [(3,), (1,), (2,)], 1, 5 / 6),
        ([(1,), (2,)], [(1,)], 2 / 3, 2 / 3),
        ([(1,)], [(1,), (2,)], 2 / 3, 2 / 3),
        ([(1,), (2,)], [(1,), (1,), (2,)], 4 / 5, 4 / 5),  # a duplicate costs
        ([(1,), (1,)], [(1,)], 2 / 3, 2 / 3),
        ([(1, 2)], [(2, 1)], 0, 0),  # columns by position
        ([(1,)], [(1, 2)], 0, 0),  # a column too many
        ([(1, 2)], [(1,)], 0, 0),
        ([(1, "a"), (2, "b")], [(1, "a"), (2, "c")], 1 / 2, 1 / 2),
        ([(0.1 + 0.2,), (5,)], [(0.3,), (6,)], 1 / 2, 1 / 2),  # within the tolerance of the comparator
        ([(0.1 + 0.2, "x"), (1, "y")], [(1.0, "y"), (0.3, "x"), (9, "z")], 4 / 5, 3 / 5),
        ([(Decimal("0.30"),), (1,)], [(0.1 + 0.2,), (2,)], 1 / 2, 1 / 2),
        ([(NAN,), (1,)], [(NAN,)], 2 / 3, 2 / 3),
        ([(None,), ("",)], [(None,), (0,)], 1 / 2, 1 / 2),
        ([([1, 2],), ("x",)], [([1, 2],)], 2 / 3, 2 / 3),
        ([(1,)], [("1",)], 0, 0),
    ],
)
def test_the_scores_of_two_results(gold, predicted, bag, ordered):
    assert row_f1(result(*gold), result(*predicted)) == pytest.approx(bag, abs=1e-12)
    assert row_f1(result(*gold), result(*predicted), ordered=True) == pytest.approx(ordered, abs=1e-12)


def test_a_result_that_was_cut_off_is_never_all():
    assert row_f1(result((1,), (2,)), result((1,), (2,), truncated=True)) == pytest.approx(4 / 5)


values = st.sampled_from((0, 1, 2, "a", None, 0.3, 0.1 + 0.2, NAN))


@st.composite
def two_results(draw):
    width = draw(st.integers(1, 2))
    rows = st.lists(st.tuples(*[values] * width), max_size=5)
    return result(*draw(rows)), result(*draw(rows))


@given(two_results())
def test_it_is_1_exactly_where_the_comparator_says_equal(results):
    gold, predicted = results
    for ordered in (False, True):
        found = row_f1(gold, predicted, ordered)
        assert 0 <= found <= 1
        equal = bool(compare(gold, predicted, "strict", ordered)) and bool(gold.rows)
        assert (found == 1) == equal
    assert row_f1(gold, predicted, True) <= row_f1(gold, predicted) + 1e-12


@given(two_results())
def test_no_pairing_of_rows_finds_more(results):
    gold, predicted = results
    if not gold.rows or not predicted.rows:
        return
    few, many = sorted((gold.rows, predicted.rows), key=len)
    best = max(
        sum(all(map(close, row, other)) for row, other in zip(few, some, strict=True))
        for some in permutations(many, len(few))
    )
    assert row_f1(gold, predicted) == pytest.approx(2 * best / (len(few) + len(many)))


@given(two_results())
def test_it_is_the_same_from_either_side(results):
    gold, predicted = results
    assert row_f1(gold, predicted) == pytest.approx(row_f1(predicted, gold))
    assert row_f1(gold, predicted, True) == pytest.approx(row_f1(predicted, gold, True))
