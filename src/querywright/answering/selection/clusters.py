"""Clusters: candidates whose results are equal."""

from __future__ import annotations

from dataclasses import dataclass

from querywright.answering.desk import Desk
from querywright.answering.known import Candidate
from querywright.databases import Result, compare
from querywright.databases.compare import is_ordered
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
    groups: list[tuple[Result, str, list[int]]] = []
    for place, candidate in enumerate(candidates):
        outcome = candidate.outcome
        if not isinstance(outcome, Result):
            continue
        for result, sql, members in groups:
            if sql == candidate.SQL or _equal(result, sql, outcome, desk.database.dialect):
                members.append(place)
                break
        else:
            groups.append((outcome, candidate.SQL, [place]))
    found = (Cluster(tuple(members), not result.rows) for result, _, members in groups)
    return tuple(sorted(found, key=lambda cluster: cluster.rank, reverse=True))


def _equal(first: Result, sql: str, second: Result, dialect: str) -> bool:
    if first.rows == second.rows:  # also where both have none, whatever their columns: there is nothing to show
        return not (first.truncated or second.truncated)
    try:
        ordered = is_ordered(sql, dialect)
    except QueryRejected:
        ordered = False
    return bool(compare(first, second, "strict", ordered))
