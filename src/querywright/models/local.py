"""A folder of sentence-transformers weights as the embedding model, in this process. It needs the `local` extra."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from querywright.errors import ModelUnavailable
from querywright.models.weights import name_of, require_weights

if TYPE_CHECKING:
    from querywright.models.contract import Vectors

BATCH = 32
"""Texts that go through the model together."""


class FolderEmbedding:
    """Embeds with the weights of a folder, which are loaded when the first text comes."""

    def __init__(self, folder: str | Path) -> None:
        """Raises ModelUnavailable where the folder has no weights, or the extra is not installed."""
        self._folder = require_weights(folder)
        self.name = name_of(self._folder)
        if find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                "a folder of weights as the embedding model needs the local extra: pip install 'querywright[local]'",
                str(folder),
            )
        self.instruction = _instruction(self._folder)
        """What this model was trained to read before a text that is searched with; empty: nothing."""
        self._lock = threading.Lock()
        self._model: Any = None

    async def embed(self, texts: Sequence[str], step: str = "") -> Vectors:
        """One unit vector a text, made in a thread. Raises ModelUnavailable where the weights cannot be loaded."""
        return await asyncio.to_thread(self.vectors, list(texts))

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The same, at once."""
        import numpy as np

        with self._lock:  # two threads at once in one model win nothing and need twice the memory
            self._model = self._model or self._loaded()
            if not texts:
                return np.empty((0, self._model.get_embedding_dimension()), np.float32)
            found = self._model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        return np.ascontiguousarray(found, np.float32)

    def _loaded(self) -> Any:
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(str(self._folder), local_files_only=True)
        except Exception as error:  # whatever a library of libraries raises for files that are not what they should be
            said = " ".join(str(error).split())[:300]
            raise ModelUnavailable(f"its weights cannot be loaded: {said}", str(self._folder)) from error


def _instruction(folder: Path) -> str:
    """The folder's prompt of queries, as sentence-transformers keeps it."""
    try:
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8")).get("prompts")
    except (OSError, ValueError, AttributeError):  # older ones have none; whether they load is said when they do
        return ""
    found = prompts.get("query") if isinstance(prompts, dict) else None
    return found if isinstance(found, str) else ""
