"""Clusters: candidates whose results are equal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from querywright.answering.desk import Desk
from querywright.answering.known import Candidate
from querywright.answering.selection.signs import Sign, signs_of
from querywright.databases import Result, compare
from querywright.databases.compare import is_ordered
from querywright.databases.values import close
from querywright.errors import QueryRejected


@dataclass(frozen=True, slots=True)
class Cluster:
    """Candidates that gave equal results, by their places."""

    members: tuple[int, ...]
    empty: bool
    """Whether the result has no rows."""

    @property
    def rank(self) -> tuple[bool, int, int]:
        """What decides between clusters where nothing else does; the greatest goes first."""
        return not self.empty, len(self.members), -self.members[0]


def clusters_of(candidates: tuple[Candidate, ...], desk: Desk) -> tuple[Cluster, ...]:
    """The clusters of the candidates that ran, the best by rank first.

    One whose result was cut is equal to none but those of the same text.
    """
    groups: list[_Group] = []
    by_text: dict[str, _Group] = {}
    for place, candidate in enumerate(candidates):
        if not isinstance(candidate.outcome, Result):
            continue
        group = by_text.get(candidate.SQL)
        if group is None:
            new = _Group(candidate.SQL, candidate.outcome, desk.database.dialect)
            group = next((each for each in groups if each.has(new)), new)
            if group is new:
                groups.append(new)
            by_text[candidate.SQL] = group
        group.members.append(place)
    found = (Cluster(tuple(group.members), not group.result.rows) for group in groups)
    return tuple(sorted(found, key=lambda cluster: cluster.rank, reverse=True))


class _Group:
    """A cluster while it grows, with what is worked out of its first result once it is needed."""

    def __init__(self, sql: str, result: Result, dialect: str) -> None:
        self.sql, self.result, self._dialect = sql, result, dialect
        self.members: list[int] = []

    def has(self, other: _Group) -> bool:
        """Whether the other result is equal to this one: as `compare` has it, which is asked last because it costs."""
        first, second = self.result, other.result
        if first.truncated or second.truncated or len(first.rows) != len(second.rows):
            return False
        if first.rows == second.rows:  # also where both have none, whatever their columns: there is nothing to show
            return True
        if len(first.columns) != len(second.columns):
            return False
        if self._ordered:
            return all(all(map(close, a, b)) for a, b in zip(first.rows, second.rows, strict=True))
        if not all(a.may_equal(b) for a, b in zip(self._signs, other._signs, strict=True)):
            return False
        return bool(compare(first, second, "strict", ordered=False))

    @cached_property
    def _ordered(self) -> bool:
        try:
            return is_ordered(self.sql, self._dialect)
        except QueryRejected:
            return False

    @cached_property
    def _signs(self) -> tuple[Sign, ...]:
        return signs_of(self.result)
