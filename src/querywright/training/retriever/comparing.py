"""A model's retrieval measured on held-out questions: as it is, and with the map that an example index fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from querywright.retrieval.examples.alignment import fitted, moved
from querywright.training import sentence_libraries
from querywright.training.retriever.measuring import Asked, Retrieved, gains, retrieved
from querywright.training.retriever.negatives import skeletons_of
from querywright.training.retriever.pairs import Gathered, Masked

if TYPE_CHECKING:
    from querywright.models.contract import Vectors

FITTED: Final = 10_000
"""Examples from which the map is fitted at most; an index takes all."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Questions, the base that they are answered from, and what a model retrieved before it was trained."""

    learnt: tuple[Masked, ...]
    asked: tuple[Asked, ...]
    base: Mapping[str, int]
    instruction: str = ""
    plain: Retrieved | None = None
    aligned: Retrieved | None = None

    @classmethod
    def of(cls, model: Any, learnt: Gathered, held_out: Gathered) -> Trial:
        """The trial of these examples, with what this model, which is not trained yet, retrieves in it."""
        asked = tuple(Asked(each.db_id, each.asked, each.sql) for each in held_out.masked)
        trial = cls(learnt.masked, asked, skeletons_of(learnt.masked), model.prompts.get("query") or "")
        plain, aligned = trial.both(model)
        return replace(trial, plain=plain, aligned=aligned)

    def with_instruction(self, instruction: str) -> Trial:
        """The same for a model that is asked with this instruction."""
        return replace(self, instruction=instruction)

    def look(self, model: Any, step: int) -> dict[str, float]:
        """Figures of a model as it is."""
        return self._retrieved(*self._vectors(model)).figures()

    def both(self, model: Any) -> tuple[Retrieved, Retrieved | None]:
        """What a model retrieves, and what it does with the map of the base; None where the base is too small."""
        questions, queries = self._vectors(model)
        return self._retrieved(questions, queries), self._with_map(model, questions, queries)

    def against(self, before: Trial, model: Any) -> dict[str, Any]:
        """The figures of the trained model and of the one before, and the gain."""
        trained, aligned = self.both(model)
        if before.plain is None:
            raise ValueError("nothing was measured before")
        told: dict[str, Any] = {
            "asked": len(self.asked),
            "answerable": sum(rank is not None for rank in trained.ranks),
            "untrained": before.plain.figures(),
            "trained": trained.figures(),
            "gain": gains(before.plain, trained, self.asked),
        }
        if before.aligned is not None and aligned is not None:
            told["untrained_aligned"] = before.aligned.figures()
            told["trained_aligned"] = aligned.figures()
            told["gain_aligned"] = gains(before.aligned, aligned, self.asked)  # what an index has of it
            told["gain_by_map"] = gains(trained, aligned, self.asked)
        return told

    def _vectors(self, model: Any) -> tuple[Vectors, Vectors]:
        questions = _embedded(model, [self.instruction + one.question for one in self.asked])
        return questions, _embedded(model, list(self.base))

    def _retrieved(self, questions: Vectors, queries: Vectors) -> Retrieved:
        return retrieved(self.asked, self.base, questions, queries)

    def _with_map(self, model: Any, questions: Vectors, queries: Vectors) -> Retrieved | None:
        sample = self.learnt[:: -(-len(self.learnt) // FITTED)]
        place = {sql: number for number, sql in enumerate(self.base)}
        known = _embedded(model, [self.instruction + each.known for each in sample])
        by = fitted([(known, queries[[place[each.sql] for each in sample]])])
        return None if by is None else self._retrieved(moved(questions, by), queries)


def _embedded(model: Any, texts: Sequence[str]) -> Vectors:
    """One vector a text; equal texts are embedded once."""
    once = list(dict.fromkeys(texts))
    at = {text: number for number, text in enumerate(once)}
    found: Vectors = sentence_libraries.vectors(model, once)[[at[text] for text in texts]]
    return found
