from __future__ import annotations

from dataclasses import dataclass, field

from querywright.pipes.scope.tables import Field


@dataclass
class Reading:
    fields: tuple = ()
    free: list = field(default_factory=list)


def read(query, tables, dialect, ctes, of_pipe):
    return Reading(tuple(Field(e.alias_or_name) for e in query.selects))
