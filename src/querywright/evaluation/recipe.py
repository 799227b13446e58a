"""What an evaluation does, small enough to be sent to a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from querywright.databases import Catalog, Limits
from querywright.databases.addresses import Address
from querywright.databases.compare import Rule
from querywright.datasets.example import Example
from querywright.errors import DatabaseUnavailable
from querywright.evaluation.metrics import Metric
from querywright.evaluation.scoring.desks import Desks
from querywright.evaluation.scoring.gold_results import Stamp
from querywright.evaluation.scoring.step import Scoring
from querywright.models.usage import Usage
from querywright.runs import Step


@dataclass(frozen=True, slots=True)
class EvaluationRecipe:
    """What is scored, how. `gold` and `systems` name what was read with its digest; `databases` is as in `Found`."""

    location: str | Address
    gold: Mapping[str, Any]
    systems: Mapping[str, str]
    metrics: tuple[Metric, ...]
    rule: Rule
    witnesses: int
    limits: Limits
    databases: Mapping[str, Mapping[str, Any]]
    kept: Path | None
    """Where gold results are kept; decides nothing."""
    stamps: Mapping[str, Stamp]
    """What the databases' files looked like before their content was read; decides nothing."""

    def open(self) -> EvaluationChain:
        """A chain with its own connections. Raises DatabaseUnavailable where a database is not to be found."""
        catalog = Catalog.open(self.location)
        if missing := [db_id for db_id in self.databases if db_id not in catalog]:
            catalog.close()
            raise DatabaseUnavailable(f"not in {self.location}, where the evaluation found it", missing[0])
        return EvaluationChain(Desks(catalog, self.databases, self.limits, self.kept, self.stamps), self)

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "evaluate",
            "querywright": version("querywright"),
            "gold": dict(self.gold),
            "systems": dict(self.systems),
            "metrics": list(self.metrics),
            "rule": self.rule,
            "witnesses": self.witnesses,
            "limits": asdict(self.limits),
            "databases": {db_id: dict(entry) for db_id, entry in self.databases.items()},
        }

    def unique_key(self, example: Example) -> None:
        """Every gold row is scored for itself, also one that repeats another."""


class EvaluationChain:
    """The one step of an evaluation in one worker, and the databases it works on."""

    def __init__(self, desks: Desks, recipe: EvaluationRecipe) -> None:
        self._desks = desks
        self.steps: Sequence[Step] = (Scoring(desks, recipe.metrics, recipe.rule, recipe.witnesses),)

    def usage(self) -> tuple[Usage, ...]:
        """No model is asked."""
        return ()

    def close(self) -> None:
        """Closes the databases."""
        self._desks.close()
