"""How numbers are written on the page."""

from __future__ import annotations


def number(count: int) -> str:
    """12345 as 12,345."""
    return f"{count:,}"


def share(part: float, whole: float) -> str:
    """A part of a whole in percent; never 0 % of something nor 100 % of less than all."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 table`, `2 tables`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
