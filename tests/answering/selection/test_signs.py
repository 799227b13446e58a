from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from querywright.answering.selection.signs import signs_of
from querywright.databases import Result, compare

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**400, 10**401),
    st.floats(),
    st.decimals(allow_nan=True),
    st.text(max_size=3),
    st.dates(),
    st.binary(max_size=2),
    st.lists(st.floats(0, 2), max_size=2),
)


def may_be_equal(first: Result, second: Result) -> bool:
    return all(a.may_equal(b) for a, b in zip(signs_of(first), signs_of(second), strict=True))


def nearly(value, factor: float):
    return value * factor if isinstance(value, float) else value


@given(rows=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=6), data=st.data())
def test_results_that_are_equal_have_signs_that_are(rows, data) -> None:
    order = data.draw(st.permutations(rows))
    factor = data.draw(st.sampled_from([1.0, 1 + 1e-10, 1 - 1e-10]))
    other = [(nearly(a, factor), nearly(b, factor)) for a, b in order]
    first, second = Result(("a", "b"), rows), Result(("a", "b"), other)
    if compare(first, second, "strict", False):
        assert may_be_equal(first, second)


def test_numbers_of_any_type_have_one_sign() -> None:
    first = Result(("a",), [(1,), (Decimal("2.5"),), (True,)])
    second = Result(("a",), [(1.0,), (1,), (2.5,)])
    assert compare(first, second, "strict", False)
    assert may_be_equal(first, second)


def test_most_differences_are_seen() -> None:
    def column(*values) -> Result:
        return Result(("a",), [(value,) for value in values])

    for first, second in (
        (column("x", "y"), column("x", "z")),
        (column(1, 2), column(1, 3)),
        (column(1, None), column(1, 0)),
        (column(1.5), column("1.5")),
        (column(date(2024, 1, 1)), column("2024-01-01")),
    ):
        assert not may_be_equal(first, second)
