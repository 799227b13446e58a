"""Put other relations in the place of the tables that a query names, leaving the rest of its text as it is.

The text is cut where the tree says a table is named; nothing is printed from the tree, so what the query says to its
server stays what its author wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from querywright.databases.literals import quote
from querywright.databases.schema import Column, Table
from querywright.errors import WitnessesUnavailable
from querywright.sql.parsing import Tree, exp, tokens

Resolve = Callable[[exp.Table], Table]
"""The table that a query names in one place. Raises WitnessesUnavailable where it is none that we know."""

_Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Template:
    """A query that reads stand-ins instead of tables."""

    text: str
    at: int
    """Where in the text its common table expressions begin; 0 where it has none."""
    tables: tuple[Table, ...]
    """What it reads, each once."""

    def over(self, relations: Mapping[str, str], names: Mapping[str, str]) -> str:
        """The query over these relations.

        Args:
            relations: a SELECT for the full name of each table.
            names: what each stands under.
        """
        if not self.tables:
            return self.text
        made = ", ".join(f"{names[t.full_name]} AS ({relations[t.full_name]})" for t in self.tables)
        if self.at:
            return f"{self.text[: self.at]} {made}, {self.text[self.at :]}"
        return f"WITH {made} {self.text}"


def template(sql: str, tree: Tree, dialect: str, resolve: Resolve, names: Mapping[str, str]) -> Template:
    """Cut a query where it names tables.

    Args:
        sql: the query's text.
        tree: its tree.
        dialect: what it is written in.
        resolve: which table a place means.
        names: the stand-in's name by the full name of the table.

    Raises:
        WitnessesUnavailable: a table is not one that can be replaced.
    """
    meant = {id(node): resolve(node) for node in tree.find_all(exp.Table) if is_real(node, dialect)}
    tables = [node for node in tree.find_all(exp.Table) if id(node) in meant]
    edits = [_named(node, sql, names[meant[id(node)].full_name]) for node in tables]
    edits += _unqualified(tree)
    edits += _grouped(tree, dialect, meant)
    text, at = sql, _first_cte(sql, dialect)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return Template(text, at, tuple({t.full_name: t for t in meant.values()}.values()))


def is_real(node: exp.Table, dialect: str) -> bool:
    """Whether a name in FROM means a table or view: no function, and no common table expression in force there."""
    return isinstance(node.this, exp.Identifier) and (bool(node.db) or not _is_cte(node, dialect))


def _is_cte(table: exp.Table, dialect: str) -> bool:
    """Whether a common table expression of this name is in force where the table is named.

    Without RECURSIVE one is not in force in itself and in those before it: `WITH t AS (SELECT * FROM t) …` reads
    the table t.
    """
    name = folded(table.this, dialect)
    below: Tree = table
    node = table.parent
    while node is not None:
        if isinstance(node, exp.With):
            if any(folded(cte.args["alias"].this, dialect) == name for cte in _in_force(node, below)):
                return True
        else:
            with_ = node.args.get("with_")
            if (
                with_ is not None
                and below is not with_
                and any(folded(cte.args["alias"].this, dialect) == name for cte in with_.expressions)
            ):
                return True
        below, node = node, node.parent
    return False


def _in_force(with_: exp.With, asking: Tree) -> Iterator[Tree]:
    for cte in with_.expressions:
        if cte is asking and not with_.recursive:
            return
        yield cte


def folded(name: exp.Expr, dialect: str) -> str:
    """A name as the engine compares the names of common table expressions, and PostgreSQL all names."""
    return str(name.name) if dialect == "postgres" and name.args.get("quoted") else str(name.name).lower()


def _span(first: exp.Expr, last: exp.Expr) -> tuple[int, int]:
    """Where two parts of one name begin and end in the text."""
    if "start" not in first.meta or "end" not in last.meta:
        raise WitnessesUnavailable("where it names its tables cannot be told from its tree")
    return first.meta["start"], last.meta["end"] + 1


def _named(node: exp.Table, sql: str, name: str) -> _Edit:
    """The stand-in's name for a table's; where it has no alias, under the table's own."""
    parts = node.parts
    start, end = _span(parts[0], parts[-1])
    if not node.args.get("alias"):
        own = slice(*_span(parts[-1], parts[-1]))
        name = f"{name} AS {sql[own]}"
    return start, end, name


def _unqualified(tree: Tree) -> Iterator[_Edit]:
    """Columns without what stands before their table's name, which the stand-in does not have."""
    for column in tree.find_all(exp.Column):
        if column.args.get("db"):
            start, _ = _span(column.args.get("catalog") or column.args["db"], column.args["table"])
            end, _ = _span(column.args["table"], column.args["table"])
            yield start, end, ""


def _first_cte(sql: str, dialect: str) -> int:
    found = tokens(sql, dialect)
    if found[0].text.upper() != "WITH":
        return 0
    return 1 + (found[1] if found[1].text.upper() == "RECURSIVE" else found[0]).end


def _grouped(tree: Tree, dialect: str, meant: Mapping[int, Table]) -> Iterator[_Edit]:
    """What a key decides, said outright: `GROUP BY r.id` lets a query show `r.name` where the engine knows the key.

    Grouping by more columns of a table whose whole key is grouped by makes the same groups.
    """
    for select in tree.find_all(exp.Select):
        group = select.args.get("group")
        if group is None or any(group.args.get(k) for k in ("rollup", "cube", "grouping_sets", "totals")):
            continue
        keys = [e for e in group.expressions if isinstance(e, exp.Column)]
        sources = _sources(select)
        for source in sources:
            table = meant.get(id(source))
            if table is None or not table.primary_key:
                continue
            mine = [k for k in keys if _of(k, source, sources, table, meant)]
            grouped = {k.name.lower() for k in mine}
            if not mine or not {name.lower() for name in table.primary_key} <= grouped:
                continue
            alias = quote(source.alias_or_name, dialect) if _is_quoted(source) else source.alias_or_name
            used = {
                found.name.lower()
                for column in select.find_all(exp.Column)
                if (found := _of(column, source, sources, table, meant)) and found.kind not in ("json", "other")
            }
            more = [c.name for c in table.columns if c.name.lower() in used - grouped]
            if more:
                _, end = _span(mine[-1].this, mine[-1].this)
                yield end, end, "".join(f", {alias}.{quote(name, dialect)}" for name in more)


def _sources(select: exp.Select) -> list[exp.Table]:
    """The tables in the FROM of one query."""
    from_ = select.args.get("from_")
    places = [from_, *(select.args.get("joins") or ())]
    return [place.this for place in places if place is not None and isinstance(place.this, exp.Table)]


def _is_quoted(source: exp.Table) -> bool:
    alias = source.args.get("alias")
    return bool((alias.this if alias else source.this).args.get("quoted"))


def _of(
    column: exp.Column, source: exp.Table, sources: list[exp.Table], table: Table, meant: Mapping[int, Table]
) -> Column | None:
    """The column of this table that a name means; None where it is another's, or may be."""
    found = table.column(column.name)
    if found is None or column.table:
        return found if column.table.lower() == source.alias_or_name.lower() else None
    others = [meant.get(id(s)) for s in sources if s is not source]
    return None if any(other is None or other.column(column.name) for other in others) else found
