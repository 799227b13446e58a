"""When two values of two results are the same value.

Numbers compare by value whatever their type: exactly when both are exact (int, Decimal, bool), within a
relative tolerance when one is a float, because the same sum in another order ends in other last digits.
Everything else is equal only to its own kind: NULL, `''`, `0`, `'1'` and `1` are apart, and so are a date and
its text. True equals 1, because SQLite has no booleans and says 1 where DuckDB says true.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

RELATIVE = 1e-9
"""How far two floats may be apart, as a share of the larger one."""
ABSOLUTE = 1e-12
"""How far a float may be from zero and still be a sum that cancelled out."""

NUMBERS = (int, float, Decimal)


class _NotANumber:
    """Stands for every NaN in a canonical row, so that they equal each other and hash alike."""

    def __repr__(self) -> str:
        return "nan"


NAN = _NotANumber()


def canonical(value: Any) -> Any:
    """A hashable stand-in: equal values that need no tolerance have equal stand-ins; lists and dicts become tuples."""
    if isinstance(value, (float, Decimal)):
        return NAN if value != value else value
    if isinstance(value, list):
        return ("list", *map(canonical, value))
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: repr(item[0]))
        return ("dict", *((canonical(key), canonical(item)) for key, item in items))
    if isinstance(value, tuple):
        return tuple(map(canonical, value))
    return value


def comparable(value: Any) -> Any:
    """The value; None for Decimal's NaN, which raises where any other value is merely unequal or not less.

    >>> comparable(Decimal("NaN")), comparable(Decimal("1.50"))
    (None, Decimal('1.50'))
    """
    return None if isinstance(value, Decimal) and value.is_nan() else value


def close(a: Any, b: Any) -> bool:
    """Whether two values are the same value under the rules above.

    >>> close(0.1 + 0.2, 0.3), close(1, 1.0), close(1, "1"), close(None, "")
    (True, True, False, False)
    """
    if isinstance(a, NUMBERS) and isinstance(b, NUMBERS):
        return _close_numbers(a, b)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(value, b[key]) for key, value in a.items())
    return bool(a == b)


def _close_numbers(a: Any, b: Any) -> bool:
    if a == b:
        return True
    if a != a or b != b:
        return bool(a != a and b != b)
    if not isinstance(a, float) and not isinstance(b, float):
        return False
    try:
        return math.isclose(float(a), float(b), rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    except OverflowError:  # an integer beyond every float is close to none
        return False
