"""`Case`: one prediction with everything that measures look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from querywright.databases import Result
from querywright.databases.compare import Rule
from querywright.evaluation.predictions.prediction import Prediction
from querywright.evaluation.scoring.desk import Desk, Outcome
from querywright.evaluation.scoring.verdicts import Finding


@dataclass(frozen=True, slots=True)
class Case:
    """One prediction for one gold row."""

    said: Prediction
    outcome: Outcome | None
    """What became of its SQL; None where it has none."""
    accepted: Sequence[str]
    """The gold query, then its alternatives."""
    gold: Result
    finding: Finding
    """The verdict under the rule."""
    rule: Rule
    desks: Sequence[Desk]
    """The database, then further instances of it."""
    witnesses: int
    """How many altered copies to try."""

    @property
    def desk(self) -> Desk:
        """The database that is asked."""
        return self.desks[0]

    @property
    def matched(self) -> str:
        """The accepted query that the prediction agrees with; where it agrees with none, the gold query."""
        return self.accepted[self.finding.alternative or 0]
