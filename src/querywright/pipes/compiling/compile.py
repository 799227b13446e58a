"""Compiling: a pipe query to one standard statement of the engine asked for."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from querywright.errors import NotCompilable
from querywright.pipes.compiling.aliases import Aliases
from querywright.pipes.compiling.builder import Builder
from querywright.pipes.compiling.engines import Engine, engine, speaker
from querywright.pipes.compiling.names import quoted
from querywright.pipes.compiling.steps import apply
from querywright.pipes.compiling.writing import Writer
from querywright.pipes.printing.negation import negated
from querywright.pipes.scope.active import plan as plan_of
from querywright.pipes.scope.plan import Plan
from querywright.pipes.scope.tables import SchemaLike, Tables
from querywright.pipes.translation.from_googlesql import from_googlesql
from querywright.pipes.tree import PipeQuery


def compile(query: PipeQuery, dialect: str = "sqlite", schema: SchemaLike | Tables | None = None) -> str:  # noqa: A001
    """One standard statement that gives what the pipe query gives, by GoogleSQL's rules.

    Rows come in order exactly where GoogleSQL keeps an order: an ORDER BY that nothing behind it dissolves.

    Args:
        query: a pipe query; its own dialect says how its expressions are meant. Not its text: `parse` reads that.
        dialect: the engine's, by SQLGlot's name: `sqlite`, `duckdb`, `postgres`, `mysql`, `bigquery`, `spark`, ….
        schema: the tables it reads. Without one the operators that need all columns of a table are refused.

    Raises:
        PipeNameError: it names a table or column that is not there, or is ambiguous.
        PipeError: an aggregate where none may be.
        NotCompilable: the engine cannot say it.
        SettingsError: an unknown dialect, a schema that is none.
        TypeError: `query` is no PipeQuery.
    """
    if not isinstance(query, PipeQuery):
        raise TypeError("compile takes a PipeQuery: pipes.compile(pipes.parse(text), …)")
    return compile_plan(plan_of(query, schema), query, dialect)


def compile_plan(plan: Plan, query: PipeQuery, dialect: str = "sqlite") -> str:
    """As `compile`, of a query whose names are bound already."""
    target = engine(dialect)
    builder = Builder(plan, target, Aliases(plan.reserved), apply)
    try:
        tree = Writer(builder).query(plan)
        return written(tree, query.dialect, target)
    except RecursionError:
        raise NotCompilable("nested too deeply") from None


def written(tree: exp.Query, source: str, target: Engine) -> str:
    """A compiled tree as text of the target, its expressions said in the target's way."""
    if source == "googlesql":
        from_googlesql(tree, target.dialect)
    quoted(tree, target.dialect)
    generator = speaker(target.dialect).generator(unsupported_level=ErrorLevel.IGNORE)
    generator._dispatch = generator._dispatch | {exp.Not: negated}
    return generator.generate(tree, copy=False)
