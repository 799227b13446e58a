"""How much of the gold result is found in a predicted one."""

import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases.results import Result
from querywright.evaluation.soft_f1 import soft_f1, soft_f1_by_position

NAN = float("nan")


def result(*rows):
    return Result(tuple(f"c{i}" for i in range(len(rows[0]) if rows else 1)), list(rows))


values = st.one_of(
    st.integers(0, 4), st.sampled_from(("a", "b", "", None, 0.5, 0.1 + 0.2, 0.3, Decimal("0.3"), True, b"a", NAN))
)


def tables(width, cells=values):
    return st.lists(st.tuples(*[cells] * width), max_size=8)


@st.composite
def two_results(draw, cells=values):
    width = draw(st.integers(1, 3))
    return result(*draw(tables(width, cells))), result(*draw(tables(draw(st.sampled_from((width, 2))), cells)))


@pytest.mark.parametrize(
    ("gold", "predicted", "free", "by_position"),
    [
        ([], [], 1, 1),
        ([], [(1,)], 0, 0),
        ([(1,)], [], 0, 0),
        ([(1, 2), (3, 4)], [(1, 2), (3, 4)], 1, 1),
        ([(1, 2), (3, 4)], [(3, 4), (1, 2)], 1, 0),  # rows in another order
        ([(1, 2), (3, 4)], [(2, 1), (4, 3)], 1, 1),  # columns in another order
        ([(1, 2), (3, 4)], [(1, 2), (1, 2), (3, 4)], 1, 1),  # a row twice
        ([(1, 2), (3, 4)], [(1, 2)], 2 / 3, 2 / 3),  # tp 1, fn 1
        ([(1, 2)], [(1, 2), (3, 4)], 2 / 3, 2 / 3),  # tp 1, fp 1
        ([(1, 2)], [(1, 3)], 1 / 2, 1 / 2),  # tp ½, fp ½, fn ½
        ([(1, 2)], [(1,)], 2 / 3, 2 / 3),  # tp ½, fn ½
        ([(1,)], [(1, 2)], 2 / 3, 2 / 3),  # tp 1, fp 1
        ([(1,)], [(2, 3, 4)], 0, 0),
        ([(1, 2)], [(1, 1)], 1 / 2, 4 / 5),  # by position: tp 1, fn ½
        ([(1, 1, 2)], [(1, 2, 2)], 2 / 3, 1),
        ([(1, 2), (2, 1)], [(1, 2)], 2 / 3, 2 / 3),  # rows are different though their values are not
        ([("a", 1), ("b", 2)], [("b", 1), ("a", 2)], 1 / 2, 1 / 2),
        ([("a", 1), ("b", 2), ("c", 3)], [("x", 9), ("a", 1), ("b", 2)], 2 / 3, 0),
        ([("a",)], [(1,)], 0, 0),
        ([(1,)], [("1",)], 0, 0),
        ([(1,), (True,), (1.0,)], [(Decimal(1),)], 1, 1),
        ([(0.1 + 0.2, "x")], [(0.3, "x")], 1, 1 / 2),  # the script knows no tolerance
        ([(Decimal("0.3"),)], [(0.1 + 0.2,)], 1, 0),
        ([(10**18,)], [(10**18 + 1,)], 0, 0),
        ([(None,)], [("",)], 0, 0),
        ([(date(2024, 1, 2),)], [("2024-01-02",)], 0, 0),
        ([(math.inf, -math.inf)], [(-math.inf, math.inf)], 1, 1),
        ([([1, 2], "x")], [("x", [1, 2])], 1, 1),
        ([({"a": 1},)], [({"a": 2},)], 0, 0),
        ([("\udcff",)], [("\udcff",)], 1, 1),
        ([(10**400,)], [(0.5,)], 0, 0),
        ([()], [()], 1, 0),  # a row without columns stops the script
        ([()], [(1,)], 0, 0),
        ([(1,)], [()], 0, 0),
        ([()], [], 0, 0),
        ([(1,), (2, 3)], [(1,), (2, 4)], 1 / 2, 3 / 4),  # rows of two widths, which no engine gives
    ],
)
def test_the_scores_of_two_results(gold, predicted, free, by_position):
    assert soft_f1(result(*gold), result(*predicted)) == pytest.approx(free, abs=1e-12)
    assert soft_f1_by_position(result(*gold), result(*predicted)) == pytest.approx(by_position, abs=1e-12)


def test_not_a_number_is_equal_to_itself():
    gold, predicted = result((float("nan"), 1), (2, 3)), result((2, 3), (1, float("nan")))
    assert soft_f1(gold, predicted) == 1
    assert soft_f1_by_position(result((float("nan"),)), result((float("nan"),))) == 1
    assert soft_f1(result((Decimal("NaN"),)), result((float("nan"),))) == 1


def test_noise_of_floats_costs_nothing_in_many_rows():
    gold = [(i, f"name {i}", i / 7) for i in range(300)]
    noisy = [(i, f"name {i}", value * (1 + 1e-14)) for i, _, value in reversed(gold)]
    assert soft_f1(result(*gold), result(*noisy)) == 1


def test_a_wrong_column_of_many_rows_costs_its_share():
    gold = [(i, f"name {i}", "same") for i in range(3000)]
    assert soft_f1(result(*gold), result(*((a, b, "other") for a, b, _ in reversed(gold)))) == pytest.approx(2 / 3)
    assert soft_f1(result(*gold), result(*((a, b) for a, b, _ in gold))) == pytest.approx(4 / 5)


@given(two_results(), st.randoms())
def test_the_order_of_rows_and_columns_is_nothing_to_soft_f1(pair, random):
    gold, predicted = pair
    score = soft_f1(gold, predicted)
    width = len(predicted.columns)
    columns = random.sample(range(width), width)
    rows = [tuple(row[c] for c in columns) for row in random.sample(predicted.rows, len(predicted.rows))]
    assert soft_f1(gold, result(*rows)) == pytest.approx(score)
    assert soft_f1(result(*random.sample(gold.rows, len(gold.rows))), predicted) == pytest.approx(score)


@given(two_results())
def test_scores_lie_between_zero_and_one_and_a_result_against_itself_is_one(pair):
    gold, predicted = pair
    assert 0 <= soft_f1(gold, predicted) <= 1
    assert 0 <= soft_f1_by_position(gold, predicted) <= 1
    assert soft_f1(gold, gold) == soft_f1(gold, result(*(tuple(reversed(row)) for row in gold.rows))) == 1


@given(two_results(st.integers(0, 5)))
def test_soft_f1_is_one_exactly_where_different_rows_pair_off_with_the_same_values(pair):
    def content(one):
        return sorted(sorted(row) for row in set(one.rows))

    assert (soft_f1(*pair) == 1) == (content(pair[0]) == content(pair[1]))


@given(two_results(st.integers(0, 9)))
def test_soft_f1_is_never_below_the_one_by_position_where_no_row_holds_a_value_twice(pair):
    gold, predicted = (result(*(row for row in one.rows if len(set(row)) == len(row))) for one in pair)
    assert soft_f1(gold, predicted) >= soft_f1_by_position(gold, predicted) - 1e-12


def by_the_book(gold, predicted):
    """The published definition, term by term: rows by place, precision and recall of shares of the gold row's width."""
    if not gold and not predicted:
        return 1.0
    gold, predicted = list(dict.fromkeys(gold)), list(dict.fromkeys(predicted))
    tp, fp, fn = [], [], []
    for place in range(max(len(gold), len(predicted))):
        if place >= len(predicted):
            fn.append(1)
        elif place >= len(gold):
            fp.append(1)
        else:
            wanted, got = gold[place], predicted[place]
            tp.append(len([v for v in got if v in wanted]) / len(wanted))
            fp.append(len([v for v in got if v not in wanted]) / len(wanted))
            fn.append(len([v for v in wanted if v not in got]) / len(wanted))
    precision = sum(tp) / (sum(tp) + sum(fp)) if sum(tp) + sum(fp) else 0
    recall = sum(tp) / (sum(tp) + sum(fn)) if sum(tp) + sum(fn) else 0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


@given(two_results())
def test_by_position_is_the_published_definition(pair):
    gold, predicted = pair
    assert soft_f1_by_position(gold, predicted) == pytest.approx(by_the_book(gold.rows, predicted.rows), abs=1e-12)
