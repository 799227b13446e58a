"""Texts to vectors, in one way for all indexes: the embedded model, a folder of weights, or an endpoint.

What a model said of a text is kept by the models' own cache, by model and text, so an index that is built again, or
whose building was killed, pays for no text twice. An index keeps the model's name and is only asked with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from querywright.errors import ModelFailed, RetrievalError

if TYPE_CHECKING:
    from querywright.models.contract import Vectors
    from querywright.models.opened import Models

BATCH = 2048
"""Texts handed on together while an index is built, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Embedder:
    """An embedding model as indexes use it."""

    name: str
    """Another one where the vectors are others."""
    embed: Callable[[Sequence[str]], Vectors]

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; a text that comes twice is asked for once.

        Raises:
            ModelFailed: the model gave no vectors for these texts.
            ModelUnavailable: it cannot be asked.
        """
        import numpy as np

        once = list(dict.fromkeys(texts))
        found = np.asarray(self.embed(once), np.float32)
        if found.ndim != 2 or len(found) != len(once):
            raise ModelFailed("vectors that cannot be used", f"{len(found)} for {len(once)} texts", self.name)
        if len(once) == len(texts):
            return found
        at = {text: place for place, text in enumerate(once)}
        return found[[at[text] for text in texts]]

    def blocks(self, texts: Iterable[str]) -> Iterator[Vectors]:
        """The vectors of any number of texts, a batch at a time. Raises as a call."""
        batch: list[str] = []
        for text in texts:
            batch.append(text)
            if len(batch) == BATCH:
                yield self(batch)
                batch = []
        if batch:
            yield self(batch)

    def require(self, built_with: str, folder: object) -> None:
        """Raises RetrievalError where an index was built with another model."""
        if built_with != self.name:
            raise RetrievalError(
                f"the index in {folder} was built with the embedding model {built_with}, not with {self.name}: "
                "ask with that one, or build the index again"
            )


def embedded() -> Embedder:
    """The embedded model: no weights, no server, nothing kept."""
    from querywright.models.hashed import HashedEmbedding

    model = HashedEmbedding()
    return Embedder(model.name, model.vectors)


def embedder(models: Models, step: str = "index") -> Embedder:
    """The embedding model of these open models; `step` is what its usage is accounted to."""
    model = models.embedding
    fingerprint = getattr(model, "fingerprint", None)
    name = model.name
    if fingerprint is not None:  # what a person calls a model may be another one tomorrow
        said = json.dumps(fingerprint, sort_keys=True, default=str)
        name = f"{name}-{hashlib.blake2b(said.encode(), digest_size=6).hexdigest()}"
    return Embedder(name, lambda texts: models.embed(texts, step))
