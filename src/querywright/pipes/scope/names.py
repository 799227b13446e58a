"""Which names mean something after an operator: columns, and table aliases with the columns under them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sqlglot import exp

from querywright.errors import PipeNameError
from querywright.pipes.scope.plan import Output, Slot
from querywright.pipes.scope.tables import nearest

STAR = "*"
"""The name of the output that stands for all columns of a table whose columns are not known."""


@dataclass(slots=True)
class OpenColumns:
    """The columns that a query turns out to use of a table whose columns are not known."""

    outputs: list[Output]
    make: Callable[[], Slot]

    def slot(self, name: str) -> Slot:
        folded = name.lower()
        for output in self.outputs:
            if output.name.lower() == folded:
                return output.slot
        self.outputs.append(Output(name, self.make()))
        return self.outputs[-1].slot


@dataclass(frozen=True, slots=True)
class Range:
    """A table alias that is alive, and the columns under it."""

    alias: str
    columns: tuple[Output, ...]
    unknown: OpenColumns | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What is visible: columns in order, aliases by their name in lower case."""

    columns: tuple[Output, ...] = ()
    ranges: dict[str, Range] = field(default_factory=dict)
    row_wins: bool = True
    """Whether a name that is a column's and an alias's means the alias's whole row, as in GoogleSQL."""

    def shown(self, columns: Iterable[Output]) -> Names:
        """Other columns, the same aliases."""
        return replace(self, columns=tuple(columns))

    def only(self, columns: Iterable[Output], alias: str = "") -> Names:
        """Other columns, and no alias but the one given, which covers them all."""
        kept = tuple(columns)
        ranges = {alias.lower(): Range(alias, kept, self._unknown())} if alias else {}
        return Names(kept, ranges, self.row_wins)

    def joined(self, other: Names, operator: str) -> Names:
        """With the columns and aliases of one more table behind. Raises PipeNameError where an alias comes twice."""
        twice = next((r.alias for name, r in other.ranges.items() if name in self.ranges), None)
        if twice:
            raise PipeNameError(f"the table alias {twice} is there already; give this one another with AS", operator)
        return Names(self.columns + other.columns, self.ranges | other.ranges, self.row_wins)

    def visible_only(self) -> Names:
        """With aliases that cover no more than the columns that are shown, as after DISTINCT."""
        shown = {output.slot for output in self.columns}
        ranges = {n: replace(r, columns=tuple(o for o in r.columns if o.slot in shown)) for n, r in self.ranges.items()}
        return replace(self, ranges=ranges)

    def find(self, column: exp.Column, operator: str) -> Slot | None:
        """The slot that a column means; None where nothing here can be it.

        Raises:
            PipeNameError: several columns have the name, or its alias has no such column.
        """
        return self._under(column, operator) if column.args.get("table") else self._alone(column.name, operator)

    def position(self, name: str, operator: str) -> int:
        """Where the one visible column called `name` stands, for SET, DROP, RENAME and USING. Raises PipeNameError."""
        folded = name.lower()
        found = [n for n, output in enumerate(self.columns) if output.name.lower() == folded]
        if not found:
            raise self.missing(name, operator)
        if len(found) > 1:
            raise PipeNameError(f"{len(found)} columns are called {name}", operator)
        return found[0]

    def one(self, name: str, operator: str) -> Slot:
        """The slot of the one visible column called `name`. Raises PipeNameError."""
        found = self._called(name)
        if not found:
            unknown = self._unknown()
            if unknown:
                return unknown.slot(name)
            raise self.missing(name, operator)
        if len(found) > 1:
            raise PipeNameError(f"{len(found)} columns are called {name}", operator)
        return found[0]

    def missing(self, name: str, operator: str) -> PipeNameError:
        """The error that says that there is no such column, and which there are."""
        known = [output.name for output in self.columns if output.name] + [r.alias for r in self.ranges.values()]
        qualified = [f"{r.alias}.{o.name}" for r in self.ranges.values() for o in r.columns] if "." in name else []
        return PipeNameError(f"there is no column {name} here{nearest(name, qualified + known)}", operator, name)

    def _called(self, name: str) -> list[Slot]:
        folded = name.lower()
        return [output.slot for output in self.columns if output.name.lower() == folded]

    def _alone(self, name: str, operator: str) -> Slot | None:
        if self.row_wins and name.lower() in self.ranges:
            held = self.ranges[name.lower()]
            own = any(output.name.lower() == name.lower() for output in held.columns)
            what = f"; write {held.alias}.{name}" if own else "; qualify the column, or give the table another alias"
            raise PipeNameError(f"{name} means the whole row of the table {held.alias} here{what}", operator)
        found = self._called(name)
        if len(found) > 1:
            owners = [r.alias for r in self.ranges.values() if any(o.slot in found for o in r.columns)]
            ways = f": {' or '.join(f'{owner}.{name}' for owner in owners)}" if owners else "; rename one before"
            raise PipeNameError(f"{name} is ambiguous, {len(found)} columns are called so{ways}", operator)
        if found:
            return found[0]
        unknown = self._unknown(name, operator)
        return unknown.slot(name) if unknown else None

    def _under(self, column: exp.Column, operator: str) -> Slot | None:
        held = self.ranges.get(column.table.lower())
        if held is None:
            return None
        name = column.name
        found = [output.slot for output in held.columns if output.name.lower() == name.lower()]
        if len(found) > 1:
            raise PipeNameError(f"{held.alias}.{name} is ambiguous: {len(found)} columns are called so", operator)
        if found:
            return found[0]
        if held.unknown:
            return held.unknown.slot(name)
        known = [output.name for output in held.columns if output.name]
        raise PipeNameError(f"there is no column {name} in {held.alias}{nearest(name, known)}", operator)

    def _unknown(self, name: str = "", operator: str = "") -> OpenColumns | None:
        """The one table here whose columns are not known."""
        slots = {output.slot for output in self.columns if output.name == STAR}
        found = [r for r in self.ranges.values() if r.unknown and any(o.slot in slots for o in r.columns)]
        different = list({id(r.unknown): r.unknown for r in found}.values())
        if len(different) > 1 and name:
            tables = " or ".join(f"{r.alias}.{name}" for r in found)
            raise PipeNameError(f"without a schema {name} may be {tables}: qualify it, or give a schema", operator)
        return different[0] if different else None
