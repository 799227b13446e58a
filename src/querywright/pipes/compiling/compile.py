"""Compiling: a pipe query to one standard statement of the engine asked for."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel

from querywright.errors import NotCompilable
from querywright.pipes.compiling.aliases import Aliases
from querywright.pipes.compiling.engines import Engine, engine
from querywright.pipes.compiling.names import quoted
from querywright.pipes.compiling.steps import Builder
from querywright.pipes.compiling.writing import Writer
from querywright.pipes.scope.active import plan as plan_of
from querywright.pipes.scope.plan import Plan
from querywright.pipes.scope.tables import SchemaLike, Tables
from querywright.pipes.scope.walking import expressions_in, nodes_in
from querywright.pipes.tree import PipeQuery


def compile(query: PipeQuery, dialect: str = "sqlite", schema: SchemaLike | Tables | None = None) -> str:
    """One standard statement that gives what the pipe query gives, by GoogleSQL's rules.

    Rows come in order exactly where GoogleSQL keeps an order: an ORDER BY that nothing behind it dissolves.

    Args:
        query: a pipe query; its own dialect says how its expressions are meant.
        dialect: the engine's, by SQLGlot's name: `sqlite`, `duckdb`, `postgres`, `mysql`, `bigquery`, `spark`, ….
        schema: the tables it reads. Without one the operators that need all columns of a table are refused.

    Raises:
        PipeNameError: it names a table or column that is not there, or is ambiguous.
        NotCompilable: the engine cannot say it.
        SettingsError: an unknown dialect.
    """
    return compile_plan(plan_of(query, schema), query, dialect)


def compile_plan(plan: Plan, query: PipeQuery, dialect: str = "sqlite") -> str:
    """As `compile`, of a query whose names are bound already."""
    target = engine(dialect)
    builder = Builder(plan, target, Aliases(_reserved(query)))
    try:
        tree = Writer(builder).query(plan)
        return written(tree, query.dialect, target)
    except RecursionError:
        raise NotCompilable("nested too deeply") from None


def written(tree: exp.Query, source: str, target: Engine) -> str:
    """A compiled tree as text of the target, its expressions said in the target's way."""
    quoted(tree, target.dialect)
    speaker = Dialect.get_or_raise(target.dialect)
    return speaker.generate(tree, copy=False, unsupported_level=ErrorLevel.IGNORE)


def _reserved(query: PipeQuery) -> Iterator[str]:
    """Names that must not be given to anything else: of CTEs, and of whatever standard queries inside call their tables."""
    for tree in expressions_in(query):
        for node in nodes_in(tree):
            if isinstance(node, exp.Query) and "pipe" not in node.args:
                for table in node.find_all(exp.Table):
                    yield table.alias_or_name
                for alias in node.find_all(exp.TableAlias):
                    yield alias.name
    yield from (cte.name.name for cte in query.ctes if cte.name.name.startswith("_"))
