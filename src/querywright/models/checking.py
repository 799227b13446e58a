"""What a model can do, found out by asking it a few small things: each finding with what it means for a run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from querywright.models.budget import money
from querywright.models.calling import Caller
from querywright.models.contract import EmbeddingModel, Message, Request
from querywright.models.failures import BAD_REQUEST, RequestFailed
from querywright.models.manners import Manners
from querywright.models.prices import price_of
from querywright.models.replies import read
from querywright.models.settings import ModelSettings

WORDS, ENOUGH = 16, 512
"""Tokens of a short answer, and of one that a model may think about first."""
HELLO = (Message("user", "Say hello."),)
# The question asks for no JSON: an answer of this shape is one that the server was held to.
SCHEMA: Mapping[str, Any] = {
    "title": "greeting",
    "type": "object",
    "properties": {"words": {"type": "string"}, "formality": {"type": "integer"}},
    "required": ["words", "formality"],
    "additionalProperties": False,
}
_SHAPES = (
    ("json_schema", "answers are held to the shape asked for"),
    ("json_object", "answers are JSON; their shape is asked for in the prompt, and checked"),
    ("prompt", "the shape is asked for in the prompt; an answer that misses it is asked for once more"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out."""

    what: str
    found: str
    meaning: str


async def check_chat(settings: ModelSettings, key: str | None) -> list[Finding]:
    """Whether a chat model can be reached, and what it can do. It takes three to six short requests.

    Raises:
        ModelUnavailable: it cannot be asked.
        ModelFailed: it can, but does not answer.
    """
    asking = _Asking(settings, key)
    try:
        seconds = await asking.reach()
        several, probable, shape = await asyncio.gather(asking.several(), asking.logprobs(), asking.shape())
    finally:
        await asking.close()
    return [Finding("reachable", f"yes, {seconds:.2f} s", "the time of a short answer"), shape, several, probable]


def check_price(settings: ModelSettings) -> Finding:
    """Whether what it costs is known."""
    price = price_of(settings)
    if price is None:
        return Finding("price", "not known", "a budget counts in tokens (2Mtok), or its table says a price")
    both = f"{money(price.input)} in, {money(price.output)} out"
    return Finding("price", both, "US dollars for a million tokens: a budget can be in dollars")


async def check_embedding(model: EmbeddingModel) -> list[Finding]:
    """Whether an embedding model answers, and with what. Raises as `EmbeddingModel.embed`."""
    began = monotonic()
    vectors = await model.embed(["How many clients are there?", "What is the number of customers?", "Say hello."])
    seconds = monotonic() - began
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    meaning = "one question in other words is nearer than another question"
    if near <= far:
        meaning = "one question in other words is NOT nearer than another question"
    return [
        Finding("embeddings", f"yes, {seconds:.2f} s", f"vectors of {vectors.shape[1]} numbers"),
        Finding("nearness", f"{near:.2f} against {far:.2f}", meaning),
    ]


class _Asking:
    """One server, asked in several ways; nothing is tried again."""

    def __init__(self, settings: ModelSettings, key: str | None) -> None:
        self._settings = settings
        self._caller = Caller(replace(settings, retries=0), key)
        self._manners = Manners(several=False, held="prompt")

    async def close(self) -> None:
        await self._caller.close()

    async def reach(self) -> float:
        """Seconds of a short answer; learns on the way how the server wants to be asked."""
        while True:
            body = self._body(WORDS)
            began = monotonic()
            try:
                await self._post(body)
            except RequestFailed as failed:
                other = self._manners.after(failed.detail, body) if failed.failure.kind is BAD_REQUEST else None
                if other is None:
                    raise
                self._manners = other
            else:
                return monotonic() - began

    async def several(self) -> Finding:
        answer = await self._unless_refused({**self._body(WORDS), "n": 2})
        if len(_choices(answer)) > 1:
            return Finding("several answers", "yes", "one request brings all candidates: its prompt is paid once")
        return Finding("several answers", "no", "each candidate is a request of its own")

    async def logprobs(self) -> Finding:
        answer = await self._unless_refused({**self._body(WORDS), "logprobs": True})
        told = any((choice.get("logprobs") or {}).get("content") for choice in _choices(answer))
        if told:
            return Finding("logprobs", "yes", "it tells how likely its words are")
        return Finding("logprobs", "no", "it does not tell how likely its words are; no step needs it")

    async def shape(self) -> Finding:
        for held, meaning in _SHAPES:
            manners = replace(self._manners, held=held)
            answer = await self._unless_refused(
                manners.body(self._settings, Request(HELLO, max_tokens=ENOUGH, schema=SCHEMA), 1)
            )
            if any(_fits(text) for text in self._texts(answer)):
                return Finding("structured output", "by instruction" if held == "prompt" else held, meaning)
        return Finding("structured output", "no", "it was asked for JSON and gave none: expect many rejects")

    def _body(self, tokens: int) -> dict[str, Any]:
        return self._manners.body(self._settings, Request(HELLO, max_tokens=tokens), 1)

    async def _unless_refused(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer; an empty one where the server does not take such a request."""
        try:
            return await self._post(body)
        except RequestFailed:
            return {}

    async def _post(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._caller.post("/chat/completions", body, lambda: None)

    @staticmethod
    def _texts(answer: Mapping[str, Any]) -> list[str]:
        return [kept.text for kept in read(answer, HELLO).answers]


def _choices(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    choices = answer.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def _fits(text: str) -> bool:
    """Whether it is one JSON object of the shape, with at most a fence around it."""
    try:
        found = json.loads(text.strip().removeprefix("```json").strip("`\n "))
    except ValueError:
        return False
    if not isinstance(found, dict) or set(found) != set(SCHEMA["required"]):
        return False
    return isinstance(found["words"], str) and isinstance(found["formality"], int)
