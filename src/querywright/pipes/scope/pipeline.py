"""One pipe query while its names are being bound: what is visible now, and the steps so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from querywright.pipes.scope.names import Names
from querywright.pipes.scope.plan import CtePlan, Definition, Output, Plan, Slot, Step, slot_of
from querywright.pipes.scope.tables import Field, Tables
from querywright.pipes.scope.types import type_of
from querywright.pipes.tree import Expression


@dataclass(slots=True)
class Binding:
    """What all queries of one statement share: the tables, and the slots made so far with their types."""

    tables: Tables
    dialect: str
    types: dict[Slot, str] = field(default_factory=dict)
    labels: dict[Slot, str] = field(default_factory=dict)
    """What slots are called where they are seen first."""
    reserved: set[str] = field(default_factory=set)
    """Names that standard queries inside the statement call their tables."""
    query_types: dict[int, str] = field(default_factory=dict)
    """The type of the first column of standard queries in expressions, by their ids."""
    ctes: int = 0

    def slot(self, type_: str = "") -> Slot:
        """A new slot. Slots count from 1, so that none is false."""
        slot = len(self.types) + 1
        self.types[slot] = type_
        return slot

    def type_of(self, value: Expression) -> str:
        """The type of a bound expression."""
        return type_of(value, self._type_of_column, self._type_of_query)

    def _type_of_column(self, column: Expression) -> str:
        return self.types.get(slot_of(column) or 0, "")

    def _type_of_query(self, query: Expression) -> str:
        plan = query.args.get("pipe")
        if isinstance(plan, Plan):
            return self.types[plan.output[0].slot] if plan.output else ""
        return self.query_types.get(id(query), "")


@dataclass(slots=True)
class Pipeline:
    """The state of one query; `operators` change it."""

    binding: Binding
    outer: tuple[Names, ...] = ()
    """What queries around this one show, the nearest first."""
    known_ctes: Mapping[str, CtePlan] = field(default_factory=dict)
    """By their names in lower case."""
    free: list[exp.Column] | None = None
    """Where columns go that nothing here or around can be; None: then they are an error."""
    names: Names = field(default_factory=Names)
    steps: list[tuple[str, Step]] = field(default_factory=list)
    ctes: list[CtePlan] = field(default_factory=list)
    seen: list[Names] = field(default_factory=list)
    """What was in force after the head and after each operator."""
    operator: str = ""
    windows: tuple[Expression, ...] = ()
    """Windows that the next operator may name."""

    def step(self, step: Step) -> None:
        self.steps.append((self.operator, step))

    def define(self, value: Expression) -> Definition:
        """A new slot for a bound expression."""
        return Definition(self.binding.slot(self.binding.type_of(value)), value)

    def outputs(self, fields: Iterable[Field]) -> tuple[Output, ...]:
        """New slots for the columns of a relation."""
        return tuple(Output(field.name, self.binding.slot(field.type)) for field in fields)

    def fields(self, outputs: Iterable[Output]) -> tuple[Field, ...]:
        return tuple(Field(output.name, self.binding.types[output.slot]) for output in outputs)

    def resolve(self, column: exp.Column) -> Slot | None:
        """The slot a column means here or in a query around; None where it is free.

        Raises:
            PipeNameError: nothing can be it, or several can.
        """
        for names in (self.names, *self.outer):
            slot = names.find(column, self.operator)
            if slot is not None:
                return slot
        if self.free is not None:
            self.free.append(column)
            return None
        raise self.names.missing(column.sql(dialect="bigquery").replace("`", ""), self.operator)

    def apart(self) -> Pipeline:
        """What a query in FROM, an operand or a CTE is bound in: it sees the queries around, and not this chain."""
        return Pipeline(self.binding, self.outer, self.known_ctes, self.free, operator=self.operator)

    def look(self) -> None:
        """Note what is in force now."""
        if not self.seen or self.seen[-1].columns is not self.names.columns:
            labels = self.binding.labels
            for output in self.names.columns:
                labels.setdefault(output.slot, output.name)
        self.seen.append(self.names)
