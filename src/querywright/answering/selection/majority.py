"""`majority`: self-consistency, the first candidate of the largest cluster."""

from __future__ import annotations

from typing import Any

from querywright.answering.desk import Desk
from querywright.answering.known import Choice, Known
from querywright.answering.selection.clusters import Cluster


def majority(known: Known, desk: Desk, clusters: tuple[Cluster, ...], settings: Any) -> Choice:
    """Count votes: a candidate that ran has one. A cluster with rows goes before an empty one."""
    best = clusters[0]
    votes = sum(len(cluster.members) for cluster in clusters)
    scores = {place: float(len(cluster.members)) for cluster in clusters for place in cluster.members}
    why = f"{len(best.members)} of {votes} candidates that ran agree with it"
    return Choice(best.members[0], "majority", why, len(best.members) / votes, scores)
