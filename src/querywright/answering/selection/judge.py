"""`PairJudge`: weights in this process that say which of two queries is right, for a tournament without a model call.

A causal language model reads the tournament's prompt, and the two tokens that answer it are held against each other
(CHASE-SQL, section 3.5); a cross-encoder scores each query by itself, and the scores are. `Judges` opens both kinds.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol, Self

from querywright.answering.selection.comparing import Comparison
from querywright.errors import ModelUnavailable
from querywright.models.weights import name_of, require_weights

CAUSAL, CROSS_ENCODER = "causal-lm", "cross-encoder"
KINDS: Final = (CAUSAL, CROSS_ENCODER)
NOTES: Final = "judge.json"
"""Beside the weights: how they were trained to judge."""
BATCH_TOKENS = 8_192
"""Tokens, padding too, that go through a causal model together."""
SIDES_AT_ONCE = 32


class PairJudge(Protocol):
    """Says which of two queries is right. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """The weights by their name and digest."""
        ...

    @property
    def prompt_tokens(self) -> int | None:
        """What a prompt may hold that it is asked, about; None: as much as any."""
        ...

    def prefers(self, comparisons: Sequence[Comparison]) -> list[float | None]:
        """How likely the first query of each is the right one; None where it cannot read so much."""
        ...


class CausalJudge:
    """A chat model that answers A or B, read by the probabilities of the two tokens.

    Args:
        model: a causal language model, loaded; it is not changed.
        tokenizer: its tokenizer, with a chat template.
        name: what it is called.
        prompt_tokens: what a prompt may hold, about; None: as much as any.

    Raises:
        ModelUnavailable: A and B are no single tokens of it.
    """

    def __init__(self, model: Any, tokenizer: Any, name: str, prompt_tokens: int | None = None) -> None:
        self.name, self.prompt_tokens = name, prompt_tokens
        self._model, self._tokenizer = model, tokenizer
        self._lead, self._a, self._b = answer_tokens(tokenizer, name)
        self._window: int | None = getattr(model.config, "max_position_embeddings", None)
        self._lock = threading.Lock()

    @classmethod
    def load(cls, place: str, name: str, prompt_tokens: int | None = None, tokenizer: Any = None) -> Self:
        """The judge whose weights lie in a folder, or have this name on the Hub, perhaps with another tokenizer.

        Raises ModelUnavailable.
        """
        _require(("torch", "transformers"), name)
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        try:
            dtype = "auto" if torch.cuda.is_available() else torch.float32
            tokenizer = tokenizer or AutoTokenizer.from_pretrained(place)
            model = AutoModelForCausalLM.from_pretrained(place, dtype=dtype)
        except Exception as error:  # whatever a library of libraries raises for files that are not what they should be
            raise _unloadable(error, name) from error
        return cls(model.to("cuda" if torch.cuda.is_available() else "cpu").eval(), tokenizer, name, prompt_tokens)

    def prefers(self, comparisons: Sequence[Comparison]) -> list[float | None]:
        """See `PairJudge`. Between the two tokens the probability of A is the logistic function of their distance."""
        ids = [self._ids(each.prompt) for each in comparisons]
        found: list[float | None] = [None] * len(ids)
        with self._lock:  # two threads at once in one model win nothing and need twice the memory
            for places in _batches([len(each) for each in ids], self._window):
                for place, distance in zip(places, self._distances([ids[place] for place in places]), strict=True):
                    found[place] = logistic(distance)
        return found

    def _ids(self, prompt: str) -> list[int]:
        return [*_asked(self._tokenizer, [{"role": "user", "content": prompt}], asks=True), *self._lead]

    def _distances(self, ids: Sequence[Sequence[int]]) -> list[float]:
        """By how much the logit of A exceeds that of B behind each text."""
        import torch

        longest = max(map(len, ids))
        shape = (len(ids), longest)
        tokens, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
        for row, each in enumerate(ids):  # on the left, so that every text ends in the last place
            tokens[row, longest - len(each) :], mask[row, longest - len(each) :] = torch.tensor(each), 1
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        there = next(self._model.parameters()).device
        with torch.inference_mode():
            said = self._model(
                input_ids=tokens.to(there), attention_mask=mask.to(there), position_ids=positions.to(there),
                logits_to_keep=1, use_cache=False,
            ).logits[:, -1].float()  # fmt: skip
        distances: list[float] = (said[:, self._a] - said[:, self._b]).tolist()
        return distances


class CrossEncoderJudge:
    """A cross-encoder that scores a query for a question; of two, the distance of their scores decides.

    So the order in which two are shown cannot matter, and each query is read once, however many it is compared with.

    Args:
        model: a `CrossEncoder` with one label, loaded; it is not changed.
        name: what it is called.
    """

    prompt_tokens: int | None = None
    """It reads no prompt."""

    def __init__(self, model: Any, name: str) -> None:
        self.name, self._model = name, model
        self._lock = threading.Lock()

    @classmethod
    def load(cls, place: str, name: str) -> Self:
        """The judge whose weights lie in a folder. Raises ModelUnavailable."""
        _require(("torch", "sentence_transformers"), name)
        from sentence_transformers.cross_encoder import CrossEncoder

        try:
            return cls(CrossEncoder(place, num_labels=1), name)
        except Exception as error:  # as above
            raise _unloadable(error, name) from error

    def prefers(self, comparisons: Sequence[Comparison]) -> list[float | None]:
        """See `PairJudge`. What is longer than its window is cut off at the end, where the schema stands."""
        import torch

        different = list(dict.fromkeys((each.question, side) for each in comparisons for side in each.sides))
        with self._lock:
            scores = self._model.predict(
                different, batch_size=SIDES_AT_ONCE, activation_fn=torch.nn.Identity(), show_progress_bar=False
            )
        score = dict(zip(different, map(float, scores), strict=True))
        return [logistic(score[each.question, each.first] - score[each.question, each.second]) for each in comparisons]


class Judges:
    """The judges of one process by their folders, each opened at first use. Safe to use from several threads."""

    def __init__(self) -> None:
        self._open: dict[str, PairJudge] = {}
        self._lock = threading.Lock()

    def of(self, folder: str) -> PairJudge:
        """The judge of a folder. Raises ModelUnavailable where it holds no weights that can judge."""
        with self._lock:
            if folder not in self._open:
                self._open[folder] = open_judge(folder)
            return self._open[folder]


def open_judge(folder: str | Path) -> PairJudge:
    """The judge in a folder: a training's, or one of weights. Raises ModelUnavailable."""
    place = require_weights(folder)
    kind, prompt_tokens = kind_of(place)
    name = name_of(place)
    if kind == CAUSAL:
        return CausalJudge.load(str(place), name, prompt_tokens)
    return CrossEncoderJudge.load(str(place), name)


def kind_of(place: Path) -> tuple[str, int | None]:
    """What kind of judge lies in a folder of weights, and for prompts of about how many tokens, if it says.

    Raises ModelUnavailable: neither kind.
    """
    try:
        notes = json.loads((place / NOTES).read_text("utf-8")) if (place / NOTES).is_file() else {}
        config = json.loads((place / "config.json").read_text("utf-8"))
        kind = notes.get("kind") or _KINDS.get(str((config.get("architectures") or [""])[0]).rpartition("For")[2])
        tokens = notes.get("prompt_tokens")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelUnavailable(f"{NOTES} or config.json in it cannot be read: {error}", str(place)) from error
    if kind not in KINDS or not (tokens is None or isinstance(tokens, int)):
        raise ModelUnavailable(
            "it is no judge: neither a causal language model nor a cross-encoder; querywright train selector makes one",
            str(place),
        )
    return kind, tokens


_KINDS: Final = {"CausalLM": CAUSAL, "SequenceClassification": CROSS_ENCODER}
"""By the end of what `transformers` calls an architecture."""


def answer_tokens(tokenizer: Any, name: str) -> tuple[tuple[int, ...], int, int]:
    """What the chat template writes before an answer of one letter, and the tokens of A and of B.

    Most templates write nothing there; some an empty thought.

    Raises ModelUnavailable: there is no chat template, or the two are no single tokens.
    """
    if not tokenizer.chat_template:
        raise ModelUnavailable("it has no chat template, so it cannot be asked", name)
    question = {"role": "user", "content": "?"}
    prompt = _asked(tokenizer, [question], asks=True)
    a, b = (_asked(tokenizer, [question, {"role": "assistant", "content": letter}]) for letter in "AB")
    differ = [place for place, (one, other) in enumerate(zip(a, b, strict=False)) if one != other]
    if a[: len(prompt)] != prompt or len(a) != len(b) or len(differ) != 1 or differ[0] < len(prompt):
        raise ModelUnavailable(
            "A and B are no single tokens behind its chat template, so their probabilities cannot be read", name
        )
    return tuple(a[len(prompt) : differ[0]]), a[differ[0]], b[differ[0]]


def logistic(distance: float) -> float:
    """The probability that two logits at this distance say for the first.

    >>> logistic(0.0), round(logistic(1.0), 4), logistic(-1000.0)
    (0.5, 0.7311, 0.0)
    """
    if distance < 0:
        grown = math.exp(max(distance, -700.0))
        return grown / (1 + grown) if distance > -700 else 0.0
    return 1 / (1 + math.exp(-distance))


def _batches(lengths: Sequence[int], window: int | None) -> list[list[int]]:
    """Texts by their places, the longest first, in batches of about as many tokens; without those beyond the window."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda each: -lengths[each]):
        if window is not None and lengths[place] > window:
            continue
        if batches and lengths[batches[-1][0]] * (len(batches[-1]) + 1) <= BATCH_TOKENS:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def _asked(tokenizer: Any, messages: list[dict[str, str]], asks: bool = False) -> list[int]:
    found: list[int] = tokenizer.apply_chat_template(
        messages, add_generation_prompt=asks, tokenize=True, return_dict=False
    )
    return found


def _require(libraries: Sequence[str], name: str) -> None:
    if missing := [each for each in libraries if find_spec(each) is None]:
        raise ModelUnavailable(
            f"a judge needs {missing[0]}, which is not installed: pip install 'querywright[train]' torch", name
        )


def _unloadable(error: Exception, name: str) -> ModelUnavailable:
    return ModelUnavailable(f"its weights cannot be loaded: {' '.join(str(error).split())[:300]}", name)
