"""The figures of an evaluation, as plain data. Shares are in percent, with a 95 % bootstrap interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from querywright.evaluation.candidates import CandidateFigures
from querywright.evaluation.confidence import McNemar, bootstrap

DRAWS = 2_000
"""Of a bootstrap where every row is drawn; an interval is told in tenths of a percent."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, in percent."""

    percent: float
    low: float
    high: float
    count: int
    of: int

    @classmethod
    def counted(cls, values: Sequence[bool]) -> Share:
        """The share of values that are true."""
        interval, count = bootstrap([float(value) for value in values]), sum(values)
        percent = 100 * count / len(values) if values else 0.0
        return cls(round(percent, 2), round(100 * interval.low, 2), round(100 * interval.high, 2), count, len(values))

    def __str__(self) -> str:
        return f"{self.percent:.2f} % ({self.low:.1f} to {self.high:.1f}; {self.count:,} of {self.of:,})"


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a measure in percent."""

    percent: float
    low: float
    high: float
    of: int

    @classmethod
    def measured(cls, values: Sequence[float]) -> Mean:
        """The mean of values that lie, mostly, between 0 and 1."""
        interval = bootstrap(values, draws=DRAWS)
        percent = 100 * sum(values) / len(values) if values else 0.0
        return cls(round(percent, 2), round(100 * interval.low, 2), round(100 * interval.high, 2), len(values))

    def __str__(self) -> str:
        return f"{self.percent:.2f} % ({self.low:.1f} to {self.high:.1f})"


@dataclass(frozen=True, slots=True)
class LinkingFigures:
    """Recall and precision of names against those of the gold queries; means over rows, in percent.

    A row whose gold query names none has no recall, one whose prediction names none has no precision; `of` tells.
    """

    table_recall: Mean
    table_precision: Mean
    column_recall: Mean
    column_precision: Mean
    complete: Share
    """Rows in which every table and column of the gold query is named."""


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """One system. What was not measured is None or empty."""

    name: str
    ex: Share
    """Of the rows that could be scored, under the chosen rule."""
    ex_of_all: Share
    """The same with the rows that could not be scored counted as wrong."""
    rules: Mapping[str, Share]
    """Execution accuracy under each rule that was tried."""
    valid: Share
    """Predictions that ran."""
    empty: Share
    """Predictions that ran and returned no rows."""
    endings: Mapping[str, int]
    """What became of the predicted queries."""
    witnessed: Share | None = None
    """Right on the database and on every altered copy; of the rows."""
    lucky: int = 0
    """Rows that are right on the database and not on a copy."""
    soft_f1: Mean | None = None
    soft_f1_by_position: Mean | None = None
    exact: Mapping[str, Share] = field(default_factory=dict)
    linking: LinkingFigures | None = None
    stages: Mapping[str, LinkingFigures] = field(default_factory=dict)
    ves: Mean | None = None
    r_ves: Mean | None = None
    candidates: CandidateFigures | None = None
    failures: Mapping[str, int] = field(default_factory=dict)
    """Wrong rows by the most telling kind of failure."""
    failures_any: Mapping[str, int] = field(default_factory=dict)
    """Wrong rows by every kind of failure that they show; a row may count several times."""
    breakdown: Mapping[str, Mapping[str, Share]] = field(default_factory=dict)
    """EX by `database`, `hardness`, `difficulty`, `feature`."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on the rows that both were scored on, under the chosen rule."""

    first: str
    second: str
    rows: int
    test: McNemar


@dataclass(frozen=True, slots=True)
class Excluded:
    """A gold row that could not be scored."""

    key: str
    db_id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Every figure of an evaluation."""

    rule: str
    metrics: Sequence[str]
    gold_rows: int
    """Rows that were to be scored."""
    scored: int
    excluded: Sequence[Excluded]
    systems: Sequence[SystemFigures]
    comparisons: Sequence[Comparison]
    problems: Sequence[str]
    """What was wrong with the files of predictions."""
    changed: Sequence[str]
    """Databases whose content changed meanwhile; empty: all were verified to be as before."""
    databases: int

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON has them."""
        return asdict(self)
