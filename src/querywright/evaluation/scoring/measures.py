"""What is measured of a case beside its verdict: a metric's name, and the fields of `Score` that it fills."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from querywright.databases import Result
from querywright.databases.witnesses import distinguish
from querywright.errors import DatabaseUnavailable, QueryError
from querywright.evaluation.efficiency import reward, time_ratio, ves
from querywright.evaluation.metrics import Metric
from querywright.evaluation.queries.failures import failures
from querywright.evaluation.queries.linking import linked, linking
from querywright.evaluation.scoring.candidates import tried
from querywright.evaluation.scoring.case import Case
from querywright.evaluation.scoring.official import as_spider_executes
from querywright.evaluation.soft_f1 import soft_f1, soft_f1_by_position

Fields = dict[str, Any]


def soft(case: Case) -> Fields:
    """Both soft-F1, the best over the accepted queries; 0 where the prediction did not run."""
    outcome = case.outcome
    if not isinstance(outcome, Result):
        return {"soft_f1": 0.0, "soft_f1_by_position": 0.0}
    wanted = [gold for sql in case.accepted if isinstance(gold := case.desk.ask_gold(sql), Result)]
    return {
        "soft_f1": max(soft_f1(gold, outcome) for gold in wanted),
        "soft_f1_by_position": max(soft_f1_by_position(gold, outcome) for gold in wanted),
    }


def names(case: Case) -> Fields:
    """Linking of the prediction and of the stages that led to it; nothing where gold's own names cannot be told."""
    wanted = case.desk.texts.names(case.matched)
    if wanted is None:
        return {}
    named = case.desk.texts.names(case.said.SQL) if case.said.SQL is not None else None
    stages = {name: linked(wanted, tables, columns) for name, (tables, columns) in case.said.stages.items()}
    return {"linking": linking(wanted, named) if named else linked(wanted, (), ()), "stages": stages}


def clauses(case: Case) -> Fields:
    """Exact set match with the accepted query that it comes closest to; no clause that neither of them has."""
    sql, texts = case.said.SQL, case.desk.texts
    if sql is None or texts.clauses(sql) is None:
        return {"clauses": {"all": False}}
    told = [same for accepted in case.accepted if (same := texts.matched(accepted, sql))]
    return {"clauses": max(told, key=lambda same: (same["all"], sum(same.values())))} if told else {}


def kinds(case: Case) -> Fields:
    """Why a wrong prediction is wrong."""
    if case.finding.right:
        return {}
    desk, sql, outcome = case.desk, case.said.SQL, case.outcome
    gold = desk.texts.reading(case.accepted[0])
    if sql is None or gold is None:
        return {"failures": ("missing",) if sql is None else ()}
    error = outcome if isinstance(outcome, QueryError) else None
    rows = outcome if isinstance(outcome, Result) else None
    return {"failures": failures(gold, desk.texts.reading(sql), desk.dialect, desk.texts.known, case.gold, rows, error)}


def several(case: Case) -> Fields:
    """The candidates, where there are some."""
    return {
        "candidates": tried(case.said.candidates, case.rule, case.accepted, case.desks),
        "picks": case.said.picks,
    }


def speed(case: Case) -> Fields:
    """How fast a right prediction is beside the query that it agrees with; a wrong one gets nothing."""
    if not case.finding.right or case.said.SQL is None:
        return {"ves": 0.0, "r_ves": 0.0}
    database, sql = case.desk.database, case.said.SQL
    try:
        timing = time_ratio(database, case.matched, sql, case.desk.limits)
    except QueryError:  # the accepted query does not run any more: there is nothing to compare with
        return {}
    return {"timing": asdict(timing), "ves": ves(timing.ratio) / 100, "r_ves": ves(reward(timing)) / 100}


def luck(case: Case) -> Fields:
    """Whether a prediction that is right on the database is right on altered copies of it, too."""
    if not case.witnesses:
        return {}
    if not case.finding.right or case.said.SQL is None:
        return {"witnessed": False}
    accepted, sql = case.matched, case.said.SQL
    if case.rule == "spider":
        accepted, sql = as_spider_executes(accepted), as_spider_executes(sql)
    gold, outcome = case.desk.ask_gold(accepted), case.desk.ask(sql)
    known = (gold, outcome) if isinstance(gold, Result) and isinstance(outcome, Result) else None
    try:
        found = distinguish(case.desk.database, accepted, sql, case.rule, case.witnesses, known=known, lenient=True)
    except DatabaseUnavailable:
        raise
    except QueryError:  # the accepted query itself cannot be asked again: nothing can be said
        return {}
    if found.unavailable:
        return {}
    return {"witnessed": found.equal_everywhere, "witness": f"{found.witness}: {found.reason}" if found.witness else ""}


MEASURES: Final[dict[Metric, Callable[[Case], Fields]]] = {
    "soft-f1": soft,
    "exact": clauses,
    "linking": names,
    "failures": kinds,
    "candidates": several,
    "ves": speed,
}
"""A measure for each metric that is more than a verdict."""
