"""How a server wants to be asked: what of the protocol it takes is found out from what it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from querywright.models.contract import Message, Request
from querywright.models.settings import ModelSettings

_ABOUT_FORMAT = re.compile(
    r"format|schema|json|structured|strict|unsupported|unrecogni[sz]ed|extra|unknown|grammar", re.I
)
_ABOUT_SAMPLES = re.compile(r"\bn\b|candidate|choices|best_of|multiple|unsupported|unrecogni[sz]ed|extra|sampl", re.I)


@dataclass(frozen=True, slots=True)
class Manners:
    """What a server takes, as far as we know."""

    several: bool = True
    """`n` answers to one request."""
    held: str = "json_schema"
    """How it is held to a schema: by `json_schema`, by `json_object`, or only by the `prompt`."""
    temperature: bool = True
    limit: str = "max_tokens"

    def less(self, other: Manners) -> Manners:
        """What both take: what was learned from two requests at once."""
        rank = ("json_schema", "json_object", "prompt")
        return Manners(
            several=self.several and other.several,
            held=max(self.held, other.held, key=rank.index),
            temperature=self.temperature and other.temperature,
            limit=min(self.limit, other.limit),
        )

    def body(self, settings: ModelSettings, request: Request, samples: int) -> dict[str, Any]:
        """The body of a request for so many answers."""
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        body: dict[str, Any] = {"model": settings.model, "messages": messages}
        if request.schema is not None:
            if self.held != "json_schema":
                body["messages"] = [*messages, {"role": "user", "content": instruction(request.schema)}]
                if request.messages[-1].role == "user":  # not every template takes two turns of one side
                    both = f"{request.messages[-1].content}\n\n{instruction(request.schema)}"
                    body["messages"] = [*messages[:-1], {"role": "user", "content": both}]
            if self.held == "json_object":
                body["response_format"] = {"type": "json_object"}
            elif self.held == "json_schema":
                named = {"name": _name(request.schema), "strict": True, "schema": dict(request.schema)}
                body["response_format"] = {"type": "json_schema", "json_schema": named}
        temperature = settings.temperature if request.temperature is None else request.temperature
        if temperature is not None and self.temperature:
            body["temperature"] = temperature
        if request.max_tokens is not None:
            body[self.limit] = request.max_tokens
        if samples > 1:
            body["n"] = samples
        return body | dict(settings.extra_body)

    def after(self, complaint: str, body: Mapping[str, Any]) -> Manners | None:
        """How to ask instead, when this body was refused with these words; None: it was not the manners."""
        if "max_tokens" in body and "max_completion_tokens" in complaint:
            return replace(self, limit="max_completion_tokens")
        if "temperature" in body and self.temperature and "temperature" in complaint:
            return replace(self, temperature=False)
        if "response_format" in body and _ABOUT_FORMAT.search(complaint):
            return replace(self, held="json_object" if self.held == "json_schema" else "prompt")
        if body.get("n", 1) > 1 and _ABOUT_SAMPLES.search(complaint):
            return replace(self, several=False)
        return None


def instruction(schema: Mapping[str, Any]) -> str:
    """The words that ask for an answer in this shape."""
    import orjson

    shape = orjson.dumps(schema).decode()
    return f"Answer with one JSON object and nothing around it. It must be valid under this JSON schema:\n{shape}"


def repair(schema: Mapping[str, Any], answer: str, problem: str) -> tuple[Message, Message]:
    """The turns that show a model its answer and what is wrong with it."""
    wanted = f"That answer cannot be read: {problem}\nGive it again, corrected. {instruction(schema)}"
    return Message("assistant", answer), Message("user", wanted)


def _name(schema: Mapping[str, Any]) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", str(schema.get("title") or "answer"))[:64]
