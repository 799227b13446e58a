"""How a retriever is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from querywright.errors import SettingsError
from querywright.training.settings import Course

IN_BATCH: Final = 0
"""As `negatives`: each pair is held against the other queries of its batch."""
INSTRUCTION: Final = "Instruct: Find the masked SQL query that answers the masked question\nQuery: "
"""What stands before a masked question, in the form that the base models of the method were trained with."""


@dataclass(frozen=True, slots=True)
class Retriever(Course):
    """Contrastive learning of pairs (Text2SQL-Flow, section III-E)."""

    method: str = "full"
    """All weights: embedding models are small."""
    learning_rate: float = 5e-5
    warmup: float = 0.1
    batch: int = 32
    """Pairs of one step."""
    device_batch: int = 32
    """Pairs of one pass; only these are negatives of each other where none are drawn."""
    negatives: int = 30
    """Queries of other skeletons drawn for each pair; 0: those of the other pairs of its pass."""
    temperature: float = 0.05
    """Cosines are divided by it: the smaller, the more the nearest wrong query counts."""
    instruction: str = INSTRUCTION
    """Put before masked questions, not before SQL; the trained model keeps it. Empty: none."""
    max_tokens: int = 256
    """Of a text; what is longer loses its end, and is counted."""

    def __post_init__(self) -> None:
        """Raises SettingsError."""
        Course.__post_init__(self)
        if self.method != "full":
            raise SettingsError(f"a retriever is trained whole: its method is full, not {self.method!r}")
        if self.negatives < 0 or self.max_tokens < 8:
            raise SettingsError("negatives is 0 (the others of the batch) or more, max_tokens 8 or more")
        if self.negatives == IN_BATCH and self.device_batch < 2:
            raise SettingsError("with the others of the batch as negatives a pass needs 2 pairs or more (device_batch)")
        if not 0 < self.temperature <= 1:
            raise SettingsError(f"the temperature lies above 0 and is 1 at most, not {self.temperature}")
