"""One operator to text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlglot import exp

from querywright.pipes.printing.heads import ctes_text, join_text
from querywright.pipes.printing.trees import Printer
from querywright.pipes.tree import (
    Aggregate,
    As,
    Call,
    Distinct,
    Drop,
    Expression,
    Extend,
    If,
    Join,
    Limit,
    NamedWindows,
    Operator,
    OrderBy,
    Other,
    Pivot,
    RecursiveUnion,
    Rename,
    Select,
    Set,
    SetOperation,
    TableSample,
    Unpivot,
    Where,
    Window,
    With,
)

__all__ = ["operator_line"]


def operator_line(printer: Printer, operator: Operator) -> str:
    """`|> KEYWORD …`."""
    return "|> " + _TEXTS[type(operator)](printer, operator)


def _select(printer: Printer, operator: Select) -> str:
    distinct = "DISTINCT " if operator.distinct else ""
    kind = f"AS {operator.kind} " if operator.kind else ""
    before = f"{operator.hint} " if operator.hint else ""
    before += f"{operator.mode} " if operator.mode else ""
    return f"SELECT {before}{distinct}{kind}{printer.trees(operator.items)}{_windows(printer, operator.windows)}"


def _extend(printer: Printer, operator: Extend) -> str:
    return f"EXTEND {printer.trees(operator.items)}{_windows(printer, operator.windows)}"


def _windows(printer: Printer, windows: Sequence[Expression]) -> str:
    if not windows:
        return ""
    texts = []
    for window in windows:
        body = window.copy()
        name = body.this
        body.set("this", None)
        texts.append(f"{printer.tree(name)} AS {printer.tree(body).removeprefix(' OVER').strip()}")
    return " WINDOW " + ", ".join(texts)


def _set(printer: Printer, operator: Set) -> str:
    texts = [f"{printer.tree(part.name)} = {printer.tree(part.value)}" for part in operator.assignments]
    return "SET " + ", ".join(texts)


def _drop(printer: Printer, operator: Drop) -> str:
    return "DROP " + printer.trees(operator.names)


def _rename(printer: Printer, operator: Rename) -> str:
    return "RENAME " + ", ".join(
        [f"{printer.tree(part.old)} AS {printer.tree(part.new)}" for part in operator.renamings]
    )


def _as(printer: Printer, operator: As) -> str:
    return "AS " + printer.tree(operator.alias)


def _where(printer: Printer, operator: Where) -> str:
    return "WHERE " + printer.tree(operator.condition)


def _aggregate(printer: Printer, operator: Aggregate) -> str:
    text = f"AGGREGATE {operator.mode}".rstrip()
    if operator.items:
        text += " " + printer.trees(operator.items)
    if operator.groups:
        keys = [_key(printer, key) for key in operator.groups]
        hint = f"{operator.hint} " if operator.hint else ""
        text += f" GROUP {hint}{'AND ORDER ' if operator.and_order else ''}BY {', '.join(keys)}"
    return text


def _key(printer: Printer, key: Expression) -> str:
    return "()" if isinstance(key, exp.Tuple) and not key.expressions else printer.tree(key)


def _distinct(printer: Printer, operator: Distinct) -> str:
    return "DISTINCT"


def _order(printer: Printer, operator: OrderBy) -> str:
    return f"ORDER {f'{operator.hint} ' if operator.hint else ''}BY {printer.trees(operator.keys)}"


def _limit(printer: Printer, operator: Limit) -> str:
    offset = f"OFFSET {printer.tree(operator.offset)}" if operator.offset is not None else ""
    return f"LIMIT {printer.tree(operator.count)} {offset}".rstrip() if operator.count is not None else offset


def _set_operation(printer: Printer, operator: SetOperation) -> str:
    words = [operator.outer, operator.kind, operator.hint, "DISTINCT" if operator.distinct else "ALL"]
    if operator.strict:
        words.append("STRICT")
    if operator.matching != "POSITION":
        by_name = operator.matching == "NAME"
        words.append("BY NAME" if by_name else "CORRESPONDING")
        if operator.on:
            words.append(f"{'ON' if by_name else 'BY'} ({printer.trees(operator.on)})")
    operands = ", ".join([f"({printer.tree(operand)})" for operand in operator.operands])
    return " ".join(filter(None, words)) + " " + operands


def _with(printer: Printer, operator: With) -> str:
    return ctes_text(printer, operator.ctes, operator.recursive)


def _pivot(printer: Printer, operator: Pivot | Unpivot) -> str:
    return printer.tree(operator.pivot).strip()


def _sample(printer: Printer, operator: TableSample) -> str:
    return printer.tree(operator.sample).strip()


def _window(printer: Printer, operator: Window) -> str:
    return "WINDOW " + printer.trees(operator.items)


def _named_windows(printer: Printer, operator: NamedWindows) -> str:
    return _windows(printer, operator.windows).strip()


def _call(printer: Printer, operator: Call) -> str:
    hint = f" {operator.hint}" if operator.hint else ""
    return f"CALL {printer.tree(operator.function)}{hint}{_alias(printer, operator.alias)}"


def _recursive_union(printer: Printer, operator: RecursiveUnion) -> str:
    quantity = "DISTINCT" if operator.distinct else "ALL"
    behind = "".join([f" {words}" for words in (operator.matching, operator.depth) if words])
    return f"RECURSIVE UNION {quantity}{behind} ({printer.tree(operator.query)}){_alias(printer, operator.alias)}"


def _if(printer: Printer, operator: If) -> str:
    hint = f"{operator.hint} " if operator.hint else ""
    cases = [f"{printer.tree(case.condition)} THEN ({printer.tree(case.pipeline)})" for case in operator.cases]
    otherwise = f" ELSE ({printer.tree(operator.otherwise)})" if operator.otherwise is not None else ""
    return f"IF {hint}{' ELSEIF '.join(cases)}{otherwise}"


def _alias(printer: Printer, alias: exp.Identifier | None) -> str:
    return "" if alias is None else f" AS {printer.tree(alias)}"


def _other(printer: Printer, operator: Other) -> str:
    return f"{operator.keyword} {operator.text}".rstrip()


_TEXTS: Final[dict[type, Callable[[Printer, Any], str]]] = {
    Select: _select,
    Extend: _extend,
    Set: _set,
    Drop: _drop,
    Rename: _rename,
    As: _as,
    Where: _where,
    Aggregate: _aggregate,
    Distinct: _distinct,
    Join: lambda printer, operator: join_text(printer, operator),
    OrderBy: _order,
    Limit: _limit,
    SetOperation: _set_operation,
    With: _with,
    Pivot: _pivot,
    Unpivot: _pivot,
    TableSample: _sample,
    Window: _window,
    NamedWindows: _named_windows,
    Call: _call,
    RecursiveUnion: _recursive_union,
    If: _if,
    Other: _other,
}
