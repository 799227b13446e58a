"""An embedding model, whatever it is: an endpoint, a folder of weights, or the embedded one."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from querywright.errors import ModelFailed
from querywright.models.cache import ResponseCache
from querywright.models.calling import Caller
from querywright.models.contract import EmbeddingModel
from querywright.models.failures import BAD_REQUEST, RequestFailed
from querywright.models.hashed import HashedEmbedding
from querywright.models.local import FolderEmbedding
from querywright.models.naming import FOLDER, HASHED
from querywright.models.prices import cost, price_of
from querywright.models.remembering import RememberedEmbedding
from querywright.models.replies import guess
from querywright.models.settings import ModelSettings
from querywright.models.usage import Ledger, Usage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from querywright.models.contract import Vectors

BATCH = 32
"""Texts in one request: with the longest vectors there are, the answer is no more than we read."""
WRONG = "vectors that cannot be used"


class OpenEmbedding(EmbeddingModel, Protocol):
    """An embedding model that may hold connections."""

    async def close(self) -> None:
        """Let go of them, in the loop that they were used in."""


def open_embedding(
    settings: ModelSettings, ledger: Ledger, cache: ResponseCache | None = None, key: str | None = None
) -> OpenEmbedding:
    """The embedding model of these settings; what it takes goes into the ledger, and what it says into the cache.

    Raises:
        ModelUnavailable: it is a folder without weights, or the `local` extra is not installed.
    """
    if settings.provider == HASHED:
        return HashedEmbedding()
    if settings.provider == FOLDER:
        local = FolderEmbedding(settings.model)
        return RememberedEmbedding(local, {"folder": local.name}, ledger, cache)
    return RememberedEmbedding(EmbeddingEndpoint(settings, ledger, key), settings.fingerprint(), ledger, cache)


class EmbeddingEndpoint:
    """Embeddings by any server that speaks OpenAI's protocol. For one event loop; `close` it there."""

    def __init__(self, settings: ModelSettings, ledger: Ledger, key: str | None = None) -> None:
        """`key` is sent to the server, and never written anywhere."""
        self.name = settings.name
        self.settings = settings
        self._ledger = ledger
        self._caller = Caller(settings, key)
        self._packed = True
        """Whether vectors are asked for as bytes, a quarter of their length in digits."""

    async def embed(self, texts: Sequence[str], step: str = "") -> Vectors:
        """As `EmbeddingModel.embed`: the texts go out in batches, many at once."""
        import numpy as np

        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        parts = await asyncio.gather(*(self._batch(batch, step) for batch in batches), return_exceptions=True)
        for part in parts:
            if isinstance(part, BaseException):
                raise part
        vectors = [vector for part in parts if not isinstance(part, BaseException) for vector in part]
        if len({len(vector) for vector in vectors}) > 1:
            raise ModelFailed(WRONG, "they differ in length", self.name)
        return np.array(vectors, np.float32) if vectors else np.empty((0, 0), np.float32)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._caller.close()

    async def _batch(self, texts: Sequence[str], step: str) -> list[npt.NDArray[np.float32]]:
        calls = 0

        def sent() -> None:
            nonlocal calls
            calls += 1

        tokens = 0
        try:
            answer = await self._post([_sendable(text) for text in texts], sent)
            tokens = _tokens(answer, texts)
            return [self._vector(value) for value in self._values(answer, len(texts))]
        finally:
            if calls:
                self._enter(step, calls, tokens)

    async def _post(self, texts: list[str], sent: Any) -> Mapping[str, Any]:
        body = {"model": self.settings.model, "input": texts, **self.settings.extra_body}
        if not self._packed:
            return await self._caller.post("/embeddings", body, sent)
        try:
            return await self._caller.post("/embeddings", {"encoding_format": "base64", **body}, sent)
        except RequestFailed as failed:
            if failed.failure.kind is not BAD_REQUEST or "encoding" not in failed.detail:
                raise
            self._packed = False
            return await self._caller.post("/embeddings", body, sent)

    def _values(self, answer: Mapping[str, Any], number: int) -> list[Any]:
        """What the server gave for each text, in the order of the texts."""
        given = answer.get("data")
        rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
        found = {row.get("index", place): row.get("embedding") for place, row in enumerate(rows)}
        if len(rows) != number or set(found) != set(range(number)):
            raise ModelFailed(WRONG, f"{len(rows)} for {number} texts", self.name)
        return [found[place] for place in range(number)]

    def _vector(self, value: Any) -> npt.NDArray[np.float32]:
        """One vector, of length 1. Raises ModelFailed where it is none or points nowhere."""
        import numpy as np

        try:
            raw = np.frombuffer(b64decode(value, validate=True), "<f4") if isinstance(value, str) else value
            vector = np.array(raw, np.float64)
        except (ValueError, TypeError):
            raise ModelFailed(WRONG, "one is no list of numbers", self.name) from None
        if vector.ndim != 1 or not len(vector):
            raise ModelFailed(WRONG, "one is no list of numbers", self.name)
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise ModelFailed(WRONG, "one is zero" if length == 0 else "one has numbers that are none", self.name)
        return (vector / length).astype(np.float32)

    def _enter(self, step: str, calls: int, tokens: int) -> None:
        price = price_of(self.settings) if tokens else None
        paid = cost(price, tokens, 0) if tokens else 0.0
        self._ledger.add(Usage(step, "embedding", self.name, calls=calls, input_tokens=tokens, cost=paid))


def _sendable(text: str) -> str:
    """The text as JSON can hold it. Servers refuse an empty one: it is sent as a full stop."""
    return text.encode("utf-8", "replace").decode() if text.strip() else "."


def _tokens(answer: Mapping[str, Any], texts: Sequence[str]) -> int:
    usage = answer.get("usage")
    counted = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return counted if isinstance(counted, int) else sum(guess(text) for text in texts)
