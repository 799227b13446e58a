"""The step of an evaluation: a gold row with its predictions becomes a gold row with scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from querywright.databases import Result
from querywright.databases.compare import Rule
from querywright.datasets.example import Example
from querywright.errors import QueryError, QueryRejected, QueryTimeout
from querywright.evaluation.metrics import RULES, Metric
from querywright.evaluation.predictions.gold import alternatives
from querywright.evaluation.predictions.prediction import Prediction
from querywright.evaluation.records import FACTS, SCORES, Ending, Facts, Score
from querywright.evaluation.scoring.candidates import tried
from querywright.evaluation.scoring.desk import Desk
from querywright.evaluation.scoring.desks import Desks
from querywright.evaluation.scoring.facts import preview
from querywright.evaluation.scoring.trees import linked_names
from querywright.evaluation.scoring.verdicts import judge
from querywright.runs import Reject

KEY, PREDICTIONS, PROBLEM = "evaluation:key", "evaluation:predictions", "evaluation:problem"
"""What an input carries in its `extra` to this step."""


class Scoring:
    """Executes the queries of a gold row once and measures every prediction.

    Args:
        desks: the databases.
        metrics: what is measured.
        rule: the rule that decides what is right.
        witnesses: on how many altered copies a right prediction is tried.
    """

    name = "gold"

    def __init__(self, desks: Desks, metrics: Sequence[Metric], rule: Rule, witnesses: int) -> None:
        self._desks, self._metrics, self._rule, self._witnesses = desks, frozenset(metrics), rule, witnesses
        self._rules = RULES if "rules" in self._metrics else (rule,)

    def __call__(self, example: Example) -> Iterator[Example]:
        """The row with its scores. Raises Reject where nothing can be scored against it."""
        carried = dict(example.extra)
        key, problem = carried.pop(KEY), carried.pop(PROBLEM, None)
        predictions: Mapping[str, Prediction] = carried.pop(PREDICTIONS)
        example = example.having(extra=carried)
        if problem:
            raise Reject("the row cannot be used", f"{key}: {problem}")
        desks = self._desks.of(example.db_id, instances="spider" in self._rules)
        gold = desks[0].ask_gold(example.SQL)
        if isinstance(gold, QueryError):
            raise Reject("the gold query fails", f"{key}: {gold}")
        if gold.truncated:
            limits = desks[0].limits
            raise Reject(
                "the gold result is too large",
                f"{key}: more than {limits.rows:,} rows or {limits.bytes:,} bytes, so nothing can be equal to it",
            )
        accepted = (example.SQL, *alternatives(example))
        scores = {name: self._score(said, accepted, gold, desks) for name, said in predictions.items()}
        nature = desks[0].nature(example.SQL)
        facts = Facts(key, desks[0].dialect, nature.hardness, nature.uses, preview(gold))
        yield example.having(extra={**carried, FACTS: facts, SCORES: scores})

    def _score(self, said: Prediction, accepted: Sequence[str], gold: Result, desks: Sequence[Desk]) -> Score:
        if said.SQL is None:
            wrong: dict[str, bool] = dict.fromkeys(self._rules, False)
            return Score(None, "no text", said.problem, wrong, failures=("no query",), **self._nothing())
        desk, sql = desks[0], said.SQL
        outcome = desk.ask(sql)
        found = {rule: judge(rule, accepted, sql, desks) for rule in self._rules}
        chosen = found[self._rule]
        score = Score(
            SQL=sql,
            ending=_ending(outcome, sql, desk),
            error=outcome.message if isinstance(outcome, QueryError) else "",
            verdicts={rule: each.right for rule, each in found.items()},
            reasons={rule: each.reason for rule, each in found.items() if not each.right},
            alternative=chosen.alternative,
            result=preview(outcome) if isinstance(outcome, Result) else None,
            picks=said.picks,
            **self._nothing(),
        )
        if "linking" in self._metrics:
            score = replace(score, **linked_names(said, accepted[0], desk))
        if "candidates" in self._metrics and said.candidates:
            score = replace(score, candidates=tried(said.candidates, self._rule, accepted, desks))
        return score

    def _nothing(self) -> dict[str, Any]:
        """What a prediction gets that is not right, for measures that are 0 then."""
        return {}


def _ending(outcome: Result | QueryError, sql: str, desk: Desk) -> Ending:
    match outcome:
        case Result():
            return "ran"
        case QueryTimeout():
            return "timeout"
        case QueryRejected():
            return "syntax" if isinstance(desk.tree(sql), QueryRejected) else "refused"
    return "failed"
