"""Executing candidates, and saying what became of them."""

from __future__ import annotations

from dataclasses import replace

from querywright.answering.desk import Desk
from querywright.answering.known import Attempt, Candidate
from querywright.databases import Result
from querywright.errors import QueryError


def executed(candidate: Candidate, desk: Desk, by: str) -> Candidate:
    """The candidate with an attempt more: its SQL as it is now, executed. `by` is the stage that wrote it.

    On a dry run it stays as it is.
    """
    if desk.dry:
        return candidate
    outcome = desk.execute(candidate.SQL)
    return replace(candidate, outcome=outcome, attempts=(*candidate.attempts, attempt_of(candidate.SQL, outcome, by)))


def attempt_of(sql: str, outcome: Result | QueryError, by: str) -> Attempt:
    """What became of a text."""
    if isinstance(outcome, QueryError):
        return Attempt(sql, outcome.message, None, by)
    return Attempt(sql, "", len(outcome.rows), by)


def is_good(candidate: Candidate) -> bool:
    """Whether it ran and gave rows."""
    return grade(candidate.outcome) == 2


def grade(outcome: Result | QueryError | None) -> int:
    """How far a query came: 2 with rows, 1 without, 0 where it did not run."""
    if not isinstance(outcome, Result):
        return 0
    return 2 if outcome.rows else 1
