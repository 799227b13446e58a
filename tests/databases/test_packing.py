from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases import Result
from querywright.databases.packing import pack, unpack

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=8)
    | st.binary(max_size=8)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.uuids()
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=4), st.booleans())
def test_a_result_comes_back_as_it_was(rows, truncated):
    result = Result(("a", "b"), rows, truncated)
    back = unpack(pack(result))
    assert back == result
    assert [list(map(type, row)) for row in back.rows] == [list(map(type, row)) for row in rows]


@pytest.mark.parametrize(
    "value",
    [
        "\udcff broken",
        "\0",
        {"\0": ["bytes", "AA=="]},
        {"\0": 1},
        2**200,
        float("inf"),
        Decimal("NaN"),
        Decimal("1.50"),
        datetime(2024, 1, 1, tzinfo=UTC),
        date(1, 1, 1),
        time(1, 2, 3, 4),
        timedelta(days=-1, microseconds=1),
        UUID(int=1),
        [b"\xff", None, {"k": [1.0]}],
    ],
    ids=repr,
)
def test_odd_values_come_back(value):
    (back,) = unpack(pack(Result(("v",), [(value,)]))).rows[0]
    assert type(back) is type(value)
    assert repr(back) == repr(value)


def test_nan_comes_back_as_nan():
    (back,) = unpack(pack(Result(("v",), [(math.nan,)]))).rows[0]
    assert math.isnan(back)


def test_what_is_not_known_is_not_packed():
    assert pack(Result(("v",), [(object(),)])) is None


@pytest.mark.parametrize("packed", [b"", b"[]", b"{}", b'[["a"],[[{"\\u0000":["no such",1]}]],false]', b"\xff"])
def test_bytes_that_hold_no_result_are_a_value_error(packed):
    with pytest.raises(ValueError, match=r"."):
        unpack(packed)
