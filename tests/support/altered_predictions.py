"""Predictions that differ from a gold query in one known way, for tests of what is called right.

Nothing here knows any rule: what an alteration does to a verdict depends on the rows, so tests execute it and ask a
definition (`rule_definitions.py`). The same query and seed give the same predictions.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from querywright.sql.parsing import Tree, exp, parse, render

LONG = 1_000_000
"""Characters of the long texts."""


@dataclass(frozen=True)
class Query:
    """A gold query as alterations take it: its text, its tree (not to be changed), and its number of columns."""

    sql: str
    tree: Tree
    width: int | None
    """None where a star hides it."""

    @classmethod
    def of(cls, sql: str) -> "Query":
        tree = parse(sql, "sqlite")
        first = tree
        while isinstance(first, exp.SetOperation):
            first = first.this
        stars = any(each.is_star for each in first.expressions)
        return cls(sql.strip().rstrip(";"), tree, None if stars else len(first.expressions))

    @property
    def table(self) -> str:
        """The name of a table that it reads."""
        found = self.tree.find(exp.Table)
        return found.name if found is not None else "t"


Alteration = Callable[[Query, Random], str | None]
"""The altered text; None where there is nothing to alter."""


def altered(sql: str, seed: int, names: tuple[str, ...] = ()) -> dict[str, str]:
    """Every prediction that can be made of a query, by alteration.

    >>> altered("SELECT DISTINCT a FROM t", 0, ("DISTINCT dropped", "LIMIT added"))
    {'DISTINCT dropped': 'SELECT a FROM t', 'LIMIT added': 'SELECT DISTINCT a FROM t LIMIT 1'}
    """
    query = Query.of(sql)
    made = {name: ALTERATIONS[name](query, Random(f"{seed}\0{name}\0{sql}")) for name in names or tuple(ALTERATIONS)}
    return {name: text for name, text in made.items() if text is not None}


# ── the same query in other words ────────────────────────────────────────────────────────────────────────────────────


def _words(template: str) -> Alteration:
    """The query's own text inside another one."""
    return lambda query, rng: template.replace("{sql}", query.sql).replace("{table}", f'"{query.table}"')


def _other_case(query: Query, rng: Random) -> str:
    return re.sub(r"\b(SELECT|FROM|WHERE|AND|GROUP|BY)\b", lambda word: f"\n {word[0].swapcase()}", query.sql)


def _aliases(query: Query, rng: Random) -> str | None:
    if query.width is None or not isinstance(query.tree, exp.Select) or query.tree.args.get("order"):
        return None
    tree = query.tree.copy()
    named = [exp.alias_(each.unalias(), f"renamed_{i}") for i, each in enumerate(tree.expressions)]
    tree.set("expressions", named)
    return render(tree, "sqlite")


# ── other rows, or rows in another order ─────────────────────────────────────────────────────────────────────────────


def _distinct_dropped(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    found = list(tree.find_all(exp.Distinct))
    for each in found:
        if isinstance(each.parent, exp.Select):
            each.parent.set("distinct", None)
        else:
            each.replace(each.expressions[0])
    return render(tree, "sqlite") if found else None


def _distinct_added(query: Query, rng: Random) -> str | None:
    if not isinstance(query.tree, exp.Select) or query.tree.args.get("distinct"):
        return None
    return render(query.tree.copy().distinct(), "sqlite")


def _order_flipped(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    found = list(tree.find_all(exp.Ordered))
    for each in found:
        each.set("desc", not each.args.get("desc"))
        each.set("nulls_first", None)
    return render(tree, "sqlite") if found else None


def _order_dropped(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    found = tree.args.get("order")
    tree.set("order", None)
    return render(tree, "sqlite") if found else None


def _order_added(query: Query, rng: Random) -> str | None:
    if query.tree.args.get("order") or query.tree.args.get("limit"):
        return None
    return f"{query.sql} ORDER BY 1 DESC"


def _limit_added(query: Query, rng: Random) -> str | None:
    return None if query.tree.args.get("limit") else f"{query.sql} LIMIT 1"


def _limit_changed(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    limit = tree.find(exp.Limit)
    if limit is None or not isinstance(limit.expression, exp.Literal) or not limit.expression.is_int:
        return None
    limit.set("expression", exp.Literal.number(int(limit.expression.name) + 1))
    return render(tree, "sqlite")


def _join_repeats(query: Query, rng: Random) -> str | None:
    if not isinstance(query.tree, exp.Select) or not query.tree.args.get("from_"):
        return None
    twice = parse("SELECT 1 AS one UNION ALL SELECT 1", "sqlite")
    return render(query.tree.copy().join(exp.Subquery(this=twice), join_type="cross", join_alias="twice"), "sqlite")


def _rows_repeated(query: Query, rng: Random) -> str:
    return f"SELECT * FROM ({query.sql}) UNION ALL SELECT * FROM ({query.sql})"


def _last_row_gone(query: Query, rng: Random) -> str:
    return f"SELECT * FROM ({query.sql}) LIMIT (SELECT COUNT(*) - 1 FROM ({query.sql}))"


def _literal_changed(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    found = [each for each in tree.find_all(exp.Literal) if not isinstance(each.parent, exp.Limit)]
    if not found:
        return None
    literal = rng.choice(found)
    changed = exp.Literal.string(f"{literal.name}x") if literal.is_string else exp.Literal.number(f"{literal.name}1")
    literal.replace(changed)
    return render(tree, "sqlite")


_OTHERS = {exp.Count: exp.Max, exp.Max: exp.Min, exp.Min: exp.Max, exp.Sum: exp.Avg, exp.Avg: exp.Sum}


def _aggregate_changed(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    found = [each for each in tree.find_all(*_OTHERS) if not isinstance(each.this, (exp.Star, exp.Distinct))]
    if not found:
        return None
    each = rng.choice(found)
    each.replace(_OTHERS[type(each)](this=each.this.copy()))
    return render(tree, "sqlite")


_TURNED = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.GT, exp.LTE: exp.LT, exp.EQ: exp.NEQ, exp.And: exp.Or}


def _condition_turned(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    where = tree.find(exp.Where)
    found = list(where.find_all(*_TURNED)) if where else []
    if not found:
        return None
    each = rng.choice(found)
    each.replace(_TURNED[type(each)](this=each.this.copy(), expression=each.expression.copy()))
    return render(tree, "sqlite")


def _outer_join(query: Query, rng: Random) -> str | None:
    tree = query.tree.copy()
    joins = [each for each in tree.find_all(exp.Join) if each.args.get("on") and not each.args.get("side")]
    if not joins:
        return None
    rng.choice(joins).set("side", "LEFT")
    return render(tree, "sqlite")


# ── other columns ────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(order: Callable[[list[str]], list[str]], least: int = 1) -> Alteration:
    """The query's columns `c0`, `c1` … as `order` makes them."""

    def make(query: Query, rng: Random) -> str | None:
        if query.width is None or query.width < least:
            return None
        names = [f"c{i}" for i in range(query.width)]
        return f"WITH q ({', '.join(names)}) AS ({query.sql}) SELECT {', '.join(order(names))} FROM q"

    return make


def _each(template: str) -> Alteration:
    """Every value `x` as the template makes it."""
    return _columns(lambda names: [template.replace("x", name) for name in names])


def _numbers(change: str) -> Alteration:
    """Every number changed, all else as it is."""
    return _columns(
        lambda names: [f"CASE WHEN typeof({n}) IN ('integer', 'real') THEN {n} {change} ELSE {n} END" for n in names]
    )


# ── no query that reads ──────────────────────────────────────────────────────────────────────────────────────────────


def _cut_in_half(query: Query, rng: Random) -> str:
    return query.sql[: len(query.sql) // 2]


RUNAWAY = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"

ALTERATIONS: dict[str, Alteration] = {
    "nothing changed": _words("{sql}"),
    "other spacing and case": _other_case,
    "semicolon behind": _words("{sql} ;"),
    "many semicolons behind": _words("{sql};;\n ; "),
    "line comment behind": _words("{sql} -- that is; all"),
    "comment in front": _words("/* the answer; */ {sql}"),
    "wrapped in SELECT *": _words("SELECT * FROM ({sql})"),
    "columns renamed": _aliases,
    "DISTINCT dropped": _distinct_dropped,
    "DISTINCT added": _distinct_added,
    "order flipped": _order_flipped,
    "order dropped": _order_dropped,
    "order added": _order_added,
    "LIMIT added": _limit_added,
    "LIMIT changed": _limit_changed,
    "join that doubles rows": _join_repeats,
    "rows repeated": _rows_repeated,
    "last row gone": _last_row_gone,
    "literal changed": _literal_changed,
    "aggregate changed": _aggregate_changed,
    "condition turned": _condition_turned,
    "outer join": _outer_join,
    "columns permuted": _columns(lambda names: names[1:] + names[:1], least=2),
    "first two columns swapped": _columns(lambda names: [names[1], names[0], *names[2:]], least=2),
    "column added": _columns(lambda names: [*names, "1"]),
    "column repeated": _columns(lambda names: [*names, names[0]]),
    "column gone": _columns(lambda names: names[:-1], least=2),
    "1 as 1.0": _columns(
        lambda names: [f"CASE WHEN typeof({n}) = 'integer' THEN {n} * 1.0 ELSE {n} END" for n in names]
    ),
    "1 as '1'": _each("CAST(x AS TEXT)"),
    "NULL as ''": _each("IFNULL(x, '')"),
    "NULL as 0": _each("IFNULL(x, 0)"),
    "'' as NULL": _each("NULLIF(x, '')"),
    "text in capitals": _columns(
        lambda names: [f"CASE WHEN typeof({n}) = 'text' THEN UPPER({n}) ELSE {n} END" for n in names]
    ),
    "blank behind text": _columns(
        lambda names: [f"CASE WHEN typeof({n}) = 'text' THEN {n} || ' ' ELSE {n} END" for n in names]
    ),
    "noise of 1e-12": _numbers("+ 1e-12"),
    "relative noise of 1e-12": _numbers("* (1 + 1e-12)"),
    "noise of 0.001": _numbers("+ 0.001"),
    "cut in half": _cut_in_half,
    "empty text": _words(""),
    "blank text": _words(" \n\t "),
    "only a comment": _words("-- no idea"),
    "only a semicolon": _words(";"),
    "no SQL": _words("I am sorry, I cannot answer this from the tables that I see."),
    "SQL in a fence": _words("```sql\n{sql}\n```"),
    "other words in front": _words("The query is: {sql}"),
    "query twice": _words("{sql}; {sql}"),
    "DROP behind": _words("{sql}; DROP TABLE {table}"),
    "DELETE": _words("DELETE FROM {table}"),
    "DELETE with RETURNING": _words("DELETE FROM {table} RETURNING *"),
    "WITH … DELETE": _words("WITH q AS (SELECT 1) DELETE FROM {table}"),
    "UPDATE": _words("UPDATE {table} SET rowid = rowid + 1000000"),
    "INSERT … RETURNING": _words("INSERT INTO {table} SELECT * FROM {table} RETURNING *"),
    "DROP": _words("DROP TABLE {table}"),
    "CREATE": _words("CREATE TABLE made_by_a_prediction AS {sql}"),
    "ATTACH": _words("ATTACH DATABASE 'made_by_a_prediction.sqlite' AS other"),
    "PRAGMA": _words("PRAGMA user_version = 7"),
    "reading PRAGMA": _words("PRAGMA table_info({table})"),
    "VACUUM": _words("VACUUM"),
    "BEGIN": _words("BEGIN EXCLUSIVE"),
    "EXPLAIN": _words("EXPLAIN {sql}"),
    "long text": lambda query, rng: "x" * LONG,
    "long query": lambda query, rng: f"{query.sql} -- {'x' * LONG}",
    "NUL inside": _words("{sql}\0"),
    "runaway recursion": _words(RUNAWAY),
}  # fmt: skip
"""By what was done. Down to `outer join` rows may change, down to `noise of 0.001` values; the rest are no queries."""

COSTLY = ("long text", "long query", "runaway recursion")
"""Alterations whose evaluation costs more than that of a whole database's others."""
