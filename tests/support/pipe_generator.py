"""Random pipe queries that GoogleSQL accepts and whose result is determined, written by tracking what may be named.

`pipelines()` is the hypothesis strategy; `write(Random(seed))` does the same without hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from googlesql import Table
from hypothesis import strategies as st
from pipe_expressions import KINDS, Expressions
from pipe_joins import both, comma_head, join
from pipe_names import Kind, Scope, Value, quote
from pipe_shaping import aggregate, distinct, drop, extend, rename, select, select_distinct, set_columns
from pipe_tables import random_tables


@dataclass(frozen=True)
class Pipeline:
    """A pipe query in its parts, and the tables it is for."""

    head: str
    operators: tuple[str, ...]
    tables: Mapping[str, Table] = field(repr=False)
    total: bool = False
    """Where the rows are ordered at all, their order is determined."""

    def __str__(self) -> str:
        return "\n|> ".join((self.head, *self.operators))


PIPELINES = 200
"""From so many pipelines of each length tests choose. Raised it finds mistakes: a few in a thousand find one."""


def pipelines(most: int = 6) -> st.SearchStrategy[Pipeline]:
    """Pipelines of up to `most` operators, each written from its number.

    What hypothesis draws depends on the modules that are loaded, whose constants it tries: then a change would be
    judged by which tests ran before it. All of these pass, whichever are drawn.
    """
    return st.sampled_from(range(PIPELINES)).map(lambda number: write(Random(number), most))


def write(chance: Random, most: int = 6) -> Pipeline:
    """One pipeline on tables of its own."""
    tables = random_tables(chance)
    known = {
        name: Scope(
            tuple((column, Value(kind)) for column, kind in table.columns),  # type: ignore[arg-type]
        )
        for name, table in tables.items()
    }
    author = Author(chance, known)
    head, scope = author.with_head()
    operators, scope = author.operators(scope, chance.randint(0, most))
    if not operators and not head.startswith("FROM"):  # a SELECT alone would be no pipe
        operators, scope = ["WHERE TRUE"], scope.unordered()
    return Pipeline(head, tuple(operators), tables, scope.total)


@dataclass
class Author:
    """Writes queries over tables and CTEs; a nested query's author knows what is around it."""

    chance: Random
    tables: dict[str, Scope]
    outer: tuple[Scope, ...] = ()
    depth: int = 2
    """How deep queries may still be nested."""
    counter: list[int] = field(default_factory=lambda: [0])

    def fresh(self, letter: str) -> str:
        self.counter[0] += 1
        return f"{letter}{self.counter[0]}"

    def expressions(self, scope: Scope) -> Expressions:
        return Expressions(self.chance, scope, self.outer, self.subquery if self.depth > 0 else None)

    def nested(self, *around: Scope) -> Author:
        return Author(self.chance, self.tables, (*around, *self.outer), self.depth - 1, self.counter)

    # ── heads ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def with_head(self) -> tuple[str, Scope]:
        """A head, behind a WITH now and then."""
        if self.chance.random() < 0.8 or self.outer:
            return self.head()
        defined = []
        for _ in range(self.chance.randint(1, 2)):
            text, scope = self.nested().pipeline(2)
            if self.chance.random() < 0.3:
                text, scope = self.standard()
            name = self.fresh("w")
            scope = self.nameable(scope)
            defined.append(f"{name} AS ({text})")
            self.tables = {**self.tables, name: scope}
        head, scope = self.head()
        return f"WITH {', '.join(defined)} {head}", scope

    def nameable(self, scope: Scope) -> Scope:
        """A query's columns as a table's: values of their own, no order, no aliases."""
        fresh = {value: Value(value.kind, value.exact) for _, value in scope.visible}
        unique = tuple(
            frozenset(fresh[value] for value in key) for key in scope.unique if all(value in fresh for value in key)
        )
        return Scope(tuple((name, fresh[value]) for name, value in scope.visible), {}, unique)

    def head(self) -> tuple[str, Scope]:
        drawn = self.chance.random()
        if drawn < 0.6:
            text, scope = self.table({})
            return f"FROM {text}", scope
        if drawn < 0.7:
            return comma_head(self)
        if drawn < 0.85:
            text, scope = self.standard()
            return text, scope
        text, scope = self.source({})
        return f"FROM {text}", scope

    def table(self, taken: Mapping[str, object]) -> tuple[str, Scope]:
        """A table or CTE for FROM or JOIN, with an alias unless its name is free and chance leaves it."""
        name = self.chance.choice(list(self.tables))
        scope = self.nameable(self.tables[name])
        if name in taken or self.chance.random() < 0.6:
            alias = self.fresh("x")
            return f"{quote(name)} AS {alias}", scope.renamed(alias)
        return quote(name), scope.renamed(name)

    def source(self, taken: Mapping[str, object]) -> tuple[str, Scope]:
        """A table, or a nested query with an alias or without."""
        if self.depth <= 0 or self.chance.random() < 0.6:
            return self.table(taken)
        text, scope = self.nested().pipeline(2)
        if self.chance.random() < 0.25 and not (scope.aliases.keys() & taken.keys()):
            return f"({text})", scope.unordered()  # without an alias it lets the aliases inside out
        alias = self.fresh("x")
        return f"({text}) AS {alias}", self.nameable(scope).renamed(alias)

    def standard(self) -> tuple[str, Scope]:
        """A small query without pipes."""
        text, scope = self.table({})
        e = Expressions(self.chance, scope, self.outer)
        kinds = [self.chance.choice(KINDS) for _ in range(self.chance.randint(1, 3))]
        names = [self.fresh("c") for _ in kinds]
        items = [f"{e.of(kind, 1)} AS {name}" for kind, name in zip(kinds, names, strict=True)]
        where = f" WHERE {e.condition(1)}" if self.chance.random() < 0.5 else ""
        key = scope.total_key()
        order, total = "", False
        if key and self.chance.random() < 0.3:
            order, total = f" ORDER BY {', '.join(key)} LIMIT {self.chance.randint(1, 4)}", True
        only = "" if total or self.chance.random() < 0.7 else "DISTINCT "
        columns = tuple((name, Value(kind)) for kind, name in zip(kinds, names, strict=True))
        return f"SELECT {only}{', '.join(items)} FROM {text}{where}{order}", Scope(columns, total=total)

    # ── whole queries ────────────────────────────────────────────────────────────────────────────────────────────────

    def pipeline(self, most: int) -> tuple[str, Scope]:
        head, scope = self.head()
        operators, scope = self.operators(scope, self.chance.randint(0, most))
        return " |> ".join((head, *operators)), scope

    def subquery(self, kind: Kind | None, e: Expressions) -> str:
        """For IN (one column), EXISTS (kind None) and, where `e` allows none inside, for a single value."""
        author = self.nested(e.scope)
        author.outer = (e.scope, *e.outer)
        head, scope = author.head()
        operators, scope = author.operators(scope, self.chance.randint(0, 2), WITHOUT_GROUPS)
        if kind is None:
            return " |> ".join((head, *operators))
        inside = author.expressions(scope)
        if e.subquery is None:
            operators += author.single(kind, scope, inside)
        else:
            operators.append(f"SELECT {inside.of(kind, 1)} AS {self.fresh('c')}")
        return " |> ".join((head, *operators))

    def single(self, kind: Kind, scope: Scope, inside: Expressions) -> list[str]:
        """Operators that leave one row of one column."""
        name = self.fresh("c")
        key = scope.total_key()
        if key and self.chance.random() < 0.4:
            return [f"ORDER BY {', '.join(key)}", "LIMIT 1", f"SELECT {inside.of(kind, 1)} AS {name}"]
        function = "COUNT" if kind == "INT64" and self.chance.random() < 0.5 else self.chance.choice(("MAX", "MIN"))
        argument = inside.closed()
        return [f"AGGREGATE {function}({argument.of(kind, 1)}) AS {name}"]

    def operators(
        self, scope: Scope, count: int, kinds: tuple[tuple[int, Operator], ...] | None = None
    ) -> tuple[list[str], Scope]:
        """So many operators, or fewer where some do not fit."""
        weights, choices = zip(*(kinds or OPERATORS), strict=True)
        texts: list[str] = []
        for _ in range(count):
            written = self.chance.choices(choices, weights)[0](self, scope)
            if written is not None:
                more, scope = written
                texts += more
        return texts, scope


Written = tuple[list[str], Scope] | None
Operator = Callable[[Author, Scope], Written]


def where(author: Author, scope: Scope) -> Written:
    return [f"WHERE {author.expressions(scope).condition()}"], scope.unordered()


def named(author: Author, scope: Scope) -> Written:
    alias = author.fresh("x")
    return [f"AS {alias}"], scope.renamed(alias)


def ordered(author: Author, scope: Scope) -> Written:
    """A total order where there is one, else any."""
    chance = author.chance
    key, total = scope.total_key(), True
    some = scope.of(*KINDS)
    if key is None or (some and chance.random() < 0.15):
        if not some:
            return None
        key, total = [chance.choice(some)], False
    chance.shuffle(key)
    if some and chance.random() < 0.3:
        key = [chance.choice(some), *key]
    keys = [f"{text}{chance.choice(('', '', ' ASC', ' DESC'))}{_nulls(chance)}" for text in key]
    return [f"ORDER BY {', '.join(keys)}"], replace(scope, total=total)


def _nulls(chance: Random) -> str:
    return chance.choice(("", "", "", " NULLS FIRST", " NULLS LAST"))


def limited(author: Author, scope: Scope) -> Written:
    """LIMIT, behind a total order of its own unless there is one."""
    chance = author.chance
    before: list[str] = []
    if not scope.total:
        written = ordered(author, scope)
        if written is None or not written[1].total:
            return None
        before, scope = written
    offset = f" OFFSET {chance.randint(0, 2)}" if chance.random() < 0.2 else ""
    return [*before, f"LIMIT {chance.choice((0, 1, 2, 3, 3, 4, 5, 9))}{offset}"], scope


def combined(author: Author, scope: Scope) -> Written:
    """UNION, INTERSECT or EXCEPT with one or two operands."""
    chance = author.chance
    kind = chance.choice(("UNION ALL", "UNION ALL", "UNION DISTINCT", "INTERSECT DISTINCT", "EXCEPT DISTINCT"))
    if chance.random() < 0.05:
        kind = chance.choice(("INTERSECT ALL", "EXCEPT ALL"))
    if kind != "UNION ALL" and not scope.comparable():
        return None
    operands = [_operand(author, scope) for _ in range(1 if chance.random() < 0.8 else 2)]
    visible = tuple((name, Value(value.kind, value.exact)) for name, value in scope.visible)
    unique = () if kind.endswith("ALL") else (frozenset(value for _, value in visible),)
    return [f"{kind} {', '.join(f'({operand})' for operand in operands)}"], Scope(visible, {}, unique)


def _operand(author: Author, scope: Scope) -> str:
    """A query with columns of the same types: of the same values where it can, so that there is something in common."""
    chance = author.chance
    inner = author.nested()
    kinds = [value.kind for _, value in scope.visible]
    if chance.random() < 0.2:
        items = ", ".join(Expressions(chance, scope).literal(kind) for kind in kinds)
        return f"SELECT {items}"
    if chance.random() < 0.3:
        text, source = inner.table({})
        e = Expressions(chance, source)
        items = ", ".join(e.column_or_literal(kind) for kind in kinds)
        where = f" WHERE {e.condition(1)}" if chance.random() < 0.5 else ""
        return f"SELECT {items} FROM {text}{where}"
    head, source = inner.head()
    operators, source = inner.operators(source, chance.randint(0, 2))
    e = Expressions(chance, source)
    items = ", ".join(f"{e.column_or_literal(kind)} AS {author.fresh('c')}" for kind in kinds)
    return " |> ".join((head, *operators, f"SELECT {items}"))


def matched(author: Author, scope: Scope) -> Written:
    """UNION ALL BY NAME with a table's own columns in another order."""
    names = [name for name, _ in scope.bare()]
    if len(names) < len(scope.visible) or not names:
        return None
    kinds = {name: value.kind for name, value in scope.visible}
    author.chance.shuffle(names)
    e = Expressions(author.chance, scope)
    items = ", ".join(f"{e.literal(kinds[name])} AS {quote(name)}" for name in names)
    visible = tuple((name, Value(value.kind, value.exact)) for name, value in scope.visible)
    return [f"UNION ALL BY NAME (SELECT {items})"], Scope(visible)


def pivoted(author: Author, scope: Scope) -> Written:
    """PIVOT of a few values of a text, or UNPIVOT of two columns of one type."""
    chance = author.chance
    own = dict(scope.bare())
    texts = [name for name, value in own.items() if value.kind == "STRING"]
    numbers = [name for name, value in own.items() if value.kind == "INT64"]
    if len(own) < len(scope.visible) or not scope.comparable():
        return None
    if len(numbers) >= 2 and chance.random() < 0.5:
        chosen, (value, name) = chance.sample(numbers, 2), (author.fresh("c"), author.fresh("c"))
        rest = tuple((other, Value(kept.kind)) for other, kept in scope.visible if other not in chosen)
        visible = (*rest, (value, Value("INT64")), (name, Value("STRING")))
        # GoogleSQL refuses the same column under two names.
        apart = f"SET {quote(chosen[0])} = {quote(chosen[0])} + 0"
        return [apart, f"UNPIVOT ({value} FOR {name} IN ({', '.join(map(quote, chosen))}))"], Scope(visible)
    if not texts or not numbers:
        return None
    text, number = chance.choice(texts), chance.choice(numbers)
    names = [author.fresh("c") for _ in range(2)]
    rest = tuple((other, Value(kept.kind)) for other, kept in scope.visible if other not in (text, number))
    visible = rest + tuple((name, Value("INT64")) for name in names)
    values = f"'a' AS {names[0]}, 'b' AS {names[1]}"
    function = chance.choice(("SUM", "COUNT", "MAX"))
    # What it names goes under every name that it has: with new values no other column goes with it.
    apart = f"SET {quote(text)} = CONCAT({quote(text)}, ''), {quote(number)} = {quote(number)} + 0"
    return [apart, f"PIVOT ({function}({quote(number)}) FOR {quote(text)} IN ({values}))"], Scope(visible)


def with_inside(author: Author, scope: Scope) -> Written:
    """WITH as an operator, and a join with what it defines."""
    if author.depth <= 0 or author.outer:
        return None
    text, table = author.nested().pipeline(1)
    name, alias = author.fresh("w"), author.fresh("x")
    table = author.nameable(table)
    author.tables = {**author.tables, name: table}
    texts = [f"WITH {name} AS ({text})", f"CROSS JOIN {name} AS {alias}"]
    return texts, both(scope, table.renamed(alias), "CROSS JOIN")


OPERATORS: tuple[tuple[int, Operator], ...] = (
    (12, where),
    (10, extend),
    (9, select),
    (4, select_distinct),
    (8, aggregate),
    (9, join),
    (7, set_columns),
    (4, drop),
    (4, rename),
    (5, named),
    (5, distinct),
    (6, ordered),
    (8, limited),
    (7, combined),
    (1, with_inside),
    (1, matched),
    (1, pivoted),
)
WITHOUT_GROUPS = tuple((weight, operator) for weight, operator in OPERATORS if operator is not with_inside)
