"""Binding FROM and JOIN."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.scope.expressions import bound
from querywright.pipes.scope.names import Names
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.plan import JoinStep, Merge, Output, Sample, Scan
from querywright.pipes.scope.sources import bind_source
from querywright.pipes.tree import Expression, Join


def bind_scan(pipeline: Pipeline, source: Expression) -> None:
    """The first table of FROM."""
    relation, names = bind_source(pipeline, source)
    pipeline.step(Scan(relation))
    # The input of a recursion without an alias has no table alias in front of its columns.
    pipeline.names = names.only(names.columns) if source.args.get("nameless") else names
    sample = source.args.get("sample")
    if sample is not None:
        pipeline.step(sampled(pipeline, sample))


def sampled(pipeline: Pipeline, sample: exp.TableSample) -> Sample:
    """A sample whose size is a number. Raises NotCompilable for all others, and for what only GoogleSQL has."""
    for part, words in (("partition", "PARTITION BY"), ("weight", "WITH WEIGHT")):
        if sample.args.get(part):
            raise NotCompilable(f"TABLESAMPLE … {words}: no other SQL has it", pipeline.operator)
    for part in ("percent", "size", "seed"):
        size = sample.args.get(part)
        if isinstance(size, exp.Expr) and not isinstance(size, exp.Literal):
            raise NotCompilable("TABLESAMPLE: write its size as a number", pipeline.operator)
    return Sample(sample)


def bind_join(pipeline: Pipeline, join: Join) -> None:
    """One join: its ON sees both sides; columns of USING come first, each once."""
    if join.source.args.get("sample"):
        raise NotCompilable("TABLESAMPLE of a joined table", pipeline.operator)
    if join.natural and pipeline.binding.dialect == "googlesql":
        raise NotCompilable("GoogleSQL has no NATURAL JOIN: name the columns with USING", pipeline.operator)
    left = pipeline.names
    relation, right = bind_source(pipeline, join.source)
    if join.kind in ("LEFT SEMI", "LEFT ANTI"):
        pipeline.names = left.joined(right, pipeline.operator)
        on = _condition(pipeline, join, left, right)
        pipeline.names = left
        pipeline.step(JoinStep(relation, join.kind, on))
        return
    pipeline.names = left.joined(right, pipeline.operator)
    common = [name.name for name in join.using]
    if join.natural:
        theirs = {output.name.lower() for output in right.columns}
        common = [output.name for output in left.columns if output.name.lower() in theirs]
    if common:
        merges = tuple(_merge(pipeline, left, right, name, join.kind) for name in common)
        pipeline.names = _with_merged_first(pipeline.names, left, right, common, merges)
        pipeline.step(JoinStep(relation, join.kind, None, merges))
        return
    on = bound(pipeline, join.on) if join.on is not None else None
    pipeline.step(JoinStep(relation, join.kind, on))


def _condition(pipeline: Pipeline, join: Join, left: Names, right: Names) -> Expression | None:
    if not join.using:
        return bound(pipeline, join.on) if join.on is not None else None
    from querywright.pipes.scope.plan import slot_column

    pairs = [(left.one(n.name, pipeline.operator), right.one(n.name, pipeline.operator)) for n in join.using]
    return exp.and_(*(exp.EQ(this=slot_column(a), expression=slot_column(b)) for a, b in pairs), copy=False)


def _merge(pipeline: Pipeline, left: Names, right: Names, name: str, kind: str) -> Merge:
    mine, theirs = left.one(name, pipeline.operator), right.one(name, pipeline.operator)
    if kind == "FULL":
        return Merge(mine, theirs, pipeline.binding.slot(pipeline.binding.types[mine]))
    return Merge(mine, theirs, theirs if kind == "RIGHT" else mine)


def _with_merged_first(both: Names, left: Names, right: Names, common: list[str], merges: tuple[Merge, ...]) -> Names:
    folded = {name.lower() for name in common}
    spelled = {output.name.lower(): output.name for output in left.columns}
    first = [Output(spelled.get(name.lower(), name), m.merged) for name, m in zip(common, merges, strict=True)]
    rest = [output for output in (*left.columns, *right.columns) if output.name.lower() not in folded]
    return replace(both, columns=(*first, *rest))
