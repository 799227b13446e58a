"""The step of an evaluation: a gold row with its predictions becomes a gold row with scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from querywright.databases import Result
from querywright.databases.compare import Rule
from querywright.datasets.example import Example
from querywright.errors import QueryError, QueryRejected
from querywright.evaluation.metrics import RULES, Metric
from querywright.evaluation.predictions.gold import alternatives
from querywright.evaluation.predictions.prediction import Prediction
from querywright.evaluation.queries.complaints import complaint
from querywright.evaluation.records import FACTS, SCORES, Ending, Facts, Score
from querywright.evaluation.scoring.case import Case
from querywright.evaluation.scoring.desk import Desk, Outcome
from querywright.evaluation.scoring.desks import Desks
from querywright.evaluation.scoring.facts import preview
from querywright.evaluation.scoring.measures import MEASURES, luck
from querywright.evaluation.scoring.verdicts import Finding, judge
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
        self._desks, self._rule, self._witnesses = desks, rule, witnesses
        self._rules = RULES if "rules" in metrics else (rule,)
        self._measures = [MEASURES[name] for name in metrics if name in MEASURES]

    def __call__(self, example: Example) -> Iterator[Example]:
        """The row with its scores. Raises Reject where nothing can be scored against it."""
        carried = dict(example.extra)
        key, problem = carried.pop(KEY), carried.pop(PROBLEM, None)
        predictions: Mapping[str, Prediction] = carried.pop(PREDICTIONS)
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
        nature = desks[0].texts.nature(example.SQL)
        outcomes = map(desks[0].ask_gold, accepted)
        broken = [f"{n}: {each.message}" for n, each in enumerate(outcomes) if isinstance(each, QueryError)]
        facts = Facts(key, desks[0].dialect, nature.hardness, nature.uses, preview(gold), broken)
        yield example.having(extra={**carried, FACTS: facts, SCORES: scores})

    def _score(self, said: Prediction, accepted: Sequence[str], gold: Result, desks: Sequence[Desk]) -> Score:
        sql = said.SQL
        outcome = None if sql is None else desks[0].ask(sql)
        found = {
            rule: Finding(False, said.problem) if sql is None else judge(rule, accepted, sql, desks)
            for rule in self._rules
        }
        chosen = found[self._rule]
        case = Case(said, outcome, accepted, gold, chosen, self._rule, desks, self._witnesses)
        measured = luck(case)
        for measure in self._measures:
            measured |= measure(case)
        return Score(
            SQL=sql,
            ending=_ending(outcome),
            error=outcome.message if isinstance(outcome, QueryError) else said.problem if sql is None else "",
            verdicts={rule: each.right for rule, each in found.items()},
            reasons={rule: each.reason for rule, each in found.items() if not each.right},
            alternative=chosen.alternative,
            result=preview(outcome) if isinstance(outcome, Result) else None,
            **measured,
        )


def _ending(outcome: Outcome | None) -> Ending:
    if outcome is None:
        return "no text"
    if isinstance(outcome, Result):
        return "ran"
    kind = complaint(outcome)
    return _ENDINGS.get(kind) or ("refused" if isinstance(outcome, QueryRejected) else "failed")


_ENDINGS: dict[str, Ending] = {"missing": "no text", "syntax": "syntax", "timeout": "timeout"}
"""The ending that a kind of complaint stands for, whoever complains."""
