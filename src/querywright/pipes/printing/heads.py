"""Heads, the joins in them, and WITH in front."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.pipes.printing.trees import Printer
from querywright.pipes.tree import Cte, From, Head, Input, Join

__all__ = ["ctes_text", "head_line", "join_text"]


def head_line(printer: Printer, head: Head) -> str:
    """`FROM source [joins]`, or the text of a standard query."""
    if isinstance(head, Input):
        return ""
    if not isinstance(head, From):
        return printer.tree(head.query)
    text = f"FROM {printer.tree(head.source)}"
    for join in head.joins:
        text += ", " + _source(printer, join) if join.kind == "COMMA" else " " + join_text(printer, join)
    return text + "".join([" " + printer.tree(view).strip() for view in head.views])


def join_text(printer: Printer, join: Join) -> str:
    """`[kind] JOIN source [ON … | USING …]`."""
    kind = "" if join.kind == "INNER" else "CROSS " if join.kind == "COMMA" else join.kind + " "
    method = f"{join.method} " if join.method else ""
    hint = f"{join.hint} " if join.hint else ""
    text = f"{'NATURAL ' if join.natural else ''}{kind}{method}JOIN {hint}{_source(printer, join)}"
    if join.on is not None:
        return f"{text} ON {printer.tree(join.on)}"
    return f"{text} USING ({printer.trees(join.using)})" if join.using else text


def _source(printer: Printer, join: Join) -> str:
    return ("LATERAL " if join.lateral else "") + printer.tree(join.source)


def ctes_text(printer: Printer, ctes: Sequence[Cte], recursive: bool) -> str:
    """`WITH [RECURSIVE] name AS (query), …`."""
    texts = []
    for cte in ctes:
        columns = f"({printer.trees(cte.columns)})" if cte.columns else ""
        depth = f" {cte.depth}" if cte.depth else ""
        texts.append(f"{printer.tree(cte.name)}{columns} AS ({printer.tree(cte.query)}){depth}")
    return ("WITH RECURSIVE " if recursive else "WITH ") + ", ".join(texts)
