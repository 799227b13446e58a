"""`Answer`: the query that was taken, its rows, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from querywright.answering.desk import Desk
from querywright.answering.differing import difference
from querywright.answering.known import Known
from querywright.answering.selection.clusters import clusters_of
from querywright.answering.trace import Record, shown
from querywright.databases import Result
from querywright.models.usage import Usage

DOUBT = 0.5
"""At or below this confidence the other answers are shown, too."""


NOTHING = Usage("", "default", "")


@dataclass(frozen=True, slots=True)
class Other:
    """Another answer that the candidates give, and what tells it apart."""

    SQL: str
    result: Result
    share: float
    """Of the candidates that ran."""
    difference: str = ""
    """What it gives and asks for other than the answer, in words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, or why there is none."""

    question: str
    SQL: str
    """Empty where there is no answer."""
    result: Result | None
    """Its rows, up to the cap; None where it was not executed, or there is no answer."""
    problem: str
    why: str
    confidence: float
    """Between 0 and 1; of a single candidate it is 1 and says nothing."""
    others: tuple[Other, ...]
    """Other answers, where the confidence is low."""
    known: Known
    trace: tuple[Record, ...]
    seconds: float
    usage: Usage = NOTHING
    """What models were asked for it, in all."""

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it, rows as they print."""
        rows = self.result.rows if self.result else []
        return {
            "question": self.question,
            "SQL": self.SQL,
            "columns": list(self.result.columns) if self.result else [],
            "rows": [[_said(value) for value in row] for row in rows],
            "truncated": bool(self.result and self.result.truncated),
            "problem": self.problem,
            "why": self.why,
            "confidence": round(self.confidence, 4),
            "others": [
                {
                    "SQL": each.SQL,
                    "rows": len(each.result.rows),
                    "share": each.share,
                    "difference": each.difference,
                }
                for each in self.others
            ],
            "seconds": round(self.seconds, 3),
            "usage": {
                "calls": self.usage.calls,
                "cached": self.usage.cached,
                "input_tokens": self.usage.input_tokens,
                "output_tokens": self.usage.output_tokens,
                "cost": self.usage.cost,
            },
            "trace": shown(self.trace),
        }


def _said(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def answer_of(known: Known, trace: tuple[Record, ...], desk: Desk, seconds: float, usage: Usage = NOTHING) -> Answer:
    """The answer that the last stage leaves."""
    choice = known.choice
    if known.problem or choice is None:
        problem = known.problem or "no stage took a candidate"
        return Answer(known.question, "", None, problem, "", 0.0, (), known, trace, seconds, usage)
    taken = known.candidates[choice.candidate]
    result = taken.outcome if isinstance(taken.outcome, Result) else None
    others = _others(known, desk, choice.candidate) if choice.confidence <= DOUBT else ()
    answer = (known.question, taken.SQL, result, "", choice.why, choice.confidence, others)
    return Answer(*answer, known, trace, seconds, usage)


def _others(known: Known, desk: Desk, taken: int) -> tuple[Other, ...]:
    clusters = clusters_of(known.candidates, desk)
    votes = sum(len(cluster.members) for cluster in clusters)
    answer = known.candidates[taken]
    found = []
    for cluster in clusters:
        first = known.candidates[cluster.members[0]]
        if taken not in cluster.members and isinstance(first.outcome, Result):
            said = difference(answer, first, desk.database.dialect)
            found.append(Other(first.SQL, first.outcome, len(cluster.members) / votes, said))
    return tuple(found)
