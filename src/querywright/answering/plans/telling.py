"""A plan in plain words: find the tables, operate on their rows, deliver the result.

The order of the tables, how their rows are found, and what is done in a step of its own are the engine's. What rows are
matched, kept, grouped and sorted by is taken from the query: half of the engines do not say it, the others in spellings
that nobody writes.
"""

from __future__ import annotations

from collections.abc import Iterator

from querywright.answering.plans.reading import Plan, Read, Way, read_plan
from querywright.sql.parsing import Tree, exp, query_of, render


def plan_words(plan: str, sql: str, dialect: str) -> str:
    """An engine's plan for a query as three lines.

    Args:
        plan: what `Database.explain` gave.
        sql: the query.
        dialect: of both.

    Raises:
        QueryRejected: the query cannot be read.
    """
    tree = query_of(sql, dialect)
    read = read_plan(plan, dialect)
    found = "; ".join(_found(tree, read))
    operated = "; ".join(_operations(tree, read, dialect)) or "nothing more"
    return f"Find: {found}.\nOperate: {operated}.\nDeliver: {_delivered(tree, dialect)}."


def _found(tree: Tree, plan: Plan) -> list[str]:
    """The tables in the order of the plan; those that it names in no way we know come last."""
    left = _tables(tree)
    made = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    said: list[str] = []
    for read in plan.reads:
        table = next((each for each in left if _is_of(read, each, exactly=True)), None)
        table = table or next((each for each in left if _is_of(read, each)), None)
        if table is not None:
            left.remove(table)
            if not table.db and table.name.lower() in made:
                said.append(f"take the rows of {table.name} that were worked out before")
            else:
                said.append(f"look up {_named(table)} by {read.by}" if read.by else f"read {_named(table)} row by row")
    said += [f"read {_named(table)}" for table in left if table.db or table.name.lower() not in made]
    return said or ["no table is needed"]


def _tables(tree: Tree) -> list[exp.Table]:
    """The tables of a query, in the order of its text."""
    return [node for node in tree.dfs() if isinstance(node, exp.Table)]


def _is_of(read: Read, table: exp.Table, exactly: bool = False) -> bool:
    """Whether a plan means this table: by its alias, or, where that is not asked for exactly, by its name."""
    names = [name.lower() for name in read.names]
    if exactly:
        return table.alias_or_name.lower() in (names[-1], names[-1].rpartition(".")[2])
    return any(name == table.name.lower() or name.endswith(f".{table.name.lower()}") for name in names)


def _named(table: exp.Table) -> str:
    name = f"{table.db}.{table.name}" if table.db else table.name
    return f"{name} (as {table.alias})" if table.alias and table.alias != table.name else name


def _operations(tree: Tree, plan: Plan, dialect: str) -> list[str]:
    """What is done with the rows, the innermost query first."""
    said: list[str] = []
    for node in reversed(list(tree.find_all(exp.Select, exp.SetOperation))):
        steps = list(_steps(node, plan, dialect)) if isinstance(node, exp.Select) else _united(node)
        inner = "" if node is tree or node.parent is None else _place(node)
        said += [f"{inner}{step}" for step in steps]
    return said + (list(_sorted(tree, plan, dialect)) if isinstance(tree, exp.SetOperation) else [])


def _place(node: Tree) -> str:
    """Which query an operation is in, where it is not the outermost one."""
    if isinstance(node.parent, exp.CTE):
        return f"for {node.parent.alias}, "
    return "" if isinstance(node.parent, exp.SetOperation) else "in the inner query, "


def _united(node: Tree) -> list[str]:
    words: dict[type[Tree], str] = {
        exp.Union: "put the rows of both queries together",
        exp.Intersect: "keep the rows that both queries give",
        exp.Except: "keep the rows of the first query that the second one does not give",
    }
    return [words[type(node)] + (", equal ones once" if node.args.get("distinct") else "")]


def _steps(select: exp.Select, plan: Plan, dialect: str) -> Iterator[str]:
    """The operations of one SELECT, in the order in which they make sense."""
    hashed = " with a hash table" if "hash" in plan.ways else ""
    for join in select.args.get("joins") or ():
        on = join.args.get("on")
        using = ", ".join(each.name for each in join.args.get("using") or ())
        how = f"where {_said(on, dialect)}" if on is not None else f"by equal {using}" if using else "each with each"
        kept = ", keeping rows without a match" if join.side else ""
        yield f"match with {join.this.alias_or_name} {how}{hashed}{kept}"
    if where := select.args.get("where"):
        yield f"keep the rows where {_said(where.this, dialect)}"
    aggregates = dict.fromkeys(
        _said(each, dialect) for each in _own(select, exp.AggFunc) if not each.find_ancestor(exp.Window)
    )
    if group := select.args.get("group"):
        by = ", ".join(_said(each, dialect) for each in group.expressions)
        yield f"put them into groups by {by}{_as_a_step('group', plan)}"
    if aggregates:
        yield f"work out {', '.join(aggregates)}" + (" of each group" if group else " of all of them")
    if having := select.args.get("having"):
        yield f"keep the groups where {_said(having.this, dialect)}"
    for window in _own(select, exp.Window):
        yield f"work out {_said(window, dialect)} beside each row"
    if select.args.get("distinct"):
        yield f"keep equal rows once{_as_a_step('distinct', plan)}"
    yield from _sorted(select, plan, dialect)


def _sorted(query: Tree, plan: Plan, dialect: str) -> Iterator[str]:
    if order := query.args.get("order"):
        by = ", ".join(_said(each, dialect) for each in order.expressions)
        yield f"sort by {by}{_as_a_step('sort', plan)}"


def _as_a_step(way: Way, plan: Plan) -> str:
    return " in a step of its own" if way in plan.ways else ""


def _own(select: exp.Select, kind: type[Tree]) -> Iterator[Tree]:
    """The expressions of a kind in a SELECT itself, not in the queries inside of it."""
    return (node for node in select.find_all(kind) if node.find_ancestor(exp.Select) is select)


def _delivered(tree: Tree, dialect: str) -> str:
    """The columns that come out, and how many rows."""
    outer = tree.find(exp.Select) if isinstance(tree, exp.SetOperation) else tree
    columns = ", ".join(_said(each, dialect) for each in getattr(outer, "selects", ()))
    limit, offset = tree.args.get("limit"), tree.args.get("offset")
    rows = f"; {_said(limit.expression, dialect)} rows at most" if limit is not None and limit.expression else ""
    skipped = f" after the first {_said(offset.expression, dialect)}" if offset is not None else ""
    return f"{columns or 'the rows'}{rows}{skipped}"


def _said(node: Tree, dialect: str) -> str:
    """An expression as the query writes it, with the queries inside of it only named."""
    shown = node.copy()
    for inner in list(shown.find_all(exp.Select, exp.SetOperation)):
        inside = inner.parent if isinstance(inner.parent, exp.Subquery) else inner
        if inside is not shown and inside.parent is not None:
            inside.replace(exp.var("(the inner result)"))
    return " ".join(render(shown, dialect).split())
