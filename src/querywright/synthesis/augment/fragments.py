"""Pieces of a tree, made and put in place: columns as the engine quotes them, conditions, aliases, CTEs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from querywright.databases.schema import Table as SchemaTable
from querywright.sql.parsing import Tree, exp, parse, render
from querywright.synthesis.augment.frames import Frame, conjuncts_of, own
from querywright.synthesis.grammar.blocks import alias_for
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.graph import Column, Table


def fragment(text: str, context: Context) -> Tree:
    """An expression written in the engine's own SQL, as a tree."""
    found: Tree = parse(f"SELECT {text}", context.dialect.name).expressions[0].pop()
    return found


def identifier(name: str, context: Context) -> exp.Identifier:
    """A name, in quotes where the engine needs them."""
    return exp.Identifier(this=name, quoted=context.dialect.quote(name) != name)


def column(source: str | None, name: str, context: Context) -> exp.Column:
    """A column by its name, and by its source's where one is given."""
    table = identifier(source, context) if source else None
    return exp.Column(this=identifier(name, context), table=table)


def alias(node: Tree, name: str, context: Context) -> exp.Alias:
    """`node AS name`."""
    return exp.Alias(this=node, alias=identifier(name, context))


def table_node(table: Table, name: str | None, context: Context) -> exp.Table:
    """A table for FROM, under a name of its own where one is given."""
    parts = declared(table, context).parts
    node = exp.Table(this=identifier(parts[-1], context))
    if len(parts) > 1:
        node.set("db", identifier(parts[0], context))
    if name:
        node.set("alias", exp.TableAlias(this=identifier(name, context)))
    return node


def sql_of(frame: Frame, number: int, column_: Column) -> str:
    """A column of a frame as text, with its source's name where there are several or the seed gives it one."""
    source = frame.sources[number]
    named = len(frame.sources) > 1 or source.node.alias
    return f"{_name(frame, number)}.{column_.sql}" if named else column_.sql


def _name(frame: Frame, number: int) -> str:
    source = frame.sources[number]
    return source.node.alias or source.table.sql


def node_of(frame: Frame, number: int, column_: Column, context: Context) -> exp.Column:
    """A column of a frame as a tree, named as `sql_of` does."""
    source = frame.sources[number]
    named = len(frame.sources) > 1 or source.node.alias
    return column(source.name if named else None, column_.name, context)


def conjuncts(select: exp.Select) -> list[Tree]:
    """The conditions of WHERE."""
    where = select.args.get("where")
    return conjuncts_of(where.this) if where else []


def set_conjuncts(select: exp.Select, tests: Sequence[Tree]) -> None:
    """Make these the conditions of WHERE; each may still stand in the tree."""
    loose = [t.copy() for t in tests]
    select.set("where", exp.Where(this=exp.and_(*loose, copy=False)) if loose else None)


def add_condition(select: exp.Select, test: Tree) -> None:
    """One more condition for WHERE."""
    set_conjuncts(select, [*conjuncts(select), test])


def bare(node: Tree) -> Tree:
    """A copy of an expression with its columns by name alone."""
    copied = node.copy()
    for found in [copied] if isinstance(copied, exp.Column) else own(copied, exp.Column):
        found.set("table", None)
    return copied


def requalified(node: Tree, name: str | None, context: Context) -> Tree:
    """A copy of an expression about one source, its columns named by that source's new name."""
    copied = node.copy()
    for found in [copied] if isinstance(copied, exp.Column) else own(copied, exp.Column):
        found.set("table", identifier(name, context) if name else None)
    return copied


def qualify(frame: Frame, context: Context) -> str | None:
    """Name the only source of a frame before each of its columns, under a short alias; the name, or None if it cannot.

    Where a query inside names the table, it keeps the name that it had.
    """
    if len(frame.sources) > 1:
        return frame.sources[0].name
    source, select = frame.sources[0], frame.select
    outputs = {e.alias.lower() for e in select.expressions if isinstance(e, exp.Alias)}
    called = {c.table.lower() for q in own(select, exp.Query) for c in q.find_all(exp.Column)}
    named = source.name.lower() in called
    name = source.node.alias or ("" if named else alias_for(source.table.name, taken(select)))
    columns = own(select, exp.Column)
    if any(frame.find(c) is None and (c.table or c.name.lower() not in outputs) for c in columns):
        return None
    if any(isinstance(e, exp.Star) for e in select.expressions):
        return None
    for node in columns:
        if frame.find(node) is not None and not (not node.table and _is_output(node, outputs)):
            node.set("table", identifier(name or source.name, context))
    if name and not source.node.alias:
        source.node.set("alias", exp.TableAlias(this=identifier(name, context)))
    return name or source.name


def _is_output(node: exp.Column, outputs: set[str]) -> bool:
    """Whether a column in ORDER BY is an output's alias."""
    return node.name.lower() in outputs and isinstance(node.parent, exp.Ordered)


def settle(select: exp.Select, name: str) -> None:
    """Write the only source left without alias and its columns without its name, where no query inside needs it."""
    node = select.args["from_"].this
    if select.args.get("joins") or not isinstance(node, exp.Table):
        return
    if any(c.table.lower() == name.lower() for q in own(select, exp.Query) for c in q.find_all(exp.Column)):
        return
    for found in own(select, exp.Column):
        if found.table.lower() == name.lower():
            found.set("table", None)
    node.set("alias", None)


def taken(tree: Tree) -> set[str]:
    """Names that tables, CTEs and derived tables have anywhere in the query."""
    root = tree.root()
    names = {t.alias_or_name.lower() for t in root.find_all(exp.Table)}
    names |= {t.name.lower() for t in root.find_all(exp.Table)}
    return names | {s.alias.lower() for s in root.find_all(exp.CTE, exp.Subquery) if s.alias}


def fresh(wanted: Iterable[str], tree: Tree) -> str:
    """The first of these names that the query does not use yet, else one with a number."""
    used, last = taken(tree), "chosen"
    for name in wanted:
        if name not in used:
            return name
        last = name
    return next(f"{last}_{n}" for n in range(2, 100) if f"{last}_{n}" not in used)


def with_cte(query: exp.Query, name: str, inner: exp.Query, context: Context) -> None:
    """Put a CTE in front of a query, behind those it has."""
    cte = exp.CTE(this=inner, alias=exp.TableAlias(this=identifier(name, context)))
    known = query.args.get("with_")
    if known:
        known.append("expressions", cte)
    else:
        query.set("with_", exp.With(expressions=[cte]))


def derived(inner: exp.Query, name: str, context: Context) -> exp.Subquery:
    """A query as a table for FROM."""
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=identifier(name, context)))


def declared(table: Table, context: Context) -> SchemaTable:
    """What the schema says of a table."""
    found = context.database.schema.table(table.name)
    assert found is not None
    return found


def is_required(column_: Column, context: Context) -> bool:
    """Whether the schema forbids NULL here."""
    table = context.database.schema.table(column_.table)
    found = table.column(column_.name) if table else None
    if table is None or found is None:
        return False
    return not found.nullable or table.primary_key == (found.name,)


def is_key(table: Table, columns: Iterable[Column], context: Context) -> bool:
    """Whether the schema says that no two rows share these columns, NULLs aside."""
    names = {c.name for c in columns}
    return any(set(key) <= names for key in declared(table, context).unique_keys)


def is_primary(table: Table, columns: Iterable[Column], context: Context) -> bool:
    """Whether the schema says that these columns are known for every row and no two rows share them."""
    known = list(columns)
    return any(
        set(key) <= {c.name for c in known} and all(is_required(c, context) or c.name not in key for c in known)
        for key in declared(table, context).unique_keys
    )


def ordered(node: Tree, down: bool, context: Context) -> exp.Ordered:
    """One key of an ORDER BY that prints without a word on NULLs: they come where the engine puts them."""
    first = {"postgres": down, "duckdb": False}.get(context.dialect.name, not down)
    return exp.Ordered(this=node, desc=down or None, nulls_first=first)


def known_column(test: Tree) -> Tree | None:
    """What a condition says is not NULL, where it says only that."""
    negated = isinstance(test, exp.Not)
    inside = test.this if negated else test
    if not isinstance(inside, exp.Is) or not isinstance(inside.expression, exp.Null):
        return None
    found: Tree = inside.this
    return found if negated is not bool(inside.args.get("negate")) else None


def printed(tree: Tree, context: Context) -> str:
    """The text of a query as people write it: `x NOT IN (…)`, `x IS NOT NULL`."""
    dialect = context.dialect.name
    copied = tree.copy()
    for node in list(copied.find_all(exp.Not)):
        inside = node.this
        if isinstance(inside, (exp.In, exp.Between, exp.Like)):
            inside.set("this", exp.Var(this=f"{render(inside.this, dialect)} NOT"))
        elif isinstance(inside, exp.Is) and isinstance(inside.expression, exp.Null):
            inside.set("expression", exp.Var(this="NOT NULL"))
        else:
            continue
        if node is copied:
            copied = inside.copy()
        else:
            node.replace(inside)
    text = render(copied, dialect)
    for ours, theirs in _HABITS:
        text = text.replace(ours, theirs)
    return text


_HABITS = (("EXISTS(SELECT ", "EXISTS (SELECT "), ("STRFTIME('%", "strftime('%"))
"""How SQLGlot writes, and how people do."""


def has(node: Tree, *kinds: type[exp.Expr]) -> bool:
    """Whether a part of a SELECT holds such nodes, queries inside it left aside."""
    return any(own(node, kind) for kind in kinds)
