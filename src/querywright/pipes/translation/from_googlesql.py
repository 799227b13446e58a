"""GoogleSQL's expressions in another engine's words, where SQLGlot's own printing would change what they mean.

Most functions SQLGlot carries over well. What stands here it prints as something else: a count that is NULL, a LIKE
that is blind to case, a cast of a date to the number of its year.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from querywright.pipes.translation.engine_words import Rewrite, refused
from querywright.pipes.translation.into_servers import DUCKDB, MYSQL, POSTGRES
from querywright.pipes.translation.into_sqlite import SQLITE, read_numbers_off_texts
from querywright.pipes.tree import Expression


def from_googlesql(tree: Expression, dialect: str) -> Expression:
    """The tree in the words of `dialect`; changed in place, and handed back since its root may be another.

    Raises:
        NotCompilable: the engine has nothing for a function.
    """
    rewrites = _rewrites(dialect)
    if dialect == "sqlite":
        read_numbers_off_texts(tree)
    for node in [node for node in tree.walk() if type(node) in rewrites][::-1]:
        new = rewrites[type(node)](node)
        if new is None or new is node:
            continue
        if node is tree:
            tree = new
        else:
            node.replace(new)
    return tree


@cache
def _rewrites(dialect: str) -> Mapping[type[Expression], Rewrite]:
    """What is said otherwise in a dialect; nothing in GoogleSQL's own."""
    return {} if dialect == "bigquery" else {**_EVERYWHERE, **_BY_DIALECT.get(dialect, {})}


def _count_if(node: Expression) -> Expression:
    """0 where nothing is counted, and not NULL as of a SUM."""
    return exp.Count(this=exp.Case(ifs=[exp.If(this=node.this, true=exp.Literal.number(1))]))


def _in_unnest(node: Expression) -> Expression | None:
    """`x IN UNNEST([…])` as a list of values."""
    unnest = node.args.get("unnest")
    arrays = unnest.expressions if isinstance(unnest, exp.Unnest) else [unnest]
    if unnest is None or len(arrays) != 1 or not isinstance(arrays[0], exp.Array):
        return None
    return exp.In(this=node.this, expressions=arrays[0].expressions)


_EVERYWHERE: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {exp.CountIf: _count_if, exp.In: _in_unnest, exp.Format: refused("another engine", "FORMAT like GoogleSQL's")}
)

_BY_DIALECT: Final[Mapping[str, Mapping[type[Expression], Rewrite]]] = MappingProxyType(
    {"sqlite": SQLITE, "duckdb": DUCKDB, "postgres": POSTGRES, "mysql": MYSQL}
)
