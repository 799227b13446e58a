"""`tournament`: every two results are compared in both orders; the one that wins most is taken (CHASE, Algorithm 3).

Algorithm 3 compares every ordered pair of candidates, and one whose result equals the other's wins its pair without
anybody being asked. So a cluster of m candidates stands in for all of them: each has m - 1 points from its own, and
from another cluster of n candidates n points for each comparison that its first member wins. That is what the
algorithm counts where the judge looks at results, for k (k - 1) requests in the place of one a pair of candidates.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

from querywright.answering.desk import Desk, Wish
from querywright.answering.judging import named_by, query_text, result_part, union
from querywright.answering.known import Choice, Known
from querywright.answering.prompting import Part, fitted
from querywright.answering.selection.clusters import Cluster
from querywright.answering.showing import dialect_of, question_text, schema_part
from querywright.errors import ModelFailed, SettingsError

Duel = tuple[int, int]
"""Two clusters by their places, the one that is shown first first."""


class Rounds(Protocol):
    """The settings of selection that a tournament looks at."""

    @property
    def rounds(self) -> int: ...


def tournament(known: Known, desk: Desk, clusters: tuple[Cluster, ...], settings: Rounds) -> Choice:
    """Compare every two clusters. A comparison that failed counts for neither; ties go by rank.

    Raises:
        SettingsError: the rounds are neither 1 nor 2.
        ModelUnavailable: the model cannot be asked.
    """
    if settings.rounds not in (1, 2):
        raise SettingsError(f"a tournament has 1 or 2 rounds, one for each order, not {settings.rounds}")
    duels = _duels(known, desk, len(clusters), settings.rounds)
    winners = _winners(known, desk, clusters, duels)
    sizes = [len(cluster.members) for cluster in clusters]
    scores = scores_of(sizes, winners, settings.rounds)
    best = max(range(len(clusters)), key=lambda each: (scores[each], -each))  # the clusters come best by rank first
    return Choice(
        clusters[best].members[0],
        "tournament",
        _why(best, scores, sizes, winners, settings.rounds),
        _confidence(best, sizes, winners),
        {place: score for cluster, score in zip(clusters, scores, strict=True) for place in cluster.members},
    )


def scores_of(sizes: Sequence[int], winners: Mapping[Duel, int | None], rounds: int) -> list[float]:
    """What a candidate of each cluster scores in Algorithm 3.

    Args:
        sizes: how many candidates each cluster has.
        winners: who won each comparison of two clusters; None where it failed.
        rounds: 2 where each pair is compared in both orders. In one order half the equal pairs are each one's.
    """
    scores = [(size - 1) * rounds / 2 for size in sizes]
    for (first, second), winner in winners.items():
        if winner is not None:
            scores[winner] += sizes[second if winner == first else first]
    return scores


def _duels(known: Known, desk: Desk, number: int, rounds: int) -> list[Duel]:
    duels: list[Duel] = []
    for first, second in combinations(range(number), 2):
        both = [(first, second), (second, first)]
        if rounds == 1:
            both = [random.Random(f"{desk.seed}\0{known.key}\0tournament\0{first}\0{second}").choice(both)]
        duels += both
    return duels


def _winners(known: Known, desk: Desk, clusters: Sequence[Cluster], duels: Sequence[Duel]) -> dict[Duel, int | None]:
    from querywright.answering.answers import PickedQuery

    wishes = [Wish(prompt, 0.0) for prompt in _prompts(known, desk, clusters, duels)]
    winners: dict[Duel, int | None] = {}
    for duel, answer in zip(duels, desk.ask_each("tournament", wishes, PickedQuery), strict=True):
        winners[duel] = None if isinstance(answer, ModelFailed) else duel[answer[0].better == "B"]
    return winners


def _prompts(known: Known, desk: Desk, clusters: Sequence[Cluster], duels: Sequence[Duel]) -> Iterator[str]:
    """The prompt of each duel, with the part of the schema that its two queries read."""
    candidates = [known.candidates[cluster.members[0]] for cluster in clusters]
    named = [named_by(candidate.SQL, desk) for candidate in candidates]
    results = [result_part("result", candidate.outcome) for candidate in candidates]
    queries = [query_text(candidate.SQL) for candidate in candidates]
    schemas: dict[object, Part] = {}  # most pairs read the same part of it
    for first, second in duels:
        columns = union([named[first], named[second]], desk) or known.columns
        key = tuple((table, tuple(names)) for table, names in columns.items())
        if key not in schemas:
            schemas[key] = schema_part(replace(known, columns=columns), desk, None)
        text, left_out = fitted(
            "tournament",
            desk.prompt_tokens,
            (replace(results[first], name="result_a"), replace(results[second], name="result_b"), schemas[key]),
            dialect=dialect_of(desk),
            question=question_text(known),
            query_a=queries[first],
            query_b=queries[second],
        )
        desk.account.left_out += left_out
        yield text


def _confidence(best: int, sizes: Sequence[int], winners: Mapping[Duel, int | None]) -> float:
    """The share of its comparisons with other candidates that it won; of its cluster, where none was answered."""
    mine = {duel: winner for duel, winner in winners.items() if best in duel}
    if all(winner is None for winner in winners.values()):
        return sizes[best] / sum(sizes)
    all_ = sum(sizes[sum(duel) - best] for duel in mine)
    won = sum(sizes[sum(duel) - best] for duel, winner in mine.items() if winner == best)
    return won / all_


def _why(
    best: int, scores: Sequence[float], sizes: Sequence[int], winners: Mapping[Duel, int | None], rounds: int
) -> str:
    """In words: what it won, whether the rule for ties decided, what failed, and the requests that were saved."""
    mine = [winner for duel, winner in winners.items() if best in duel]
    said = [f"its result won {mine.count(best)} of {len(mine)} comparisons with {len(sizes) - 1} other results"]
    tied = [score for each, score in enumerate(scores) if each != best and score == scores[best]]
    if tied:
        said.append("another one has as many points, and the larger or earlier one goes first")
    torn = sum(
        None not in (winner, winners.get((second, first), winner)) and winners.get((second, first), winner) != winner
        for (first, second), winner in winners.items()
    )
    if torn:
        said.append(
            f"the order decided {torn // 2} of {len(winners) // 2} pairs, which were judged differently in the other"
        )
    if failed := sum(winner is None for winner in winners.values()):
        said.append(f"{failed} comparison{'s' * (failed > 1)} failed: no point for either side")
    number = sum(sizes)
    pairs = number * (number - 1) * rounds // 2
    said.append(f"{len(winners)} requests, {pairs - len(winners)} saved by equal results")
    return "; ".join(said)


if TYPE_CHECKING:
    from querywright.answering.stages.selection import Settings

    def _settings_are_rounds(settings: Settings) -> Rounds:
        return settings
