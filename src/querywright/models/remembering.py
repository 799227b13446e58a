"""An embedding model with a memory: a text that was embedded once, in whatever run, is not embedded again."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from querywright.errors import ModelFailed
from querywright.models.cache import Kept, ResponseCache
from querywright.models.contract import EmbeddingModel
from querywright.models.replies import guess
from querywright.models.usage import Ledger, Usage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from querywright.models.contract import Vectors


class RememberedEmbedding:
    """Asks the model for those texts only that the cache does not know, and for each of them once."""

    def __init__(
        self, model: EmbeddingModel, fingerprint: Mapping[str, Any], ledger: Ledger, cache: ResponseCache | None = None
    ) -> None:
        """`fingerprint` is what decides the vectors, beside the text."""
        self.name = model.name
        self._model = model
        self.fingerprint = dict(fingerprint)
        """What decides the vectors, beside the text."""
        self.instruction: str = getattr(model, "instruction", "")
        """What the model wants to read before a text that is searched with."""
        self._ledger, self._cache = ledger, cache
        self._dimensions = 0
        """Of the vectors that were seen; 0 before the first."""

    async def embed(self, texts: Sequence[str], step: str = "") -> Vectors:
        """As `EmbeddingModel.embed`."""
        import numpy as np

        known = self._remembered(texts)
        if known:
            saved = sum(guess(text) for text in known)
            self._ledger.add(Usage(step, "embedding", self.name, cached=len(known), saved_tokens=saved))
        if not texts:
            return np.empty((0, self._dimensions), np.float32)
        if fresh := [text for text in dict.fromkeys(texts) if text not in known]:
            found = await self._model.embed(fresh, step)
            self._keep(fresh, found)
            known.update(zip(fresh, found, strict=True))
        lengths = {len(vector) for vector in known.values()} | ({self._dimensions} if self._dimensions else set())
        if len(lengths) > 1:
            raise ModelFailed(
                "vectors that cannot be used", f"they have {' and '.join(map(str, sorted(lengths)))} numbers", self.name
            )
        (self._dimensions,) = lengths
        return np.stack([known[text] for text in texts])

    async def close(self) -> None:
        """Let go of what the model holds."""
        close = getattr(self._model, "close", None)
        if close is not None:
            await close()

    def _remembered(self, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        import numpy as np

        if self._cache is None:
            return {}
        found: dict[str, npt.NDArray[np.float32]] = {}
        for text in dict.fromkeys(texts):
            kept = self._cache.get(self._question(text), 1).get(0)
            if kept is not None:
                found[text] = np.frombuffer(b64decode(kept.text), "<f4").astype(np.float32)
        return found

    def _keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        if self._cache is None:
            return
        for text, vector in zip(texts, vectors, strict=True):
            packed = b64encode(vector.astype("<f4").tobytes()).decode()
            self._cache.put(self._question(text), {0: Kept(packed, input_tokens=guess(text))})

    def _question(self, text: str) -> bytes:
        """What decides the vector, as a digest."""
        import orjson

        asked = orjson.dumps({**self.fingerprint, "kind": "embedding"}, option=orjson.OPT_SORT_KEYS)
        return blake2b(asked + b"\0" + text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
