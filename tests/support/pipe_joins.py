"""Joins of random pipelines: every kind, by conditions and by USING."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipe_expressions import Expressions
from pipe_names import Scope, Value, quote

if TYPE_CHECKING:
    from pipe_generator import Author, Written

KINDS = ("JOIN", "INNER JOIN", "LEFT JOIN", "LEFT OUTER JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN")
OUTER = {"LEFT JOIN", "LEFT OUTER JOIN", "RIGHT JOIN", "FULL JOIN"}


def comma_head(author: Author) -> tuple[str, Scope]:
    """`FROM a, b` or `FROM a JOIN b ON …`."""
    text, left = author.table({})
    if author.chance.random() < 0.5:
        other, right = author.table(left.aliases)
        return f"FROM {text}, {other}", both(left, right, "CROSS JOIN")
    written = join(author, left)
    assert written is not None
    return f"FROM {text} {written[0][-1]}", written[1]


def join(author: Author, scope: Scope) -> Written:
    """A join with a table or a nested query; what is on the left gets an alias first, mostly."""
    chance = author.chance
    before: list[str] = []
    if not scope.aliases and chance.random() < 0.7:
        alias = author.fresh("x")
        before, scope = [f"AS {alias}"], scope.renamed(alias)
    text, right = author.source(scope.aliases)
    kind = chance.choice(KINDS)
    shared = _shared(scope, right)
    if kind != "CROSS JOIN" and shared and chance.random() < 0.4:
        names = chance.sample(shared, chance.randint(1, min(2, len(shared))))
        return [*before, f"{kind} {text} USING ({', '.join(map(quote, names))})"], _using(scope, right, names)
    joined = both(scope, right, kind)
    if kind == "CROSS JOIN":
        return [*before, f"{kind} {text}"], joined
    condition = _condition(author, scope, right, joined, kind)
    if condition is None:
        return [*before, f"CROSS JOIN {text}"], both(scope, right, "CROSS JOIN")
    return [*before, f"{kind} {text} ON {condition}"], joined


def both(left: Scope, right: Scope, kind: str) -> Scope:
    """The columns of the left, then those of the right."""
    unique = () if kind in OUTER else tuple(a | b for a in left.unique for b in right.unique)
    return Scope(left.visible + right.visible, {**left.aliases, **right.aliases}, unique)


def _shared(left: Scope, right: Scope) -> list[str]:
    """Names that both sides have once, with values of one type."""
    ours, theirs = dict(left.bare()), dict(right.bare())
    return [
        name
        for name, value in ours.items()
        if name in theirs and theirs[name].kind == value.kind and value.exact and theirs[name].exact
    ]


def _using(left: Scope, right: Scope, names: list[str]) -> Scope:
    """The merged columns first, then the rest of the left and of the right."""
    kinds = dict(left.bare())
    merged = tuple((name, Value(kinds[name].kind)) for name in names)
    rest = tuple((name, value) for name, value in left.visible + right.visible if name not in names)
    return Scope(merged + rest, {**left.aliases, **right.aliases})


def _condition(author: Author, left: Scope, right: Scope, joined: Scope, kind: str) -> str | None:
    """An equality of both sides, with something more now and then; other comparisons where every engine has them."""
    chance = author.chance
    spelled = joined.spelled()
    pairs = [
        (spelled[a], spelled[b])
        for a in left.spelled()
        for b in right.spelled()
        if a.kind == b.kind and a.kind != "BOOL" and a.exact and b.exact and a in spelled and b in spelled
    ]
    if not pairs:
        return None
    first, second = chance.choice(pairs)
    if chance.random() < 0.15 and kind not in ("FULL JOIN", "RIGHT JOIN"):
        return f"{first} {chance.choice(('<', '>=', '<>'))} {second}"
    more = Expressions(chance, replace(joined, total=False))
    extra = f" AND {more.condition(1)}" if chance.random() < 0.25 and kind != "FULL JOIN" else ""
    return f"{first} = {second}{extra}"
