"""What a dataset is made of: `statistics` measures, `render` prints, `PUBLISHED` is what to compare with."""

from __future__ import annotations

from querywright.datasets.statistics.measuring import Measured, Statistics, Tally, by_level, statistics
from querywright.datasets.statistics.published import PUBLISHED, SHARES, TITLES, FeatureTable, Published
from querywright.datasets.statistics.tables import render

__all__ = [
    "PUBLISHED",
    "SHARES",
    "TITLES",
    "FeatureTable",
    "Measured",
    "Published",
    "Statistics",
    "Tally",
    "by_level",
    "render",
    "statistics",
]
