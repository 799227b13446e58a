"""What a model is to the rest of Querywright: two small protocols and the values that pass through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors: TypeAlias = npt.NDArray[np.float32]
    """One row a text, each of length 1."""

Role = Literal["default", "reasoning", "embedding"]
"""What a model is there for."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a chat model. Two equal requests to one model have the same answers, from the cache."""

    messages: tuple[Message, ...]
    samples: int = 1
    """How many independent answers."""
    temperature: float | None = None
    """None: the model's own setting."""
    max_tokens: int | None = None
    schema: Mapping[str, Any] | None = None
    """A JSON schema of the answer, for servers that can be held to one."""
    blanks: bool = False
    """An answer that cannot be used (a refusal, one cut off) comes as an empty text, and fails nothing."""
    partial: bool = False
    """An answer that was cut off comes as far as it goes, and fails nothing."""
    step: str = ""
    """Who asks, for the accounts; it changes no answer."""


class ChatModel(Protocol):
    """Answers messages."""

    name: str

    async def chat(self, request: Request) -> list[str]:
        """`request.samples` answers, in the order of their sample numbers.

        Raises:
            ModelFailed: this request has no answer that can be used.
            ModelUnavailable: no request will have one; its child ModelOutage: not now.
        """


class EmbeddingModel(Protocol):
    """Turns texts into vectors whose scalar products say how alike they are."""

    name: str

    async def embed(self, texts: Sequence[str], step: str = "") -> Vectors:
        """One unit vector a text, shape `(len(texts), dimensions)`. Raises as `ChatModel.chat`."""
