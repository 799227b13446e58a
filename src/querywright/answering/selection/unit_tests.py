"""`unit-tests`: the result that passes most of the tests that the stage of this name wrote and judged (CHESS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from querywright.answering.desk import Desk
from querywright.answering.known import Choice, Known
from querywright.answering.selection.clusters import Cluster
from querywright.answering.selection.majority import majority


def unit_tests(known: Known, desk: Desk, clusters: tuple[Cluster, ...], settings: Any) -> Choice:
    """Take the cluster that passes most tests; ties go by rank. Where no test was judged, the majority decides.

    Confidence is the share that it passes of the tests that tell results apart; where none does, of its cluster.
    """
    verdicts: Sequence[Sequence[int] | None] = known.extra.get("unit_test_verdicts", ())
    judged = [set(passed) for passed in verdicts if passed is not None]
    voted = majority(known, desk, clusters, settings)
    if not judged:
        return replace(voted, why=f"{voted.why}; no test was judged")
    passes = [[not passed.isdisjoint(cluster.members) for passed in judged] for cluster in clusters]
    best = max(range(len(clusters)), key=lambda each: (sum(passes[each]), -each))  # they come best by rank first
    telling = [number for number in range(len(judged)) if len({each[number] for each in passes}) == 2]
    passed = sum(passes[best])
    why = f"its result passes {passed} of {len(judged)} tests, {len(telling)} of which tell results apart"
    tied = sum(sum(each) == passed for each in passes) - 1
    if tied:
        why += f"; tied with {tied} more, the larger or earlier one goes first"
    share = sum(passes[best][number] for number in telling) / len(telling) if telling else voted.confidence
    scores = {
        place: float(sum(each)) for cluster, each in zip(clusters, passes, strict=True) for place in cluster.members
    }
    return Choice(clusters[best].members[0], "unit-tests", why, share, scores)
