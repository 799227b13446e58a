"""The loss: how surely each question finds its own query among those that it is held against (InfoNCE)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywright.training.retriever.negatives import RIGHT, SILENT

if TYPE_CHECKING:
    from torch import Tensor


def infonce(questions: Tensor, queries: Tensor, marks: Tensor, temperature: float) -> Tensor:
    """The mean over questions of -log(exp(cos(q, s⁺)/τ) / Σ exp(cos(q, s)/τ)), s over its answer and its negatives.

    Args:
        questions: a vector each, of any length.
        queries: likewise.
        marks: what each query is to each question: its answer (one in every line), a negative, or silent.
        temperature: τ.
    """
    from torch.nn.functional import cross_entropy, normalize

    cosines = normalize(questions.float(), dim=1) @ normalize(queries.float(), dim=1).T
    scores = (cosines / temperature).masked_fill(marks == SILENT, float("-inf"))
    return cross_entropy(scores, (marks == RIGHT).int().argmax(dim=1))
