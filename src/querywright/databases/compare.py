"""The one comparator: whether a predicted result is the gold one, under a named rule, and if not, why.

Three rules, for three questions:

- `strict` (ours): columns by position, a multiset of rows, order only where the gold query orders;
- `bird`: as the BIRD script scores, the set of row tuples;
- `spider`: as the test-suite script scores, columns in any order, a bag of rows, order iff ORDER BY.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from querywright.databases.matching import unmatched
from querywright.databases.results import Result
from querywright.databases.values import canonical, close

Rule = Literal["strict", "bird", "spider"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of one comparison; true in a condition when equal."""

    equal: bool
    reason: str = ""
    """The first difference in words; empty when equal."""
    proof: bool = True
    """False where the outcome shows little: two empty results, or a result that was cut off."""

    def __bool__(self) -> bool:
        return self.equal


def compare(
    gold: Result,
    predicted: Result,
    rule: Rule = "strict",
    ordered: bool | None = None,
    *,
    gold_sql: str | None = None,
    dialect: str = "sqlite",
) -> Comparison:
    """Compare a predicted result with the gold one.

    Args:
        gold: what the right query returned.
        predicted: what the other query returned.
        rule: `strict`, `bird` or `spider`; see the module's first lines.
        ordered: whether rows must come in the same order. None: as `gold_sql` says, and not without it.
        gold_sql: the gold query, to decide `ordered` when it is None.
        dialect: the dialect `gold_sql` is written in.

    Raises:
        ValueError: `rule` is none of the three.
    """
    compare_rows = _RULES.get(rule)
    if compare_rows is None:
        raise ValueError(f"there is no comparison rule {rule!r}; the rules are {', '.join(_RULES)}")
    if len(gold.columns) != len(predicted.columns) and rule == "strict":
        return Comparison(False, f"gold has {_count(gold.columns, 'column')}, predicted {len(predicted.columns)}")
    if gold.truncated or predicted.truncated:
        which = "both results were" if gold.truncated and predicted.truncated else "one result was"
        return Comparison(False, f"{which} cut off by the limits, so they cannot be known equal", proof=False)
    reason = None
    if gold.rows != predicted.rows:  # the same rows in the same order are equal under every rule
        if ordered is None:
            ordered = gold_sql is not None and _is_ordered(gold_sql, rule, dialect)
        reason = compare_rows(gold, predicted, ordered)
    return Comparison(reason is None, reason or "", proof=bool(gold.rows or predicted.rows))


def is_ordered(sql: str, dialect: str) -> bool:
    """Whether the outermost query has an ORDER BY, which makes the order of its rows part of its answer.

    Raises:
        QueryRejected: `sql` cannot be parsed.
    """
    if "order" not in sql.lower():
        return False
    from querywright.sql.parsing import parse

    tree = parse(sql, dialect)
    while tree.args.get("order") is None and type(tree).__name__ == "Subquery":  # a query in brackets
        tree = tree.this
    return tree.args.get("order") is not None


def _is_ordered(sql: str, rule: Rule, dialect: str) -> bool:
    if rule == "spider":  # the script looks for the words, also inside a subquery
        return "order by" in sql.lower()
    return rule == "strict" and is_ordered(sql, dialect)


def _strict(gold: Result, predicted: Result, ordered: bool) -> str | None:
    if len(gold.rows) != len(predicted.rows):
        return f"gold has {_count(gold.rows, 'row')}, predicted {len(predicted.rows)}"
    if ordered:
        return _first_difference_in_order(gold, predicted)
    missing = unmatched(gold.rows, predicted.rows)
    if missing is None:
        return None
    wanted, got = missing
    position = next((i for i, (a, b) in enumerate(zip(wanted, got, strict=True)) if not close(a, b)), None)
    if position is not None and sum(not close(a, b) for a, b in zip(wanted, got, strict=True)) == 1:
        values = f"gold {_show(wanted[position])}, predicted {_show(got[position])}"
        return f"in {_show(wanted)}, {_at(gold, position)}: {values}"
    return f"the gold row {_show(wanted)} has no equal among the predicted rows, which have {_show(got)} instead"


def _first_difference_in_order(gold: Result, predicted: Result) -> str | None:
    for number, (wanted, got) in enumerate(zip(gold.rows, predicted.rows, strict=True), 1):
        for position, (a, b) in enumerate(zip(wanted, got, strict=True)):
            if not close(a, b):
                order = "; the same rows in another order" if unmatched(gold.rows, predicted.rows) is None else ""
                return f"row {number}, {_at(gold, position)}: gold {_show(a)}, predicted {_show(b)}{order}"
    return None


def _bird(gold: Result, predicted: Result, ordered: bool) -> str | None:
    wanted, got = _row_set(gold.rows), _row_set(predicted.rows)
    if wanted == got:
        return None
    for rows, others, what in ((gold.rows, got, "gold"), (predicted.rows, wanted, "predicted")):
        for row in rows:
            if canonical(row) not in others:
                return f"the row {_show(row)} is only in the {what} result"
    return "the sets of rows differ"


def _row_set(rows: list[tuple[Any, ...]]) -> set[Any]:
    return set(map(canonical, rows))


def _spider(gold: Result, predicted: Result, ordered: bool) -> str | None:
    if len(gold.rows) != len(predicted.rows):
        return f"gold has {_count(gold.rows, 'row')}, predicted {len(predicted.rows)}"
    if not gold.rows:
        return None
    width = len(gold.rows[0])
    if len(predicted.rows[0]) != width:
        return f"gold has {_count(gold.rows[0], 'column')}, predicted {len(predicted.rows[0])}"
    wanted = list(zip(*map(canonical, gold.rows), strict=True))
    got = list(zip(*map(canonical, predicted.rows), strict=True))
    signature: Callable[[tuple[Any, ...]], Any] = tuple if ordered else _bag
    wanted_signs, got_signs = [signature(c) for c in wanted], [signature(c) for c in got]
    for position, sign in enumerate(wanted_signs):
        if sign not in got_signs:
            return f"no predicted column has the values of gold's {_at(gold, position)}"
    candidates = [[j for j in range(width) if got_signs[j] == sign] for sign in wanted_signs]
    if _assign(wanted, got, candidates, (), ordered):
        return None
    return "each column has its equal, but no order of the columns makes the rows equal"


def _bag(values: tuple[Any, ...]) -> frozenset[tuple[Any, int]]:
    return frozenset(Counter(values).items())


def _assign(
    wanted: list[tuple[Any, ...]],
    got: list[tuple[Any, ...]],
    candidates: list[list[int]],
    chosen: tuple[int, ...],
    ordered: bool,
) -> bool:
    """Whether the columns of `got` can be ordered to give `wanted`, the first of them being `chosen`.

    Every prefix must already give the same rows, so a wrong choice is left at once.
    """
    if len(chosen) == len(wanted):
        return True
    for candidate in candidates[len(chosen)]:
        if candidate in chosen:
            continue
        columns = (*chosen, candidate)
        size = len(columns)
        if not ordered:
            left = Counter(zip(*wanted[:size], strict=True))
            if left != Counter(zip(*(got[j] for j in columns), strict=True)):
                continue
        if _assign(wanted, got, candidates, columns, ordered):
            return True
    return False


_RULES: dict[str, Callable[[Result, Result, bool], str | None]] = {"strict": _strict, "bird": _bird, "spider": _spider}


def _at(result: Result, position: int) -> str:
    name = result.columns[position] if position < len(result.columns) else ""
    return f"column {position + 1} ({name})" if name else f"column {position + 1}"


def _show(value: Any) -> str:
    text = "NULL" if value is None else repr(value).replace("None", "NULL") if isinstance(value, tuple) else repr(value)
    return text if len(text) <= 120 else text[:117] + "…"


def _count(things: Any, noun: str) -> str:
    return f"{len(things)} {noun}" + ("" if len(things) == 1 else "s")
