"""Table aliases of one statement: each is taken once, so that no nested query can capture a column of another."""

from __future__ import annotations

import re
from collections.abc import Iterable


class Aliases:
    """Which aliases are taken. Blind to case.

    Args:
        reserved: names that standard queries inside the statement use, which stay as they are.
    """

    def __init__(self, reserved: Iterable[str]) -> None:
        self._taken = {name.lower() for name in reserved}
        self._next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """An alias that nothing else has: the wanted one, or that with the next number behind it."""
        if wanted.lower() not in self._taken:
            self._taken.add(wanted.lower())
            return wanted
        stem = re.sub(r"_?\d+$", "", wanted)
        number = self._next.get(stem.lower(), 2)
        while f"{stem}_{number}".lower() in self._taken:
            number += 1
        self._next[stem.lower()] = number + 1
        self._taken.add(f"{stem}_{number}".lower())
        return f"{stem}_{number}"
