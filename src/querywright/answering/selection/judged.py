"""Duels that a judge decides: both orders are averaged, so that what comes first wins nothing by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from querywright.answering.selection.comparing import Duel

EVEN = 1e-9


@dataclass(frozen=True, slots=True)
class Odds:
    """What a judge said of duels."""

    first: Mapping[Duel, float | None]
    """How likely the one that is shown first is right; None where the judge could not say."""

    def of(self, one: int, other: int) -> float | None:
        """How likely the one is right and not the other, over the orders in which they were shown; None: nobody knows.

        >>> Odds({(0, 1): 0.9, (1, 0): 0.3}).of(0, 1)
        0.8
        """
        shown = [self.first.get((one, other))]
        turned = self.first.get((other, one))
        shown.append(None if turned is None else 1 - turned)
        known = [each for each in shown if each is not None]
        return sum(known) / len(known) if known else None

    @property
    def winners(self) -> dict[Duel, int | None]:
        """Who wins each duel, the same one in both orders; None where both are as likely, or nobody knows."""
        found: dict[Duel, int | None] = {}
        for one, other in self.first:
            odds = self.of(one, other)
            found[one, other] = None if odds is None or is_even(odds) else one if odds > 0.5 else other
        return found

    @property
    def torn(self) -> int:
        """The pairs whose two orders were judged differently."""
        return sum(
            one < other and None not in (odds, turned := self.first.get((other, one))) and _splits(odds, turned)
            for (one, other), odds in self.first.items()
        )

    def confidence(self, best: int, sizes: Sequence[int]) -> float:
        """How likely it beats another candidate that is not of its cluster, on average; of its cluster alone, where
        the judge could not say anything.
        """
        others = [each for each in range(len(sizes)) if each != best]
        known = {each: odds for each in others if (odds := self.of(best, each)) is not None}
        if not known:
            return sizes[best] / sum(sizes)
        return sum(odds * sizes[each] for each, odds in known.items()) / sum(sizes[each] for each in others)


def is_even(odds: float) -> bool:
    """Whether neither side is the likelier one; what rounding makes of a half is one."""
    return abs(odds - 0.5) < EVEN


def _splits(odds: float | None, turned: float | None) -> bool:
    """Whether the same side, the first or the second, was preferred in both orders."""
    return odds is not None and turned is not None and (odds - 0.5) * (turned - 0.5) > 0
