"""Random GoogleSQL expressions over names in scope, of a wanted type, whose values every engine agrees on.

Integers stay small, floating numbers are multiples of a power of two, so that sums do not depend on their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from pipe_names import Kind, Scope

if TYPE_CHECKING:
    Subquery = Callable[[Kind | None, "Expressions"], str]

KINDS: tuple[Kind, ...] = ("INT64", "FLOAT64", "STRING", "BOOL")
TEXTS = ("'a'", "'b'", "'ab'", "''", "'it\\'s'", "'x |> y'", "'2020-01-05'", '"b"', "'%'")


@dataclass(frozen=True)
class Expressions:
    """Where expressions stand: what they may name, here and further out, and what they may hold."""

    chance: Random
    scope: Scope
    outer: tuple[Scope, ...] = ()
    """Scopes around a nested query, nearest first."""
    subquery: Subquery | None = None
    """Writes a nested query: of one column of this type, or of any columns for None. None where none may stand."""

    def columns(self, *kinds: Kind) -> list[str]:
        """Texts of columns of these types, here or further out where no nearer name hides them."""
        found = self.scope.of(*kinds)
        nearer = [self.scope]
        for scope in self.outer:
            for text in scope.of(*kinds):
                if not any(near.own(text.split(".")[0].strip("`")) for near in nearer):
                    found.append(text)
            nearer.append(scope)
        return found

    def closed(self) -> Expressions:
        """As this, without nested queries and outer names: for aggregates and windows."""
        return replace(self, outer=(), subquery=None)

    def of(self, kind: Kind, depth: int = 2) -> str:
        """An expression of this type."""
        columns = self.columns(kind)
        if columns and (depth <= 0 or self.chance.random() < 0.4):
            return self.chance.choice(columns)
        if depth <= 0:
            return self.literal(kind)
        return self.chance.choice(_WRITERS[kind])(self, depth - 1)

    def any(self, depth: int = 2) -> tuple[str, Kind]:
        """An expression of some type."""
        kind = self.chance.choice(KINDS)
        return self.of(kind, depth), kind

    def literal(self, kind: Kind) -> str:
        if kind == "INT64":
            return str(self.chance.randint(0, 5))
        if kind == "FLOAT64":
            return self.chance.choice(("0.5", "1.25", "2.0", "0.0"))
        if kind == "BOOL":
            return self.chance.choice(("TRUE", "FALSE"))
        return self.chance.choice(TEXTS)

    def condition(self, depth: int = 2) -> str:
        """A BOOL that mostly compares something."""
        return self.chance.choice(_WRITERS["BOOL"])(self, depth)

    def column_or_literal(self, kind: Kind) -> str:
        columns = self.columns(kind)
        return self.chance.choice(columns) if columns and self.chance.random() < 0.8 else self.literal(kind)


Writer = Callable[[Expressions, int], str]


def _compared(e: Expressions, depth: int) -> str:
    kind = e.chance.choice(("INT64", "INT64", "STRING", "FLOAT64"))
    operator = e.chance.choice(("=", "<", ">", "<=", ">=", "<>", "!=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"))
    return f"({e.of(kind, depth)} {operator} {e.of(kind, 0)})"


def _is_null(e: Expressions, depth: int) -> str:
    return f"({e.any(depth)[0]} IS {e.chance.choice(('', 'NOT '))}NULL)"


def _listed(e: Expressions, depth: int) -> str:
    kind = e.chance.choice(("INT64", "STRING"))
    values = ", ".join(e.literal(kind) for _ in range(e.chance.randint(1, 3)))
    return f"({e.of(kind, depth)} {e.chance.choice(('', 'NOT '))}IN ({values}))"


def _between(e: Expressions, depth: int) -> str:
    kind = e.chance.choice(("INT64", "FLOAT64", "STRING"))
    return f"({e.of(kind, depth)} {e.chance.choice(('', 'NOT '))}BETWEEN {e.of(kind, 0)} AND {e.of(kind, 0)})"


def _like(e: Expressions, depth: int) -> str:
    pattern = e.chance.choice(("'a%'", "'%b'", "'A%'", "'_'", "'%\\'%'", "'2020%'"))
    return f"({e.of('STRING', depth)} {e.chance.choice(('', 'NOT '))}LIKE {pattern})"


def _logic(e: Expressions, depth: int) -> str:
    if e.chance.random() < 0.25:
        return f"(NOT {e.condition(depth - 1) if depth > 0 else e.literal('BOOL')})"
    left, right = (e.condition(depth - 1) if depth > 0 else _is_null(e, 0) for _ in range(2))
    return f"({left} {e.chance.choice(('AND', 'OR'))} {right})"


def _in_query(e: Expressions, depth: int) -> str:
    if e.subquery is None:
        return _compared(e, depth)
    kind = e.chance.choice(("INT64", "STRING"))
    return f"({e.of(kind, 0)} {e.chance.choice(('', 'NOT '))}IN ({e.subquery(kind, e)}))"


def _exists(e: Expressions, depth: int) -> str:
    return _is_null(e, depth) if e.subquery is None else f"EXISTS ({e.subquery(None, e)})"


def _truth(e: Expressions, depth: int) -> str:
    return f"({e.of('BOOL', min(depth, 1))} IS {e.chance.choice(('', 'NOT '))}{e.chance.choice(('TRUE', 'FALSE'))})"


def _affix(e: Expressions, depth: int) -> str:
    return f"{e.chance.choice(('STARTS_WITH', 'ENDS_WITH'))}({e.of('STRING', depth)}, {e.literal('STRING')})"


def _extreme(kind: Kind) -> Writer:
    """NULL where any of them is, in GoogleSQL."""
    return lambda e, depth: f"{e.chance.choice(('GREATEST', 'LEAST'))}({e.of(kind, depth)}, {e.of(kind, 0)})"


def _case(kind: Kind) -> Writer:
    def write(e: Expressions, depth: int) -> str:
        rest = e.chance.choice((f" ELSE {e.of(kind, 0)}", ""))
        return f"CASE WHEN {e.condition(min(depth, 1))} THEN {e.of(kind, depth)}{rest} END"

    return write


def _if(kind: Kind) -> Writer:
    return lambda e, depth: f"IF({e.condition(min(depth, 1))}, {e.of(kind, depth)}, {e.of(kind, 0)})"


def _coalesce(kind: Kind) -> Writer:
    return lambda e, depth: f"{e.chance.choice(('COALESCE', 'IFNULL'))}({e.of(kind, depth)}, {e.of(kind, 0)})"


def _nullif(kind: Kind) -> Writer:
    return lambda e, depth: f"NULLIF({e.of(kind, depth)}, {e.of(kind, 0)})"


def _shared(kind: Kind) -> tuple[Writer, ...]:
    return (_case(kind), _if(kind), _coalesce(kind), _nullif(kind))


def _scalar(kind: Kind) -> Writer:
    def write(e: Expressions, depth: int) -> str:
        return e.of(kind, depth) if e.subquery is None else f"({e.subquery(kind, replace(e, subquery=None))})"

    return write


def _sum(kind: Kind) -> Writer:
    return lambda e, depth: f"({e.of(kind, depth)} {e.chance.choice('+-')} {e.of(kind, 0)})"


_WRITERS: dict[Kind, tuple[Writer, ...]] = {
    "INT64": (
        _sum("INT64"),
        _sum("INT64"),
        lambda e, depth: f"({e.of('INT64', depth)} * {e.chance.randint(0, 3)})",
        lambda e, depth: f"DIV({e.of('INT64', depth)}, {e.chance.choice((2, 3, -2))})",
        lambda e, depth: f"MOD({e.of('INT64', depth)}, {e.chance.choice((2, 3))})",
        lambda e, depth: f"LENGTH({e.of('STRING', depth)})",
        lambda e, depth: f"ABS({e.of('INT64', depth)})",
        lambda e, depth: f"(- {e.of('INT64', depth)})",
        _scalar("INT64"),
        lambda e, depth: f"STRPOS({e.of('STRING', depth)}, {e.literal('STRING')})",
        lambda e, depth: f"CAST({e.of('FLOAT64', depth)} AS INT64)",
        lambda e, depth: f"CAST({e.of('BOOL', depth)} AS INT64)",
        lambda e, depth: f"SIGN({e.of('INT64', depth)})",
        lambda e, depth: f"({e.of('INT64', depth)} {e.chance.choice('&|')} {e.chance.randint(1, 3)})",
        _extreme("INT64"),
        *_shared("INT64"),
    ),
    "FLOAT64": (
        _sum("FLOAT64"),
        lambda e, depth: f"({e.of('INT64', depth)} / {e.chance.choice((2, 4))})",
        lambda e, depth: f"({e.of('FLOAT64', depth)} * 0.5)",
        lambda e, depth: f"CAST({e.of('INT64', depth)} AS FLOAT64)",
        lambda e, depth: f"({e.of('INT64', depth)} + {e.of('FLOAT64', 0)})",
        lambda e, depth: f"{e.chance.choice(('ROUND', 'FLOOR', 'CEIL', 'ABS', 'TRUNC'))}({e.of('FLOAT64', depth)})",
        lambda e, depth: f"SAFE_DIVIDE({e.of('INT64', depth)}, {e.chance.choice((0, 2))})",
        _extreme("FLOAT64"),
        *_shared("FLOAT64"),
    ),
    "STRING": (
        lambda e, depth: f"UPPER({e.of('STRING', depth)})",
        lambda e, depth: f"LOWER({e.of('STRING', depth)})",
        lambda e, depth: f"SUBSTR({e.of('STRING', depth)}, {e.chance.randint(1, 2)}, {e.chance.randint(1, 3)})",
        lambda e, depth: f"({e.of('STRING', depth)} || {e.of('STRING', 0)})",
        lambda e, depth: f"CONCAT({e.of('STRING', depth)}, {e.of('STRING', 0)})",
        lambda e, depth: f"CAST({e.of('INT64', depth)} AS STRING)",
        _scalar("STRING"),
        lambda e, depth: f"SUBSTR({e.of('STRING', depth)}, {e.chance.choice((0, -1, -2, 2))})",
        lambda e, depth: f"{e.chance.choice(('TRIM', 'LTRIM', 'RTRIM', 'REVERSE'))}({e.of('STRING', depth)})",
        lambda e, depth: f"REPLACE({e.of('STRING', depth)}, 'a', {e.literal('STRING')})",
        lambda e, depth: f"{e.chance.choice(('LEFT', 'RIGHT'))}({e.of('STRING', depth)}, {e.chance.randint(0, 2)})",
        lambda e, depth: f"CONCAT({e.of('STRING', depth)}, '-', {e.of('STRING', 0)})",
        _extreme("STRING"),
        *_shared("STRING"),
    ),
    "BOOL": (
        *(_compared, _compared, _compared, _is_null, _listed, _between, _like, _logic, _logic, _in_query, _exists),
        _truth,
        _affix,
    ),
}
