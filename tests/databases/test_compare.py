"""When two results are the same result, under each rule, and what is said when they are not."""

import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases.compare import compare, is_ordered
from querywright.databases.matching import unmatched
from querywright.databases.results import Result

NAN = float("nan")


def result(*rows, columns=None, truncated=False):
    width = len(rows[0]) if rows else 1
    return Result(tuple(columns or (f"c{i}" for i in range(width))), list(rows), truncated)


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (1, 1.0, True),
        (1, Decimal(1), True),
        (True, 1, True),
        (0.1 + 0.2, 0.3, True),
        (Decimal("0.3"), 0.1 + 0.2, True),
        (1e15 + 0.3, 1e15 + 0.4, True),
        (NAN, float("nan"), True),
        (-0.0, 0.0, True),
        (math.inf, math.inf, True),
        (10**30, 1e30, True),
        (10**400, 1.0, False),
        (math.inf, -math.inf, False),
        (NAN, None, False),
        (NAN, 0.0, False),
        (1, "1", False),
        (None, "", False),
        (None, 0, False),
        ("", 0, False),
        (10**18, 10**18 + 1, False),
        (Decimal("12345678901.01"), Decimal("12345678901.02"), False),
        (0.3, 0.3001, False),
        (date(2024, 1, 2), "2024-01-02", False),
        (b"a", "a", False),
        ("a", "A", False),
        ("a", "a ", False),
        ([1, NAN], [1.0, NAN], True),
        ([1, 2], [2, 1], False),
        ({"a": 0.1 + 0.2}, {"a": 0.3}, True),
        ({"a": 1}, {"b": 1}, False),
    ],
)
@pytest.mark.parametrize("ordered", [True, False])
def test_values_are_the_same_by_value_and_not_by_type(a, b, equal, ordered):
    assert bool(compare(result((a, "x")), result((b, "x")), ordered=ordered)) is equal
    assert bool(compare(result((b, "x")), result((a, "x")), ordered=ordered)) is equal


@pytest.mark.parametrize(
    ("rule", "gold", "predicted", "equal"),
    [
        ("strict", [(1, "a"), (2, "b")], [(2, "b"), (1, "a")], True),
        ("strict", [(1, "a")], [("a", 1)], False),
        ("strict", [(1,), (1,), (2,)], [(1,), (2,), (2,)], False),
        ("strict", [(1,), (1,)], [(1,)], False),
        ("bird", [(1,), (1,)], [(1,)], True),
        ("bird", [(1, "a")], [("a", 1)], False),
        ("bird", [(0.3,)], [(0.1 + 0.2,)], False),
        ("bird", [([1],)], [([1],)], True),
        ("spider", [(1, "a"), (2, "b")], [("b", 2), ("a", 1)], True),
        ("spider", [(1, 2), (2, 1)], [(1, 1), (2, 2)], False),
        ("spider", [(1, 2), (1, 3)], [(2, 1), (3, 1)], True),
        ("spider", [(1,), (1,)], [(1,)], False),
        ("spider", [(1, 2)], [(1,)], False),
        ("spider", [], [], True),
    ],
)
def test_each_rule_has_its_own_idea_of_rows_and_columns(rule, gold, predicted, equal):
    assert bool(compare(result(*gold), result(*predicted), rule)) is equal


def test_column_names_do_not_matter():
    assert compare(result((3,), columns=["count(*)"]), result((3,), columns=["n"]))


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("SELECT a FROM t ORDER BY a", True),
        ("SELECT a FROM t", False),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a) AS x", False),
        ("WITH x AS (SELECT a FROM t ORDER BY a LIMIT 3) SELECT a FROM x", False),
        ("WITH x AS (SELECT a FROM t) SELECT a FROM x ORDER BY 1", True),
        ("SELECT a FROM t UNION SELECT b FROM t ORDER BY 1", True),
        ("SELECT ROW_NUMBER() OVER (ORDER BY a) FROM t", False),
        ("SELECT 'order by' FROM t", False),
        ("(SELECT a FROM t ORDER BY a)", True),
    ],
)
def test_order_matters_only_where_the_outermost_query_orders(sql, ordered):
    assert is_ordered(sql, "sqlite") is ordered
    same = result((1,), (2,))
    assert bool(compare(same, result((2,), (1,)), gold_sql=sql)) is not ordered
    assert compare(same, same, gold_sql=sql)


@pytest.mark.parametrize(
    ("gold", "predicted", "ordered", "reason"),
    [
        (result((1,)), result((1, 2)), False, "gold has 1 column, predicted 2"),
        (result((1,)), result((1,), (2,)), False, "gold has 1 row, predicted 2"),
        (result((1, "x")), result((1, None)), False, "in (1, 'x'), column 2 (c1): gold 'x', predicted NULL"),
        (result((1,), (2,)), result((1,), (3,)), True, "row 2, column 1 (c0): gold 2, predicted 3"),
    ],
)
def test_the_reason_names_the_first_difference(gold, predicted, ordered, reason):
    assert compare(gold, predicted, ordered=ordered).reason == reason


def test_rows_in_another_order_are_called_that():
    assert "same rows in another order" in compare(result((1,), (2,)), result((2,), (1,)), ordered=True).reason


@pytest.mark.parametrize("rule", ["strict", "bird", "spider"])
def test_two_empty_results_are_equal_and_prove_nothing(rule):
    outcome = compare(result(), result(), rule)
    assert outcome
    assert not outcome.proof


@pytest.mark.parametrize("rule", ["strict", "bird", "spider"])
def test_a_result_that_was_cut_off_is_never_known_equal(rule):
    outcome = compare(result((1,), truncated=True), result((1,)), rule)
    assert not outcome
    assert not outcome.proof
    assert "cut off" in outcome.reason


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="strict, bird, spider"):
        compare(result(), result(), "fuzzy")


def test_closeness_is_paired_even_where_it_is_not_transitive():
    step = 0.9e-9
    chain = [(1 + n * step,) for n in range(6)]
    assert unmatched(chain[:5], chain[1:]) is None
    assert unmatched([chain[0], chain[1]], [chain[2], chain[1]]) is None
    assert unmatched([chain[0], chain[0]], [chain[1], chain[2]]) is not None


def test_noise_in_the_first_number_does_not_unpair_the_second():
    gold = [(1.0, 5.0), (1.0 + 1e-12, 3.0)]
    predicted = [(1.0 + 1e-12, 5.0), (1.0, 3.0)]
    assert compare(result(*gold), result(*predicted))


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, 0.1 + 0.2, 0.3, 1.0, NAN, -0.0, math.inf, Decimal("0.3"), Decimal(1)]),
    st.sampled_from(["", "0", "1", "a", "A"]),
    st.sampled_from([b"", b"a", date(2024, 1, 1)]),
    st.lists(st.integers(0, 2), max_size=2),
)


@st.composite
def tables(draw, max_rows=5):
    width = draw(st.integers(1, 3))
    return draw(st.lists(st.tuples(*[values] * width), min_size=1, max_size=max_rows))


rules = st.sampled_from(["strict", "bird", "spider"])


@given(tables(), rules, st.booleans())
def test_every_result_equals_itself(rows, rule, ordered):
    assert compare(result(*rows), result(*rows), rule, ordered)


@given(tables(), tables(), rules, st.booleans())
def test_comparing_is_symmetric(a, b, rule, ordered):
    assert compare(result(*a), result(*b), rule, ordered).equal == compare(result(*b), result(*a), rule, ordered).equal


@given(st.data(), tables(), rules)
def test_unordered_rows_may_come_in_any_order(data, rows, rule):
    assert compare(result(*rows), result(*data.draw(st.permutations(rows))), rule, ordered=False)


@given(st.data(), tables())
def test_the_spider_rule_lets_columns_come_in_any_order(data, rows):
    order = data.draw(st.permutations(range(len(rows[0]))))
    moved = [tuple(row[place] for place in order) for row in rows]
    assert compare(result(*rows), result(*moved), "spider")


@given(tables())
def test_what_is_equal_in_order_is_equal_without(rows):
    for rule in ("strict", "spider"):
        assert compare(result(*rows), result(*rows[::-1]), rule, ordered=False)


@given(st.data(), tables())
def test_a_row_more_or_another_value_is_a_difference(data, rows):
    place = data.draw(st.integers(0, len(rows) - 1))
    assert not compare(result(*rows), result(*rows, rows[place]))
    changed = [*rows[:place], ("another", *rows[place][1:]), *rows[place + 1 :]]
    outcome = compare(result(*rows), result(*changed))
    assert not outcome
    assert outcome.reason
