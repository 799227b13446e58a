"""How large a value a DuckDB query can build, judged from its tree before it runs.

DuckDB's `memory_limit` covers tables, sorts, joins and aggregates. It does not cover the strings and lists that a
scalar function makes: `repeat('x', 1e9)`, `range(1e9)` as a list or `lpad` take gigabytes past any limit, and
`interrupt` waits until the function returns. So a query whose values could grow beyond `CEILING` times the
largest value it reads is refused.

The estimate goes up the tree: a function multiplies what its arguments can be. What it does not see: functions
inside a view or macro that the database's owner made, and columns whose single values are already huge.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from querywright.sql.parsing import Tree, exp, parse

CEILING: Final = 10_000
"""Most growth accepted: a vector of 2,048 such values of a few bytes stays within the memory we allow."""
_AGGREGATED: Final = 1_000
"""What one value gathered from many rows counts as: DuckDB itself limits how large it gets."""
_UNBOUNDED: Final = 10**12

_REFUSED: Final = {
    "query": "runs text as SQL, which cannot be checked",
    "json_execute_serialized_sql": "runs text as SQL, which cannot be checked",
    "json_deserialize_sql": "runs text as SQL, which cannot be checked",
    "pg_sleep": "only waits",
    "sleep_ms": "only waits",
    "getenv": "reads the environment",
    "write_log": "writes",
    "list_reduce": "can grow without bound",
    "array_reduce": "can grow without bound",
    "reduce": "can grow without bound",
    "test_vector_types": "is DuckDB's own test data",
}
_SUSPECTS: Final = re.compile(
    r"\b(repeat|[lr]pad|printf|format|range|generate_series|\w+_resize|bitstring|\w*replace|concat\w*|string_agg|"
    r"group_concat|listagg|list\w*|array\w*|histogram\w*|map\w*|levenshtein|damerau_levenshtein|editdist3|jaro\w*|"
    r"\w*split\w*|transform|apply|json_group\w*|to_json|"
    + "|".join(_REFUSED)
    # A name is a call only with a parenthesis behind it; a comment may stand between.
    + r")\b(?=[\s\"]*(?:\(|/\*|--))|\|\||\bbit\b|\bfor\b",
    re.IGNORECASE,
)
_GATHERING: Final = {"list", "histogram", "histogram_exact", "map_agg", "json_group_array", "json_group_object"}
_QUADRATIC: Final = {"levenshtein", "damerau_levenshtein", "editdist3", "jaro_similarity", "jarowinkler_similarity"}
_RESIZING: Final = {"list_resize", "array_resize", "bitstring"}


def refusal(sql: str) -> str | None:
    """Why this query may not run, in words, or None if its values stay small.

    Args:
        sql: one DuckDB statement.

    Raises:
        QueryRejected: the text names such a function and cannot be parsed.
    """
    if not _SUSPECTS.search(sql):
        return None
    tree = parse(sql, "duckdb")
    for node in tree.find_all(exp.Func, exp.Window):
        reason = _refused(node)
        if reason:
            return reason
    if _growth(tree) > CEILING:
        return "it could build values too large for memory; use smaller literal sizes"
    return None


def _refused(node: Tree) -> str | None:
    name = _name(node)
    if name in _REFUSED:
        return f"{name}() is not allowed: it {_REFUSED[name]}"
    if isinstance(node, exp.Window) and _name(node.this) in _GATHERING | {"group_concat", "array_agg"}:
        return "a window that gathers a list or text for every row takes memory that nothing limits"
    if name in _QUADRATIC and node.root().find(exp.GroupConcat, exp.Repeat, exp.Pad, exp.ArrayToString):
        return f"{name}() cannot be interrupted, so it is not run where a query builds long texts"
    return None


def _name(node: Tree) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def _growth(tree: Tree) -> int:
    """How many times longer than the values it reads the longest value of this part can be.

    Children before parents, without recursion: a chain of a thousand ANDs is a thousand levels deep.
    """
    known: dict[int, int] = {}
    for node in reversed(list(tree.bfs())):
        children = [known[id(child)] for child in node.iter_expressions()]
        known[id(node)] = min(_grown(node, children), _UNBOUNDED)
    return known[id(tree)]


def _grown(node: Tree, children: list[int]) -> int:
    inner = max(children, default=1)
    rule = _RULES.get(type(node))
    if rule is not None:
        return rule(node, inner, children)
    if isinstance(node, exp.Anonymous):
        return _anonymous(node, inner, children)
    if isinstance(node, exp.With):  # one may read the other, so they multiply
        return _product(children)
    if isinstance(node, exp.Query):
        return _query(node, children)
    return inner


def _query(node: Tree, children: list[int]) -> int:
    """What a query computes can be built from what its sources and its CTEs computed."""
    own, sources, ctes = 1, 1, 1
    for child, growth in zip(node.iter_expressions(), children, strict=True):
        if isinstance(child, exp.With):
            ctes = growth
        elif isinstance(child, (exp.From, exp.Join, exp.Lateral)):
            sources = max(sources, growth)
        else:
            own = max(own, growth)
    return own * sources * ctes


def _anonymous(node: Tree, inner: int, children: list[int]) -> int:
    name = str(node.this).lower()
    arguments = node.expressions
    if name in _RESIZING:
        return inner * (_number(arguments[1]) if len(arguments) > 1 else _UNBOUNDED)
    if name in {"repeat", "lpad", "rpad", "range", "generate_series"}:  # written as a method: 'x'.repeat(9)
        return inner * max((_number(a) for a in arguments if not a.is_string), default=_UNBOUNDED)
    if name in {"printf", "format"}:
        return inner * (_width(arguments[0]) if arguments else 1)
    if name in _GATHERING:
        return max(inner, _AGGREGATED)
    if name in {"list_aggregate", "array_aggregate", "list_aggr", "array_aggr", "aggregate", "list_string_agg"}:
        return _product(children)
    if name in {"list_zip", "array_zip", "replace", "regexp_replace"}:
        return inner * max(len(arguments), 1) if "zip" in name else inner * _AGGREGATED
    return inner


def _number(node: Tree | None) -> int:
    if isinstance(node, exp.Literal) and not node.is_string:
        try:
            return max(1, int(float(node.this)))
        except (ValueError, OverflowError):
            return _UNBOUNDED
    if isinstance(node, (exp.Neg, exp.Paren, exp.Cast)):
        return _number(node.this)
    if isinstance(node, (exp.Length, exp.Greatest, exp.Least)) or node is None:
        return CEILING
    return _UNBOUNDED


def _times(argument: str) -> Callable[[Tree, int, list[int]], int]:
    return lambda node, inner, children: inner * _number(node.args.get(argument))


def _series(node: Tree, inner: int, children: list[int]) -> int:
    """A series in FROM is streamed; as a value it is a list, and must be short by its literals."""
    if isinstance(node.parent, exp.Table):
        return inner
    start, end, step = node.args.get("start"), node.args.get("end"), node.args.get("step")
    if step is not None and step.find(exp.Interval):
        unit = str(step.find(exp.Interval).args.get("unit") or step.find(exp.Interval).this).upper()
        long_enough = any(word in unit for word in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR"))
        return inner * (_AGGREGATED if long_enough else _UNBOUNDED)
    return inner * max(_number(start) if not isinstance(start, exp.Literal) else 1, _number(end))


def _replace(node: Tree, inner: int, children: list[int]) -> int:
    new = node.args.get("replacement")
    if isinstance(new, exp.Literal):
        old = node.args.get("expression")
        length = len(old.this) if isinstance(node, exp.Replace) and isinstance(old, exp.Literal) else 1
        return inner * max(1, -(-len(new.this) // max(length, 1)))
    return inner * _AGGREGATED if new is not None else inner


def _width(template: Tree) -> int:
    """How long a format can make its values, by the numbers in it; unknown when it is not a literal."""
    if not isinstance(template, exp.Literal) or "*" in template.this or re.search(r"\{[^}]*\{", template.this):
        return _UNBOUNDED
    text = str(template.this)
    numbers = sum(int(number) for number in re.findall(r"\d+", text))
    return max(1, numbers) + text.count("%") + text.count("{")


def _operands(node: Tree, inner: int, children: list[int]) -> int:
    return inner * max(1, sum(not isinstance(c, exp.Literal) for c in node.iter_expressions()))


def _pipe(node: Tree, inner: int, children: list[int]) -> int:
    return max(
        1, sum(0 if isinstance(c, exp.Literal) else n for c, n in zip(node.iter_expressions(), children, strict=True))
    )


def _product(children: list[int]) -> int:
    product = 1
    for child in children:
        product = min(product * child, _UNBOUNDED)
    return product


def _multiplied(node: Tree, inner: int, children: list[int]) -> int:
    return _product(children)


def _gathered(node: Tree, inner: int, children: list[int]) -> int:
    return max(inner, _AGGREGATED)


def _cast(node: Tree, inner: int, children: list[int]) -> int:
    return inner * (8 if "BIT" in str(node.args.get("to")).upper() else 1)


_RULES: Final[dict[type[Tree], Callable[[Tree, int, list[int]], int]]] = {
    exp.Repeat: _times("times"),
    exp.Pad: _times("expression"),
    exp.GenerateSeries: _series,
    exp.Replace: _replace,
    exp.RegexpReplace: _replace,
    exp.Format: lambda node, inner, children: inner * _width(node.this),
    exp.DPipe: _pipe,
    exp.Concat: _operands,
    exp.ConcatWs: lambda node, inner, children: 2 * _operands(node, inner, children),
    exp.ArrayConcat: _operands,
    exp.Array: _operands,
    exp.Transform: _multiplied,
    exp.Comprehension: _multiplied,
    exp.ArrayToString: _multiplied,
    exp.GroupConcat: _gathered,
    exp.ArrayAgg: _gathered,
    exp.Split: lambda node, inner, children: inner * 16,
    exp.Cast: _cast,
}
