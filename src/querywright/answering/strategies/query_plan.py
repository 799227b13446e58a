"""`query-plan`: think as the engine would: find the tables, operate on their rows, deliver the columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from querywright.answering.desk import Desk
from querywright.answering.known import Known, Shot
from querywright.answering.plans import plan_words
from querywright.answering.showing import shots_part
from querywright.answering.strategies.contract import Samples, Writer, asking
from querywright.answering.strategies.demonstrations import demonstrations
from querywright.errors import QueryError

if TYPE_CHECKING:
    from querywright.answering.answers import PlannedSQL


def query_plan(known: Known, desk: Desk, settings: Samples) -> Writer:
    """Show queries with the plans that this engine has for them, in words; ask for such a plan, and the query.

    The queries are simple ones over the selected schema, made by rule, and the retrieved examples that belong to this
    database: only of these the engine has a plan.
    """
    from querywright.answering.answers import PlannedSQL

    shots = tuple(_planned((*demonstrations(known, desk), *known.shots[: settings.shots]), desk))
    notes = () if shots else ("no query was found that shows what a plan of this engine looks like",)
    part = shots_part(shots, "Queries on this database with the engine's plan in words, as data:")
    return Writer(PlannedSQL, asking("query-plan", known, desk, (part,)), _read, shots, notes)


def _planned(shots: Iterable[Shot], desk: Desk) -> Iterable[Shot]:
    """The shots that the engine has a plan for, with the plan as their reasoning."""
    for shot in shots:
        try:
            plan = desk.database.explain(shot.SQL, desk.limits)
            yield replace(shot, reasoning=plan_words(plan, shot.SQL, desk.database.dialect))
        except QueryError:
            continue  # it belongs to another database


def _read(answer: PlannedSQL) -> tuple[str, str]:
    """The query, and the plan as lines."""
    return (
        answer.sql,
        f"Find: {answer.find.strip()}\nOperate: {answer.operate.strip()}\nDeliver: {answer.deliver.strip()}",
    )
