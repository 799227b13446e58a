"""Whoever answers every prompt as the lessons do is right; whoever does not is judged as `evaluate` judges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from school import lessons

import querywright as qw
from querywright.training.decoding import Pupil, decoded
from querywright.training.decoding.asking import Prompt
from querywright.training.decoding.writing import OPERATORS
from querywright.training.lessons.making import LessonMaker
from querywright.training.lessons.settings import LessonSettings
from querywright.training.watching import figures, looker


class Crammer(Pupil):
    """Knows the lessons by heart: says what follows the prompt there, and nothing where it was never asked so."""

    def __init__(self, catalog: qw.Catalog, examples: Sequence[qw.Example], settings: LessonSettings) -> None:
        maker = LessonMaker(catalog, settings)
        made = [lesson for _, each in maker.lessons(examples) for lesson in each]
        known = {str(lesson.prompt): lesson.answer for lesson in made}
        assert len(known) == len(made)
        object.__setattr__(self, "model", SimpleNamespace(known=known))

    def answers(self, prompts: Sequence[Prompt]) -> list[str]:
        return [self.model.known.get(str([dict(message) for message in prompt]), "") for prompt in prompts]


@pytest.mark.parametrize("noise", [1.0, 0.3])
@pytest.mark.parametrize("name", ["reasoning", "sql", "pipe", "pipe-steps"])
def test_it_is_asked_as_it_was_taught(catalog: qw.Catalog, name: str, noise: float) -> None:
    examples = lessons(6)
    settings = LessonSettings(format=name, noise=noise)
    answers = decoded(Crammer(catalog, examples, settings), examples, catalog, settings)
    found = figures(examples, answers, catalog)
    assert (found["ex"], found["valid"]) == (100.0, 100.0)


class Parrot(Pupil):
    """Always says the same."""

    def __init__(self, word: str) -> None:
        object.__setattr__(self, "model", SimpleNamespace(word=word, asked=[]))

    def answers(self, prompts: Sequence[Prompt]) -> list[str]:
        self.model.asked.append(len(prompts))
        return [self.model.word] * len(prompts)


@pytest.mark.parametrize(
    ("word", "rounds"),
    [("", 1), ("<END>", 1), ("I do not know", 1), ("FROM nowhere", 1), ("FROM zoo", 1)],
)
def test_a_query_that_is_wrong_grows_no_further(catalog: qw.Catalog, word: str, rounds: int) -> None:
    examples, parrot = lessons(3), Parrot(word)
    answers = decoded(parrot, examples, catalog, LessonSettings(format="pipe-steps"))
    assert parrot.model.asked == [6] * rounds
    assert figures(examples, answers, catalog)["ex"] == 0.0


def test_a_query_without_an_end_is_taken_as_it_is(catalog: qw.Catalog) -> None:
    class Endless(Parrot):
        def answers(self, prompts: Sequence[Prompt]) -> list[str]:
            said = super().answers(prompts)
            return ["FROM animal"] * len(said) if len(self.model.asked) == 1 else said

    examples, pupil = lessons(1)[:1], Endless("|> WHERE weight > 20")
    (answer,) = decoded(pupil, examples, catalog, LessonSettings(format="pipe-steps"))
    assert len(pupil.model.asked) == OPERATORS
    assert catalog["zoo"].execute(answer).rows


@pytest.mark.weights
def test_a_model_is_looked_at_and_left_as_it_was(beginner: Path, catalog: qw.Catalog) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(beginner).train()
    model.config.use_cache = False
    tokenizer = AutoTokenizer.from_pretrained(beginner, padding_side="left")
    before = torch.get_rng_state()
    settings = LessonSettings(format="sql", style="compact", max_tokens=1024)
    found = looker(lessons(2), catalog, settings, tokenizer, 8)(model, 0)
    assert found["ex"] == 0.0
    assert model.training
    assert model.config.use_cache is False
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.weights
def test_one_by_one_and_together_it_answers_the_same(beginner: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(beginner, padding_side="left")
    pupil = Pupil(AutoModelForCausalLM.from_pretrained(beginner), tokenizer, 512, 12)
    prompts = [[{"role": "user", "content": "word " * number}] for number in (1, 5, 20, 3)]
    together = pupil.answers(prompts)
    assert together == [pupil.answers([prompt])[0] for prompt in prompts]
    assert pupil.answers([]) == []
    assert Pupil(pupil.model, tokenizer, 16, 12).answers([prompts[2], prompts[0]])[0] == ""
