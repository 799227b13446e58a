"""Whose a query's columns are: aliases looked up in the query's FROM, then in the queries around it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from querywright.errors import QuerywrightError
from querywright.sql.parsing import Tree
from querywright.synthesis.lexicon import ColumnFacts, Lexicon

AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Count: "count",
    exp.Sum: "sum",
    exp.Avg: "average",
    exp.Max: "maximum",
    exp.Min: "minimum",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What an expression comes down to."""

    facts: ColumnFacts | None = None
    aggregate: str = ""
    computed: bool = False
    window: bool = False
    output: bool = False
    """It names, or repeats, one of the query's outputs."""


class Sources:
    """The sources of the queries of one tree, each looked up once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._of: dict[int, dict[str, str | None]] = {}

    def table(self, node: exp.Table) -> str | None:
        """The schema's name for a table; None for a CTE and for what the schema does not have."""
        name = ".".join(part.name for part in (node.args.get("db"), node.this) if part)
        try:
            return self._lexicon.entity(name).table
        except QuerywrightError:
            return None

    def facts(self, column: exp.Column) -> ColumnFacts | None:
        """The real column a reference means; None where it is of a derived table or cannot be told."""
        select = column.find_ancestor(exp.Select)
        while select is not None:
            known = self._sources(select)
            if column.table:
                if column.table.lower() in known:
                    return self._fact(known[column.table.lower()], column.name)
            else:
                for table in known.values():
                    found = self._fact(table, column.name)
                    if found is not None:
                        return found
            select = select.find_ancestor(exp.Select)
        return None

    def is_output(self, column: exp.Column) -> bool:
        """Whether a bare name is that of an output, of this query or of one it reads from."""
        select = column.find_ancestor(exp.Select)
        root = select.root() if select is not None else column.root()
        return any(alias.alias.lower() == column.name.lower() for alias in root.find_all(exp.Alias))

    def origin(self, node: Tree, select: exp.Select | None) -> Origin:
        """What an expression comes down to; an output's name stands for the output."""
        output = False
        if isinstance(node, exp.Column) and select is not None:
            alias = self._alias(node, select)
            if alias is not None:
                node, output = alias, True
        if select is not None and not output:
            output = any(e.unalias() == node for e in select.expressions)
        function = node.find(exp.Count, exp.Sum, exp.Avg, exp.Max, exp.Min)
        column = node if isinstance(node, exp.Column) else node.find(exp.Column)
        facts = self.facts(column) if isinstance(column, exp.Column) else None
        aggregate = AGGREGATES[type(function)] if function is not None else ""
        return Origin(facts, aggregate, not isinstance(node, exp.Column), node.find(exp.Window) is not None, output)

    def _alias(self, column: exp.Column, select: exp.Select) -> Tree | None:
        """The expression behind a name given in this query's outputs, or in those of a query it reads from."""
        name = column.name.lower()
        if not column.table:
            for output in select.expressions:
                if isinstance(output, exp.Alias) and output.alias.lower() == name:
                    return output.unalias()
        if self.facts(column) is not None:
            return None
        for alias in select.root().find_all(exp.Alias):
            if alias.alias.lower() == name:
                return alias.unalias()
        return None

    def _fact(self, table: str | None, column: str) -> ColumnFacts | None:
        if table is None:
            return None
        try:
            return self._lexicon.facts(table, column)
        except QuerywrightError:
            return None

    def _sources(self, select: exp.Select) -> dict[str, str | None]:
        if id(select) not in self._of:
            found: dict[str, str | None] = {}
            from_ = select.args.get("from_")
            for item in (from_, *(select.args.get("joins") or ())):
                source = item.this if item is not None else None
                if isinstance(source, exp.Table):
                    found[source.alias_or_name.lower()] = self.table(source)
                    for join in source.args.get("joins") or ():
                        if isinstance(join.this, exp.Table):
                            found[join.this.alias_or_name.lower()] = self.table(join.this)
                elif source is not None:
                    found[source.alias_or_name.lower()] = None
            self._of[id(select)] = found
        return self._of[id(select)]
