"""Reads from a tree what the query demands of its question: one walk, each node by its kind.

Names are looked up in the schema; what cannot be told (a column of a derived table) demands nothing by itself, for it
is made of columns that do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from querywright.sql.parsing import Tree
from querywright.synthesis.correspondence.demands import Aggregate, Demands, Direction, Mention, Value
from querywright.synthesis.correspondence.sources import AGGREGATES, Origin, Sources
from querywright.synthesis.lexicon import ColumnFacts, Lexicon

COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.Like: "like",
    exp.ILike: "like",
    exp.Glob: "like",
    exp.In: "=",
    exp.Between: "between",
    exp.Is: "is",
    exp.NullSafeEQ: "=",
    exp.NullSafeNEQ: "<>",
}
_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_OPPOSITE = {"=": "<>", "<>": "=", ">": "<=", "<": ">=", ">=": "<", "<=": ">"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is."""

    clause: str = "output"
    aggregate: str = ""
    comparison: str = ""
    facts: ColumnFacts | None = None
    counted: bool = False
    arithmetic: bool = False
    negated: bool = False
    depth: int = 0
    share: bool = False
    compared: bool = False
    ranked: bool = False


def demands(tree: Tree, lexicon: Lexicon) -> Demands:
    """What the query demands; the tree is not changed."""
    return _Reader(lexicon).read(tree)


class _Reader:
    """One walk over one tree."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._sources = Sources(lexicon)
        self._found = Demands()

    def read(self, tree: Tree) -> Demands:
        for literal in tree.find_all(exp.Literal):
            if literal.is_string:
                self._found.texts.append(literal.name)
                self._found.constants.update(_date_numbers(literal.name))
            elif _plain(literal.name):
                self._found.constants.add(float(literal.name))
        self._visit(tree, _Place())
        return self._found

    def _visit(self, node: Tree, place: _Place) -> None:
        """Dispatches by kind of node; whatever has no rule of its own is walked through."""
        if isinstance(node, exp.Select):
            self._select(node, place)
        elif isinstance(node, exp.SetOperation):
            self._set(node, place)
        elif isinstance(node, exp.With):
            self._children(node, replace(_Place(), depth=place.depth + 1))
        elif isinstance(node, exp.Table):
            self._table(node)
        elif isinstance(node, exp.Column):
            self._column(node, place)
        elif isinstance(node, exp.Literal):
            self._literal(node.name, not node.is_string, place)
        elif isinstance(node, exp.Boolean):
            self._found.false |= not node.this
        elif isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
            self._literal(f"-{node.this.name}", True, place)
        elif isinstance(node, exp.Not):
            self._not(node, place)
        elif isinstance(node, exp.Exists):
            if place.negated:
                self._found.negations["NOT EXISTS"] = None
            self._children(node, replace(place, negated=False))
        elif type(node) in COMPARISONS:
            self._comparison(node, COMPARISONS[type(node)], place)
        elif type(node) in AGGREGATES:
            self._aggregate(node, AGGREGATES[type(node)], place)
        else:
            self._other(node, place)

    def _children(self, node: Tree, place: _Place) -> None:
        for child in node.iter_expressions():
            self._visit(child, place)

    def _other(self, node: Tree, place: _Place) -> None:
        if isinstance(node, exp.Window):
            self._found.windows = True
        elif isinstance(node, exp.Case):
            self._found.cases = True
        elif isinstance(node, exp.Div):
            self._found.divides = True
            place = replace(place, share=True)
        if isinstance(node, (exp.Binary, exp.Func)) and not isinstance(node, (*_TRANSPARENT, exp.Connector)):
            place = replace(place, arithmetic=True)
        if isinstance(node, (exp.TimeToStr, exp.StrToTime, exp.Anonymous, exp.Extract, exp.DateAdd, exp.DateSub)):
            place = replace(place, comparison="")  # their own literals are formats and steps, not values
        self._children(node, place)

    def _select(self, node: exp.Select, place: _Place) -> None:
        found = self._found
        inner = _Place(depth=place.depth)
        outermost = place.depth == 0
        compared = place.comparison or place.aggregate or place.clause != "output"
        for output in node.expressions:
            clause = (
                "key" if compared and isinstance(output.unalias(), (exp.Column, exp.Literal, exp.Star)) else "output"
            )
            self._visit(output, replace(inner, clause=clause, compared=bool(place.comparison)))
        if node.args.get("distinct"):
            found.distinct = True
        self._read_from(node, inner)
        for key in ("where", "having", "qualify"):
            for condition in _listed(node.args.get(key)):
                self._visit(condition, replace(inner, clause="filter"))
        group = node.args.get("group")
        if group is not None:
            found.grouped = True
            if outermost and any(e.find(exp.AggFunc) for e in node.expressions):
                found.grouped_outermost = True
            self._visit(group, replace(inner, clause="group"))
        self._order(node, node, inner)

    def _read_from(self, node: exp.Select, place: _Place) -> None:
        for key in ("from_", "joins", "laterals", "with_"):
            deeper = key == "with_" or place.depth > 0
            for child in _listed(node.args.get(key)):
                if isinstance(child, exp.Join):
                    self._join(child, place)
                else:
                    self._visit(child, replace(place, clause="key", depth=place.depth + deeper))

    def _set(self, node: exp.SetOperation, place: _Place) -> None:
        name = "union" if isinstance(node, exp.Union) else "except" if isinstance(node, exp.Except) else "intersect"
        self._found.sets[name] = None
        if name == "except":
            self._found.negations["EXCEPT"] = None
        for child in _listed(node.args.get("with_")):
            self._visit(child, place)
        for side in (node.this, node.expression):
            self._visit(side, replace(place, depth=place.depth))
        self._order(node, _first_select(node), place)

    def _join(self, node: Tree, place: _Place) -> None:
        self._found.outer |= bool(node.args.get("side"))
        self._visit(node.this, replace(place, clause="key", depth=place.depth + 1))
        on = node.args.get("on")
        if on is not None:
            self._visit(on, replace(place, clause="key"))

    def _order(self, node: Tree, select: exp.Select | None, place: _Place) -> None:
        limit, order = node.args.get("limit"), node.args.get("order")
        count = _limit(limit)
        if count is not None:
            self._found.limits.append(count)
        offset = node.args.get("offset")
        if offset is not None and isinstance(offset.expression, exp.Literal) and _plain(offset.expression.name):
            self._found.constants.add(float(offset.expression.name) + 1)
        for place_in_order, ordered in enumerate(order.expressions if order is not None else ()):
            key = ordered.this if isinstance(ordered, exp.Ordered) else ordered
            origin = self._sources.origin(key, select)
            if place_in_order == 0 and not isinstance(key, exp.Literal):
                descending, chooses = bool(ordered.args.get("desc")), limit is not None
                self._found.directions.append(
                    Direction(descending, chooses, origin.facts, origin.aggregate, place.depth == 0)
                )
            if not origin.output:
                self._visit(key, replace(place, clause="order", depth=place.depth))

    def _table(self, node: exp.Table) -> None:
        known = self._sources.table(node)
        if known is not None:
            self._found.tables[known] = None
        for key in ("joins", "laterals"):
            for child in _listed(node.args.get(key)):
                self._join(child, _Place(clause="key", depth=1))

    def _column(self, node: exp.Column, place: _Place) -> None:
        if isinstance(node.this, exp.Star):
            return
        facts = self._sources.facts(node)
        if facts is None:
            if self._is_text(node):
                self._literal(node.name, False, place)
            return
        self._found.mentions.append(Mention(facts, place.clause, place.aggregate, place.depth == 0))

    def _literal(self, text: str, is_number: bool, place: _Place) -> None:
        if not place.comparison or (place.clause == "key" and place.facts is None):
            return
        number = float(text) if _plain(text) else None
        if is_number and number is None:
            return
        self._found.values.append(
            Value(text, number, place.comparison, place.facts, place.counted, place.arithmetic, place.ranked)
        )

    def _not(self, node: exp.Not, place: _Place) -> None:
        inner = node.this.unnest()
        if isinstance(inner, exp.Is):
            self._children(inner, replace(place, comparison=""))
            return
        if isinstance(inner, exp.In):
            self._found.negations["NOT IN"] = None
        elif isinstance(inner, (exp.Like, exp.ILike, exp.Glob)):
            self._found.negations["NOT LIKE"] = None
        elif isinstance(inner, (exp.Between, exp.EQ, exp.Connector, exp.Column)):
            self._found.negations["NOT"] = None
        self._visit(inner, replace(place, negated=not place.negated))

    def _comparison(self, node: Tree, comparison: str, place: _Place) -> None:
        left, right = node.this, node.args.get("expression")
        if comparison == "is" and isinstance(right, exp.Null):
            self._found.nulls = True
            self._found.negations["IS NULL"] = None
            self._visit(left, replace(place, comparison=""))
            return
        if node.args.get("negate"):
            self._found.negations["NOT LIKE"] = None
        if comparison == "<>":
            self._found.negations["<>"] = None
        sides = list(node.iter_expressions())
        whole = [self._origin(side) for side in sides]
        for at, side in enumerate(sides):
            others = [o for i, o in enumerate(whole) if i != at and o is not None]
            facts = next((o.facts for o in others if o.facts is not None), None)
            said = _MIRRORED.get(comparison, comparison) if side is left and right is not None else comparison
            if place.negated:
                said = _OPPOSITE.get(said, said)
            if isinstance(side, (exp.Query, exp.Subquery)):
                self._visit(side, replace(place, comparison=said, negated=False, depth=place.depth + 1))
                continue
            joins = comparison == "=" and self._is_column(left) and self._is_column(right)
            self._visit(
                side,
                replace(
                    place,
                    clause="key" if joins else place.clause,
                    comparison="" if joins else said,
                    facts=facts,
                    counted=any(o.aggregate for o in others),
                    arithmetic=any(o.computed for o in others),
                    ranked=any(o.window for o in others),
                    negated=False,
                ),
            )

    def _is_column(self, node: Tree | None) -> bool:
        """A real column, or one of a derived table; SQLite takes a quoted name that is none for a text."""
        return isinstance(node, exp.Column) and not self._is_text(node)

    def _is_text(self, node: exp.Column) -> bool:
        bare = not node.table and isinstance(node.this, exp.Identifier) and node.this.quoted
        return bare and self._sources.facts(node) is None and not self._sources.is_output(node)

    def _origin(self, side: Tree) -> Origin | None:
        if isinstance(side, (exp.Literal, exp.Neg, exp.Query, exp.Subquery)):
            return None
        if isinstance(side, exp.Column) and self._is_text(side):
            return None
        return self._sources.origin(side, side.find_ancestor(exp.Select))

    def _aggregate(self, node: Tree, kind: str, place: _Place) -> None:
        if kind in ("maximum", "minimum") and node.args.get("expressions"):
            self._children(node, place)  # the scalar MAX(a, b) of SQLite
            return
        origin = self._sources.origin(node.this, node.find_ancestor(exp.Select)) if node.this else Origin()
        self._found.aggregates.append(
            Aggregate(kind, origin.facts, place.clause, place.depth == 0, place.share, place.compared)
        )
        if isinstance(node.this, exp.Distinct):
            self._found.distinct = True
        inner = replace(place, aggregate=kind, comparison="", facts=None)
        self._children(node, inner)


_TRANSPARENT = (exp.Paren, exp.Cast, exp.TryCast, exp.Lower, exp.Upper, exp.Trim, exp.TsOrDsToDate, exp.Date,
                exp.TsOrDsToTimestamp, exp.Timestamp, exp.Tuple)  # fmt: skip


def _first_select(node: Tree) -> exp.Select | None:
    while isinstance(node, (exp.SetOperation, exp.Subquery)):
        node = node.this
    return node if isinstance(node, exp.Select) else None


def _limit(node: Tree | None) -> int | None:
    if node is None:
        return None
    count = node.args.get("expression") or node.args.get("count")
    return int(count.name) if isinstance(count, exp.Literal) and count.name.isdigit() else None


def _listed(value: object) -> Iterator[Tree]:
    if isinstance(value, list):
        yield from value
    elif isinstance(value, exp.Expr):
        yield value


def _date_numbers(text: str) -> Iterator[float]:
    """The year, month and day of a date, and the year before one that ends there."""
    match = _DATE.match(text)
    if match:
        yield from (float(part) for part in match.groups())
        yield float(match[1]) - ((match[2], match[3]) == ("01", "01"))


def _plain(text: str) -> bool:
    """Whether a text is a plain decimal number."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()
