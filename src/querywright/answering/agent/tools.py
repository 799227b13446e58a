"""The tools between two operators: syntax and scope, active columns, first rows, and values like the ones asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from querywright.answering.agent.beginning import Beginning
from querywright.answering.desk import Desk
from querywright.answering.known import Known, ValueHint
from querywright.answering.looking_up import looked_up
from querywright.answering.places import place_of
from querywright.answering.tasks import LONGEST
from querywright.databases import Result
from querywright.errors import PipeError, PipeSyntaxError, QuerywrightError

if TYPE_CHECKING:
    from querywright.databases import Database
    from querywright.errors import QueryError
    from querywright.pipes.tree import Dialect, PipeQuery

_CUTS: Final = re.compile(r"\n(?=[ \t]*\|>)")
LITERALS: Final = 3
"""Texts of one condition that are looked up."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What a text makes of a query."""

    queries: tuple[PipeQuery, ...] = ()
    """Its new beginnings, each by an operator longer than the one before."""
    problem: str = ""
    """Why the rest of the text is no part of it; empty where all of it is."""
    rest: str = ""
    """What that is."""


def syntax(beginning: Beginning | None, text: str, dialect: Dialect, standard: bool = False) -> Grown:
    """Read what a model adds to a beginning: operators, or the whole query once more and operators behind it.

    Args:
        beginning: the query so far; None: there is none yet.
        text: what is added, each operator behind `|>`.
        dialect: whose functions are in it.
        standard: whether the head may be a query in standard SQL. It may, but who writes one writes all of it at once.
    """
    from querywright import pipes

    lines = beginning.lines if beginning else ()
    whole = beginning is not None and not text.lstrip().startswith("|>")
    read = _read(() if whole else lines, text, dialect, standard or whole)
    if beginning is None or not read.queries:
        return replace(read, queries=tuple(read.queries[-1].prefixes())) if read.queries else read
    (full,) = read.queries
    known = len(beginning.query.operators)
    if whole and pipes.render(replace(full, operators=full.operators[:known])) != "\n".join(lines):
        problem = "the query has begun already, and otherwise: reply with the one operator that comes next"
        return Grown(problem=problem, rest=text)
    added = tuple(full.prefixes())[known + 1 :]
    if not added and not read.problem:
        return Grown(problem="this is the query as it stands: reply with what comes next, or with <END>", rest=text)
    return replace(read, queries=added)


def _read(lines: Sequence[str], text: str, dialect: Dialect, standard: bool) -> Grown:
    """As much of the text as can be read behind the lines, as one query; none where not even its first operator can."""
    from querywright import pipes

    pieces = _CUTS.split(text)
    problem = ""
    for taken in range(len(pieces), 0, -1):
        try:
            query = pipes.parse("\n".join([*lines, *pieces[:taken]]), dialect)
        except PipeSyntaxError as error:
            problem = problem or str(error)
            continue
        return Grown((query,), problem, "\n".join(pieces[taken:]))
    if not lines and (head := _standard(pieces[0], dialect)) is not None:
        if standard:
            return Grown((head,), problem if len(pieces) > 1 else "", "\n".join(pieces[1:]))
        problem = "this is standard SQL: begin with FROM and a table, then one |> operator a line"
    return Grown(problem=problem, rest=text)


def _standard(text: str, dialect: Dialect) -> PipeQuery | None:
    """A query in standard SQL as the head of a pipe; None where it is none."""
    from querywright import pipes

    try:
        return replace(pipes.parse(f"{text}\n|> DISTINCT", dialect), operators=())
    except PipeSyntaxError:
        return None


def scope(query: PipeQuery, database: Database) -> Beginning:
    """Bind every name of a query, work out its active columns, and compile it for the database.

    Nothing is executed. A name that is not in force any more is an error, and the nearest that is, is named.

    Raises:
        PipeError: it names what is not there, has an aggregate where none may be, or the engine cannot say it.
    """
    from querywright import pipes
    from querywright.pipes.printing import operator_text, render

    active = query.columns(database.schema)[-1]
    compiled = pipes.compile(query, dialect=database.dialect, schema=database.schema)
    head = render(replace(query, operators=()))
    lines = (head, *(operator_text(operator, query.dialect) for operator in query.operators))
    return Beginning(query, lines, compiled, active)


def first_rows(beginning: Beginning, desk: Desk, rows: int) -> Result | QueryError | None:
    """The first rows of a beginning, or why it has none; None in a dry run.

    The columns that an engine gives are then seen to be there: it is the dry run of what `scope` worked out.

    Raises:
        DatabaseUnavailable: the database is gone.
    """
    from querywright import pipes

    if desk.dry:
        return None
    try:
        limited = pipes.parse("\n".join([*beginning.lines, f"|> LIMIT {rows}"]), beginning.query.dialect)
        compiled = pipes.compile(limited, dialect=desk.database.dialect, schema=desk.schema)
    except PipeError:  # what stands alone need not stand in a FROM: two columns of one name
        compiled = beginning.compiled
    outcome = desk.execute(compiled)
    if not isinstance(outcome, Result) and compiled != beginning.compiled:
        outcome = desk.execute(beginning.compiled)
    return outcome


def similar_values(beginning: Beginning, known: Known, desk: Desk, most: int) -> tuple[ValueHint, ...]:
    """Values of the index that are like the texts in a beginning's last operator, the nearest first.

    Raises:
        ModelUnavailable, DatabaseUnavailable: what stands behind the index is gone.
    """
    if desk.values is None:
        return ()
    index = desk.values
    near: dict[tuple[str, str, str], ValueHint] = {}
    for text in _texts(beginning)[:LITERALS]:
        found = looked_up(lambda each: index.search(each, most), text)
        for match in () if isinstance(found, QuerywrightError) else list(found)[:most]:
            place = place_of(desk.schema, match.table, match.column)
            if place is not None and place[0] in known.columns and len(match.value) <= LONGEST:
                near.setdefault((*place, match.value), ValueHint(text, *place, match.value, match.score))
    return tuple(sorted(near.values(), key=lambda hint: -hint.score)[:most])


def _texts(beginning: Beginning) -> list[str]:
    """The texts in the last operator's condition, as a person would look them up."""
    from querywright.pipes.tree import Join, Where
    from querywright.sql.parsing import exp

    operator = beginning.query.operators[-1] if beginning.query.operators else None
    tree = operator.condition if isinstance(operator, Where) else operator.on if isinstance(operator, Join) else None
    if tree is None:
        return []
    texts = [literal.this.strip("%_ ") for literal in tree.find_all(exp.Literal) if literal.is_string]
    return list(dict.fromkeys(text for text in texts if text))
