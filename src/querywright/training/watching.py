"""How good a model is while it is trained: held-out questions answered, executed and judged as `evaluate` does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from querywright.databases import Catalog, Limits
from querywright.datasets.example import Example
from querywright.evaluation import evaluate
from querywright.training.decoding import Pupil, decoded
from querywright.training.lessons.settings import LessonSettings

LIMITS = Limits(seconds=5.0, rows=10_000, bytes=16_000_000)
"""Of each execution: a model that learns writes queries that never end."""


def looker(
    examples: Sequence[Example], catalog: Catalog, settings: LessonSettings, tokenizer: Any, max_new_tokens: int = 256
) -> Callable[[Any, int], Mapping[str, float]]:
    """A function that measures a model after some steps.

    Args:
        examples: held-out questions with their gold SQL.
        catalog: their databases.
        settings: of the lessons; a model taught pipe by pipe is asked pipe by pipe.
        tokenizer: of the model, padding on the left.
        max_new_tokens: of an answer, or of an operator.
    """

    def look(model: Any, step: int) -> Mapping[str, float]:
        pupil = Pupil(model, tokenizer, settings.max_tokens, max_new_tokens)
        return figures(examples, decoded(pupil, examples, catalog, settings), catalog)

    return look


def figures(examples: Sequence[Example], answers: Sequence[str], catalog: Catalog) -> dict[str, float]:
    """Execution accuracy, the share that runs, and accuracy by hardness, in percent, under the strict rule.

    Raises DatabaseUnavailable; a gold query that fails is left out of all of them, as `evaluate` has it.
    """
    gold = [example.having(id=str(number)) for number, example in enumerate(examples)]
    said = {str(number): answer or "-" for number, answer in enumerate(answers)}
    (system,) = evaluate(said, gold, catalog, metrics=["ex"], limits=LIMITS).summary().systems
    found = {"ex": system.ex.percent, "valid": system.valid.percent}
    for name, part in system.breakdown.get("hardness", {}).items():
        found[f"ex_{name}"] = part.percent
    return {name: round(float(value), 3) for name, value in found.items() if value is not None}
