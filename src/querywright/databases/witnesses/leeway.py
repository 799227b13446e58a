"""What a query leaves open: which other answers are as right as the one that the engine happened to give.

Rows that are equal by every sort key come in any order, and where LIMIT cuts among them it keeps any of them. An engine
may decide that differently for two texts that mean the same, so a difference of that kind tells nothing.

At the top of a query the right answers are known: they are read off the same query with its sort keys beside the rows
and without its LIMIT. Below the top the query is asked twice more, with everything it leaves open decided one way and
then the other; if that changes the answer, the query has none here that another could be held against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal, Protocol

from querywright.databases.matching import unmatched
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema
from querywright.databases.values import canonical
from querywright.databases.witnesses.tilting import tilted
from querywright.errors import DatabaseUnavailable, QueryError, WitnessesUnavailable
from querywright.sql.parsing import Tree, exp, parse, render

Opinion = Literal["wrong", "right", "open"]
"""Of an answer unlike the reference's: it is wrong; as right; or nothing can be said, since the reference has none."""


class Place(Protocol):
    """What answers queries."""

    def execute(self, sql: str, limits: Limits) -> Result: ...


class Leeway:
    """What one query leaves open.

    Args:
        sql: the query.
        dialect: its dialect.
        schema: what its tables hold.
    """

    def __init__(self, sql: str, dialect: str, schema: Schema) -> None:
        self._sql, self._dialect, self._schema = sql, dialect, schema

    def of(self, found: Result, given: Result, place: Place, limits: Limits) -> Opinion:
        """What is to be thought of an answer that is not the one which the query gave there."""
        if isinstance(self._top, _Top):
            rows = _rows(place, self._top.sql, limits)
            if rows is None:
                return "open"
            if self._top.allows(rows, found.rows):
                return "right"
        elif self._top == "unreadable":
            return "open"
        if self._tilts == "nothing":
            return "wrong"
        if self._tilts == "unreadable":
            return "open"
        one, other = (_rows(place, sql, limits) for sql in self._tilts)
        if one is None or other is None:
            return "open"
        return "wrong" if _same(one, other) and _same(one, given.rows) else "open"

    @cached_property
    def _tree(self) -> Tree:
        tree = parse(self._sql, self._dialect)
        while isinstance(tree, exp.Subquery) and not any(tree.args.get(name) for name in ("order", "limit", "offset")):
            tree = tree.this
        return tree

    @cached_property
    def _top(self) -> _Top | Literal["nothing", "unreadable"]:
        return _top(self._tree, self._dialect)

    @cached_property
    def _tilts(self) -> tuple[str, str] | Literal["nothing", "unreadable"]:
        below = self._tree if isinstance(self._top, _Top) else None
        up, down = (tilted(self._tree, self._schema, self._dialect, down=down, below=below) for down in (False, True))
        if not up.tilts:
            return "nothing"
        if not up.wholly:
            return "unreadable"
        return render(up.tree, self._dialect), render(down.tree, self._dialect)


def readings(sql: str, dialect: str, schema: Schema) -> tuple[str, ...]:
    """A query with all ties decided one way and the other, its own order's included; nothing where it leaves none open.

    An engine may keep the rows that a later sort key would choose where a LIMIT leaves open which: read one way or the
    other, it cannot. What SQLite gives for columns that are neither grouped nor aggregated stays as it is.
    """
    if "limit" not in sql.lower() and "order" not in sql.lower():
        return ()
    tree = parse(sql, dialect)
    both = [tilted(tree, schema, dialect, down=down, bare=False, order=True) for down in (False, True)]
    return tuple(render(each.tree, dialect) for each in both if each.tilts)


def _rows(place: Place, sql: str, limits: Limits) -> list[Any] | None:
    """What a query gives; None where it fails, or gives more than the limits let through."""
    try:
        result = place.execute(sql, limits)
    except DatabaseUnavailable:
        raise
    except (QueryError, WitnessesUnavailable):
        return None
    return None if result.truncated else result.rows


def _same(rows: list[Any], others: list[Any]) -> bool:
    return len(rows) == len(others) and unmatched(rows, others) is None


@dataclass(frozen=True, slots=True)
class _Top:
    """A query with its sort keys behind its columns and without its LIMIT."""

    sql: str
    keys: tuple[int, ...]
    """Where the keys are in its rows: behind the columns, counted from the end, or among them."""
    added: int
    """How many columns were added at the end."""
    count: int | None
    offset: int

    def allows(self, rows: Sequence[tuple[Any, ...]], found: Sequence[tuple[Any, ...]]) -> bool:
        """Whether `found` may come of sorting these rows by their keys and cutting them."""
        stop = len(rows) if self.count is None else min(len(rows), self.offset + self.count)
        if len(found) != max(stop - self.offset, 0):
            return False
        place = 0
        for _, group in groupby(rows, key=lambda row: tuple(canonical(row[key]) for key in self.keys)):
            equals = [row[: len(row) - self.added] for row in group]
            first, last = max(place, self.offset), min(place + len(equals), stop)
            place += len(equals)
            if first < last and not _among(found[first - self.offset : last - self.offset], equals):
                return False
        return True


def _among(some: Sequence[tuple[Any, ...]], rows: Sequence[tuple[Any, ...]]) -> bool:
    """Whether each of some rows is one of these, as often as it is there."""
    if len(some) == len(rows):
        return unmatched(rows, some) is None
    return not Counter(map(canonical, some)) - Counter(map(canonical, rows))


def _top(tree: Tree, dialect: str) -> _Top | Literal["nothing", "unreadable"]:
    """The query to ask for all rows with their keys, where the top leaves anything open and can be asked so."""
    order, limit = tree.args.get("order"), tree.args.get("limit")
    if order is None and limit is None and tree.args.get("offset") is None:
        return "nothing"
    if not isinstance(tree, (exp.Select, exp.SetOperation)):
        return "unreadable"
    count, offset = _number(limit), _number(tree.args.get("offset"))
    distinct = tree.args.get("distinct")
    if count == -1 or offset == -1 or (isinstance(tree, exp.Select) and distinct and distinct.args.get("on")):
        return "unreadable"
    asked = tree.copy()
    asked.set("limit", None)
    asked.set("offset", None)
    outputs = _outputs(tree)
    keys: list[int] = []
    added: list[Tree] = []
    for ordered in order.expressions if order else ():
        place = _place(ordered.this, outputs, dialect)
        if place is not None:
            keys.append(place)
        elif isinstance(tree, exp.Select) and not distinct:
            added.append(exp.alias_(_meant(ordered.this, outputs).copy(), f"sort_key_{len(added)}", dialect=dialect))
            keys.append(-len(added))
        else:
            return "unreadable"
    # Keys that were added are counted from the end, so the last one added is -1.
    keys = [key if key >= 0 else -(len(added) + key + 1) for key in keys]
    for each in added:
        asked.append("expressions", each)
    return _Top(render(asked, dialect), tuple(keys), len(added), count, offset or 0)


def _number(clause: Tree | None) -> int | None:
    """The number of a LIMIT or OFFSET; -1 where it is no plain number."""
    if clause is None:
        return None
    value = clause.expression if isinstance(clause, (exp.Limit, exp.Offset)) else None
    return int(value.this) if isinstance(value, exp.Literal) and not value.is_string else -1


def _outputs(tree: Tree) -> list[Tree]:
    """The output columns of a query, up to the first `*`, behind which nobody can count."""
    while isinstance(tree, (exp.SetOperation, exp.Subquery)):
        tree = tree.this
    found: list[Tree] = []
    for output in tree.expressions if isinstance(tree, exp.Select) else ():
        if output.is_star:
            break
        found.append(output)
    return found


def _place(key: Tree, outputs: Sequence[Tree], dialect: str) -> int | None:
    """Which output a sort key is: by its number, its name, or as the same expression."""
    if isinstance(key, exp.Literal) and not key.is_string:
        return int(key.this) - 1
    if isinstance(key, exp.Column) and not key.table:
        for place, output in enumerate(outputs):
            if isinstance(output, exp.Alias) and output.alias.lower() == key.name.lower():
                return place
    for place, output in enumerate(outputs):
        if output.unalias() == key:
            return place
    return None


def _meant(key: Tree, outputs: Sequence[Tree]) -> Tree:
    """A sort key that can stand among the outputs: an alias of theirs inside it is what it stands for."""
    named = {output.alias.lower(): output.this for output in outputs if isinstance(output, exp.Alias)}

    def opened(node: Tree) -> Tree:
        if isinstance(node, exp.Column) and not node.table and node.name.lower() in named:
            return exp.Paren(this=named[node.name.lower()].copy())
        return node

    return key.copy().transform(opened) if named else key
