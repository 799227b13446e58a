"""A whole query: one operator a line, nested queries on the line they stand in."""

from __future__ import annotations

import re
from typing import Final

from querywright.pipes.printing.heads import ctes_text, head_line
from querywright.pipes.printing.operators import operator_line
from querywright.pipes.printing.spark import for_spark, refuse_old_values
from querywright.pipes.printing.trees import HOLE, Printer
from querywright.pipes.tree import Dialect, Expression, Head, Input, Operator, PipeQuery

__all__ = ["expression_text", "head_text", "operator_text", "render"]

_HOLE: Final = re.compile(f"{HOLE}([0-9]+){HOLE}")


def render(query: PipeQuery, dialect: Dialect | None = None, pretty: bool = True) -> str:
    """The text of a pipe query.

    Args:
        query: what to print.
        dialect: in which dialect; the query's own if not given.
        pretty: one operator a line, or all on one line.

    Raises:
        NotCompilable: the dialect cannot say it.
        SettingsError: an unknown dialect.
    """
    printer = Printer(dialect or query.dialect)
    return _filled(printer, (("\n" if pretty else " ").join(_lines(printer, query))))


def operator_text(operator: Operator, dialect: Dialect = "googlesql") -> str:
    """The text of one operator, `|> ` in front."""
    printer = Printer(dialect)
    return _filled(printer, operator_line(printer, operator))


def head_text(head: Head, dialect: Dialect = "googlesql") -> str:
    """The text of a head."""
    printer = Printer(dialect)
    return _filled(printer, head_line(printer, head))


def expression_text(tree: Expression, dialect: Dialect = "googlesql") -> str:
    """The text of a tree, nested pipe queries in it included."""
    printer = Printer(dialect)
    return _filled(printer, printer.tree(tree))


def _lines(printer: Printer, query: PipeQuery) -> list[str]:
    lines = [query.hint] if query.hint else []
    if query.ctes:
        lines.append(ctes_text(printer, query.ctes, query.recursive))
    if not isinstance(query.head, Input):
        lines.append(head_line(printer, query.head))
    if printer.dialect == "spark":
        refuse_old_values(query.operators)
    for operator in query.operators:
        said = for_spark(operator) if printer.dialect == "spark" else (operator,)
        lines += [operator_line(printer, part) for part in said]
    return lines


def _filled(printer: Printer, text: str) -> str:
    """The text with all its holes filled, whatever their depth, without a depth of calls."""
    if HOLE not in text:
        return text
    texts: list[str] = []
    while len(texts) < len(printer.pipes):
        texts.append(" ".join(_lines(printer, printer.pipes[len(texts)])))
    # A query is met before those inside it, so their texts are ready when it is filled.
    for index in range(len(texts) - 1, -1, -1):
        texts[index] = _HOLE.sub(lambda hole: texts[int(hole[1])], texts[index])
    return _HOLE.sub(lambda hole: texts[int(hole[1])], text)
