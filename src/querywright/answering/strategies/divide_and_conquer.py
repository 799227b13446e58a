"""`divide-and-conquer`: smaller questions, a query for each, one query of them all, made simple; in a single call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.answering.showing import shots_part
from querywright.answering.strategies.contract import Samples, Writer, asking

if TYPE_CHECKING:
    from querywright.answering.answers import DividedSQL


def divide_and_conquer(known: Known, desk: Desk, settings: Samples) -> Writer:
    """Ask for the steps of CHASE-SQL's first algorithm, all in one answer; retrieved examples are shown."""
    from querywright.answering.answers import DividedSQL

    prompt = asking("divide-and-conquer", known, desk, (shots_part(known.shots[: settings.shots]),))
    return Writer(DividedSQL, prompt, _read)


def _read(answer: DividedSQL) -> tuple[str, str]:
    """The optimised query, and the steps to it as lines. Without an optimised one the assembled one counts."""
    steps = [f"{place}. {part.question}: {plain_sql(part.sql)}" for place, part in enumerate(answer.parts, 1)]
    steps.append(f"Assembled: {plain_sql(answer.assembled)}")
    if answer.optimisation.strip():
        steps.append(f"Optimised: {answer.optimisation.strip()}")
    return (answer.sql if answer.sql.strip() else answer.assembled), "\n".join(steps)
