"""Several candidates for one question: which are right, and which of them agree."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.databases import Result, compare
from querywright.databases.compare import Rule
from querywright.evaluation.predictions.prediction import Candidate
from querywright.evaluation.records import Tried
from querywright.evaluation.scoring.desk import Desk
from querywright.evaluation.scoring.verdicts import judge


def tried(
    candidates: Sequence[Candidate], rule: Rule, accepted: Sequence[str], desks: Sequence[Desk]
) -> tuple[Tried, ...]:
    """Each candidate with its verdict and the number of its cluster: equal results under the rule."""
    found: list[Tried] = []
    clusters: list[tuple[str, Result]] = []
    for candidate in candidates:
        outcome = desks[0].ask(candidate.SQL)
        right = judge(rule, accepted, candidate.SQL, desks).right
        cluster, empty = None, False
        if isinstance(outcome, Result):
            cluster, empty = _cluster(candidate.SQL, outcome, clusters, rule, desks[0]), not outcome.rows
        found.append(Tried(candidate.SQL, candidate.strategy, right, cluster, empty))
    return tuple(found)


def _cluster(sql: str, outcome: Result, clusters: list[tuple[str, Result]], rule: Rule, desk: Desk) -> int:
    """The number of the cluster a result belongs to; a new one where it equals none."""
    for number, (first, result) in enumerate(clusters):
        ordered = desk.texts.ordered(first) if rule == "strict" and result.rows != outcome.rows else None
        if compare(result, outcome, rule, ordered, gold_sql=first, dialect=desk.dialect):
            return number
    clusters.append((sql, outcome))
    return len(clusters) - 1
