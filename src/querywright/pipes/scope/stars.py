"""Output columns of a standard query that are not written out: those of `*`, those that a sort key repeats."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.scope.meanings import Scope, Source
from querywright.pipes.scope.tables import Field
from querywright.pipes.tree import Expression


def star_fields(item: Expression, scope: Scope, dialect: str) -> list[tuple[Source | None, Field]] | None:
    """What `*` or `t.*` stands for: each column with its source (None: merged from two); None where not known.

    EXCEPT is left out, REPLACE keeps the place and the name.
    """
    qualifier = item.table.lower() if isinstance(item, exp.Column) else ""
    star = item.this if isinstance(item, exp.Column) else item
    sources = [s for s in scope.sources if not qualifier or s.name.lower() == qualifier]
    if any(source.fields is None for source in sources):
        return None
    hidden = {name.name.lower() for name in star.args.get("except_") or ()}
    found: list[tuple[Source | None, Field]] = []
    merged = {} if qualifier else scope.merged
    if merged and dialect != "sqlite":  # the columns that were merged come first
        for key, owner in merged.items():
            first = owner or next(s for s in sources if key in s.index)
            found.append((owner, first.index[key]))
    done = set(merged) if dialect != "sqlite" else set()
    for source in sources:
        for there in source.fields or ():
            key = there.name.lower()
            if key in merged:
                if key in done:
                    continue
                done.add(key)
                found.append((merged[key], there))
            else:
                found.append((source, there))
    return [(source, there) for source, there in found if there.name.lower() not in hidden]


def repeats_an_item(key: Expression, node: Expression, scope: Scope) -> int | None:
    """Which output column a key of ORDER BY is, that repeats an expression of any branch, as SQLite allows."""
    if isinstance(key, exp.Literal) or (
        isinstance(key, exp.Column) and not key.table and key.name.lower() in scope.outputs
    ):
        return None
    branches = [node]
    while branches:
        branch = branches.pop()
        if isinstance(branch, exp.SetOperation):
            branches += [branch.expression, branch.this]
        elif isinstance(branch, (exp.Subquery, exp.Paren)):
            branches.append(branch.this)
        elif isinstance(branch, exp.Select):
            for i, item in enumerate(branch.expressions):
                if (item.this if isinstance(item, exp.Alias) else item) == key:
                    return i
    return None
