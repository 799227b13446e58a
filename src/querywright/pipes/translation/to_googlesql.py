"""Expressions of a database's own SQL, said in GoogleSQL with the same answer: one walk, inner expressions first.

What each kind of expression needs is in the modules beside this one; here is only who is asked for what.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from querywright.pipes.scope.standard import Reading
from querywright.pipes.translation.aggregates import (
    counted,
    filtered,
    greatest_by,
    joined_texts,
    of_numbers,
    partitioned,
    total,
)
from querywright.pipes.translation.branches import cases, choice, first_known
from querywright.pipes.translation.comparing import between, comparison, membership
from querywright.pipes.translation.lacking import refuse_lacking
from querywright.pipes.translation.making import call, unsayable
from querywright.pipes.translation.numbers import arithmetic, casting, division, negative, remainder
from querywright.pipes.translation.quantified import quantified
from querywright.pipes.translation.texts import (
    collated,
    concatenation,
    escape,
    ilike,
    length,
    like,
    of_text,
    part,
    regexp,
    unsaid,
)
from querywright.pipes.translation.times import date_call, formatted, now, time_call
from querywright.pipes.translation.truth import branch, condition_of, connector, join_condition
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression

_SAME_NAME = frozenset(
    {"SIGN", "CEIL", "CEILING", "FLOOR", "POWER", "POW", "SQRT", "EXP", "LN", "LOG10", "LTRIM", "RTRIM"}
)

_DEFAULT = {"sqlite": "main", "duckdb": "main", "postgres": "public"}
"""The namespace of a table that is named without one."""


def to_googlesql(tree: Expression, reading: Reading, dialect: str) -> None:
    """Say the expressions of a query in GoogleSQL's language, in place. Its queries and names stay as they are.

    Raises:
        NotDecompilable: GoogleSQL has no words for one of them, or none with the same answer.
    """
    types = Types(reading, dialect)
    for node in reversed(list(tree.walk(bfs=False))):
        rule = _RULES.get(type(node))
        if rule is None:
            continue
        new = rule(node, types)
        if new is not node:
            node.replace(new)
    for named in tree.find_all(exp.Table, exp.Column):
        place = named.args.get("db")
        if place is not None and named.args.get("catalog") is None and place.name.lower() == _DEFAULT.get(dialect):
            named.set("db", None)
    refuse_lacking(tree, dialect)


def _compared(node: Expression, types: Types) -> Expression:
    found = quantified(node, types)
    return found if found is not None else comparison(node, types)


def _if(node: exp.If, types: Types) -> Expression:
    return choice(branch(node, types), types)  # type: ignore[arg-type]


def _not(node: exp.Not, types: Types) -> Expression:
    return condition_of(node, types)


def _function(node: exp.Anonymous, types: Types) -> Expression:
    """A function that SQLGlot does not know."""
    if types.dialect != "sqlite":
        return node
    name = node.name.upper()
    if name == "TOTAL":
        return total(node, types)
    if name in ("PRINTF", "FORMAT"):
        return call("FORMAT", *node.expressions)
    found = time_call(node, types)
    if found is None and name not in _SAME_NAME:
        raise unsayable(f"the function {name}, which GoogleSQL does not have", node, types.dialect)
    return found if found is not None else node


_RULES: dict[type, Callable[[Any, Types], Expression]] = {
    exp.Add: arithmetic,
    exp.And: connector,
    exp.Anonymous: _function,
    exp.ArgMax: greatest_by,
    exp.ArgMin: greatest_by,
    exp.Avg: of_numbers,
    exp.Between: between,
    exp.Case: cases,
    exp.Cast: casting,
    exp.Coalesce: first_known,
    exp.Collate: collated,
    exp.Count: counted,
    exp.CurrentDate: now,
    exp.CurrentTime: now,
    exp.CurrentTimestamp: now,
    exp.DPipe: concatenation,
    exp.Date: date_call,
    exp.Div: division,
    exp.EQ: _compared,
    exp.Escape: escape,
    exp.Filter: filtered,
    exp.GT: _compared,
    exp.GTE: _compared,
    exp.Glob: unsaid,
    exp.GroupConcat: joined_texts,
    exp.Having: condition_of,
    exp.ILike: ilike,
    exp.If: _if,
    exp.In: membership,
    exp.Join: join_condition,
    exp.LT: _compared,
    exp.LTE: _compared,
    exp.Length: length,
    exp.Like: like,
    exp.Lower: of_text,
    exp.Mod: remainder,
    exp.Mul: arithmetic,
    exp.NEQ: _compared,
    exp.Neg: negative,
    exp.Not: _not,
    exp.NullSafeEQ: comparison,
    exp.NullSafeNEQ: comparison,
    exp.Or: connector,
    exp.Qualify: condition_of,
    exp.RegexpLike: regexp,
    exp.Replace: of_text,
    exp.Sub: arithmetic,
    exp.Substring: part,
    exp.Sum: of_numbers,
    exp.TimeToStr: formatted,
    exp.Trim: of_text,
    exp.Typeof: unsaid,
    exp.Upper: of_text,
    exp.Where: condition_of,
    exp.Window: partitioned,
    exp.Xor: unsaid,
}
