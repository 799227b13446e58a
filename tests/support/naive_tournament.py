"""CHASE's tournament as its Algorithm 3 is written, and judges of results: what ours is held against."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from itertools import permutations

from answering_table import numbers_of, prompt_of
from model_server import Answer

Judge = Callable[[int, int], int | None]
"""Which of two results it picks, the one that is shown first first; None: it does not answer."""


def naive(results: Sequence[int], judge: Judge) -> list[float]:
    """Algorithm 3 as it is written: every ordered pair of candidates, one after the other."""
    scores = [0.0] * len(results)
    for first, second in permutations(range(len(results)), 2):
        if results[first] == results[second]:
            winner = first
        else:
            picked = judge(results[first], results[second])
            if picked is None:
                continue
            winner = first if picked == results[first] else second
        scores[winner] += 1
    return scores


def judged(judge: Judge) -> Answer:
    """A model's answer that picks as `judge` does between the results that it is shown."""

    def answer(messages, schema, sample):
        first, second = numbers_of(prompt_of(messages))
        return json.dumps({"reasoning": "", "better": "A" if judge(first, second) == first else "B"})

    return answer


def by_chance(seed: int) -> Judge:
    """A judge that always says the same of the same two results in the same order, and otherwise anything."""
    return lambda first, second: random.Random(f"{seed} {first} {second}").choice((first, second))
