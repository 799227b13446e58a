"""Whose a column of a standard query is: of a source, an output column of its query, or of a query around."""

from __future__ import annotations

from sqlglot import exp

from querywright.errors import PipeNameError
from querywright.pipes.scope.aliases import Reach
from querywright.pipes.scope.meanings import Binding, Scope, Source
from querywright.pipes.scope.tables import nearest

ROWIDS = frozenset({"rowid", "oid", "_rowid_"})


class Owners:
    """Finds and remembers the owner of each column node of one query."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.bindings: dict[int, Binding] = {}
        self.bare: set[str] = set()
        self.rowids: list[exp.Column] = []

    def bind(self, column: exp.Column, scope: Scope, how: Reach, root: bool, later: list[Source] | None) -> bool:
        name = column.name
        key = name.lower()
        qualifier = column.table
        if not qualifier:
            self.bare.add(key)
        if not qualifier and how.first(root) and key in scope.outputs:
            self._output(column, scope, scope.outputs[key])
            return True
        binding = self._of_source(column, name, key, qualifier, scope)
        if binding is None and later is not None:
            mine, scope.sources = scope.sources, later
            binding = self._of_source(column, name, key, qualifier, scope)
            scope.sources = mine
            scope.forward |= binding is not None
        if binding is not None:
            self.bindings[id(column)] = binding
            return True
        if not qualifier and how.after(root) and key in scope.outputs:
            self._output(column, scope, scope.outputs[key])
            return True
        if self.dialect == "sqlite" and key in ROWIDS:
            return self._rowid(column, scope, qualifier)
        return False

    def _output(self, column: exp.Column, scope: Scope, at: int) -> None:
        fields = scope.fields or ()
        known = fields[at] if at < len(fields) and len(scope.node.expressions or fields) == len(fields) else None
        self.bindings[id(column)] = Binding(scope, None, column.name, known.type if known else "", at)

    def _rowid(self, column: exp.Column, scope: Scope, qualifier: str) -> bool:
        tables = [s for s in scope.sources if s.kind == "table" and (not qualifier or s.name == qualifier)]
        if len(tables) != 1:
            return False
        self.bindings[id(column)] = Binding(scope, tables[0], column.name, "INT64", rowid=True)
        self.rowids.append(column)
        return True

    def _of_source(self, column: exp.Column, name: str, key: str, qualifier: str, scope: Scope) -> Binding | None:
        if qualifier:
            return self._qualified(column, name, key, qualifier.lower(), scope)
        if key in scope.merged:
            owner = scope.merged[key]
            kept = owner.index.get(key) if owner is not None else None
            return Binding(scope, owner, kept.name if kept else name, kept.type if kept else "")
        found, unknown = None, []
        for source in scope.sources:
            if source.fields is None:
                unknown.append(source)
            elif key in source.index:
                if found is not None:
                    raise PipeNameError(f"column {name!r} is ambiguous: {found.name} and {source.name} have it")
                found = source
        if found is not None:
            there = found.index[key]
            return Binding(scope, found, there.name, there.type)
        if unknown:
            return Binding(scope, unknown[0] if len(unknown) == 1 else None, name)
        return None

    def _qualified(self, column: exp.Column, name: str, key: str, qualifier: str, scope: Scope) -> Binding | None:
        missing = None
        for source in scope.sources:
            if source.name.lower() != qualifier or not _same_namespace(column, source):
                continue
            source.qualified = True
            if source.fields is None:
                return Binding(scope, source, name)
            there = source.index.get(key)
            if there is not None:
                return Binding(scope, source, there.name, there.type)
            missing = source
        if missing is not None and not (self.dialect == "sqlite" and key in ROWIDS):
            names = [f.name for f in missing.fields or ()]
            raise PipeNameError(f"{missing.name} has no column {name!r}{nearest(name, names)}")
        return None

    def outer(
        self, free: list[exp.Column], scope: Scope, sources: list[Source], how: Reach = Reach.AFTER_ANYWHERE
    ) -> None:
        """Bind what a query inside left free; the rest stays free."""
        mine, scope.sources = scope.sources, sources
        scope.free.extend(column for column in free if not self.bind(column, scope, how.inside, False, None))
        scope.sources = mine

    def star(self, column: exp.Column, scope: Scope) -> None:
        meant = [source for source in scope.sources if source.name.lower() == column.table.lower()]
        for source in meant:
            source.qualified = True
        if not meant:
            names = [source.name for source in scope.sources]
            raise PipeNameError(f"{column.table}.*: nothing in FROM is named so{nearest(column.table, names)}")


def refuse_free(free: list[exp.Column], scope: Scope) -> None:
    """Say which name nothing in the query explains. Raises PipeNameError, if there is one."""
    if not free:
        return
    column = free[0]
    if column.table:
        known = [source.name for source in scope.sources]
        raise PipeNameError(f"{column.sql()}: nothing in FROM is named {column.table!r}{nearest(column.table, known)}")
    known = [f.name for source in scope.sources for f in source.fields or ()]
    raise PipeNameError(f"no column is named {column.name!r}{nearest(column.name, known)}")


def _same_namespace(column: exp.Column, source: Source) -> bool:
    """`sales.users.id` is not of `users` in another schema; a source with an alias has no schema."""
    db = column.db
    return (
        not db or not isinstance(source.node, exp.Table) or not source.node.db or source.node.db.lower() == db.lower()
    )
