"""Whether a predicted query is right: under a rule, on every database that stands for the one it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from querywright.databases import Result, compare
from querywright.databases.compare import Rule
from querywright.evaluation.scoring.desk import Desk, Outcome
from querywright.evaluation.scoring.official import as_spider_executes


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict, and the first difference where it is against the prediction."""

    right: bool
    reason: str = ""
    alternative: int | None = None
    """Which of the accepted queries it agrees with."""


def judge(rule: Rule, accepted: Sequence[str], predicted: str, desks: Sequence[Desk]) -> Finding:
    """Hold a prediction against the queries that count as right; one that it agrees with everywhere is enough.

    Args:
        rule: how results are compared; `spider` also executes other texts, as its script does.
        accepted: the gold query, then its alternatives.
        predicted: the query to judge.
        desks: the database, then further instances of it, which only `spider` looks at.
    """
    places = desks if rule == "spider" else desks[:1]
    first: Finding | None = None
    for number, gold in enumerate(accepted):
        found = _against(rule, gold, predicted, places)
        if found.right:
            return Finding(True, alternative=number)
        first = first or found
    return first or Finding(False, "there is no gold query")


def _against(rule: Rule, gold: str, predicted: str, desks: Sequence[Desk]) -> Finding:
    for number, desk in enumerate(desks):
        wanted, got = _outcomes(rule, gold, predicted, desk)
        if not isinstance(wanted, Result):  # the gold row is known to run on the first; elsewhere nothing can be said
            if number:
                continue
            return Finding(False, f"the gold query fails: {wanted.message}")
        where = f"on {desk.database.db_id}, " if number else ""
        if not isinstance(got, Result):
            return Finding(False, f"{where}the predicted query fails: {got.message}")
        ordered = desk.texts.ordered(gold) if rule == "strict" and wanted.rows != got.rows else None
        found = compare(wanted, got, rule, ordered, gold_sql=gold, dialect=desk.dialect)
        if not found:
            return Finding(False, where + found.reason)
    return Finding(True)


def _outcomes(rule: Rule, gold: str, predicted: str, desk: Desk) -> tuple[Outcome, Outcome]:
    if rule != "spider":
        return desk.ask_gold(gold), desk.ask(predicted)
    wanted, got = desk.ask_gold(as_spider_executes(gold)), desk.ask(as_spider_executes(predicted))
    if isinstance(wanted, Result):
        return wanted, got
    return desk.ask_gold(gold), desk.ask(predicted)  # without its DISTINCT the gold query is none (DISTINCT ON)
