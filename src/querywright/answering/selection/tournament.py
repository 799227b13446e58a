"""`tournament`: every two results are compared in both orders; the one that wins most is taken (CHASE, Algorithm 3).

Algorithm 3 compares every ordered pair of candidates, and one whose result equals the other's wins its pair without
anybody being asked. So a cluster of m candidates stands in for all of them: each has m - 1 points from its own, and
from another cluster of n candidates n points for each comparison that its first member wins. That is what the
algorithm counts where the judge looks at results, for k (k - 1) requests in the place of one a pair of candidates.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

from querywright.answering.desk import Desk, Wish
from querywright.answering.known import Candidate, Choice, Known
from querywright.answering.selection.clusters import Cluster
from querywright.answering.selection.comparing import Duel, comparisons, prompts
from querywright.answering.selection.judged import Odds
from querywright.errors import ModelFailed, SettingsError


class Rounds(Protocol):
    """The settings of selection that a tournament looks at."""

    @property
    def rounds(self) -> int: ...
    @property
    def judge(self) -> str: ...


def tournament(known: Known, desk: Desk, clusters: tuple[Cluster, ...], settings: Rounds) -> Choice:
    """Compare every two clusters, by the chat model, or by a trained judge, which costs no model call.

    A comparison that failed counts for neither; ties go by rank.

    Raises:
        SettingsError: the rounds are neither 1 nor 2.
        ModelUnavailable: the model cannot be asked, or the judge cannot be opened.
    """
    if settings.rounds not in (1, 2):
        raise SettingsError(f"a tournament has 1 or 2 rounds, one for each order, not {settings.rounds}")
    duels = _duels(known, desk, len(clusters), settings.rounds)
    candidates = [known.candidates[cluster.members[0]] for cluster in clusters]
    sizes = [len(cluster.members) for cluster in clusters]
    if settings.judge:
        judge = desk.judges.of(settings.judge)
        budget = min(judge.prompt_tokens or desk.prompt_tokens, desk.prompt_tokens)
        said = judge.prefers(comparisons(known, desk, candidates, duels, budget))
        odds = Odds(dict(zip(duels, said, strict=True)))
        winners, torn, by = odds.winners, odds.torn, f"the judge {judge.name}"
    else:
        winners = _winners(known, desk, candidates, duels)
        odds, torn, by = None, _torn(winners), ""
    scores = scores_of(sizes, winners, settings.rounds)
    best = max(range(len(clusters)), key=lambda each: (scores[each], -each))  # the clusters come best by rank first
    return Choice(
        clusters[best].members[0],
        "tournament",
        _why(best, scores, sizes, winners, torn, settings.rounds, by),
        odds.confidence(best, sizes) if odds else _confidence(best, sizes, winners),
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


def _winners(
    known: Known, desk: Desk, candidates: Sequence[Candidate], duels: Sequence[Duel]
) -> dict[Duel, int | None]:
    """Who wins each duel as the chat model has it."""
    from querywright.answering.answers import PickedQuery

    wishes = [Wish(prompt, 0.0) for prompt in prompts(known, desk, candidates, duels)]
    winners: dict[Duel, int | None] = {}
    for duel, answer in zip(duels, desk.ask_each("tournament", wishes, PickedQuery), strict=True):
        winners[duel] = None if isinstance(answer, ModelFailed) else duel[answer[0].better == "B"]
    return winners


def _confidence(best: int, sizes: Sequence[int], winners: Mapping[Duel, int | None]) -> float:
    """The share of its comparisons with other candidates that it won; of its cluster, where none was answered."""
    mine = {duel: winner for duel, winner in winners.items() if best in duel}
    if all(winner is None for winner in winners.values()):
        return sizes[best] / sum(sizes)
    all_ = sum(sizes[sum(duel) - best] for duel in mine)
    won = sum(sizes[sum(duel) - best] for duel, winner in mine.items() if winner == best)
    return won / all_


def _torn(winners: Mapping[Duel, int | None]) -> int:
    """The pairs that were judged differently in their two orders."""
    return sum(
        first < second and None not in (winner, turned := winners.get((second, first), winner)) and turned != winner
        for (first, second), winner in winners.items()
    )


def _why(
    best: int,
    scores: Sequence[float],
    sizes: Sequence[int],
    winners: Mapping[Duel, int | None],
    torn: int,
    rounds: int,
    judge: str,
) -> str:
    """In words: what it won, whether the rule for ties decided, what failed, who judged, and what was saved."""
    mine = [winner for duel, winner in winners.items() if best in duel]
    said = [f"its result won {mine.count(best)} of {len(mine)} comparisons with {len(sizes) - 1} other results"]
    tied = [score for each, score in enumerate(scores) if each != best and score == scores[best]]
    if tied:
        said.append("another one has as many points, and the larger or earlier one goes first")
    if torn and judge:
        said.append(
            f"{torn} of {len(winners) // 2} pairs were judged differently in the other order; their mean counts"
        )
    elif torn:
        said.append(
            f"the order decided {torn} of {len(winners) // 2} pairs, which were judged differently in the other"
        )
    if failed := sum(winner is None for winner in winners.values()):
        what = "undecided" if judge else "failed"
        said.append(f"{failed} comparison{'s' * (failed > 1)} {what}: no point for either side")
    number = sum(sizes)
    pairs = number * (number - 1) * rounds // 2
    asked = f"{len(winners)} comparisons by {judge}, no request" if judge else f"{len(winners)} requests"
    said.append(f"{asked}, {pairs - len(winners)} saved by equal results")
    return "; ".join(said)


if TYPE_CHECKING:
    from querywright.answering.stages.selection import Settings

    def _settings_are_rounds(settings: Settings) -> Rounds:
        return settings
