"""What an evaluation writes down: a row for each gold row, with a score for each system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from querywright.datasets.example import Example
from querywright.evaluation.queries.linking import Linking

SCORES, FACTS = "scores", "gold"
"""The columns of `results.jsonl` that an evaluation adds to a gold row."""

Ending = Literal["ran", "syntax", "refused", "failed", "timeout", "no text"]
"""What became of a predicted query: `syntax`: it is no SQL; `refused`: it is not one query that reads."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The first rows of a result as texts, for a person to look at."""

    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str | None]] = ()
    """None is NULL."""
    total: int = 0
    cut: bool = False
    """Whether the result went on beyond the limits, so that `total` is not all of it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a gold row, whatever was predicted."""

    key: str
    dialect: str
    hardness: str = ""
    features: Sequence[str] = ()
    """What its SQL uses: `join`, `group by`, `subquery` …"""
    result: Shown = field(default_factory=Shown)
    broken: Sequence[str] = ()
    """Alternatives that fail, by their number from 1 on, and why: nothing can be equal to them."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One of several candidates: its query, whether it is right, and with which others it agrees."""

    SQL: str
    strategy: str
    right: bool
    cluster: int | None
    """Candidates of one number gave equal results; None: it did not run."""
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Everything measured of one prediction. What was not measured is None."""

    SQL: str | None
    ending: Ending
    error: str = ""
    verdicts: Mapping[str, bool] = field(default_factory=dict)
    """Whether it is right, by rule."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """The first difference, by rule under which it is wrong."""
    alternative: int | None = None
    """Which accepted query it agrees with under the chosen rule: 0 is the gold row's SQL; None: with none."""
    witnessed: bool | None = None
    """Whether it is right on altered copies, too; None: they were not tried, or there are none."""
    witness: str = ""
    """The copy that tells it from gold, though the database does not, and how."""
    result: Shown | None = None
    soft_f1: float | None = None
    soft_f1_by_position: float | None = None
    clauses: Mapping[str, bool] | None = None
    """Exact set match, by clause, `all` among them."""
    linking: Linking | None = None
    stages: Mapping[str, Linking] = field(default_factory=dict)
    """What was left after each stage of answering."""
    failures: Sequence[str] = ()
    """Why it is wrong, the most telling kind first."""
    timing: Mapping[str, Any] | None = None
    """How long it took beside gold, where it is right: the fields of `efficiency.Timing`."""
    ves: float | None = None
    """1 where it is as fast as gold, 0 where it is wrong."""
    r_ves: float | None = None
    candidates: Sequence[Tried] = ()
    picks: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read it back from a row."""
        shown, linking = record["result"], record["linking"]
        read = {
            "result": Shown(**shown) if shown else None,
            "linking": Linking(**linking) if linking else None,
            "stages": {name: Linking(**stage) for name, stage in record["stages"].items()},
            "candidates": tuple(Tried(**each) for each in record["candidates"]),
        }
        return cls(**{**record, **read})


@dataclass(frozen=True, slots=True)
class Row:
    """A gold row, and what each system made of it."""

    example: Example
    """Its `extra` has no longer what the evaluation added."""
    facts: Facts
    scores: Mapping[str, Score]

    @classmethod
    def of(cls, example: Example) -> Self:
        """Read it back from a row of `results.jsonl`."""
        facts = example.extra[FACTS]
        extra = {name: value for name, value in example.extra.items() if name not in (SCORES, FACTS)}
        scores = {name: Score.of(record) for name, record in example.extra[SCORES].items()}
        return cls(example.having(extra=extra), Facts(**{**facts, "result": Shown(**facts["result"])}), scores)
