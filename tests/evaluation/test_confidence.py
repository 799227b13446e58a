"""How sure a figure is said to be."""

from math import comb, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.evaluation.confidence import Interval, bootstrap, mcnemar


def test_the_interval_of_a_share_is_about_two_standard_errors_to_each_side():
    interval = bootstrap([1] * 600 + [0] * 400)
    error = sqrt(0.6 * 0.4 / 1000)
    assert interval.low == pytest.approx(0.6 - 1.96 * error, abs=0.002)
    assert interval.high == pytest.approx(0.6 + 1.96 * error, abs=0.002)


@pytest.mark.parametrize("different", [2, 10, 1000])
def test_the_interval_of_any_mean_is_about_two_standard_errors_to_each_side(different):
    rng = Random(1)
    values = [rng.randrange(different) / different for _ in range(2000)]
    mean = sum(values) / len(values)
    error = sqrt(sum((v - mean) ** 2 for v in values)) / len(values)
    interval = bootstrap(values)
    assert interval.low == pytest.approx(mean - 1.96 * error, abs=0.1 * error)
    assert interval.high == pytest.approx(mean + 1.96 * error, abs=0.1 * error)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=100), st.integers(0, 5), st.randoms())
def test_the_interval_depends_on_values_and_seed_only_and_lies_among_the_values(values, seed, random):
    interval = bootstrap(values, seed, draws=50)
    shuffled = random.sample(values, len(values))
    assert bootstrap(shuffled, seed, draws=50) == interval
    slack = 1e-9 * max(map(abs, values))
    assert min(values) - slack <= interval.low <= interval.high <= max(values) + slack


def test_a_higher_level_is_wider_and_another_seed_differs():
    values = [0.0, 1.0, 1.0, 0.25] * 10
    narrow, wide = bootstrap(values, level=0.8), bootstrap(values, level=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert bootstrap([0.1 * i for i in range(100)], seed=1) != bootstrap([0.1 * i for i in range(100)], seed=2)


def test_nothing_has_an_interval_at_zero_and_one_value_an_interval_of_no_width():
    assert bootstrap([]) == Interval(0.0, 0.0)
    assert bootstrap([0.7]) == bootstrap([0.7] * 9) == Interval(0.7, 0.7)


@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 1}, {"level": 95}, {"draws": 0}])
def test_a_level_or_a_number_of_draws_that_means_nothing_is_an_error(wrong):
    with pytest.raises(ValueError, match="interval"):
        bootstrap([1, 0], **wrong)


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (6, 0, 2 / 64), (1, 7, 18 / 256), (10, 2, 158 / 4096)],
)
def test_p_is_the_exact_two_sided_binomial_of_the_questions_that_differ(only_first, only_second, p):
    first = [True] * only_first + [False] * only_second + [True, False] * 20
    second = [False] * only_first + [True] * only_second + [True, False] * 20
    found = mcnemar(first, second)
    assert (found.only_first, found.only_second) == (only_first, only_second)
    assert found.p == pytest.approx(p, abs=1e-15)
    assert found.difference == pytest.approx(100 * (only_first - only_second) / len(first))
    assert found.interval.low <= found.difference <= found.interval.high


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_swapping_the_systems_swaps_the_counts_and_turns_the_difference_around(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = mcnemar(first, second, draws=20), mcnemar(second, first, draws=20)
    assert (there.only_first, there.only_second) == (back.only_second, back.only_first)
    assert there.p == back.p
    assert there.difference == -back.difference
    n, k = there.only_first + there.only_second, min(there.only_first, there.only_second)
    assert there.p == pytest.approx(min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / 2**n))


def test_thousands_of_questions_that_differ_are_no_trouble():
    assert mcnemar([True] * 5000 + [False] * 5000, [False] * 5000 + [True] * 5000).p == 1.0
    assert mcnemar([True] * 9000, [False] * 9000).p == 0.0


def test_no_questions_show_no_difference():
    found = mcnemar([], [])
    assert (found.p, found.difference, found.interval) == (1.0, 0.0, Interval(0.0, 0.0))


def test_verdicts_of_unequal_number_are_an_error_that_tells_both():
    with pytest.raises(ValueError, match="the first has 2, the second 1"):
        mcnemar([True, False], [True])
