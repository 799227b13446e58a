"""A query with everything it leaves open decided one way: the first of equal rows, or the last of them.

Two such readings of one query, tilted to either side, give different answers where it has no answer of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from querywright.databases.schema import Schema
from querywright.sql.parsing import Tree, exp

_BY_PLACE = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Ntile)
"""Window functions whose value for a row depends on where among its equals it comes."""


@dataclass(frozen=True, slots=True)
class Tilted:
    """A query tilted to one side."""

    tree: Tree
    tilts: bool
    """Whether it left anything open."""
    wholly: bool
    """False where something stays open, because nothing is known that would tell the rows apart."""


def tilted(
    tree: Tree,
    schema: Schema,
    dialect: str,
    *,
    down: bool,
    below: Tree | None = None,
    bare: bool = True,
    order: bool = False,
) -> Tilted:
    """The query with ties decided by all the columns there are, rising or falling.

    Args:
        tree: the query; it is not changed.
        schema: the columns of its tables.
        dialect: in which a column that is neither grouped nor aggregated is a value of any row (SQLite, MySQL).
        down: to which side.
        below: a part of `tree` whose own LIMIT stays as it is, only what is nested in it is tilted.
        bare: whether columns that are neither grouped nor aggregated are decided, too.
        order: whether the order of the whole answer is, too.
    """
    path = [] if below is None else _path(below, tree)
    copy = tree.copy()
    top = copy
    for step in path:
        top = top.args[step]
    ctes = {cte.alias.lower(): _outputs(cte) for cte in copy.find_all(exp.CTE)}
    columns = _Columns(schema, ctes)
    tilts, wholly = False, True
    for query in list(copy.find_all(exp.Select, exp.SetOperation)):
        first = dialect == "sqlite" and _is_first_of_several(query)
        orders = order and query is copy and query.args.get("order") is not None
        if (query.args.get("limit") is not None and not (below is not None and query is top)) or orders or first:
            tilts, wholly = True, _cut(query, columns, down) and wholly
            if first and query.args.get("limit") is None:  # else SQLite need not sort at all
                query.set("limit", exp.Limit(expression=exp.Literal.number(1)))
        if isinstance(query, exp.Select):
            found, all_ = _windows(query, columns, down)
            tilts, wholly = tilts or found, wholly and all_
            if bare and dialect in ("sqlite", "mysql"):
                tilts |= _bare(query, down)
    return Tilted(copy, tilts, wholly)


def _is_first_of_several(query: Tree) -> bool:
    """Whether a query stands for one value and may have several rows, of which SQLite takes the first."""
    brackets = query.parent
    if not isinstance(query, exp.Select) or not isinstance(brackets, exp.Subquery) or _is_one_row(query):
        return False
    return not isinstance(
        brackets.parent, (exp.In, exp.Exists, exp.From, exp.Join, exp.Lateral, exp.Subquery, type(None))
    )


def _path(node: Tree, root: Tree) -> list[str]:
    """The arguments that lead from the root to a node."""
    path: list[str] = []
    while node is not root and node.parent is not None:
        path.insert(0, str(node.arg_key))
        node = node.parent
    return path


def _cut(query: Tree, columns: _Columns, down: bool) -> bool:
    """LIMIT cuts rows that the sort keys do not tell apart. False where nothing does."""
    if isinstance(query, exp.SetOperation):
        outputs = _outputs(query)
        keys: list[Tree] = [exp.Literal.number(n) for n, _ in enumerate(outputs, 1)]
    elif isinstance(query, exp.Select) and _is_one_row(query):
        return True
    else:
        keys = columns.all_of(query)
    if keys:
        order = query.args.get("order") or exp.Order(expressions=[])
        query.set("order", exp.Order(expressions=[*order.expressions, *_ordered(keys, down)]))
    return bool(keys)


def _windows(select: exp.Select, columns: _Columns, down: bool) -> tuple[bool, bool]:
    """Whether a window function counts places among equal rows, and whether all its rows could be told apart."""
    found, wholly = False, True
    for window in select.find_all(exp.Window):
        if window.find_ancestor(exp.Select) is not select or not isinstance(window.this, _BY_PLACE):
            continue
        keys = columns.all_of(select)
        order = window.args.get("order") or exp.Order(expressions=[])
        if keys:
            window.set("order", exp.Order(expressions=[*order.expressions, *_ordered(keys, down)]))
        found, wholly = True, wholly and bool(keys)
    return found, wholly


def _bare(select: exp.Select, down: bool) -> bool:
    """A column beside aggregates that is no key of the groups: the value of any row of the group."""
    group = select.args.get("group")
    keys = list(group.expressions) if group else []
    aggregates = [a for a in select.find_all(exp.AggFunc) if _own(a, select) and not a.find_ancestor(exp.Window)]
    if not (keys or aggregates) or any(isinstance(a, (exp.Min, exp.Max)) for a in aggregates):
        return False
    aliases = {o.alias.lower(): o.this for o in select.expressions if isinstance(o, exp.Alias)}
    keys += [aliases[k.name.lower()] for k in keys if isinstance(k, exp.Column) and k.name.lower() in aliases]
    places = [int(k.this) - 1 for k in keys if isinstance(k, exp.Literal) and not k.is_string]
    keys += [select.expressions[p].unalias() for p in places if p < len(select.expressions)]
    # `a.x` and `x` may be one column: taken for it, a key is left alone.
    names = {key.name.lower() for key in keys if isinstance(key, exp.Column)}
    named = {o.alias.lower() for o in select.expressions if isinstance(o, exp.Alias)}
    found = False
    for clause in (*select.expressions, select.args.get("having"), select.args.get("order")):
        for column in list(clause.find_all(exp.Column)) if clause is not None else ():
            if not _own(column, select) or isinstance(column.this, exp.Star) or column.name.lower() in names:
                continue
            if column.find_ancestor(exp.AggFunc, exp.Select) is not select or any(k == column for k in keys):
                continue
            if not column.table and column.name.lower() in named and clause not in select.expressions:
                continue
            if _inside(column, keys):
                continue
            _wrap(column, down)
            found = True
    return found


def _wrap(column: exp.Column, down: bool) -> None:
    wrapped = exp.Max(this=column.copy()) if down else exp.Min(this=column.copy())
    alone = isinstance(column.parent, exp.Select)
    column.replace(exp.alias_(wrapped, column.name, quoted=True) if alone else wrapped)


def _inside(column: exp.Column, keys: list[Tree]) -> bool:
    """Whether a column stands in an expression that the rows are grouped by."""
    node: Tree | None = column
    while node is not None and not isinstance(node, exp.Select):
        if any(node == key for key in keys):
            return True
        node = node.parent
    return False


def _own(node: Tree, select: exp.Select) -> bool:
    return node.find_ancestor(exp.Select) is select


def _is_one_row(select: exp.Select) -> bool:
    return not select.args.get("group") and any(
        _own(a, select) and not a.find_ancestor(exp.Window) for a in select.find_all(exp.AggFunc)
    )


def _ordered(keys: list[Tree], down: bool) -> Iterator[exp.Ordered]:
    return (exp.Ordered(this=key.copy(), desc=down, nulls_first=not down) for key in keys)


def _outputs(query: Tree) -> list[str]:
    """The names of a query's columns; none where a `*` hides them."""
    while isinstance(query, (exp.SetOperation, exp.Subquery, exp.CTE)):
        query = query.this
    outputs = query.expressions if isinstance(query, exp.Select) else []
    return [] if any(o.is_star for o in outputs) else [o.alias_or_name for o in outputs]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that sources have."""

    schema: Schema
    ctes: Mapping[str, list[str]]

    def all_of(self, select: Tree) -> list[Tree]:
        """What tells the rows of a SELECT apart: its groups, its outputs where they are distinct, else all columns."""
        group = select.args.get("group")
        if group:
            return [key for key in group.expressions if not isinstance(key, exp.Literal)]
        if select.args.get("distinct") and not any(output.is_star for output in select.expressions):
            return [output.unalias() for output in select.expressions]
        from_ = select.args.get("from_")
        sources = ([from_.this] if from_ else []) + [join.this for join in select.args.get("joins") or ()]
        found: list[Tree] = []
        for source in sources:
            names = self._of(source)
            if not names:
                return []
            found += [exp.column(exp.to_identifier(name, quoted=True), table=_called(source)) for name in names]
        return found

    def _of(self, source: Tree) -> list[str]:
        if isinstance(source, exp.Table):
            if not source.db and (cte := self.ctes.get(source.name.lower())) is not None:
                return cte
            table = self.schema.table(source.name, source.db)
            return [column.name for column in table.columns] if table else []
        return [name for name in _outputs(source) if name]


def _called(source: Tree) -> exp.Identifier | None:
    """What columns of a source are qualified with, spelled as the query spells it."""
    alias = source.args.get("alias")
    name = alias.this if alias is not None else source.this
    return name.copy() if isinstance(name, exp.Identifier) else None
