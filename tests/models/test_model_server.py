"""The test server speaks the protocol as the official client does, and counts what it did."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import model_server
import openai
import pytest
from model_server import DIMENSIONS, ModelServer
from pydantic import BaseModel
from schema_instances import smallest


class Plan(BaseModel):
    steps: list[str]
    kind: str | None
    size: int


@pytest.fixture
def client(server: ModelServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.url, api_key="any", max_retries=0) as opened:
        yield opened


def ask(client: openai.OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hello"}], **more)


def test_chat_has_samples_schemas_and_usage(client: openai.OpenAI) -> None:
    found = ask(client, n=2)
    assert [choice.message.content for choice in found.choices] == ["Answer 0 to: hello", "Answer 1 to: hello"]
    assert found.usage.total_tokens == 10
    named = {"name": "Plan", "schema": Plan.model_json_schema()}
    held = ask(client, response_format={"type": "json_schema", "json_schema": named})
    assert Plan.model_validate_json(held.choices[0].message.content)


@pytest.mark.parametrize(
    "more", [{"stream": True}, {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]}]
)
def test_what_it_does_not_speak_is_a_400(client: openai.OpenAI, more: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError, match="stream and tools are not supported"):
        ask(client, **more)


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_vectors_depend_on_the_words_and_may_be_no_numbers(
    server: ModelServer, client: openai.OpenAI, encoding: Any
) -> None:
    def vectors() -> list[Any]:
        texts = ["two words", "words two", "other"]
        found = client.embeddings.create(model="m", input=texts, encoding_format=encoding)
        return [item.embedding for item in found.data]

    first, second, third = vectors()
    assert first == second != third
    assert encoding == "base64" or len(first) == DIMENSIONS
    server.behaviour.script[:] = ["nan"]
    if encoding == "base64":
        assert vectors() != [first, second, third]


def test_nan_is_said_as_some_servers_say_it(server: ModelServer) -> None:
    server.behaviour.script[:] = ["nan"]
    body = json.dumps({"model": "m", "input": "text"}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{server.url}/embeddings", body)) as answer:
        found = json.load(answer)
    assert all(math.isnan(number) for number in found["data"][0]["embedding"])


def test_a_process_of_its_own_prints_its_port_and_counts() -> None:
    file = Path(model_server.__file__)
    with subprocess.Popen(
        [sys.executable, str(file), "--fault", "500=1"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        base = f"http://127.0.0.1:{port}"
        with openai.OpenAI(base_url=f"{base}/v1", api_key="any", max_retries=0) as client:
            assert [model.id for model in client.models.list()] == ["test"]
            with pytest.raises(openai.InternalServerError):
                ask(client)
        with urllib.request.urlopen(f"{base}/stats") as answer:
            told = json.load(answer)
        process.kill()
    assert (told["calls"], told["did"]) == (1, {"500": 1})
    assert told["cpu_seconds"] > 0


def test_the_smallest_instance_is_valid() -> None:
    assert Plan.model_validate(smallest(Plan.model_json_schema())) == Plan(steps=[], kind="a", size=0)
