"""The two kinds of weights that learn to judge: a causal language model, and a cross-encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from querywright.answering.desk import PROMPT_TOKENS
from querywright.answering.selection.judge import CausalJudge, CrossEncoderJudge, PairJudge, answer_tokens
from querywright.errors import ModelUnavailable, TrainingError
from querywright.models.weights import name_of
from querywright.training import cross_encoder_libraries, libraries
from querywright.training.base import Base, require_libraries, weights_of
from querywright.training.folder import TrainingFolder
from querywright.training.libraries import Look, Tell
from querywright.training.selector.accuracy import Accuracy, accuracy
from querywright.training.selector.pair import Pair
from querywright.training.selector.settings import Selector

PROVED = 50
"""Lessons whose masks are looked at before anything is trained."""


class Pupil(Protocol):
    """Weights that can be measured and trained, whatever their kind."""

    @property
    def digest(self) -> str:
        """Of what it starts from."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What had to be put right."""
        ...

    @property
    def budget(self) -> int:
        """What a prompt may hold, about."""
        ...

    def fits(self, pair: Pair) -> bool:
        """Whether it can read this pair."""
        ...

    def judge_of(self, model: Any) -> PairJudge:
        """A judge with these weights, in training, as they are now."""
        ...

    def measured(self, pairs: Sequence[Pair], seed: int) -> Accuracy:
        """How good it is before training. Raises TrainingError."""
        ...

    def train(
        self,
        learnt: Sequence[Pair],
        held_out: Sequence[Pair],
        folder: TrainingFolder,
        look: Look | None,
        tell: Tell | None,
    ) -> dict[str, Any]:
        """Train it, write it to the folder, and give the figures. Raises TrainingError, RunInterrupted."""
        ...


@dataclass(frozen=True, slots=True)
class CausalPupil:
    """A chat model that learns to complete the tournament's prompt with A or B."""

    base: Base
    settings: Selector

    @classmethod
    def open(cls, name: str, settings: Selector, chat_template: Path | None) -> Self:
        """Raises TrainingError: as `Base.open`, or A and B are no single tokens."""
        require_libraries()
        base = Base.open(name, chat_template)
        with _as_training():
            answer_tokens(base.tokenizer, name)
        return cls(base, settings)

    @property
    def digest(self) -> str:
        """See `Pupil`."""
        return str(self.base.digest)

    @property
    def notes(self) -> Sequence[str]:
        """See `Pupil`."""
        return self.base.notes

    @property
    def budget(self) -> int:
        """See `Pupil`."""
        return self.settings.budget(self.base.window)

    def fits(self, pair: Pair) -> bool:
        """See `Pupil`."""
        return self.base.tokens(pair.lesson) <= self.settings.longest(self.base.window)

    def judge_of(self, model: Any) -> PairJudge:
        """See `Pupil`."""
        return _Paused(CausalJudge(model, self.base.tokenizer, self.base.name), model)

    def measured(self, pairs: Sequence[Pair], seed: int) -> Accuracy:
        """See `Pupil`."""
        with _as_training():
            judge = CausalJudge.load(self.base.name, self.base.name, tokenizer=self.base.tokenizer)
            return accuracy(judge, pairs, seed)

    def train(
        self,
        learnt: Sequence[Pair],
        held_out: Sequence[Pair],
        folder: TrainingFolder,
        look: Look | None,
        tell: Tell | None,
    ) -> dict[str, Any]:
        """See `Pupil`."""
        lessons = [pair.lesson for pair in learnt]
        self.base.preflight(lessons[:PROVED])
        tested = [pair.lesson for pair in held_out]
        longest = self.settings.longest(self.base.window)
        return libraries.sft(self.base, lessons, tested, self.settings.as_sft(), folder, longest, look, tell)


@dataclass(frozen=True, slots=True)
class CrossEncoderPupil:
    """A cross-encoder that learns to score the right query of a pair above the wrong one."""

    name: str
    model: Any
    settings: Selector
    notes: tuple[str, ...] = ()

    @classmethod
    def open(cls, name: str, settings: Selector) -> Self:
        """Raises TrainingError: it cannot be loaded."""
        return cls(name, cross_encoder_libraries.opened(name, settings.max_tokens, settings.seed), settings)

    @property
    def digest(self) -> str:
        """See `Pupil`."""
        place = Path(weights_of(self.name))
        return name_of(place) if place.is_dir() else self.name

    @property
    def budget(self) -> int:
        """See `Pupil`. It reads no prompt; one is written all the same, so that the file of pairs shows it."""
        return self.settings.prompt_tokens or PROMPT_TOKENS

    def fits(self, pair: Pair) -> bool:
        """See `Pupil`. What is longer than its window loses its end, where the schema stands; `train` counts those."""
        return True

    def judge_of(self, model: Any) -> PairJudge:
        """See `Pupil`."""
        return _Paused(CrossEncoderJudge(self.model, self.name), self.model)

    def measured(self, pairs: Sequence[Pair], seed: int) -> Accuracy:
        """See `Pupil`."""
        return accuracy(self.judge_of(self.model), pairs, seed)

    def train(
        self,
        learnt: Sequence[Pair],
        held_out: Sequence[Pair],
        folder: TrainingFolder,
        look: Look | None,
        tell: Tell | None,
    ) -> dict[str, Any]:
        """See `Pupil`."""
        cut = cross_encoder_libraries.too_long(self.model, [*learnt, *held_out])
        if cut and tell is not None:
            tell(
                f"{cut:,} queries are cut at the end: with their question, result and schema they have more than "
                f"{self.model.max_seq_length} tokens"
            )
        figures = cross_encoder_libraries.cross_encoder(self.model, learnt, held_out, self.settings, folder, look, tell)
        return {**figures, "cut": cut}


@dataclass(frozen=True, slots=True)
class _Paused:
    """A judge with weights that are in training: while it judges they do not drop out, afterwards they do again."""

    judge: PairJudge
    model: Any

    @property
    def name(self) -> str:
        return self.judge.name

    @property
    def prompt_tokens(self) -> int | None:
        return self.judge.prompt_tokens

    def prefers(self, comparisons: Sequence[Any]) -> list[float | None]:
        training = self.model.training
        self.model.eval()
        try:
            return self.judge.prefers(comparisons)
        finally:
            self.model.train(training)


@contextmanager
def _as_training() -> Iterator[None]:
    try:
        yield
    except ModelUnavailable as error:
        raise TrainingError(str(error)) from error
