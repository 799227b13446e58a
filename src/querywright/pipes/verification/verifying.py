"""`verify`: the original and the pipe query, compiled, on the database and on witnesses."""

from __future__ import annotations

from dataclasses import replace

from querywright.databases.results import Limits, Result
from querywright.databases.witnesses import Verdict, distinguish
from querywright.databases.witnesses.sampling import Queryable
from querywright.errors import PipeError, QueryError
from querywright.pipes.compiling import compile as compiled_to
from querywright.pipes.printing import render
from querywright.pipes.tree import PipeQuery
from querywright.pipes.verification.differences import tree_difference
from querywright.pipes.verification.records import Outcome, Quarantine, Shown, Verification, sayable

LIMITS = Limits(seconds=5.0, rows=5_000)
WITNESSES = 7
"""One for each alteration: each catches a kind of luck that the others do not."""


def verify(
    sql: str,
    query: PipeQuery,
    database: Queryable,
    witnesses: int = WITNESSES,
    *,
    seed: int = 0,
    limits: Limits = LIMITS,
) -> Verification:
    """Whether a pipe query means what a standard query means.

    Both are run on the database and on small altered copies of it; where none of its rows get through the queries, on
    copies of rows made up for them. Results are compared strictly, in order where the original orders. What that leaves
    open, the order of equals and which of them LIMIT keeps, may come out otherwise; two empty results prove nothing.

    Args:
        sql: the original, in the database's dialect.
        query: the pipe query.
        database: where they are asked.
        witnesses: how many copies are tried.
        seed: of the copies.
        limits: of each execution.

    Raises:
        QueryError: the original itself does not run.
        DatabaseUnavailable: the database is gone.
    """
    pair = _Pair(sql, query, database)
    try:
        compiled = compiled_to(query, dialect=database.dialect, schema=database.schema)
    except PipeError as error:
        return pair.quarantined("does not compile", "", str(error))
    first = database.execute(sql, limits)
    try:
        second = database.execute(compiled, limits)
    except QueryError as error:
        found = pair.quarantined("does not run", compiled, error.message)
        return replace(found, quarantine=found.quarantine and replace(found.quarantine, original=Shown.of(first)))
    verdict = distinguish(
        database,
        sql,
        compiled,
        count=witnesses,
        seed=seed,
        limits=limits,
        known=(first, second),
        lenient=True,
        invent=True,
    )
    return pair.judged(compiled, verdict, second)


class _Pair:
    """The two queries, and what to make of what was found about them."""

    def __init__(self, sql: str, query: PipeQuery, database: Queryable) -> None:
        self._sql, self._query, self._database = sql, query, database

    def judged(self, compiled: str, verdict: Verdict, second: Result) -> Verification:
        rows = None if second.truncated else len(second.rows)
        if verdict and verdict.proof:
            return Verification("equal", compiled, verdict.checked, verdict.open, rows, verdict.unavailable)
        if verdict:
            found = self.quarantined("not shown equal", compiled, _why_not_shown(verdict))
        else:
            found = self.quarantined("another result", compiled, verdict.reason, verdict)
        return replace(found, checked=verdict.checked, open=verdict.open, rows=rows, unavailable=verdict.unavailable)

    def quarantined(
        self, outcome: Outcome, compiled: str, difference: str, verdict: Verdict | None = None
    ) -> Verification:
        dialect = self._database.dialect
        schema = self._database.schema
        record = Quarantine(
            db_id=schema.db_id,
            dialect=dialect,
            outcome=outcome,
            sql=self._sql,
            pipe=render(self._query),
            pipe_dialect=self._query.dialect,
            compiled=compiled,
            difference=difference,
            tree=tree_difference(self._sql, compiled, dialect) if compiled else (),
        )
        if verdict is not None:
            rows = {
                name: tuple(tuple(map(sayable, row)) for row in found) for name, found in (verdict.rows or {}).items()
            }
            original, piped = Shown.of(verdict.first), Shown.of(verdict.second)
            record = replace(record, witness=verdict.witness, witness_rows=rows, original=original, piped=piped)
        return Verification(outcome, compiled, quarantine=record)


def _why_not_shown(verdict: Verdict) -> str:
    if verdict.unavailable:
        return f"both are empty on the database, and there are no witnesses: {verdict.unavailable}"
    if verdict.open:
        return f"the original leaves its answer open on {verdict.open} of the copies, and on all others both are empty"
    return "both are empty on the database and on every witness"
