"""Why a wrong prediction is wrong, by kind: read from the two trees, the two results, or the engine's complaint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from querywright.databases.results import Result
from querywright.databases.values import canonical
from querywright.errors import QueryError
from querywright.evaluation.queries.blocks import Block, Condition, Key, Reading, bag, is_query
from querywright.evaluation.queries.complaints import complaint
from querywright.evaluation.queries.naming import Known
from querywright.evaluation.queries.reading import read
from querywright.sql.parsing import Tree

__all__ = ["KINDS", "failures"]

KINDS: Final = (
    "missing",
    "syntax",
    "refused",
    "timeout",
    "execution",
    "wrong table",
    "join",
    "wrong column",
    "wrong value",
    "condition",
    "aggregate",
    "function",
    "distinct/null/group",
    "nesting",
    "order",
    "other",
)
"""All kinds, the most telling first.

`missing`: no prediction; `refused`: the guard did not let it through; `execution`: the engine failed on it for a reason
that is none of the others. `join`: the same tables, tied otherwise. `wrong column`: also one too many, one too few, or
columns in another order. `wrong value`: a literal. `condition`: a filter too many or too few, or another operator.
`distinct/null/group`: DISTINCT, IS NULL, GROUP BY or HAVING. `nesting`: set operations, and queries inside. `order`:
ORDER BY or LIMIT.
"""

_FINAL: Final = ("missing", "syntax", "refused")
"""Beside these nothing else is said: there is no query to look at."""


def failures(
    gold: Tree | Reading,
    predicted: Tree | Reading | None,
    dialect: str = "sqlite",
    known: Known | None = None,
    gold_result: Result | None = None,
    predicted_result: Result | None = None,
    error: QueryError | None = None,
) -> tuple[str, ...]:
    """All kinds that apply to a wrong prediction, the most telling first; at least one. Never raises.

    What stopped the query comes first. Then what the results show beyond doubt: the same rows in another order where
    gold has one, the same columns and others, the same rows without duplicates or but for those with NULL (these two
    only where no other table or join explains them). Then every difference of the trees, in the order of `KINDS`.

    Args:
        gold: the right query, its tree or what `read` gave for it.
        predicted: the wrong one; None where it could not be read, or where there is none.
        dialect: the dialect of the trees.
        known: names of the database; without it a column belongs to no table where several are read.
        gold_result: the rows of the gold query.
        predicted_result: the rows of the predicted one.
        error: why the prediction has no rows.
    """
    stopped = _stopped(predicted, error)
    if stopped in _FINAL:
        return (stopped,)
    one, other = (_read(tree, dialect, known) for tree in (gold, predicted))
    try:
        differences = set(_differences(one, other) or _finer(one.block, other.block)) if one and other else set()
    except RecursionError:
        differences = set()
    if stopped == "execution" and other and other.unknown:
        differences.add("wrong column")
    shown: list[str] = []
    if gold_result is not None and predicted_result is not None:
        shown = list(_shown(gold_result, predicted_result, one is None or bool(one.block.orders)))
        if len(gold_result.columns) != len(predicted_result.columns):
            differences.add("wrong column")
    if shown == ["distinct/null/group"] and differences & {"wrong table", "join"}:
        shown.clear()
    found = dict.fromkeys([*([stopped] if stopped else []), *shown, *sorted(differences, key=KINDS.index)])
    return tuple(found) or ("other",)


def _read(tree: Tree | Reading | None, dialect: str, known: Known | None) -> Reading | None:
    return tree if tree is None or isinstance(tree, Reading) else read(tree, dialect, known)


def _stopped(predicted: Tree | Reading | None, error: QueryError | None) -> str:
    """Why the prediction has no rows; empty where it has."""
    if error is not None:
        return complaint(error)
    return "missing" if predicted is None else ""


def _differences(gold: Reading, predicted: Reading) -> set[str]:
    return set(_flat_differences(gold, predicted))


def _flat_differences(gold: Reading, predicted: Reading) -> Iterator[str]:
    """Kinds of differences between what two queries hold, wherever it stands."""
    same_tables = set(gold.tables) == set(predicted.tables)
    if not same_tables:
        yield "wrong table"
    if _are_tied_otherwise(gold, predicted, same_tables):
        yield "join"
    other_columns = _names_others(gold, predicted) or _selects_others(gold, predicted)
    if other_columns:
        yield "wrong column"
    same_filters = _same(gold.filters, predicted.filters)
    if _has_other_values(gold, predicted, same_filters):
        yield "wrong value"
    if _filters_otherwise(gold, predicted, same_filters, other_columns):
        yield "condition"
    if not _same(gold.aggregates, predicted.aggregates):
        yield "aggregate"
    if not _same(gold.functions, predicted.functions):
        yield "function"
    if (
        gold.distincts != predicted.distincts
        or not _same(gold.nulls, predicted.nulls)
        or not _same(gold.groups, predicted.groups)
        or not _same(gold.having, predicted.having)
    ):
        yield "distinct/null/group"
    if not _same(gold.nesting, predicted.nesting):
        yield "nesting"
    if gold.orders != predicted.orders or gold.limits != predicted.limits:
        yield "order"


def _finer(gold: Block, predicted: Block) -> Iterator[str]:
    """Where two queries hold the same and differ in where it stands, or in how a window is ordered."""
    if gold.operations != predicted.operations or bag(gold.tables) != bag(predicted.tables):
        yield "nesting"
    elif bag(gold.selects) != bag(predicted.selects):
        yield "function"
    elif gold.selects != predicted.selects:
        yield "wrong column"


def _same(gold: list[Any], predicted: list[Any]) -> bool:
    return gold == predicted or (len(gold) == len(predicted) and Counter(gold) == Counter(predicted))


def _are_tied_otherwise(gold: Reading, predicted: Reading, same_tables: bool) -> bool:
    """Whether tables that both read are tied otherwise, one is read more often, or joins are outer in one only."""
    if not _same(gold.outer_joins, predicted.outer_joins):
        return True
    if same_tables:
        return set(gold.links) != set(predicted.links) or not _same(gold.tables, predicted.tables)
    both = set(gold.tables) & set(predicted.tables)
    one, other = ({link for link in r.links if _tables_in(link) <= both} for r in (gold, predicted))
    return one != other


def _names_others(gold: Reading, predicted: Reading) -> bool:
    """Whether one uses a column that the other does not, be it to tie tables."""
    one, other = set(gold.columns), set(predicted.columns)
    if one == other:
        return False
    return bool(one - other - _columns_in(predicted.links)) or bool(other - one - _columns_in(gold.links))


def _selects_others(gold: Reading, predicted: Reading) -> bool:
    """Whether they give back different columns, whatever is done with them on the way."""
    one, other = gold.block.selects, predicted.block.selects
    if one == other:
        return False
    return Counter(frozenset(_columns_in(key)) for key in one) != Counter(frozenset(_columns_in(key)) for key in other)


def _has_other_values(gold: Reading, predicted: Reading, same_filters: bool) -> bool:
    """Whether each has a literal that the other has not; where conditions are the same, one of them is enough."""
    if _same(gold.literals, predicted.literals):
        return False
    one, other = Counter(gold.literals), Counter(predicted.literals)
    if (one - other) and (other - one):
        return True
    return same_filters and _same(gold.having, predicted.having) and _same(gold.functions, predicted.functions)


def _filters_otherwise(gold: Reading, predicted: Reading, same_filters: bool, other_columns: bool) -> bool:
    """Whether conditions differ by more than the columns in them."""
    if not _same(gold.words, predicted.words):
        return True
    if same_filters:
        return False
    shapes = (Counter(map(_shape, reading.filters)) for reading in (gold, predicted))
    return next(shapes) != next(shapes) or not other_columns


def _shape(key: Key) -> Key:
    """A key that is blind to which column or query stands in it."""
    if isinstance(key, Condition):
        return (key.negated, key.operator, _shape(key.left), _shape(key.right))
    if isinstance(key, frozenset):
        return ("some", len(key))
    if not isinstance(key, tuple):
        return key
    if key and key[0] == "column":
        return "column"
    return "query" if is_query(key) else tuple(map(_shape, key))


def _columns_in(key: Any) -> set[tuple[str, str]]:
    """The (table, column) pairs of a key, or of several."""
    found: set[tuple[str, str]] = set()
    todo = [key]
    while todo:
        part = todo.pop()
        if isinstance(part, tuple) and len(part) == 3 and part[0] == "column":
            found.add((part[1], part[2]))
        elif isinstance(part, (tuple, frozenset, list)):
            todo += part
    return found


def _tables_in(link: Condition) -> set[str]:
    return {table for table, _ in _columns_in(link)}


def _shown(gold: Result, predicted: Result, is_ordered: bool) -> Iterator[str]:
    """The kind that two results show beyond doubt, if they show any."""
    if not gold.rows or not predicted.rows or gold.truncated or predicted.truncated:
        return
    wanted, got = _hashable(gold.rows), _hashable(predicted.rows)
    if len(gold.columns) != len(predicted.columns):
        if len(wanted) == len(got) and _holds(wanted, got):
            yield "wrong column"
        return
    if wanted == got:
        return
    one, other = Counter(wanted), Counter(got)
    if one == other:
        if is_ordered:
            yield "order"
    elif len(wanted) == len(got) and len(gold.columns) > 1 and _holds(wanted, got):
        yield "wrong column"
    elif _is_same_but_for_duplicates(one, other) or _is_same_but_for_nulls(one, other):
        yield "distinct/null/group"


def _hashable(rows: list[tuple[Any, ...]]) -> list[Any]:
    try:
        hash(tuple(rows))
    except TypeError:
        return list(map(canonical, rows))
    return rows


def _holds(wanted: list[Any], got: list[Any]) -> bool:
    """Whether every column of the narrower result is one of the wider one, the rows in any order."""
    narrow, wide = (list(zip(*rows, strict=True)) for rows in (wanted, got))
    if len(narrow) > len(wide):
        narrow, wide, wanted, got = wide, narrow, got, wanted
    bags = [Counter(column) for column in wide]
    places: list[int] = []
    for column in narrow:
        bag = Counter(column)
        place = next((i for i, other in enumerate(bags) if other == bag and i not in places), None)
        if place is None:
            return False
        places.append(place)
    return Counter(wanted) == Counter(tuple(row[place] for place in places) for row in got)


def _is_same_but_for_duplicates(one: Counter[Any], other: Counter[Any]) -> bool:
    return one.keys() == other.keys() and (one.total() == len(one) or other.total() == len(other))


def _is_same_but_for_nulls(one: Counter[Any], other: Counter[Any]) -> bool:
    """Whether the rows without a NULL are the same, and there are some."""
    full, others = (Counter({row: n for row, n in rows.items() if _is_full(row)}) for rows in (one, other))
    return bool(full) and full == others


def _is_full(row: Iterable[Any]) -> bool:
    return all(value is not None for value in row)
