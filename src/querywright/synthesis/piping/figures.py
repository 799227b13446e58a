"""What a check found over a whole dataset: operators, how many queries are chains, and why the rest was dropped."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from querywright.errors import PipeError
from querywright.pipes.shape import bends, operator_counts
from querywright.pipes.tree import PipeQuery
from querywright.runs import Run
from querywright.runs.folders import FIGURES, replacing
from querywright.synthesis.piping.columns import pipe_of


@dataclass(slots=True)
class PipeFigures:
    """The figures of a run over pipe queries."""

    rows: int = 0
    """How many there were, and were made."""
    verified: int = 0
    """How many were shown to mean what the SQL means, every prefix of theirs running."""
    steps: int = 0
    """Operators of the verified ones on their outermost level, heads not counted."""
    linear: int = 0
    """How many of the verified ones are one chain."""
    bends: dict[str, int] = field(default_factory=dict)
    """What keeps the others from it: the queries with each."""
    operators: dict[str, int] = field(default_factory=dict)
    """How often each operator occurs, nested queries included."""
    queries: dict[str, int] = field(default_factory=dict)
    """In how many queries it does."""
    refused: dict[str, dict[str, int]] = field(default_factory=dict)
    """Step → reason → rows dropped."""

    def as_record(self) -> dict[str, Any]:
        """The figures for a file."""
        return asdict(self)


def figures_of(run: Run) -> PipeFigures:
    """Read the dataset of a run once. Raises RunError where it has none."""
    operators, queries, bent = Counter[str](), Counter[str](), Counter[str]()
    found = PipeFigures(rows=run.counts.kept + run.counts.rejected, refused=run.funnel)
    for example in run.examples():
        query: PipeQuery | None = None
        if example.pipe_sql:
            try:
                query = pipe_of(example, "googlesql")
            except PipeError:  # somebody else's file
                continue
        if query is None:
            continue
        found.verified += 1
        found.steps += len(query.operators)
        counts, why = operator_counts(query), bends(query)
        operators += counts
        queries.update(counts.keys())
        bent.update(why)
        found.linear += not why
    found.operators, found.queries, found.bends = (_ordered(each) for each in (operators, queries, bent))
    return found


def write_figures(run: Run) -> Path:
    """Write `figures.json` into the run's folder. Raises RunError."""
    path = run.folder / FIGURES
    with replacing(path) as file:
        file.write(orjson.dumps(figures_of(run).as_record(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
