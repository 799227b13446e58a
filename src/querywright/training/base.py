"""`Base`: a model that a training starts from, found fit for it before anything heavy is loaded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from querywright.errors import TrainingError
from querywright.training.lessons.lesson import Lesson

LIBRARIES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")


def require_libraries(names: Sequence[str] = LIBRARIES) -> None:
    """Raises TrainingError where a library that trains is not installed."""
    if missing := [name for name in names if find_spec(name) is None]:
        raise TrainingError(
            f"training needs {missing[0]}, which is not installed: pip install 'querywright[train]' torch"
        )


@dataclass(frozen=True, slots=True)
class Base:
    """Where its weights are, and its tokenizer, which fits lessons: it has a chat template, an end and a pad token."""

    name: str
    """A folder, or a name on the Hub."""
    tokenizer: Any
    window: int | None
    """Tokens that it can read; None: it does not say."""
    notes: tuple[str, ...] = ()
    """What had to be put right."""

    @classmethod
    def open(cls, name: str, chat_template: Path | None = None) -> Base:
        """The base of this name.

        Args:
            name: a folder of weights, a training's folder, or a name on the Hub.
            chat_template: a Jinja file that takes the place of its own.

        Raises:
            TrainingError: it cannot be loaded, or has no chat template or no end token.
        """
        require_libraries(("transformers",))
        place = weights_of(name)
        tokenizer = _tokenizer(place)
        notes = []
        if chat_template is not None:
            try:
                tokenizer.chat_template = chat_template.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise TrainingError(f"the chat template {chat_template} cannot be read: {error}") from error
        if not tokenizer.chat_template:
            raise TrainingError(
                f"{name} has no chat template, so it is no model to be asked: take its instruct variant, "
                "or name a Jinja file with --chat-template"
            )
        if tokenizer.eos_token is None:
            raise TrainingError(f"{name}: its tokenizer has no end token, so that a model could never learn to stop")
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
            notes.append(
                f"its tokenizer has no pad token: {tokenizer.eos_token} fills up instead, which counts nowhere"
            )
        tokenizer.padding_side = "left"
        return cls(place, tokenizer, _window(place), tuple(notes))

    def tokens(self, lesson: Lesson) -> int:
        """How many tokens a lesson is, in its chat template."""
        return len(self._ids([*lesson.prompt, *lesson.completion]))

    def preflight(self, lessons: Sequence[Lesson]) -> None:
        """See that what counts in the loss is what should: the answer and its end, and nothing of the prompt.

        Raises TrainingError: the chat template writes a prompt otherwise when an answer follows it, or gives an answer
        no end.
        """
        for lesson in lessons:
            prompt = self._ids(lesson.prompt, asks=True)
            whole = self._ids([*lesson.prompt, *lesson.completion])
            if whole[: len(prompt)] != prompt:
                raise TrainingError(
                    f"the chat template of {self.name} writes a question otherwise when its answer follows, so what is "
                    "learnt would not be what is asked: give another one with --chat-template"
                )
            learnt = self.tokenizer.decode(whole[len(prompt) :])
            if lesson.answer.strip() not in learnt:
                raise TrainingError(f"the chat template of {self.name} changes answers: {learnt[:80]!r}")
            if not any(token in self.ends for token in whole[len(prompt) :]):
                raise TrainingError(
                    f"the chat template of {self.name} ends no answer with {self.tokenizer.eos_token}: "
                    "a model trained on it would never stop"
                )

    @property
    def digest(self) -> str:
        """What stands for the weights in a record: of a folder its content, of a name on the Hub the name."""
        from querywright.models.weights import name_of

        return name_of(Path(self.name)) if Path(self.name).is_dir() else self.name

    @property
    def ends(self) -> frozenset[int]:
        """The tokens that end an answer."""
        return frozenset({int(self.tokenizer.eos_token_id)})

    def _ids(self, messages: list[dict[str, str]], asks: bool = False) -> list[int]:
        found: list[int] = self.tokenizer.apply_chat_template(
            messages, add_generation_prompt=asks, tokenize=True, return_dict=False
        )
        return found


def weights_of(name: str) -> str:
    """Where the weights of a base are: a training's folder has them in `model`."""
    place = Path(name.removeprefix("local:")).expanduser()
    if (place / "model" / "config.json").is_file():
        return str((place / "model").resolve())
    return str(place.resolve()) if place.is_dir() else name.removeprefix("local:")


def _tokenizer(place: str) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(place)
    except Exception as error:  # whatever a library of libraries raises for files that are not what they should be
        raise TrainingError(_unloadable(place, error)) from error


def _window(place: str) -> int | None:
    from transformers import AutoConfig

    try:
        found = getattr(AutoConfig.from_pretrained(place), "max_position_embeddings", None)
    except Exception as error:
        raise TrainingError(_unloadable(place, error)) from error
    return int(found) if found else None


def _unloadable(place: str, error: Exception) -> str:
    said = " ".join(str(error).split())[:200]
    if Path(place).is_dir():
        return f"the folder {place} holds no model that can be loaded: {said}"
    offline = " (HF_HUB_OFFLINE is set)" if os.environ.get("HF_HUB_OFFLINE") == "1" else ""
    return f"there is no folder {place}, and the Hub gives no model of this name{offline}: {said}"
