"""The steps of a check: a row gets its pipe query, which has to mean what its SQL means, and each of whose beginnings
has to run."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.datasets.example import Example
from querywright.errors import NotDecompilable, PipeError, PipeSyntaxError, QueryError, QueryRejected
from querywright.runs import Reject, Step
from querywright.synthesis.piping.columns import PIPE_DIALECT, PREFIXES, QUARANTINE
from querywright.synthesis.piping.desk import PipeDesks
from querywright.synthesis.steps.marks import PROBLEM


class Decompile:
    """The row's SQL becomes a pipe query; one that is there already is read, and stays."""

    name = "decompile"

    def __init__(self, desks: PipeDesks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        if problem := example.extra.get(PROBLEM):
            raise Reject("the row cannot be used", problem)
        desk = self._desks[example.db_id]
        if example.pipe_sql:
            dialect = example.extra.get(PIPE_DIALECT, desk.dialect)
            piped = example.having(extra=example.extra | {PIPE_DIALECT: dialect})
        else:
            try:
                query = desk.decompiled(example.SQL)
                piped = example.having(pipe_sql=str(query), extra=example.extra | {PIPE_DIALECT: query.dialect})
            except NotDecompilable as error:
                raise Reject(error.reason, error.node) from None
            except QueryRejected as error:
                raise Reject("the SQL cannot be read", error.message) from None
            except PipeError as error:
                raise Reject("the SQL cannot be bound", str(error)) from None
        try:
            desk.query(piped)
        except PipeSyntaxError as error:
            raise Reject("the pipe query cannot be read", f"{error}: {piped.pipe_sql}") from None
        yield piped


class Verify:
    """The row's pipe query is held against its SQL; one that fails goes on with its record, to be dropped with it."""

    name = "verify"

    def __init__(self, desks: PipeDesks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        try:
            found = self._desks[example.db_id].verified(example)
        except QueryError as error:
            raise Reject("the SQL does not run", error.message) from None
        if found.quarantine is None:
            yield example
        else:
            yield example.having(extra=example.extra | {QUARANTINE: found.quarantine.as_record()})


class Separate:
    """A row with a record of what is wrong is dropped, the record with it."""

    name = "quarantine"

    def __call__(self, example: Example) -> Iterator[Example]:
        record = example.extra.get(QUARANTINE)
        if record is not None:
            raise Reject(record["outcome"], record["difference"])
        yield example


class MeasurePrefixes:
    """Every beginning of the pipe query runs; its columns and rows are kept."""

    name = "prefixes"

    def __init__(self, desks: PipeDesks) -> None:
        self._desks = desks

    def __call__(self, example: Example) -> Iterator[Example]:
        steps = self._desks[example.db_id].measured(example)
        for step in steps:
            if not step:
                raise Reject("a prefix does not run", f"{step.text} (step {step.number}): {step.error}")
        yield example.having(extra=example.extra | {PREFIXES: [step.as_record() for step in steps]})


def pipe_steps(desks: PipeDesks) -> tuple[Step, ...]:
    """The steps from a row with SQL to one with a pipe query that holds."""
    return Decompile(desks), Verify(desks), Separate(), MeasurePrefixes(desks)
