"""Answers of a wanted shape: a schema goes out, a checked object comes back, with one repair in between."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from querywright.errors import ModelFailed
from querywright.models.contract import ChatModel, Request
from querywright.models.manners import repair
from querywright.models.parsing import values

if TYPE_CHECKING:
    from pydantic import BaseModel

    Shape = TypeVar("Shape", bound=BaseModel)
    Exchange: TypeAlias = Generator[list[Request], list[list[str]], list[Shape]]
    """Yields requests, is sent the answers to each, and returns what they say."""

NOT_THE_JSON = "not the JSON asked for"
SHOWN_CHARACTERS = 8_000
"""So much of an answer is shown to its model again."""


async def chat_for(model: ChatModel, request: Request, shape: type[Shape]) -> list[Shape]:
    """One object of this shape for each sample.

    Raises:
        ModelFailed: as `ChatModel.chat`; or an answer is not of the shape, and its repair is not either.
    """
    exchange = exchange_for(model.name, request, shape)
    asked = next(exchange)
    while True:
        answers = list(await asyncio.gather(*(model.chat(each) for each in asked)))
        try:
            asked = exchange.send(answers)
        except StopIteration as end:
            found: list[Shape] = end.value
            return found


def exchange_for(model: str, request: Request, shape: type[Shape]) -> Exchange[Shape]:
    """The requests that it takes, for whoever sends them: the question, then a repair of each answer that needs one."""
    schema = schema_of(shape)
    request = replace(request, schema=schema)
    (texts,) = yield [request]
    read = [_read(text, shape) for text in texts]
    broken = {number: found for number, found in enumerate(read) if isinstance(found, str)}
    if broken:
        repairs = [_repairing(request, schema, texts[number], problem) for number, problem in broken.items()]
        mended = yield repairs
        for number, (text,) in zip(broken, mended, strict=True):
            read[number] = _read(text, shape)
            if isinstance(read[number], str):
                raise ModelFailed(NOT_THE_JSON, text, model)
    return [found for found in read if not isinstance(found, str)]


@lru_cache(maxsize=64)
def schema_of(shape: type[BaseModel]) -> Mapping[str, Any]:
    """The JSON schema of a shape, closed as servers want it that hold their models to one: every field, no other."""
    schema = deepcopy(shape.model_json_schema())
    _close(schema)
    return schema


def _repairing(request: Request, schema: Mapping[str, Any], answer: str, problem: str) -> Request:
    turns = repair(schema, answer[:SHOWN_CHARACTERS], problem)
    return replace(request, messages=request.messages + turns, samples=1)


def _read(text: str, shape: type[Shape]) -> Shape | str:
    """The object that a text holds, or what is wrong with it."""
    from pydantic import ValidationError

    problem = "it holds no JSON object."
    for value in values(text):
        try:
            return shape.model_validate(_fitted(value, shape))
        except ValidationError as error:
            problem = _told(error)
    return problem


def _fitted(value: Any, shape: type[BaseModel]) -> Any:
    """A list alone is the one list that the shape has, or its only object."""
    if not isinstance(value, list):
        return value
    fields = schema_of(shape)["properties"]
    lists = [name for name, field in fields.items() if field.get("type") == "array"]
    if len(lists) == 1:
        return {lists[0]: value}
    return value[0] if len(value) == 1 else value


def _told(error: Any) -> str:
    first = error.errors(include_url=False, include_input=False)[:3]
    said = [f"{'.'.join(map(str, each['loc'])) or 'all of it'}: {each['msg']}" for each in first]
    return "; ".join(said) + "."


def _close(schema: Any) -> None:
    if isinstance(schema, list):
        for each in schema:
            _close(each)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and "properties" in schema:
        schema["additionalProperties"] = False
        schema["required"] = list(schema["properties"])
        for field in schema["properties"].values():
            field.pop("default", None)
    for each in schema.values():
        _close(each)
