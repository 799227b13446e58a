"""How a selector is trained, and what it learns from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from querywright.answering.desk import PROMPT_TOKENS
from querywright.answering.selection.judge import CAUSAL, CROSS_ENCODER, KINDS
from querywright.errors import SettingsError
from querywright.evaluation.metrics import checked_rule
from querywright.training.settings import Course, Sft, configured


@dataclass(frozen=True, slots=True)
class Selector(Course):
    """The method's settings where it says them: rank 16, 10 epochs (CHASE-SQL, appendix A.2).

    What is held out is a share of the pairs; `questions` of those are judged at each checkpoint.
    """

    rank: int = 16
    epochs: float = 10.0
    kind: str = CAUSAL
    """`causal-lm` learns to answer A or B; `cross-encoder` learns to score a query for a question."""
    rule: str = "strict"
    """By which results are compared with those of gold: `strict`, `bird` or `spider`."""
    pairs: int = 4
    """At most so many of a question."""
    stand_in: bool = False
    """Where no candidate is right, and none was written with a hint, the gold query itself is the right one."""
    hinted: int = 1
    """Candidates that each strategy writes with the gold query as a hint, where there is a model to write them."""
    max_tokens: int = 4096
    """Of a prompt with its answer; longer ones are left out. A base with a smaller window has its own."""
    prompt_tokens: int = 0
    """What a prompt may hold, estimated as answering does; 0: three quarters of `max_tokens`, 8,000 at most."""

    def __post_init__(self) -> None:
        """Raises SettingsError."""
        Course.__post_init__(self)
        if self.kind not in KINDS:
            raise SettingsError(f"a selector is a {' or a '.join(KINDS)}, not {self.kind!r}")
        if self.kind == CROSS_ENCODER and self.method != "full":
            raise SettingsError(f"a cross-encoder is trained whole: method is full, not {self.method}")
        checked_rule(self.rule)
        at_least = {"pairs": 1, "hinted": 1, "max_tokens": 16, "prompt_tokens": 0}
        for name, least in at_least.items():
            if getattr(self, name) < least:
                raise SettingsError(f"{name} is {least} or more, not {getattr(self, name)}")

    @classmethod
    def of(cls, kind: str) -> Selector:
        """What holds for a kind where nothing else is said. Raises SettingsError: there is no such kind."""
        if kind != CROSS_ENCODER:
            return cls(kind=kind)
        return cls(kind=kind, method="full", learning_rate=5e-5, epochs=3.0, batch=16, device_batch=8, max_tokens=512)

    @classmethod
    def configured(cls, path: Path | None, given: Mapping[str, Any]) -> Selector:
        """Settings from a TOML file, with what was said on the command line; the kind they name decides the others.

        Raises SettingsError: as `training.settings.configured`.
        """
        kind = configured(cls(method="full"), path, {**given, "method": "full"}).kind
        return configured(cls.of(kind), path, given)

    def budget(self, window: int | None) -> int:
        """What a prompt may hold where the base reads so many tokens."""
        return self.prompt_tokens or min(PROMPT_TOKENS, self.longest(window) * 3 // 4)

    def longest(self, window: int | None) -> int:
        """Tokens of a prompt with its answer."""
        return self.max_tokens if window is None else min(self.max_tokens, window)

    def as_sft(self) -> Sft:
        """The course as fine-tuning on completions has it; what is held out was decided before."""
        course = {each.name: getattr(self, each.name) for each in fields(Course)}
        return Sft(**course)
