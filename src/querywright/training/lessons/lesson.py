"""`Lesson`: what is said to a model and what it should answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing to learn."""

    key: str
    """Of the example that it was made from."""
    db_id: str
    user: str
    answer: str
    """What counts in the loss, with the end of the turn."""
    system: str = ""
    step: int = 0
    """0 for the first or only lesson of an example."""
    steps: int = 1
    """How many lessons the example has."""

    @property
    def prompt(self) -> list[dict[str, str]]:
        """What is said to the model, as messages."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        return [*system, {"role": "user", "content": self.user}]

    @property
    def completion(self) -> list[dict[str, str]]:
        """What it should answer, as a message."""
        return [{"role": "assistant", "content": self.answer}]

    def to_dict(self) -> dict[str, Any]:
        """As a row of a file: prompt and completion as messages, then where it comes from."""
        about = {"id": self.key, "db_id": self.db_id, "step": self.step, "steps": self.steps}
        return {"prompt": self.prompt, "completion": self.completion, **about}
