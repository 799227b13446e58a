"""What a verification found, and the record of a pair that did not hold: all of it can be said in JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from querywright.databases.results import Result

Outcome = Literal["equal", "another result", "not shown equal", "does not compile", "does not run"]
"""`not shown equal`: every comparison was of two empty results, or of answers that the original leaves open."""

SHOWN = 20
"""Rows of a result that a record holds."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The first rows of a result, as JSON says them."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    more: bool = False

    @classmethod
    def of(cls, result: Result | None) -> Shown | None:
        """What is shown of a result; None of none."""
        if result is None:
            return None
        rows = tuple(tuple(map(sayable, row)) for row in result.rows[:SHOWN])
        return cls(tuple(map(sayable, result.columns)), rows, result.truncated or len(result.rows) > SHOWN)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A pair that is kept apart: a standard query and the pipe query that was to mean the same, and what is wrong."""

    db_id: str
    dialect: str
    outcome: Outcome
    sql: str
    """The original."""
    pipe: str
    pipe_dialect: str
    compiled: str
    """The pipe query as standard SQL; empty where it does not compile."""
    difference: str
    """Where the results differ and how, or what kept one from being there."""
    tree: tuple[str, ...] = ()
    """What the one query says and the other does not: a line a clause, `-` of the original, `+` of the pipe."""
    witness: str | None = None
    """The alteration of the copy that told them apart; None where the database itself did."""
    witness_rows: dict[str, tuple[tuple[Any, ...], ...]] = field(default_factory=dict)
    """What that copy holds, by the full names of tables."""
    original: Shown | None = None
    """What the original gave there."""
    piped: Shown | None = None
    """What the pipe query gave there."""

    def as_record(self) -> dict[str, Any]:
        """The record for a file: dictionaries, lists, texts and numbers."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a pipe query was shown to mean what the original means; true in a condition if so."""

    outcome: Outcome
    compiled: str = ""
    """The pipe query as standard SQL in the database's dialect."""
    checked: int = 0
    """On how many copies (the database counts as one) both ran and were compared."""
    open: int = 0
    """On how many the original has more than one answer, so that nothing could be said."""
    rows: int | None = None
    """How many rows the pipe query has on the database; None where they were too many to be fetched."""
    unavailable: str = ""
    """Why there are no witnesses, so that only the database itself was asked; empty where there are."""
    quarantine: Quarantine | None = None
    """The record of a pair that did not hold."""

    def __bool__(self) -> bool:
        return self.outcome == "equal"

    @property
    def reason(self) -> str:
        """What is wrong, in a line; empty where nothing is."""
        return f"{self.outcome}: {self.quarantine.difference}" if self.quarantine else ""


def sayable(value: Any) -> Any:
    """The value as JSON can say it."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, (bool, int)):
        return value if not isinstance(value, int) or -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [sayable(each) for each in value]
    return sayable(str(value))
