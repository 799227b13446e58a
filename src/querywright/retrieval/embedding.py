"""Texts to vectors, in one way for all indexes: the embedded model, a folder of weights, or an endpoint.

What a model said of a text is kept by the models' own cache, by model and text, so an index that is built again, or
whose building was killed, pays for no text twice. An index keeps the model's name and is only asked with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from querywright.errors import ModelFailed, RetrievalError

if TYPE_CHECKING:
    from querywright.models.contract import Vectors
    from querywright.models.opened import Models

BATCH = 2048
"""Texts handed on together while an index is built, which bounds the memory."""


LATELY = 16_384
"""Texts of earlier batches that are remembered."""


@dataclass(frozen=True, slots=True)
class Known:
    """Texts whose vectors an index has: the row of each."""

    rows: Mapping[str, int]
    vectors: Vectors

    def of(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of these texts that are known."""
        return {text: self.vectors[self.rows[text]] for text in texts if text in self.rows}


@dataclass(frozen=True, slots=True)
class Embedder:
    """An embedding model as indexes use it."""

    name: str
    """Another one where the vectors are others."""
    embed: Callable[[Sequence[str]], Vectors]
    instruction: str = ""
    """What a model that was trained for it wants to read before a question that is compared with SQL."""

    def asked(self, masked_question: str) -> str:
        """A masked question as this model is asked with it."""
        return self.instruction + masked_question

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

    def blocks(self, texts: Iterable[str], known: Known | None = None) -> Iterator[Vectors]:
        """The vectors of any number of texts, a batch at a time; `known` ones are copied, not asked for.

        Raises as a call.
        """
        rest = iter(texts)
        lately: dict[str, Vectors] = {}
        while batch := list(islice(rest, BATCH)):
            yield self._block(batch, known, lately)

    def _block(self, batch: list[str], known: Known | None, lately: dict[str, Vectors]) -> Vectors:
        """`lately` remembers some texts from batch to batch: masked queries repeat each other."""
        import numpy as np

        here = {} if known is None else known.of(batch)
        fresh = [text for text in dict.fromkeys(batch) if text not in here and text not in lately]
        made = dict(zip(fresh, self(fresh), strict=True)) if fresh else {}
        block = np.stack([made[t] if t in made else here[t] if t in here else lately[t] for t in batch])
        if len(lately) < LATELY:
            lately.update(made)
        return block

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
    instruction = getattr(model, "instruction", "")
    name = model.name
    if fingerprint is not None:  # what a person calls a model may be another one tomorrow
        decides = {**fingerprint, "instruction": instruction} if instruction else fingerprint
        said = json.dumps(decides, sort_keys=True, default=str)
        name = f"{name}-{hashlib.blake2b(said.encode(), digest_size=6).hexdigest()}"
    return Embedder(name, lambda texts: models.embed(texts, step), instruction)
