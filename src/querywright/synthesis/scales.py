"""From a score between 0 and 10 to a label: the thresholds of a difficulty."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from querywright.errors import SettingsError

LABELS = ("easy", "medium", "hard", "extra")


@dataclass(frozen=True, slots=True)
class Scale:
    """Ascending `thresholds` (inclusive upper bounds, from 0 to 10) and one label more than there are of them.

    Raises:
        SettingsError: they do not fit each other.
    """

    thresholds: tuple[float, ...] = (2, 5, 9)
    labels: tuple[str, ...] = LABELS

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.thresholds) + 1:
            raise SettingsError(
                f"{len(self.thresholds)} thresholds need {len(self.thresholds) + 1} labels, not {len(self.labels)}"
            )
        if any(low >= high for low, high in pairwise(self.thresholds)):
            raise SettingsError(f"thresholds must ascend: {', '.join(map(str, self.thresholds))} do not")
        if any(not 0 <= bound <= 10 for bound in self.thresholds):
            raise SettingsError("thresholds must lie between 0 and 10")

    def label(self, score: float) -> str:
        """The label of a score; the higher the score, the harder."""
        return next(
            (n for n, bound in zip(self.labels, self.thresholds, strict=False) if score <= bound), self.labels[-1]
        )
