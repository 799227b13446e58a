"""`Pupil`: a model in this process that answers prompts, the likeliest token each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Prompt: TypeAlias = Sequence[Mapping[str, str]]
"""Messages."""

BATCH = 16
"""Prompts that go through the model together."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """A causal language model with its tokenizer, which pads on the left."""

    model: Any
    tokenizer: Any
    window: int
    """Tokens of a prompt and its answer."""
    max_new_tokens: int = 256

    def answers(self, prompts: Sequence[Prompt]) -> list[str]:
        """One answer a prompt; empty where the prompt leaves no room for one.

        The model is as it was afterwards: training goes on with its own mode and caches.
        """
        import torch

        rendered = [self._rendered(prompt) for prompt in prompts]
        order = sorted(range(len(prompts)), key=lambda place: len(rendered[place]))  # alike in length, little padding
        found = [""] * len(prompts)
        training, cached = self.model.training, self.model.config.use_cache
        self.model.eval()
        self.model.config.use_cache = True
        try:
            with torch.no_grad():
                for start in range(0, len(order), BATCH):
                    places = order[start : start + BATCH]
                    for place, text in zip(places, self._batch([rendered[each] for each in places]), strict=True):
                        found[place] = text
        finally:
            self.model.config.use_cache = cached
            self.model.train(training)
        return found

    def _rendered(self, prompt: Prompt) -> str:
        text: str = self.tokenizer.apply_chat_template(list(prompt), add_generation_prompt=True, tokenize=False)
        return text

    def _batch(self, texts: Sequence[str]) -> list[str]:
        from transformers import GenerationConfig

        asked = self.tokenizer(list(texts), return_tensors="pt", padding=True, add_special_tokens=False)
        length = asked["input_ids"].shape[1]
        room = self.window - length
        if room < 1:
            return [""] * len(texts) if len(texts) == 1 else [self._batch([text])[0] for text in texts]
        device = next(self.model.parameters()).device
        written = self.model.generate(
            **{name: value.to(device) for name, value in asked.items() if name != "token_type_ids"},
            generation_config=GenerationConfig(
                max_new_tokens=min(self.max_new_tokens, room),
                do_sample=False,
                eos_token_id=self.tokenizer.eos_token_id,
                pad_token_id=self.tokenizer.pad_token_id,
            ),
        )
        answers: list[str] = self.tokenizer.batch_decode(written[:, length:], skip_special_tokens=True)
        return answers
