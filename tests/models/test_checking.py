"""What a server can do is found out by asking, not by believing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from model_server import ModelServer
from saying_server import says

from querywright.errors import ModelFailed, ModelOutage, ModelUnavailable
from querywright.models import ModelSettings, Price
from querywright.models.checking import check_chat, check_embedding, check_price
from querywright.models.hashed import HashedEmbedding


def found(settings: ModelSettings, key: str | None = None) -> dict[str, str]:
    """The findings on a chat model, by what they are about."""
    return {finding.what: finding.found for finding in asyncio.run(check_chat(settings, key))}


def at(url: str, **values: Any) -> ModelSettings:
    return ModelSettings("mine", "compatible", "test", url, **values)


def greet(text: str = "Hello.") -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}


FITTING = json.dumps({"words": "hello", "formality": 1})


def test_a_server_that_can_do_all() -> None:
    def answer(asked: Any) -> tuple[int, Any]:
        held = (asked.get("response_format") or {}).get("type") == "json_schema"
        choice = greet(FITTING if held else "Hello.")["choices"][0]
        if asked.get("logprobs"):
            choice["logprobs"] = {"content": [{"token": "Hello", "logprob": -0.1}]}
        return 200, {"choices": [choice] * asked.get("n", 1)}

    with says(answer) as url:
        findings = found(at(url))
    assert findings.pop("reachable").startswith("yes, 0.")
    assert findings == {"structured output": "json_schema", "several answers": "yes", "logprobs": "yes"}


def test_a_server_that_ignores_what_it_does_not_know_is_not_believed() -> None:
    with says(lambda asked: (200, greet())) as url:
        findings = found(at(url))
    assert findings["structured output"] == "no"
    assert (findings["several answers"], findings["logprobs"]) == ("no", "no")


@pytest.mark.parametrize(
    ("formats", "shape"),
    [
        (("json_schema", "json_object"), "json_schema"),
        (("json_object",), "json_object"),
        ((), "by instruction"),
    ],
)
def test_how_a_server_is_held_to_a_shape(formats: tuple[str, ...], shape: str) -> None:
    with ModelServer(formats=formats) as server:
        assert found(at(server.url))["structured output"] == shape


@pytest.mark.parametrize("one_sample", [True, False])
def test_whether_one_request_brings_several_answers(one_sample: bool) -> None:
    with ModelServer(one_sample=one_sample) as server:
        assert found(at(server.url))["several answers"] == ("no" if one_sample else "yes")


def refusing(field: str, complaint: str) -> Callable[[Any], tuple[int, Any]]:
    """A server that refuses this field, and does what is asked otherwise."""

    def answer(asked: Any) -> tuple[int, Any]:
        if field in asked:
            return 400, {"error": {"message": complaint}}
        told = "JSON" in asked["messages"][-1]["content"] or "response_format" in asked
        return 200, greet(FITTING if told else "Hello.")

    return answer


@pytest.mark.parametrize(
    ("field", "what", "said"),
    [
        ("n", "several answers", "no"),
        ("logprobs", "logprobs", "no"),
        ("response_format", "structured output", "by instruction"),
    ],
)
def test_a_request_that_is_refused_is_a_thing_it_cannot_do(field: str, what: str, said: str) -> None:
    with says(refusing(field, f"{field} is not supported")) as url:
        assert found(at(url))[what] == said


def test_a_server_that_wants_its_limit_named_otherwise_is_asked_that_way() -> None:
    complaint = "Unsupported parameter: use 'max_completion_tokens' instead"
    with says(refusing("max_tokens", complaint)) as url:
        assert found(at(url))["structured output"] == "json_schema"


@pytest.mark.parametrize(
    ("behaviour", "key", "error", "said"),
    [
        ({"key": "sk-1"}, "sk-2", ModelUnavailable, "does not accept the key"),
        ({"models": ("another",)}, None, ModelUnavailable, "knows no model test"),
        ({"script": ["500"]}, None, ModelFailed, "server error"),
    ],
)
def test_a_model_that_cannot_be_asked_is_said_at_once(
    behaviour: dict[str, Any], key: str | None, error: type[Exception], said: str
) -> None:
    with ModelServer(**behaviour) as server, pytest.raises(error, match=said):
        found(at(server.url, key_variable="MY_KEY"), key)


def test_a_server_that_is_not_there_is_an_outage() -> None:
    with pytest.raises(ModelOutage, match="cannot be reached"):
        found(at("http://127.0.0.1:9/v1"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (ModelSettings("m", "vllm", "m", price=Price(0.25, 2)), "$0.25 in, $2.00 out"),
        (ModelSettings("m", "vllm", "m"), "not known"),
    ],
)
def test_whether_a_price_is_known(settings: ModelSettings, said: str) -> None:
    assert check_price(settings).found == said


def test_a_listed_model_has_a_price() -> None:
    assert check_price(ModelSettings("m", "openai", "gpt-4o-mini")).found == "$0.15 in, $0.60 out"


def test_an_embedding_model_is_asked_for_vectors() -> None:
    seconds, nearness = asyncio.run(check_embedding(HashedEmbedding()))
    assert (seconds.what, seconds.meaning) == ("embeddings", "vectors of 512 numbers")
    assert nearness.meaning == "one question in other words is nearer than another question"
