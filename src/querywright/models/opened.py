"""The models of one process, open: for steps that run in many threads and wait for their answers."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from querywright.errors import ModelUnavailable
from querywright.models.cache import ResponseCache
from querywright.models.contract import Request
from querywright.models.embeddings import open_embedding
from querywright.models.endpoint import ChatEndpoint
from querywright.models.hashed import HashedEmbedding
from querywright.models.naming import HASHED, key_of, resolve
from querywright.models.settings import ModelSettings
from querywright.models.structured import exchange_for
from querywright.models.turns import Turns
from querywright.models.usage import Ledger

if TYPE_CHECKING:
    from pydantic import BaseModel

    from querywright.models.contract import Vectors

    Shape = TypeVar("Shape", bound=BaseModel)

T = TypeVar("T")
ChatRole = Literal["default", "reasoning"]


class Models:
    """The three roles, one cache, one ledger. A context manager.

    Its methods block, and may be called from any number of threads; behind them one event loop keeps all requests in
    flight. It is started by the first question that the cache cannot answer. A thread that waits gives its turn away.
    """

    def __init__(
        self,
        default: ModelSettings | None,
        reasoning: ModelSettings | None = None,
        embedding: ModelSettings | None = None,
        cache: Path | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Without a model for `reasoning` the default one reasons; without one for `embedding` the embedded one
        compares; without `cache` nothing is kept.

        `tell` hears that the cache cannot be used. Raises ModelUnavailable where a key is missing.
        """
        self.ledger, self.turns = Ledger(), Turns()
        self.cache = None if cache is None else ResponseCache(cache, tell)
        embeds = embedding or resolve(HASHED, {})
        self.embedding = open_embedding(embeds, self.ledger, self.cache, key_of(embeds, os.environ))
        named: dict[ChatRole, ModelSettings | None] = {"default": default, "reasoning": reasoning}
        self._chats = {
            role: ChatEndpoint(settings, role, self.ledger, self.cache, key_of(settings, os.environ))
            for role, settings in named.items()
            if settings is not None
        }
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, role: ChatRole, request: Request) -> list[str]:
        """The answers of the model of this role. Raises as `ChatModel.chat`."""
        model = self._of(role)
        known = model.remembered(request)
        return self._wait(model.chat(request)) if known is None else known

    def ask_for(self, role: ChatRole, request: Request, shape: type[Shape]) -> list[Shape]:
        """The answers as objects of this shape. Raises as `chat_for`."""
        exchange = exchange_for(self._of(role).name, request, shape)
        asked = next(exchange)
        while True:
            answers = [self.ask(role, asked[0])] if len(asked) == 1 else self._ask_all(role, asked)
            try:
                asked = exchange.send(answers)
            except StopIteration as end:
                found: list[Shape] = end.value
                return found

    def embed(self, texts: Sequence[str], step: str = "") -> Vectors:
        """One vector a text. Raises as `EmbeddingModel.embed`."""
        if isinstance(self.embedding, HashedEmbedding):  # asks nobody, so nobody is waited for
            return self.embedding.vectors(texts)
        return self._wait(self.embedding.embed(texts, step))

    def close(self) -> None:
        """End what is in flight, close the connections, commit the cache."""
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._end(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()
            loop.close()
        if self.cache is not None:
            self.cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _of(self, role: ChatRole) -> ChatEndpoint:
        model = self._chats.get(role) or self._chats.get("default")
        if model is None:
            raise ModelUnavailable(f"there is no chat model for the role {role}: name one with --model")
        return model

    def _ask_all(self, role: ChatRole, requests: Sequence[Request]) -> list[list[str]]:
        async def together() -> list[list[str]]:
            return list(await asyncio.gather(*(self._of(role).chat(request) for request in requests)))

        return self._wait(together())

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            loop = self._started()
        except RuntimeError:
            work.close()
            raise
        waiting = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            with self.turns.away():
                return waiting.result()
        except BaseException:
            waiting.cancel()  # whoever waits was interrupted: nobody else wants it
            raise

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise RuntimeError("these models are closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="models", daemon=True)
                self._thread.start()
            return self._loop

    async def _end(self) -> None:
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for chat in self._chats.values():
            await chat.close()
        await self.embedding.close()
