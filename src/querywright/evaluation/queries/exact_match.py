"""Exact set match: whether two queries hold the same, clause by clause, whatever their values and the order inside.

The components and what they disregard are those that Spider's published script defines: the values of literals,
DISTINCT, aliases, the conditions of joins, which of several columns that foreign keys make one. Queries inside are
matched by the same rule. What its grammar cannot say is matched by this extension:

- a CTE or derived table is a table of FROM that is known by what its query holds, and its columns by what they are made
  of; its name is nothing;
- CASE, windows, functions and arithmetic are one expression each, the same where all but values is the same (formats
  and units, as `'%Y'` of strftime, are no values);
- an outer join is told from an inner one; UNION ALL from UNION; IS NULL is a condition;
- an alias or a place (`ORDER BY 2`) stands for its expression; a comparison may be turned round (`5 < a`);
- brackets between conditions are disregarded, as the component `and_or` only says which words connect them;
- the operations of a chain (`a UNION b EXCEPT c`) are matched one by one, and its ORDER BY is the whole query's.

Where the script falls behind its own definition, this keeps to the definition:

- queries inside are matched as sets, without DISTINCT and values, and by columns that keys make one, as outer ones are
  (there the script compares lists, with all that is in them);
- GROUP BY and HAVING are sets; each term of ORDER BY has its own direction, not that of the last;
- a column on the right of a comparison is compared, for it is no value (`a.x = b.y` is not `a.x = 3`);
- foreign keys make columns one over chains, and in every branch of a set operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from querywright.evaluation.queries.blocks import Block, Condition, Key, Reading, bag
from querywright.evaluation.queries.naming import Known
from querywright.evaluation.queries.reading import read
from querywright.sql.parsing import Tree

__all__ = ["Clauses", "exact_match"]


@dataclass(frozen=True, slots=True)
class Clauses:
    """Whether each component matches; None where neither query has it."""

    select: bool | None = None
    select_without_aggregates: bool | None = None
    where: bool | None = None
    where_without_operators: bool | None = None
    """Only what is compared."""
    group_without_having: bool | None = None
    """The names of the columns grouped by."""
    group: bool | None = None
    """GROUP BY with its HAVING."""
    order: bool | None = None
    """ORDER BY, and whether there is a LIMIT."""
    and_or: bool | None = None
    """Which of AND and OR connect conditions of WHERE."""
    set_operations: bool | None = None
    keywords: bool | None = None
    tables: bool | None = None
    is_told: bool = True
    """False where a query is nested too deeply to be read: then no component is known."""

    @property
    def all(self) -> bool | None:
        """Whether every component matches; None where that cannot be told."""
        return all(getattr(self, name) is not False for name in COMPONENTS) if self.is_told else None

    def components(self) -> dict[str, bool | None]:
        """Each component by its name."""
        return {name: getattr(self, name) for name in COMPONENTS}


COMPONENTS: Final = tuple(f.name for f in fields(Clauses) if f.name != "is_told")
"""The names of the components, in the order of the published table; `tables` is part of its verdict only."""


def exact_match(
    gold: Tree | Reading, predicted: Tree | Reading, dialect: str = "sqlite", known: Known | None = None
) -> Clauses:
    """Match a predicted query with the gold one. Never raises: what is no query matches like an empty one.

    Args:
        gold: the right query, its tree or what `read` gave for it.
        predicted: the other query.
        dialect: the dialect of the trees.
        known: names and foreign keys of the database; without it a column belongs to no table where several are read.
    """
    readings = [tree if isinstance(tree, Reading) else read(tree, dialect, known) for tree in (gold, predicted)]
    if readings[0] is None or readings[1] is None:
        return Clauses(is_told=False)
    one, other = readings[0].block, readings[1].block
    try:
        found = _matched(one, other)
        if not found.all and known is not None and known.same:
            found = _either(found, _matched(_joined(one, known.same), _joined(other, known.same)))
    except RecursionError:
        return Clauses(is_told=False)
    return found


def _matched(gold: Block, predicted: Block) -> Clauses:
    both = (gold, predicted)
    select = _same_bag(gold.selects, predicted.selects)
    where = _same_bag(gold.where, predicted.where)
    group = _same_bag(gold.groups, predicted.groups)
    return Clauses(
        select=select,
        select_without_aggregates=select or _same_bag(*([_blind(key) for key in b.selects] for b in both)),
        where=where,
        where_without_operators=where or _same_bag(*([c.left for c in b.where] for b in both)),
        group_without_having=group or _same_bag(*([_name(key) for key in b.groups] for b in both)),
        group=_with_having(gold, predicted, group),
        order=_same((gold.orders, gold.is_limited), (predicted.orders, predicted.is_limited))
        if gold.orders or predicted.orders
        else None,
        and_or=_same(gold.where_words, predicted.where_words),
        set_operations=_same(gold.operations, predicted.operations),
        keywords=_same(_keywords(gold), _keywords(predicted)),
        tables=_same_bag((*gold.tables, *gold.outer_joins), (*predicted.tables, *predicted.outer_joins)),
    )


def _either(found: Clauses, joined: Clauses) -> Clauses:
    """A component matches where it does by its own columns or by those that keys make one."""
    return Clauses(**{name: getattr(found, name) or getattr(joined, name) for name in COMPONENTS})


def _same(gold: Any, predicted: Any) -> bool | None:
    return bool(gold == predicted) if gold or predicted else None


def _same_bag(gold: Iterable[Key], predicted: Iterable[Key]) -> bool | None:
    """Whether two multisets are the same; None if both are empty."""
    one, other = list(gold), list(predicted)
    if one == other:
        return True if one else None
    return len(one) == len(other) and bag(one) == bag(other)


def _with_having(gold: Block, predicted: Block, group: bool | None) -> bool | None:
    having = _same_bag(gold.having, predicted.having)
    if group is None and having is None:
        return None
    return group is not False and having is not False and gold.having_words == predicted.having_words


def _blind(key: Key) -> Key:
    """A key without the aggregates in it."""
    if isinstance(key, tuple):
        if key and key[0] == "aggregate":
            return _blind(key[2])
        return tuple(map(_blind, key))
    return key


def _name(key: Key) -> Key:
    """A column's name alone."""
    return key[2] if isinstance(key, tuple) and len(key) == 3 and key[0] == "column" else key


def _keywords(block: Block) -> set[str]:
    found = {word for _, word in block.orders}
    for word, clause in (
        ("where", block.where),
        ("group", block.groups),
        ("having", block.having),
        ("order", block.orders),
        ("limit", block.is_limited),
    ):
        if clause:
            found.add(word)
    found.update(name for name, _ in block.operations)
    if "or" in block.on_words or "or" in block.where_words or "or" in block.having_words:
        found.add("or")
    for condition in (*block.on, *block.where, *block.having):
        if condition.negated:
            found.add("not")
        if condition.operator in ("in", "like"):
            found.add(condition.operator)
    return found


def _joined(block: Block, same: Mapping[Any, Key]) -> Block:
    """A block with one column for all that foreign keys make one."""
    return Block(**{name: _rewritten(getattr(block, name), same) for name in _NAMES})


_NAMES: Final = tuple(f.name for f in fields(Block))


def _rewritten(part: Any, same: Mapping[Any, Key]) -> Any:
    if isinstance(part, tuple):
        if part and part[0] == "column":
            return same.get(part, part)
        if isinstance(part, Condition):
            return Condition(part.negated, part.operator, _rewritten(part.left, same), _rewritten(part.right, same))
        return tuple(_rewritten(inner, same) for inner in part)
    if isinstance(part, frozenset):
        return frozenset(_rewritten(inner, same) for inner in part)
    return part
