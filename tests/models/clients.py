"""Clients of the test server, and questions to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from model_server import ModelServer

from querywright.models import Ledger, Message, ModelSettings, Request
from querywright.models.endpoint import ChatEndpoint

KEY = "sk-very-secret"


def settings_for(server: ModelServer, **more: Any) -> ModelSettings:
    """Settings of the model behind this server."""
    return ModelSettings(**({"name": "toy", "provider": "test", "model": "m", "base_url": server.url} | more))


def question(text: str = "How many orders are there?", **more: Any) -> Request:
    """A request of one user's turn."""
    return Request((Message("user", text),), **more)


def asked(settings: ModelSettings, *requests: Request, **more: Any) -> list[list[str]]:
    """The answers to these requests, made at once, from a model that is opened for them."""

    async def ask(model: ChatEndpoint) -> list[list[str]]:
        return list(await asyncio.gather(*(model.chat(request) for request in requests)))

    return with_model(settings, ask, **more)


def with_model(settings: ModelSettings, work: Callable[[ChatEndpoint], Any], **more: Any) -> Any:
    """What this coroutine function makes of an open model."""

    async def run() -> Any:
        given = {"role": "default", "ledger": Ledger()} | more
        wire = given.pop("wire", None)
        model = ChatEndpoint(settings, wire=None if wire is None else wire(settings, given.get("key")), **given)
        try:
            return await work(model)
        finally:
            await model.close()

    return asyncio.run(run())
