"""Which of several questions, written for one query, is kept: the faithful first, then the one the others agree with.

A question that omits a literal or names a wrong column loses whatever the others say. Among equally faithful ones the
one nearest to all others wins (two are always equally near: then the query's own words decide), and the text where
all else is equal: never a coin, never the order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from querywright.synthesis.correspondence.finding import Finding
from querywright.synthesis.correspondence.stems import EMPTY, stems

if TYPE_CHECKING:
    import numpy as np

_STEPS: Final = 5
"""Steps of fidelity for each halving of it: findings that differ by less are equally faithful."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One question written for a query, what one must know beside it, and its style."""

    question: str
    evidence: str
    style: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate chosen. `score` is what is stored with the record."""

    index: int
    score: float
    """0 to 1: its fidelity, halved at most for want of agreement."""
    fidelity: float
    agreement: float
    """0 to 1: how near it is to the other candidates on average; 1 where there is no other."""


def choose(candidates: Sequence[Candidate], vectors: np.ndarray | None, findings: Sequence[Finding]) -> Choice:
    """The best of the candidates, the same one in whatever order they come.

    Args:
        candidates: at least one.
        vectors: a unit row for each candidate, in their order; None to compare them by their words.
        findings: what `check` found for each candidate, in their order.

    Raises:
        ValueError: no candidates, or not as many vectors or findings.
    """
    if not candidates:
        raise ValueError("no candidates to choose from")
    if len(findings) != len(candidates) or (vectors is not None and len(vectors) != len(candidates)):
        raise ValueError(f"{len(candidates)} candidates need as many findings and vectors")
    nearness = _agreements(candidates, vectors)
    index = min(range(len(candidates)), key=lambda i: _rank(candidates[i], nearness[i], findings[i]))
    fidelity, agreement = findings[index].fidelity, nearness[index]
    return Choice(index, fidelity * (1.0 + agreement) / 2.0, fidelity, agreement)


def _rank(candidate: Candidate, agreement: float, finding: Finding) -> tuple[float, float, float, str, str, str]:
    """Smaller is better."""
    texts = (candidate.question, candidate.evidence, candidate.style)
    return (_loss(finding), -round(agreement, 6), -round(finding.closeness, 6), *texts)


def _loss(finding: Finding) -> float:
    """Steps of fidelity lost; every heavy sign is some steps, a light one (DISTINCT) none."""
    return math.inf if finding.fidelity <= 0.0 else round(-_STEPS * math.log2(min(finding.fidelity, 1.0)))


def _agreements(candidates: Sequence[Candidate], vectors: np.ndarray | None) -> list[float]:
    """For each candidate the mean likeness to the others, 0 to 1."""
    count = len(candidates)
    if count == 1:
        return [1.0]
    alike = _overlaps(candidates) if vectors is None else _cosines(vectors)
    # fsum does not depend on the order, so the candidates' order does not decide between equals.
    return [math.fsum(row[:i] + row[i + 1 :]) / (count - 1) for i, row in enumerate(alike)]


def _cosines(vectors: np.ndarray) -> list[list[float]]:
    """Each with each; rounded, so that the order in which products are added does not show."""
    wide = vectors.astype("float64")
    found: list[list[float]] = (wide @ wide.T).round(9).clip(0.0, 1.0).tolist()
    return found


def _overlaps(candidates: Sequence[Candidate]) -> list[list[float]]:
    said = [_telling(candidate) for candidate in candidates]
    return [[_overlap(one, other) for other in said] for one in said]


def _telling(candidate: Candidate) -> frozenset[str]:
    return frozenset(stems(f"{candidate.question} {candidate.evidence}")) - EMPTY


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of two sets of words."""
    return 2.0 * len(one & other) / (len(one) + len(other)) if one or other else 1.0
