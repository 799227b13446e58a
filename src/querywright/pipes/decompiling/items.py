"""What a SELECT gives and sorts by, each with its place: the columns that the rules carry through the operators."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.naming import base_name, column, identifier
from querywright.pipes.decompiling.outputs import is_star, star_columns
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.decompiling.signatures import signature
from querywright.pipes.scope.standard import Scope
from querywright.pipes.tree import Expression


@dataclass(slots=True, eq=False)
class Item:
    """One item of the SELECT list."""

    expression: Expression
    """Without its alias, and as it must be written behind the operators so far."""
    alias: exp.Identifier | None
    window: bool = False

    @property
    def star(self) -> bool:
        return is_star(self.expression)

    @property
    def name(self) -> str:
        """What the output column is called; empty where it has no name."""
        if self.alias is not None:
            return self.alias.name
        return self.expression.name if isinstance(self.expression, exp.Column) and not self.star else ""

    def written(self) -> Expression:
        """The item as it stands in a SELECT: with its alias, unless the column has the name already."""
        if self.alias is None or self.star:
            return self.expression
        if isinstance(self.expression, exp.Column) and self.expression.name == self.alias.name:
            return self.expression
        return exp.Alias(this=self.expression, alias=self.alias)


@dataclass(slots=True, eq=False)
class Key:
    """One key of ORDER BY."""

    node: exp.Ordered
    item: Item | None
    """The output column it is, where it is one."""
    window: bool = False


@dataclass(slots=True)
class Block:
    """One SELECT on its way into a chain."""

    node: exp.Select
    scope: Scope
    ctx: Context
    chain: Chain
    items: list[Item]
    originals: list[Item]
    """As the SELECT list has them: what its aliases count."""
    keys: list[Key] = field(default_factory=list)
    where: Expression | None = None
    having: Expression | None = None
    qualify: Expression | None = None
    natural: bool = False
    """Whether the chain's columns are the items, in their order: no SELECT is needed."""
    hidden: list[exp.Identifier] = field(default_factory=list)
    """Columns added for a while that a `*` must not show."""
    made: set[str] = field(default_factory=set)
    """Lower-case names that the operators so far gave columns."""
    grouped: bool = False
    sets: Expression | None = None
    """ROLLUP, CUBE or GROUPING SETS, in the place of the keys."""

    @property
    def distinct(self) -> bool:
        return self.node.args.get("distinct") is not None

    def write_out_stars(self) -> None:
        """Put the columns in the place of each `*`."""
        items = []
        for item in self.items:
            if item.star:
                for made in star_columns(item.expression, self.scope, self.ctx):
                    alias = made.args["alias"] if isinstance(made, exp.Alias) else None
                    items.append(Item(made.this if alias is not None else made, alias))
            else:
                items.append(item)
        self.items = items

    def places(self) -> list[Item | Expression]:
        """What stands in each place of the output: an item, or a column of a `*`."""
        found: list[Item | Expression] = []
        for item in self.items:
            found.extend(star_columns(item.expression, self.scope, self.ctx) if item.star else [item])
        return found

    def extend_name(self, item: Item, hidden: bool = False) -> exp.Identifier:
        """A name for an item that becomes a column before the SELECT: its alias, unless a column has that."""
        name = item.alias.name if item.alias is not None else ""
        if name and not self.has_column(name):
            self.made.add(name.lower())
            return identifier(name, item.alias)
        made = self.ctx.fresh(("_" if name or hidden else "") + (name or base_name(item.expression)))
        self.made.add(made.lower())
        return identifier(made)

    def has_column(self, name: str) -> bool:
        """Whether a column or a table alias has this name where the next operator stands."""
        key = name.lower()
        if key in self.made:
            return True
        return not self.grouped and any(
            key in source.index or key == source.name.lower() or source.fields is None for source in self.scope.sources
        )


def read_items(node: exp.Select, scope: Scope) -> list[Item]:
    windows = _roots(scope.windows, node)
    items = []
    for item in node.expressions:
        alias = item.args["alias"] if isinstance(item, exp.Alias) else None
        expression = item.this if isinstance(item, exp.Alias) else item
        items.append(Item(expression, alias, id(item) in windows))
    return items


def _roots(nodes: list[exp.Window], select: exp.Select) -> set[int]:
    """The items that hold these nodes, by id."""
    found = set()
    for node in nodes:
        current: Expression = node
        while current.parent is not None and current.parent is not select:
            current = current.parent
        found.add(id(current))
    return found


def write_out_aliases(block: Block) -> None:
    """DuckDB's items may name earlier ones: the expression takes the place of the name."""
    if not block.scope.outputs or block.ctx.source != "duckdb":
        return
    for item in block.items:
        holder = exp.Paren(this=item.expression)
        for mention in list(holder.find_all(exp.Column)):
            meaning = block.ctx.binding(mention)
            if meaning is not None and meaning.output >= 0 and meaning.scope is block.scope:
                earlier = block.originals[meaning.output].expression
                copied = block.ctx.copy(earlier)
                mention.replace(copied if isinstance(copied, exp.Column) else exp.Paren(this=copied))
        item.expression = holder.this


def read_keys(node: exp.Select, block: Block) -> list[Key]:
    """The keys of ORDER BY, each with the output column it means."""
    order = node.args.get("order")
    if order is None:
        return []
    if order.args.get("siblings") or any(isinstance(key.this, exp.Var) for key in order.expressions):
        raise refused("ORDER BY of a special form", order, block.ctx.source)
    windows = {id(w) for w in block.scope.windows}
    keys = []
    for key in order.expressions:
        if not isinstance(key, exp.Ordered):
            key = exp.Ordered(this=key)
        has_window = bool(windows) and any(id(n) in windows for n in key.walk())
        if _is_constant(key.this):
            continue
        item = _meant(key, block)
        keys.append(Key(key, item, has_window and item is None))
    return keys


def _is_constant(node: Expression) -> bool:
    """Sorting by a constant sorts nothing; a whole number is a position."""
    if isinstance(node, exp.Literal):
        return bool(node.is_string) or not node.name.isdigit()
    return isinstance(node, (exp.Null, exp.Boolean))


def _meant(node: exp.Ordered, block: Block) -> Item | None:
    """The output column that a key is; a position inside a `*` becomes the column that stands there."""
    key = node.this
    while isinstance(key, exp.Paren):
        key = key.this
    if isinstance(key, exp.Literal):
        if key.is_string or not key.name.isdigit():
            return None
        places = block.places()
        at = int(key.name) - 1
        if not 0 <= at < len(places):
            raise refused("ORDER BY a position that the SELECT list does not have", key, block.ctx.source)
        place = places[at]
        if isinstance(place, Item):
            return place
        node.set("this", place)
        return None
    meaning = block.ctx.binding(key)
    if meaning is not None and meaning.output >= 0 and meaning.scope is block.scope:
        return block.originals[meaning.output]
    if isinstance(key, (exp.Subquery, exp.Select)):
        return None
    wanted = signature(key, block.ctx)
    for item in block.items:
        if type(item.expression) is type(key) and not item.star and signature(item.expression, block.ctx) == wanted:
            return item
    return None


__all__ = ["Block", "Item", "Key", "column", "read_items", "read_keys"]
