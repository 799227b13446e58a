"""What all rules share while one query is decompiled: what its names mean, what it becomes, which names are free."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from querywright.databases.schema import Schema
from querywright.pipes.scope.standard import Binding, Reading, Scope, Source
from querywright.pipes.tree import Dialect, Expression


@dataclass(slots=True)
class Context:
    reading: Reading
    source: str
    """The dialect of the standard query."""
    target: Dialect
    """The dialect of the pipes."""
    schema: Schema | None = None
    """Where keys are known."""
    inlined: dict[str, exp.CTE] = field(default_factory=dict)
    """CTEs that take the place of their only mention, by lower-case name."""
    free: dict[int, list[exp.Column]] = field(default_factory=dict)
    """What a nested pipe leaves free, by id of its leaf."""
    unroll: bool = False
    """Whether IN becomes a join where that is proven to be safe."""
    origins: dict[int, Expression] = field(default_factory=dict)
    """The query that a leaf was made of, by the leaf's id; only for unrolling."""
    holders: list[Expression] = field(default_factory=list)
    """Keeps alive what is known by its id."""
    _taken: set[str] | None = None

    @property
    def googlesql(self) -> bool:
        return self.target == "googlesql"

    def scope(self, node: Expression) -> Scope:
        return self.reading.scopes[id(node)]

    def binding(self, column: Expression) -> Binding | None:
        return self.reading.bindings.get(id(column))

    def bind(self, column: exp.Column, scope: Scope, source: Source | None, name: str, type_: str = "") -> exp.Column:
        """Say what a column node that we made means."""
        self.reading.bindings[id(column)] = Binding(scope, source, name, type_)
        self.holders.append(column)
        return column

    def copy(self, node: Expression) -> Expression:
        """A copy whose columns mean what those of the original do. Nested pipes are shared: look for them before."""
        copied = node.copy()
        bindings = self.reading.bindings
        for old, new in zip(node.find_all(exp.Column), copied.find_all(exp.Column), strict=True):
            meaning = bindings.get(id(old))
            if meaning is not None:
                bindings[id(new)] = meaning
        self.holders.append(copied)
        return copied

    def fresh(self, base: str) -> str:
        """A name like `base` that nothing in the query has."""
        if self._taken is None:
            self._taken = self._names()
        name, number = base, 2
        while name.lower() in self._taken:
            name, number = f"{base}{number}", number + 1
        self._taken.add(name.lower())
        return name

    def is_taken(self, name: str) -> bool:
        if self._taken is None:
            self._taken = self._names()
        return name.lower() in self._taken

    def _names(self) -> set[str]:
        taken = set(self.reading.bare_names)
        for scope in self.reading.scopes.values():
            taken.update(scope.outputs)
            taken.update(there.name.lower() for there in scope.fields or ())
            for source in scope.sources:
                taken.add(source.name.lower())
                taken.update(source.index)
        taken.update(self.inlined)
        return taken
