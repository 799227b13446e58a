"""Whether a query tells anything of the database: the guard against constants.

A constant that happens to be the answer, or that was learnt by heart, is worth nothing. What is looked at is what the
outermost SELECT puts out, each column followed to where it is made: `SELECT 6`, `SELECT 6 FROM author`,
`SELECT MAX(6) FROM author` and `SELECT n FROM (SELECT 6 AS n FROM author)` are all the same constant.

What is not seen: arithmetic that cancels out (`6 + 0 * id`), and a constant chosen by a condition
(`CASE WHEN id > 0 THEN 6 END`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeGuard

from querywright.evaluation.queries.blocks import Condition, Key, Reading

_COUNTING: Final = ("count", "sum")
"""Aggregates that tell how many rows there are, whatever stands in their brackets."""


def tells_of_data(reading: Reading) -> bool:
    """Whether a query reads a table, and every branch of a set operation puts out something that was read."""
    if not reading.tables:
        return False
    block = reading.block
    return _any_tells(block.selects, block.tables) and all(_query_tells(query) for _, query in block.operations)


def _query_tells(query: Key) -> bool:
    """Of a query's key: what it selects and reads come first in it, as bags."""
    return _is_query(query) and _any_tells(_members(query[1]), _members(query[2]))


def _any_tells(selects: Iterable[Key], tables: Iterable[Key]) -> bool:
    tables = tuple(tables)
    return any(_tells(key, tables) for key in selects)


def _tells(key: Key, tables: tuple[Key, ...]) -> bool:
    if key == "*":
        return any(map(_is_data, tables))
    if isinstance(key, frozenset):
        return any(_tells(each, tables) for each in key)
    if isinstance(key, Condition):  # EXISTS, IN and comparisons ask what the query inside finds, whatever it puts out
        asked = [side for side in (key.left, key.right) if _is_query(side)]
        return any(map(_is_read, asked)) or any(_tells(side, tables) for side in (key.left, key.right))
    if not isinstance(key, tuple) or not key:
        return False
    if key[0] == "column" and len(key) == 3:
        return isinstance(key[1], str)
    if key[0] == "*" and len(key) == 2:
        return _is_data(key[1])
    if key[0] == "query":
        return _query_tells(key)
    if key[0] == "aggregate" and key[1] in _COUNTING and any(map(_is_read, tables)):
        return True
    return any(_tells(each, tables) for each in key)


def _is_data(source: Key) -> bool:
    """Whether a source of FROM is a table, or a query that puts out what it reads; rows written down are not."""
    return isinstance(source, str) or _query_tells(source)


def _is_read(source: Key) -> bool:
    """Whether a source is a table, or a query with one in its FROM: it has as many rows as the database says."""
    return isinstance(source, str) or (_is_query(source) and any(map(_is_read, _members(source[2]))))


def _is_query(key: Key) -> TypeGuard[tuple[Key, ...]]:
    return isinstance(key, tuple) and len(key) > 2 and key[0] == "query"


def _members(bag: Key) -> list[Key]:
    """The keys in a bag."""
    return [member for member, _ in bag] if isinstance(bag, frozenset) else []
