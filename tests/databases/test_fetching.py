"""Rows are taken up to the caps, never much beyond them, and truncation is told truly."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from querywright.databases.fetching import gather, weigh
from querywright.databases.results import Limits


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 60))
def test_the_row_cap_is_exact_and_so_is_truncation(count, cap, width):
    rows, truncated = gather(iter([(n,) * width for n in range(count)]), Limits(rows=cap), width)
    assert rows == [(n,) * width for n in range(min(count, cap))]
    assert truncated == (count > cap)


@given(st.integers(1, 50), st.integers(1, 100_000))
def test_the_byte_cap_is_crossed_by_one_handful_at_most(width, size):
    drawn = []
    source = (drawn.append(n) or ("x" * size,) * width for n in range(3000))
    rows, truncated = gather(source, Limits(rows=10_000, bytes=1_000_000), width)
    handful = max(1, 48 // width)
    assert len(rows) * width * size <= 1_000_000 + 2 * handful * width * size
    assert truncated == (len(rows) < 3000)
    assert len(drawn) <= len(rows) + 1


def test_values_that_marshal_does_not_know_are_weighed_too():
    rows = [(date(2024, 1, 1), Decimal(1), "x" * 10_000)] * 1000
    kept, truncated = gather(iter(rows), Limits(bytes=100_000), 3)
    assert truncated
    assert len(kept) < 50


def test_nested_values_weigh_what_they_hold():
    assert weigh({"k": ["x" * 1000, b"y" * 1000]}) > 2000
    assert weigh(1) == weigh(None) < 100
