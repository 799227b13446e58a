"""SQLGlot's trees to text, with a hole where a nested pipe query stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlglot import exp
from sqlglot.errors import ErrorLevel
from sqlglot.generator import Generator

from querywright.errors import NotCompilable
from querywright.pipes.parsing.lexing import dialect_of
from querywright.pipes.printing import googlesql, spark
from querywright.pipes.printing.negation import negated
from querywright.pipes.tree import Dialect, Expression, PipeQuery, pipe_in

__all__ = ["HOLE", "Printer"]

HOLE: Final = "\x00"
"""What a hole begins and ends with; no text that was read has it."""

_HANDLERS: Final = {"googlesql": googlesql.HANDLERS, "spark": spark.HANDLERS}
"""What is printed otherwise than SQLGlot's generators print it."""


class Printer:
    """Prints trees in one dialect, and remembers which pipe query belongs in which hole."""

    __slots__ = ("_generator", "dialect", "pipes")

    def __init__(self, dialect: Dialect) -> None:
        self.dialect: Dialect = dialect
        self.pipes: list[PipeQuery] = []
        """The nested pipe queries met so far, by the number in their hole."""
        generator = dialect_of(dialect).generator(
            comments=False, normalize_functions=False, unsupported_level=ErrorLevel.IGNORE
        )
        handlers = dict(generator._dispatch)
        handlers |= _HANDLERS.get(dialect, {})
        select = handlers[exp.Select]

        def select_or_hole(generator: Generator, tree: exp.Select) -> str:
            query = pipe_in(tree)
            return select(generator, tree) if query is None else self.hole(query)

        handlers[exp.Select] = select_or_hole
        handlers[exp.AnyValue] = Generator.function_fallback_sql
        handlers[exp.Not] = negated
        generator._dispatch = handlers
        self._generator = generator

    def tree(self, tree: Expression) -> str:
        """The text of a tree. Raises NotCompilable where it is nested too deeply to print."""
        try:
            if not _PLAIN.issuperset(map(type, tree.walk())):
                # Some of SQLGlot's generators change the tree they print.
                tree = tree.copy()
            return self._generator.sql(tree)
        except RecursionError:
            raise NotCompilable("nested too deeply to print") from None

    def trees(self, trees: Iterable[Expression]) -> str:
        """Texts with commas between."""
        return ", ".join([self.tree(tree) for tree in trees])

    def hole(self, query: PipeQuery) -> str:
        """The hole for a pipe query, to be filled with its text later."""
        self.pipes.append(query)
        return f"{HOLE}{len(self.pipes) - 1}{HOLE}"


_PLAIN: Final = {
    exp.Add,
    exp.Alias,
    exp.And,
    exp.Avg,
    exp.Between,
    exp.Column,
    exp.Count,
    exp.Distinct,
    exp.Div,
    exp.EQ,
    exp.Exists,
    exp.GT,
    exp.GTE,
    exp.Identifier,
    exp.In,
    exp.Is,
    exp.LT,
    exp.LTE,
    exp.Like,
    exp.Literal,
    exp.Max,
    exp.Min,
    exp.Mul,
    exp.NEQ,
    exp.Neg,
    exp.Not,
    exp.Null,
    exp.Or,
    exp.Order,
    exp.Ordered,
    exp.Paren,
    exp.Select,
    exp.Star,
    exp.Sub,
    exp.Subquery,
    exp.Sum,
    exp.Table,
    exp.TableAlias,
    exp.Window,
    exp.WindowSpec,
}
"""Trees whose generators only read."""
